from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    members_pricelist_id = fields.Many2one(
        related="company_id.members_pricelist_id", readonly=False
    )
    membership_reminder_days = fields.Integer(
        related="company_id.membership_reminder_days", readonly=False
    )
    membership_reminder_after_days = fields.Integer(
        related="company_id.membership_reminder_after_days", readonly=False
    )
