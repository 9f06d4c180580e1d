from odoo import fields, models
from odoo.exceptions import AccessError


class ConciergerieClosureLine(models.Model):
    _name = "conciergerie.closure.line"
    _description = "Promised Date Moved by a Closure"
    _order = "old_date, id"
    _rec_name = "task_id"

    closure_id = fields.Many2one(
        comodel_name="conciergerie.closure",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="closure_id.company_id", store=True, index=True
    )
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="task_id.partner_id", string="Beneficiary")
    old_date = fields.Date(string="Was Promised for", readonly=True)
    new_date = fields.Date(string="Moved to", readonly=True)
    promised_date = fields.Date(related="task_id.promised_date", string="Now")


class ConciergerieClosureNotice(models.Model):
    """One person concerned by a closure: written to, or to be called."""

    _name = "conciergerie.closure.notice"
    _description = "Person Told of a Closure"
    _order = "has_email, id"
    _rec_name = "partner_id"

    closure_id = fields.Many2one(
        comodel_name="conciergerie.closure",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="closure_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    phone = fields.Char(related="partner_id.phone")
    moved_task_ids = fields.Many2many(
        comodel_name="project.task",
        relation="conciergerie_closure_notice_moved_rel",
        string="Moved",
        readonly=True,
    )
    ready_task_ids = fields.Many2many(
        comodel_name="project.task",
        relation="conciergerie_closure_notice_ready_rel",
        string="Ready",
        readonly=True,
    )
    has_email = fields.Boolean(string="Written to", readonly=True)
    called_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    called_date = fields.Datetime(string="Called", readonly=True)

    def action_called(self):
        """Record that somebody of the counter called these people."""
        self.check_access("read")
        if not self.env.user.has_group("conciergerie_base.group_counter"):
            raise AccessError(self.env._("Only the counter tells people of a closure."))
        self.sudo().write(
            {"called_by_id": self.env.uid, "called_date": fields.Datetime.now()}
        )
