from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _fee_conventions(self):
        """Return the conventions whose fee these invoices are."""
        return self.invoice_line_ids.contract_line_id.contract_id.filtered(
            "is_convention"
        )

    def _tell_not_posted(self, reason):
        """Say on the convention why the invoice of its fee stays a draft."""
        self.ensure_one()
        summary = self.env._("Invoice of the fee not posted")
        for contract in self._fee_conventions():
            contract.message_post(
                body=self.env._(
                    "The invoice of %(day)s stays a draft: %(reason)s",
                    day=self.invoice_date.strftime("%d/%m/%Y"),
                    reason=reason,
                )
            )
            if summary not in contract.activity_ids.mapped("summary"):
                contract.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=summary,
                    note=reason,
                    user_id=(contract.user_id or self.env.user).id,
                )
