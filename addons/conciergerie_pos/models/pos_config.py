from odoo import fields, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Counter at which this till stands. What is dropped off here becomes "
        "requests of this site; counter staff open the tills of their sites only.",
    )
