from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_copay_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of What Is Taken in Charge",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        check_company=True,
        help="Of the entries that move a share from the customer to the payer; the "
        "first miscellaneous journal where it is empty.",
    )

    def _get_copay_journal(self):
        """Return the journal of the entries that move shares to payers.

        :raise UserError: the company has no miscellaneous journal
        """
        self.ensure_one()
        journal = self.conciergerie_copay_journal_id or self.env[
            "account.journal"
        ].search(
            [
                ("type", "=", "general"),
                ("company_id", "=", self.id),
                (
                    "id",
                    "not in",
                    (
                        self.currency_exchange_journal_id
                        + self.tax_cash_basis_journal_id
                    ).ids,
                ),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no miscellaneous journal: create one in Invoicing, it is "
                    "where what payers take in charge is booked.",
                    self.name,
                )
            )
        return journal


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    conciergerie_copay_journal_id = fields.Many2one(
        related="company_id.conciergerie_copay_journal_id", readonly=False
    )
