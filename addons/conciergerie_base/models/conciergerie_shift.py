from contextlib import contextmanager
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_datetime

# A shift may be taken this long before its planned start, and somebody who forgot to
# press “I leave” counts as present this long after its planned end.
EARLY = timedelta(hours=2)
GRACE = timedelta(hours=2)
# Length of a shift that was not planned, where the site is closed today.
DEFAULT_LENGTH = timedelta(hours=4)

# Identity tells our own writes of presence from a caller's (see project_task.py).
PRESENCE = object()


class ConciergerieShift(models.Model):
    """Who is planned at which site, and who was really there."""

    _name = "conciergerie.shift"
    _description = "Shift"
    _order = "start, id"
    _rec_name = "user_id"
    _check_company_auto = True

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    start = fields.Datetime(
        string="From", required=True, index=True, default=fields.Datetime.now
    )
    stop = fields.Datetime(
        string="Until",
        required=True,
        default=lambda self: fields.Datetime.now() + DEFAULT_LENGTH,
    )
    taken_at = fields.Datetime(string="Arrived", readonly=True, copy=False)
    left_at = fields.Datetime(string="Left", readonly=True, copy=False)
    note = fields.Char(help="Replaces Lucie, opens the back door…")
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("present", "On duty"),
            ("done", "Done"),
            ("missed", "Nobody came"),
        ],
        compute="_compute_state",
    )

    _stop_after_start = models.Constraint(
        "CHECK (stop > start AND stop <= start + interval '24 hours')",
        "A shift ends after it starts, within 24 hours.",
    )
    # In the database as well: two presses of “I take over” run at the same time, and
    # neither sees the shift of the other. Who leaves early is free from then on.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(user_id, user_id, '[]') WITH &&, "
        "tsrange(start, GREATEST(start, LEAST(stop, left_at))) WITH &&) "
        "DEFERRABLE INITIALLY IMMEDIATE",
        "This person already has a shift at that time.",
    )

    @api.depends("start", "stop", "taken_at", "left_at")
    def _compute_state(self):
        now = fields.Datetime.now()
        for shift in self:
            if shift.taken_at:
                over = shift.left_at or now >= shift.stop + GRACE
                shift.state = "done" if over else "present"
            else:
                over = shift.stop and shift.stop < now
                shift.state = "missed" if over else "planned"

    @api.depends("user_id", "site_id")
    def _compute_display_name(self):
        for shift in self:
            shift.display_name = f"{shift.user_id.name} – {shift.site_id.name}"

    def _end(self):
        """Return when the shift stops to bind its person."""
        self.ensure_one()
        return max(self.start, min(self.stop, self.left_at or self.stop))

    @api.constrains("user_id", "start", "stop", "left_at")
    def _check_overlap(self):
        """Say which other shift is in the way; the database refuses it anyhow."""
        shifts = self.filtered(lambda s: s.start < s.stop)
        if not shifts:
            return
        others = self.search(
            [
                ("user_id", "in", shifts.user_id.ids),
                ("start", "<", max(shifts.mapped("stop"))),
                ("stop", ">", min(shifts.mapped("start"))),
            ]
        ).grouped("user_id")
        for shift in shifts:
            for other in others.get(shift.user_id, self.browse()) - shift:
                if shift.start < other._end() and other.start < shift._end():
                    raise ValidationError(
                        self.env._(
                            "%(user)s is already planned at %(site)s from %(start)s "
                            "to %(stop)s. Change or delete that shift first.",
                            user=shift.user_id.name,
                            site=other.site_id.name,
                            start=other._local(other.start),
                            stop=other._local(other.stop),
                        )
                    )

    @api.constrains("site_id", "user_id")
    def _check_user_company(self):
        for shift in self:
            if shift.company_id not in shift.user_id.sudo().company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work for %(company)s.",
                        user=shift.user_id.name,
                        company=shift.company_id.name,
                    )
                )

    @contextmanager
    def _database_checks_last(self):
        """Let the Python check speak first: its sentence names the other shift."""
        execute = self.env.cr.execute
        execute("SET CONSTRAINTS conciergerie_shift_no_overlap DEFERRED")
        yield
        self.flush_model(["user_id", "start", "stop", "left_at"])
        execute("SET CONSTRAINTS conciergerie_shift_no_overlap IMMEDIATE")

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("taken_at") or vals.get("left_at") for vals in vals_list):
            self._check_may_correct_presence()
        with self._database_checks_last():
            return super().create(vals_list)

    def write(self, vals):
        if {"taken_at", "left_at"} & vals.keys():
            self._check_may_correct_presence()
        with self._database_checks_last():
            return super().write(vals)

    def _check_may_correct_presence(self):
        """Check that presence is written by its buttons, or by a manager.

        :raise UserError: somebody types when she was there
        """
        if self.env.context.get(
            "conciergerie_presence"
        ) is not PRESENCE and not self.env.user.has_group(
            "conciergerie_base.group_manager"
        ):
            raise UserError(
                self.env._(
                    "Presence is recorded with “I take over” and “I leave”. Ask a "
                    "manager to correct a mistake."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_worked(self):
        if not self.env.user.has_group("conciergerie_base.group_manager"):
            if worked := self.filtered("taken_at"):
                raise UserError(
                    self.env._(
                        "The shift of %s has begun: only a manager can delete it.",
                        worked[0]._local(worked[0].start),
                    )
                )

    def _tz(self):
        """Return the time zone of the site, in which people speak of hours."""
        self.ensure_one()
        return self.site_id.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _local(self, moment):
        self.ensure_one()
        return format_datetime(
            self.env, moment, tz=self._tz(), dt_format="EEE d MMM HH:mm"
        )

    # ------------------------------------------------------------------
    # Presence
    # ------------------------------------------------------------------

    @api.model
    def _present_domain(self):
        """Return the domain of the shifts of those who are on duty now."""
        return [
            ("taken_at", "!=", False),
            ("left_at", "=", False),
            ("stop", ">", fields.Datetime.now() - GRACE),
        ]

    @api.model
    def _take_over(self, site):
        """Record that the current user is on duty at a site from now on.

        Takes the shift that was planned; makes one until the site closes if none was.

        :param site: ``conciergerie.site``
        :return: the shift
        :raise UserError: she is on duty already, here or elsewhere
        """
        site.check_access("read")
        now = fields.Datetime.now()
        mine = [("user_id", "=", self.env.uid)]
        present = self.search([*mine, *self._present_domain()], limit=1)
        if present:
            raise UserError(
                self.env._(
                    "You are on duty at %(site)s since %(start)s. Press “I leave” "
                    "there first.",
                    site=present.site_id.name,
                    start=present._local(present.taken_at),
                )
            )
        shift = self.search(
            [
                *mine,
                ("site_id", "=", site.id),
                ("taken_at", "=", False),
                ("start", "<=", now + EARLY),
                ("stop", ">", now),
            ],
            limit=1,
        )
        if not shift:
            shift = self.create(
                {
                    "site_id": site.id,
                    "user_id": self.env.uid,
                    "start": now,
                    "stop": self._unplanned_stop(site, now),
                }
            )
        shift.with_context(conciergerie_presence=PRESENCE).write({"taken_at": now})
        return shift

    def _unplanned_stop(self, site, now):
        """Return when a shift that begins now ends: at closing time, or before the
        next shift that was planned for the same person."""
        closing = site._closing_time()
        stop = closing if closing and closing > now else now + DEFAULT_LENGTH
        following = self.search(
            [("user_id", "=", self.env.uid), ("start", ">", now)], limit=1
        )
        return min(stop, following.start) if following else stop

    def _leave(self):
        """Record that the persons of these shifts leave now."""
        for shift in self:
            if shift.state != "present":
                raise UserError(
                    self.env._("You are not on duty at %s.", shift.site_id.name)
                )
        self.with_context(conciergerie_presence=PRESENCE).write(
            {"left_at": fields.Datetime.now()}
        )

    def action_copy_next_week(self):
        """Plan the same shifts seven days later, at the same hour of the clock.

        Left out are days when the site is closed and people who are taken.
        """
        vals_list, skipped = [], 0
        week = timedelta(days=7)
        busy = self.search(
            [
                ("user_id", "in", self.user_id.ids),
                ("stop", ">", min(self.mapped("start")) + week - EARLY),
                ("start", "<", max(self.mapped("stop")) + week + EARLY),
            ]
        ).grouped("user_id")
        for shift in self:
            tz = pytz.timezone(shift._tz())
            start = shift._same_hour(shift.start, week, tz)
            stop = shift._same_hour(shift.stop, week, tz)
            taken = any(
                other.start < stop and start < other._end()
                for other in busy.get(shift.user_id, self.browse())
            )
            day = pytz.utc.localize(start).astimezone(tz).date()
            if taken or not shift.site_id._is_open_on(day):
                skipped += 1
                continue
            vals_list.append(
                {
                    "site_id": shift.site_id.id,
                    "user_id": shift.user_id.id,
                    "start": start,
                    "stop": stop,
                    "note": shift.note,
                }
            )
        self.create(vals_list)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if vals_list else "warning",
                "message": self.env._(
                    "%(count)s shifts planned; %(skipped)s left out, because the "
                    "site is closed or the person is taken.",
                    count=len(vals_list),
                    skipped=skipped,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _same_hour(self, moment, delta, tz):
        """Move a moment on, keeping the hour of the clock when summer time changes."""
        local = pytz.utc.localize(moment).astimezone(tz).replace(tzinfo=None) + delta
        return tz.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
