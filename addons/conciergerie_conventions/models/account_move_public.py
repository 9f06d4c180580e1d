from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        self._check_public_customers()
        return super()._post(soft)

    def _check_public_customers(self):
        """Refuse to post what a public customer would send back (case C4).

        :raise UserError: no SIRET, or a reference that this customer wants is missing
        """
        for move in self:
            customer = move.commercial_partner_id
            if not customer.is_public_body or move.move_type not in (
                "out_invoice",
                "out_refund",
            ):
                continue
            missing = move._missing_for_public_customer()
            if missing:
                raise UserError(
                    self.env._(
                        "The invoice to %(customer)s of %(amount)s cannot be posted:"
                        "\n%(missing)s",
                        customer=customer.display_name,
                        amount=move.currency_id.format(move.amount_total),
                        missing="\n".join(f"- {reason}" for reason in missing),
                    )
                )

    def _missing_for_public_customer(self):
        """Return what is missing, with where to fill it in."""
        self.ensure_one()
        customer = self.commercial_partner_id
        name = customer.display_name
        missing = []
        if not customer._get_siret():
            missing.append(
                self.env._(
                    "a public body is invoiced with its SIRET (14 digits): fill in its "
                    "SIRET and its country on the contact %s.",
                    name,
                )
            )
        if customer.needs_service_code and not self.buyer_reference:
            missing.append(
                self.env._(
                    "%s wants a service code: fill it in on its convention, and as "
                    "“Buyer Reference” on the page “Other Info” of this invoice.",
                    name,
                )
            )
        if customer.needs_commitment_number and not self.purchase_order_reference:
            missing.append(
                self.env._(
                    "%s wants a commitment number: fill it in on its convention, and "
                    "as “Purchase Order Reference” on the page “Other Info” of this "
                    "invoice.",
                    name,
                )
            )
        return missing
