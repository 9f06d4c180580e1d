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
