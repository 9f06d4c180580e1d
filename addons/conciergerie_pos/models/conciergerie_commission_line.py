from odoo import api, fields, models


class ConciergerieCommissionLine(models.Model):
    """A sale of the ledger that was made at the till."""

    _inherit = "conciergerie.commission.line"

    pos_line_id = fields.Many2one(
        comodel_name="pos.order.line",
        string="Line of the Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # A ticket that is sent twice makes one line.
    _pos_line_unique = models.UniqueIndex(
        "(pos_line_id) WHERE pos_line_id IS NOT NULL",
        "A line of a ticket has one commission line.",
    )

    @api.model
    def _prepare_vals(self, source, booked_before, given_back):
        vals = super()._prepare_vals(source, booked_before, given_back)
        if vals:
            vals["pos_line_id"] = source.get("pos_line_id", False)
        return vals

    def _given_back_at_till(self):
        """Return what tickets that are not to be invoiced gave back of these sales."""
        return self.sudo().search(
            [
                ("refunded_line_id", "in", self.ids),
                ("pos_line_id.order_id.to_invoice", "=", False),
                ("pos_line_id.order_id.account_move", "=", False),
            ]
        )
