from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    undertaking_id = fields.Many2one(
        related="company_id.undertaking_id", readonly=False
    )
