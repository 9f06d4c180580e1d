from datetime import timedelta
from textwrap import shorten

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Older entries are not new to anybody, even if she never opened them.
UNREAD_DAYS = 30
PREVIEW_LENGTH = 120
# What the entry says: corrected by its author on the same day, by nobody later.
SAID = {"body", "task_id", "partner_id", "is_todo", "deadline"}
# What the software keeps about it.
KEPT = {"site_id", "date", "user_id", "done_by_id", "done_date", "reader_ids"}

# Identity tells our own writes from a caller's (see project_task.py).
MARK = object()


class ConciergerieShiftLog(models.Model):
    """What one shift leaves the next.

    The author corrects an entry during the day: a slip of the pen is no event.
    Later it stays as the others read it and acted on it; they only mark it done.
    Deleting is left to the administrator, for data that a person wants erased.
    """

    _name = "conciergerie.shift.log"
    _description = "Shift Log Entry"
    _order = "is_pinned desc, date desc, id desc"
    _rec_name = "body"
    _check_company_auto = True

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Author",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    body = fields.Text(string="Note", required=True)
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain=[("site_id", "!=", False)],
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="About",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    is_pinned = fields.Boolean(
        string="Pinned", help="Stays on the home screen until it is unpinned."
    )
    is_todo = fields.Boolean(string="To Do")
    deadline = fields.Date(string="Before")
    done_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    done_date = fields.Datetime(readonly=True, copy=False)
    reader_ids = fields.Many2many(
        comodel_name="res.users",
        relation="conciergerie_shift_log_reader_rel",
        string="Read by",
        readonly=True,
        copy=False,
    )
    is_read = fields.Boolean(compute="_compute_is_read", search="_search_is_read")
    is_open = fields.Boolean(
        compute="_compute_is_open",
        search="_search_is_open",
        string="To Be Done",
    )
    can_edit = fields.Boolean(compute="_compute_can_edit")

    @api.depends("reader_ids", "user_id", "date")
    @api.depends_context("uid")
    def _compute_is_read(self):
        old = fields.Datetime.now() - timedelta(days=UNREAD_DAYS)
        for entry in self:
            entry.is_read = (
                entry.user_id == self.env.user
                or self.env.user in entry.reader_ids
                or bool(entry.date and entry.date < old)
            )

    def _search_is_read(self, operator, value):
        if operator != "in":
            return NotImplemented
        unread = Domain(
            [
                ("reader_ids", "not in", self.env.user.ids),
                ("user_id", "!=", self.env.uid),
                ("date", ">=", fields.Datetime.now() - timedelta(days=UNREAD_DAYS)),
            ]
        )
        return unread if False in value else ~unread

    @api.depends("is_todo", "done_date")
    def _compute_is_open(self):
        for entry in self:
            entry.is_open = entry.is_todo and not entry.done_date

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        opened = Domain([("is_todo", "=", True), ("done_date", "=", False)])
        return opened if True in value else ~opened

    @api.depends("user_id", "date")
    @api.depends_context("uid", "tz")
    def _compute_can_edit(self):
        today = fields.Date.context_today(self)
        for entry in self:
            entry.can_edit = entry.user_id == self.env.user and (
                fields.Date.context_today(self, entry.date) == today
            )

    def _preview(self):
        """Return the entry as one short line for the home screen."""
        self.ensure_one()
        text = shorten(self.body, PREVIEW_LENGTH, placeholder="…")
        return f"• {self.user_id.name}: {text}"

    @api.model_create_multi
    def create(self, vals_list):
        """Sign each entry with who writes it and when: nobody writes for another."""
        if not self.env.su:
            vals_list = [
                {k: v for k, v in vals.items() if k not in KEPT - {"site_id"}}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        ours = self.env.su or self.env.context.get("conciergerie_log") is MARK
        if not ours and (
            vals.keys() & KEPT
            or (vals.keys() & SAID and not all(self.mapped("can_edit")))
        ):
            raise UserError(
                self.env._(
                    "An entry of the log is corrected by its author, on the same day. "
                    "Write a new one, or mark this one done."
                )
            )
        return super().write(vals)

    def action_done(self):
        """Mark entries done: who and when."""
        opened = self.filtered("is_open")
        if not opened:
            raise UserError(self.env._("There is nothing left to do here."))
        opened.with_context(conciergerie_log=MARK).write(
            {"done_by_id": self.env.uid, "done_date": fields.Datetime.now()}
        )
        opened._mark_read()

    def action_reopen(self):
        """Put entries that were marked done by mistake back to be done."""
        self.with_context(conciergerie_log=MARK).write(
            {"done_by_id": False, "done_date": False}
        )

    def action_mark_read(self):
        self._mark_read()

    def _mark_read(self):
        """Record that the current user has read these entries.

        With elevated rights, since who may only read an entry has read it too.
        """
        self.check_access("read")
        self.sudo().with_context(conciergerie_log=MARK).write(
            {"reader_ids": [Command.link(self.env.uid)]}
        )

    def action_toggle_pin(self):
        for pinned, entries in self.grouped("is_pinned").items():
            entries.is_pinned = not pinned
