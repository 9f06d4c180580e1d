from odoo import fields, models

from ..models.conciergerie_key_movement import KINDS


class ConciergerieKeyWizard(models.TransientModel):
    """Ask who takes keys and why; the register does the rest."""

    _name = "conciergerie.key.wizard"
    _description = "Move Keys"

    key_ids = fields.Many2many(comodel_name="conciergerie.key", required=True)
    kind = fields.Selection(selection=KINDS, required=True)
    holder = fields.Selection(
        selection=[("user", "A colleague"), ("provider", "A provider")],
        string="Taken by",
        required=True,
        default="user",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Colleague",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Provider",
        domain=[("is_provider", "=", True)],
    )
    due_back = fields.Date(string="Expected Back", default=fields.Date.context_today)
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="For the Request",
        domain=[("site_id", "!=", False), ("step", "in", ("todo", "provider"))],
    )
    reason = fields.Char()
    receiver_name = fields.Char(
        string="Name", help="Who takes the keys, if not the owner in person."
    )
    signature = fields.Image(max_width=1024, max_height=512)

    def action_confirm(self):
        self.ensure_one()
        keys = self.key_ids
        if self.kind == "out":
            to_provider = self.holder == "provider"
            keys._take_out(
                user=None if to_provider else self.user_id,
                partner=self.partner_id if to_provider else None,
                reason=self.reason,
                due_back=self.due_back,
                task=self.task_id,
            )
        elif self.kind == "lost":
            keys._report_lost(self.reason)
        elif self.kind == "returned":
            keys._return(self.receiver_name, self.signature)
        return {"type": "ir.actions.act_window_close"}
