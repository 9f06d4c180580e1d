from odoo import fields, models


class ContractContract(models.Model):
    """References that a public customer wants on its invoices (case C4)."""

    _inherit = "contract.contract"

    is_public_payer = fields.Boolean(
        related="invoice_partner_id.commercial_partner_id.is_public_body",
        string="Public Payer",
    )
    service_code = fields.Char(
        tracking=True, help="“Code service” that the public payer gave."
    )
    commitment_number = fields.Char(
        tracking=True,
        help="“Numéro d'engagement” that the public payer gave; often a new one each "
        "year.",
    )
    market_number = fields.Char(
        tracking=True, help="“Numéro de marché”, where there is a public contract."
    )

    def _prepare_invoice(self, date_invoice, journal=None):
        vals = super()._prepare_invoice(date_invoice, journal)
        if self.is_convention:
            vals.update(
                buyer_reference=self.service_code,
                purchase_order_reference=self.commitment_number,
                contract_reference=self.market_number,
            )
        return vals
