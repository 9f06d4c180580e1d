from odoo import fields, models


class ProjectTask(models.Model):
    """A request that was paid at the till as it was dropped off hangs on its ticket."""

    _inherit = "project.task"

    pos_line_id = fields.Many2one(
        comodel_name="pos.order.line",
        string="Line of the Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The paid line of the ticket for which this request was made.",
    )
