from odoo import fields, models


class HandedWith:
    """The ticket that a hand-over is paid with, for those who record its events.

    It is passed in the context as an object, which no call by RPC can hold.
    """

    def __init__(self, order_id):
        self.order_id = order_id


class ConciergerieCustodyEvent(models.Model):
    _inherit = "conciergerie.custody.event"

    pos_order_id = fields.Many2one(
        comodel_name="pos.order",
        string="Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The ticket that was paid as the piece left.",
    )
