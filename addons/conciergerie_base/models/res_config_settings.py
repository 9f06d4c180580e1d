from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    conciergerie_deposit_terms = fields.Text(
        related="company_id.conciergerie_deposit_terms", readonly=False
    )
    conciergerie_liability_limit = fields.Monetary(
        related="company_id.conciergerie_liability_limit",
        currency_field="company_currency_id",
        readonly=False,
    )
    conciergerie_sms = fields.Boolean(
        related="company_id.conciergerie_sms", readonly=False
    )
    conciergerie_unclaimed_days = fields.Integer(
        related="company_id.conciergerie_unclaimed_days", readonly=False
    )
    conciergerie_proof_months = fields.Integer(
        related="company_id.conciergerie_proof_months", readonly=False
    )
