from odoo import fields, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    is_note_handed = fields.Boolean(
        string="Note Handed",
        copy=False,
        help="The customer had a note of the services before paying.",
    )
