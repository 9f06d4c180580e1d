from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

MAX_DAYS = 366
# Steps whose promised date a closure moves, and those whose people are told: the
# date of a problem moves too, but what to say to the person needs a person.
MOVED_STEPS = ("todo", "provider", "problem")
TOLD_STEPS = ("todo", "provider")


class ConciergerieClosure(models.Model):
    """An exceptional closure of a site: what it moved, and who was told.

    Made and cancelled through methods only, which check who may: nobody has rights
    to write it.
    """

    _name = "conciergerie.closure"
    _description = "Exceptional Closure"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "reason"

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    date_from = fields.Date(string="Closed from", required=True, readonly=True)
    date_to = fields.Date(string="Until", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    reopening_date = fields.Date(
        readonly=True, help="First day on which the site is open again."
    )
    state = fields.Selection(
        selection=[("active", "Closed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="active",
    )
    leave_id = fields.Many2one(
        comodel_name="resource.calendar.leaves", readonly=True, ondelete="set null"
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.closure.line",
        inverse_name="closure_id",
        string="Dates Moved",
    )
    notice_ids = fields.One2many(
        comodel_name="conciergerie.closure.notice",
        inverse_name="closure_id",
        string="People Told",
    )
    call_count = fields.Integer(compute="_compute_call_count", string="To Call")

    _to_after_from = models.Constraint(
        "CHECK (date_to >= date_from)", "A closure ends on or after its first day."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(site_id, site_id, '[]') WITH &&, "
        "daterange(date_from, date_to, '[]') WITH &&) WHERE (state = 'active')",
        "The site is closed on these days already.",
    )

    @api.depends("notice_ids.called_date", "notice_ids.has_email")
    def _compute_call_count(self):
        for closure in self:
            closure.call_count = len(
                closure.notice_ids.filtered(
                    lambda n: not n.has_email and not n.called_date
                )
            )

    @api.depends("site_id", "date_from", "date_to")
    def _compute_display_name(self):
        for closure in self:
            closure.display_name = f"{closure.site_id.name}, {closure._period()}"

    def _period(self):
        self.ensure_one()
        first = format_date(self.env, self.date_from)
        if self.date_from == self.date_to:
            return first
        return f"{first} – {format_date(self.env, self.date_to)}"

    # ------------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------------

    @api.model
    def _check_may_close(self, sites):
        """Closing moves what was promised: the site's team may, and managers.

        :raise AccessError: anybody else
        """
        sites.check_access("read")
        user = self.env.user
        if self.env.su or user.has_group("conciergerie_base.group_manager"):
            return
        foreign = sites.filtered(lambda s: user not in s.user_ids)
        if foreign or not user.has_group("conciergerie_base.group_counter"):
            raise AccessError(
                self.env._(
                    "Only the team of %s and managers can close it.",
                    (foreign or sites)[0].name,
                )
            )

    @api.model
    def _check_period(self, sites, date_from, date_to):
        """Check the days of a closure.

        :raise UserError: wrong order, in the past, too long, or closed already
        """
        today = fields.Date.context_today(self)
        if date_to < date_from:
            raise UserError(
                self.env._("The last day of a closure comes after the first one.")
            )
        if date_from < today:
            raise UserError(
                self.env._(
                    "A closure begins today at the earliest: what was promised for "
                    "the past cannot be moved."
                )
            )
        too_far = (date_from - today).days >= MAX_DAYS
        if too_far or (date_to - date_from).days >= MAX_DAYS:
            raise UserError(
                self.env._(
                    "A closure begins within a year and lasts a year at most. For "
                    "longer, set the phase of the site to Paused or Closed."
                )
            )
        other = self.search(
            [
                ("site_id", "in", sites.ids),
                ("state", "=", "active"),
                ("date_from", "<=", date_to),
                ("date_to", ">=", date_from),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(site)s is already closed on these days: %(period)s. Cancel "
                    "that closure first.",
                    site=other.site_id.name,
                    period=other._period(),
                )
            )

    @api.model
    def _concerned_requests(self, sites, date_from, date_to):
        """Return the requests whose date falls in a closure, and those ready.

        :return: two recordsets of ``project.task``
        """
        tasks = self.env["project.task"].search(
            [
                ("site_id", "in", sites.ids),
                "|",
                ("step", "=", "ready"),
                "&",
                "&",
                ("step", "in", MOVED_STEPS),
                ("promised_date", ">=", date_from),
                ("promised_date", "<=", date_to),
            ]
        )
        ready = tasks.filtered(lambda t: t.step == "ready")
        return tasks - ready, ready

    @api.model
    def _close(self, sites, date_from, date_to, reason):
        """Close sites: opening hours, promised dates, messages.

        :param sites: ``conciergerie.site`` to close on the same days
        :param date_from: first closed day
        :param date_to: last closed day
        :param str reason: told to the people
        :return: the new closures, one for each site
        :raise AccessError: who may not close one of them
        :raise UserError: days that are refused, or no reason
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason: the people are told."))
        self._check_may_close(sites)
        self._check_period(sites, date_from, date_to)
        sites._ensure_own_calendar()
        leaves_sudo = self._create_leaves(sites, date_from, date_to, reason)
        closures = self.sudo().create(
            [
                {
                    "site_id": site.id,
                    "date_from": date_from,
                    "date_to": date_to,
                    "reason": reason,
                    "reopening_date": site._opening_date(date_to + timedelta(days=1)),
                    "leave_id": leaves_sudo[site.sudo().resource_calendar_id].id,
                }
                for site in sites
            ]
        )
        closures = closures.with_env(self.env)
        moved, ready = self._concerned_requests(sites, date_from, date_to)
        closures._move_dates(moved)
        closures._tell(moved.filtered(lambda t: t.step in TOLD_STEPS), ready)
        return closures

    def _create_leaves(self, sites, date_from, date_to, reason):
        """Close the calendars of sites; return the leave of each calendar."""
        calendars = sites.sudo().resource_calendar_id
        vals_list = []
        for calendar in calendars:
            tz = pytz.timezone(calendar.tz or "UTC")
            start, stop = (
                tz.localize(datetime.combine(day, hour))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for day, hour in (
                    (date_from, time.min),
                    (date_to, time(23, 59, 59)),
                )
            )
            vals_list.append(
                {
                    "name": reason,
                    "calendar_id": calendar.id,
                    "date_from": start,
                    "date_to": stop,
                    "time_type": "leave",
                }
            )
        leaves_sudo = self.env["resource.calendar.leaves"].sudo().create(vals_list)
        return dict(zip(calendars, leaves_sudo, strict=True))

    def _move_dates(self, tasks):
        """Move promised dates to the reopening, in bulk, and log it."""
        self.env["conciergerie.closure.line"].sudo().create(
            [
                {
                    "closure_id": closure.id,
                    "task_id": task.id,
                    "old_date": task.promised_date,
                    "new_date": closure.reopening_date,
                }
                for closure in self
                for task in tasks.filtered(
                    lambda t, site=closure.site_id: t.site_id == site
                )
            ]
        )
        bodies = {}
        for closure in self:
            of_site = tasks.filtered(lambda t, site=closure.site_id: t.site_id == site)
            for date, group in of_site.grouped("promised_date").items():
                body = self.env._(
                    "Promised date moved from %(old)s to %(new)s: closed, %(reason)s",
                    old=format_date(self.env, date),
                    new=format_date(self.env, closure.reopening_date),
                    reason=closure.reason,
                )
                bodies.update(dict.fromkeys(group.ids, body))
            # The date comes from the opening calendar: checking it again for each
            # request would compute that calendar as many times.
            of_site.sudo().with_context(
                mail_notrack=True, conciergerie_past_dates=True
            ).write({"promised_date": closure.reopening_date})
        if tasks:
            tasks._message_log_batch(bodies=bodies)

    def _tell(self, moved, ready):
        """Queue one message for each person; the others are listed to be called."""
        notices = self.env["conciergerie.closure.notice"].sudo()
        vals_list = []
        for closure in self:
            of_partner = {}
            for fname, tasks in (("moved_task_ids", moved), ("ready_task_ids", ready)):
                for task in tasks:
                    if task.site_id == closure.site_id and task.partner_id:
                        of_partner.setdefault(task.partner_id, {}).setdefault(
                            fname, []
                        ).append(task.id)
            vals_list += [
                {
                    "closure_id": closure.id,
                    "partner_id": partner.id,
                    "has_email": bool(partner.email_normalized),
                    **{f: [Command.set(ids)] for f, ids in task_ids.items()},
                }
                for partner, task_ids in of_partner.items()
            ]
        reachable = notices.create(vals_list).filtered("has_email")
        if reachable:
            template_sudo = self.env.ref(
                "conciergerie_base.mail_template_closure"
            ).sudo()
            template_sudo.send_mail_batch(reachable.ids, force_send=False)

    # ------------------------------------------------------------------
    # Cancelling
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Open again. Dates are not moved back: people were told the new ones.

        :raise UserError: a closure that is over or cancelled already
        """
        self.ensure_one()
        self._check_may_close(self.site_id)
        if self.state != "active" or self.date_to < fields.Date.context_today(self):
            raise UserError(
                self.env._("This closure is over or cancelled: nothing to cancel.")
            )
        self_sudo = self.sudo()
        self_sudo.state = "cancelled"
        self_sudo.leave_id.unlink()
        kept = self.env._(
            "Closure cancelled: %(site)s is open again. The %(count)s promised dates "
            "that were moved keep their new date, since people may have been told: "
            "change those you want, and tell their people.",
            site=self.site_id.name,
            count=len(self.line_ids),
        )
        self_sudo.message_post(body=kept, author_id=self.env.user.partner_id.id)
        tasks = self.line_ids.task_id
        if tasks:
            tasks._message_log_batch(
                bodies=dict.fromkeys(
                    tasks.ids,
                    self.env._(
                        "The closure of %(period)s was cancelled; the promised date "
                        "stays.",
                        period=self._period(),
                    ),
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": kept,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_moved(self):
        """Open the requests whose date was moved, to change them by hand."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        action["domain"] = [("id", "in", self.line_ids.task_id.ids)]
        action["context"] = {}
        return action
