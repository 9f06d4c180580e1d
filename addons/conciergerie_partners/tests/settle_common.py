from odoo import fields

from .common import PartnersCommon


class SettleCommon(PartnersCommon):
    """Sales, settlements and payouts of one provider in January 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.commission_tax_id = cls.vat_20
        cls.receivable = cls.company_data["default_account_receivable"].code
        cls.payable = cls.laundry.property_account_payable_id.code

    def _settle(self, until, date=None):
        until = fields.Date.to_date(until)
        return (
            self.env["conciergerie.statement"]
            .with_user(self.accountant)
            ._settle(self.company, until, date=fields.Date.to_date(date) or until)
            .sudo()
        )

    def _balance(self, code, partner=None):
        """Return the balance of an account for a partner, positive for a debit."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.code", "=", code),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "=", (partner or self.laundry).id),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _payout(self, statement, amount=None):
        """Pay by core's own dialog, in part where an amount is given."""
        items = statement._payable_items().filtered(lambda i: i.amount_residual < 0)
        action = items.action_register_payment()
        wizard = (
            self.env["account.payment.register"]
            .with_context(**action["context"])
            .create(
                {
                    "journal_id": self.bank.id,
                    "payment_date": statement.due_date,
                    **({"amount": amount} if amount else {}),
                }
            )
        )
        return wizard._create_payments()
