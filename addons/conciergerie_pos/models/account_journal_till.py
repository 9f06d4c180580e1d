from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    """Where the journals of tills book what a count lacks or has too much."""

    _inherit = "account.journal"

    has_core_difference = fields.Boolean(
        compute="_compute_has_core_difference",
        string="Still on 999",
        help="Odoo makes accounts 999 for what a count lacks or has too much; in "
        "French books it belongs on 658 and 758.",
    )

    @api.depends("loss_account_id", "profit_account_id", "company_id")
    def _compute_has_core_difference(self):
        for journal in self:
            company = journal.company_id
            journal.has_core_difference = bool(
                company and company._core_difference_fields(journal)
            )

    @api.model
    def _till_journals(self):
        """Return the journals of what tills of the chosen companies count."""
        return self.search(
            [
                ("pos_payment_method_ids", "!=", False),
                ("type", "in", ("cash", "bank")),
                ("company_id", "in", self.env.companies.ids),
            ]
        )

    def action_book_differences(self):
        """Book differences of counts on 658 and 758 from now on.

        On the journals chosen, or on those of all tills; an account that somebody
        chose stays, and so does what was booked before.

        :raise UserError: none of them is on core's accounts any more
        """
        journals = self or self._till_journals()
        journals.check_access("write")
        journals = journals.filtered("has_core_difference")
        if not journals:
            raise UserError(
                self.env._(
                    "Nothing to change: each of these journals has accounts that "
                    "somebody chose, or 658 and 758 already."
                )
            )
        for journal in journals:
            journal.company_id._set_difference_accounts_sudo(journal.sudo())
        return {"type": "ir.actions.client", "tag": "soft_reload"}
