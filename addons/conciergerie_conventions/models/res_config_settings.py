from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    copay_settles_by_itself = fields.Boolean(
        related="company_id.copay_settles_by_itself", readonly=False
    )
    copay_statement_note = fields.Text(
        related="company_id.copay_statement_note", readonly=False
    )
