from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_public_body = fields.Boolean(
        string="Public Body",
        help="A commune, a public institution: its invoices go through Chorus Pro, "
        "which wants its SIRET. They are made as Factur-X unless you choose otherwise.",
    )
    needs_service_code = fields.Boolean(
        string="Wants a Service Code",
        help="Its invoices are not posted without the “code service” it gave.",
    )
    needs_commitment_number = fields.Boolean(
        string="Wants a Commitment Number",
        help="Its invoices are not posted without its “numéro d'engagement”.",
    )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + [
            "is_public_body",
            "needs_service_code",
            "needs_commitment_number",
        ]

    def _get_suggested_invoice_edi_format(self):
        """Suggest Factur-X for a public body: Chorus Pro takes it."""
        self.ensure_one()
        if self.commercial_partner_id.is_public_body:
            return "facturx"
        return super()._get_suggested_invoice_edi_format()

    @api.depends("is_public_body", "commercial_partner_id.is_public_body")
    def _compute_invoice_edi_format(self):
        return super()._compute_invoice_edi_format()
