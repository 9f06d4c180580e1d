from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    conciergerie_site_ids = fields.Many2many(
        comodel_name="conciergerie.site",
        relation="conciergerie_site_res_users_rel",
        string="Sites",
        help="Sites where this person works. New requests start at the first one.",
    )
