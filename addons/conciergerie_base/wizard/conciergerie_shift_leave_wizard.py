from odoo import api, fields, models


class ConciergerieShiftLeaveWizard(models.TransientModel):
    """Ask who leaves what the next shift should know."""

    _name = "conciergerie.shift.leave.wizard"
    _description = "I Leave"

    shift_id = fields.Many2one(
        comodel_name="conciergerie.shift", required=True, ondelete="cascade"
    )
    site_id = fields.Many2one(related="shift_id.site_id")
    open_count = fields.Integer(compute="_compute_open_count")
    body = fields.Text(string="Note for the Next Shift")
    is_todo = fields.Boolean(string="To Do")
    deadline = fields.Date(string="Before")
    is_pinned = fields.Boolean(string="Pinned")

    @api.depends("shift_id")
    def _compute_open_count(self):
        counts = dict(
            self.env["conciergerie.shift.log"]._read_group(
                [("site_id", "in", self.site_id.ids), ("is_open", "=", True)],
                ["site_id"],
                ["__count"],
            )
        )
        for wizard in self:
            wizard.open_count = counts.get(wizard.site_id, 0)

    def action_leave(self):
        """Leave; the note goes to the log of the site."""
        self.ensure_one()
        body = (self.body or "").strip()
        if body:
            self.env["conciergerie.shift.log"].create(
                {
                    "site_id": self.site_id.id,
                    "body": body,
                    "is_todo": self.is_todo,
                    "deadline": self.deadline if self.is_todo else False,
                    "is_pinned": self.is_pinned,
                }
            )
        self.shift_id._leave()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
