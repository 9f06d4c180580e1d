from odoo import api, fields, models


class ConciergeriePayRun(models.TransientModel):
    """A bank account with an IBAN pays by a SEPA file: one payment order for a run."""

    _inherit = "conciergerie.pay.run"

    by_sepa = fields.Boolean(compute="_compute_by_sepa")
    payment_order_id = fields.Many2one(
        comodel_name="account.payment.order", readonly=True
    )

    @api.depends("journal_id")
    def _compute_by_sepa(self):
        for run in self:
            account = run.journal_id.bank_account_id
            run.by_sepa = run.journal_id.type == "bank" and account.acc_type == "iban"

    def _get_sepa_method_line(self):
        """Return the journal's SEPA credit transfer, made at its first use."""
        self.ensure_one()
        method = self.env.ref(
            "account_payment_sepa_credit_transfer.sepa_credit_transfer"
        )
        lines_sudo = self.env["account.payment.method.line"].sudo()
        line_sudo = lines_sudo.search(
            [
                ("payment_method_id", "=", method.id),
                ("journal_id", "=", self.journal_id.id),
            ],
            limit=1,
        )
        values = {"selectable": True, "bank_account_link": "fixed", "group_lines": True}
        if not line_sudo:
            return lines_sudo.create(
                {
                    "name": self.env._("SEPA transfer to providers"),
                    "payment_method_id": method.id,
                    "journal_id": self.journal_id.id,
                    "company_id": self.company_id.id,
                    **values,
                }
            )
        line_sudo.write(values)
        return line_sudo

    def _open_items(self, providers=None):
        """Leave out what a payment order on its way already pays."""
        items = super()._open_items(providers)
        return items.filtered(
            lambda item: (
                not item.payment_line_ids.filtered(
                    lambda line: line.state in ("draft", "open", "generated")
                )
            )
        )

    def _why_account_held(self, provider, bank):
        """A SEPA file pays accounts that core trusts, which the confirmation does."""
        reason = super()._why_account_held(provider, bank)
        if not reason and self.by_sepa and bank and not bank.allow_out_payment:
            return self.env._(
                "The account number is not confirmed yet: a manager does it once it is "
                "checked with the provider by telephone."
            )
        return reason

    def action_pay(self):
        """Put the payments of the run in one payment order, ready for the bank file.

        What it pays stays owed until the order is marked as sent to the bank.
        """
        self.ensure_one()
        if not self.by_sepa or not self.line_ids.filtered("to_pay"):
            return super().action_pay()
        method_line = self._get_sepa_method_line()
        order = self.env["account.payment.order"].create(
            {
                "payment_type": "outbound",
                "payment_method_line_id": method_line.id,
                "journal_id": self.journal_id.id,
                "company_id": self.company_id.id,
                "date_prefered": "fixed",
                "date_scheduled": max(self.date, fields.Date.context_today(self)),
                "description": self.env._("Providers' statements"),
            }
        )
        self.payment_order_id = order
        super().action_pay()
        order.draft2open()
        order.payment_ids.sudo().is_provider_payout = True
        return {
            "type": "ir.actions.act_window",
            "res_model": order._name,
            "res_id": order.id,
            "view_mode": "form",
        }

    def _make_payment(self, line, items):
        if not self.payment_order_id:
            return super()._make_payment(line, items)
        paid = items.create_payment_line_from_move_line(self.payment_order_id)
        paid.partner_bank_id = line.bank_account_id
        left = line.amount
        for payment_line in paid.sorted("id"):
            payment_line.amount_currency = min(payment_line.amount_currency, left)
            left = self.currency_id.round(left - payment_line.amount_currency)
        paid.filtered(lambda p: self.currency_id.is_zero(p.amount_currency)).unlink()
        return self.env["account.payment"]
