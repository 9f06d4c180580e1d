from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.intervals import Intervals


class ConciergerieSite(models.Model):
    """Opening hours of a day, and taking over and leaving a shift."""

    _inherit = "conciergerie.site"

    def _opening_intervals(self):
        """Return when each site is open today, closures considered.

        Read in bulk: the number of queries does not depend on the number of sites,
        which core's computation of one calendar at a time cannot offer.

        :return: dict of site to a list of (start, stop), datetimes in the time zone
            of its calendar
        """
        calendars = self.sudo().resource_calendar_id
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("calendar_id", "in", [False, *calendars.ids]),
                    ("resource_id", "=", False),
                    ("time_type", "=", "leave"),
                    ("date_to", ">", fields.Datetime.now() - timedelta(days=2)),
                    ("date_from", "<", fields.Datetime.now() + timedelta(days=2)),
                ]
            )
        )
        leaves_of = defaultdict(list)
        for leave in leaves:
            leaves_of[leave.calendar_id.id].append(leave)
        of_calendar = {
            calendar: self._calendar_intervals(
                calendar, leaves_of[calendar.id] + leaves_of[False]
            )
            for calendar in calendars
        }
        return {site: of_calendar[site.sudo().resource_calendar_id] for site in self}

    def _calendar_intervals(self, calendar, leaves):
        """Return today's opening hours of a calendar, less the given leaves."""
        tz = pytz.timezone(calendar.tz or "UTC")
        today = datetime.now(tz).date()
        week = str(self.env["resource.calendar.attendance"].get_week_type(today))

        def at(hour):
            moment = datetime.combine(today, time.min) + timedelta(hours=hour)
            return tz.localize(moment)

        opened = Intervals(
            [
                (at(line.hour_from), at(line.hour_to), line)
                for line in calendar.attendance_ids
                if line.dayofweek == str(today.weekday())
                and not line.display_type
                and line.day_period != "lunch"
                and (not calendar.two_weeks_calendar or line.week_type == week)
            ],
        )
        closed = Intervals(
            [
                (
                    pytz.utc.localize(leave.date_from).astimezone(tz),
                    pytz.utc.localize(leave.date_to).astimezone(tz),
                    leave,
                )
                for leave in leaves
                if not leave.company_id
                or not calendar.company_id
                or leave.company_id == calendar.company_id
            ]
        )
        return [(start, stop) for start, stop, _lines in opened - closed]

    def _closing_time(self):
        """Return when the site closes today, in UTC without time zone, or False."""
        self.ensure_one()
        intervals = self._opening_intervals()[self]
        if not intervals:
            return False
        return intervals[-1][1].astimezone(pytz.utc).replace(tzinfo=None)

    def _calendar_users(self):
        """Return who else lives by the opening hours of these sites.

        :return: list of names: other sites, companies and employees
        """
        calendars = self.sudo().resource_calendar_id
        domain = [("resource_calendar_id", "in", calendars.ids)]
        sites = self.sudo().with_context(active_test=False).search(domain) - self
        companies = self.env["res.company"].sudo().search(domain)
        resources = (
            self.env["resource.resource"]
            .sudo()
            .search_count([("calendar_id", "in", calendars.ids)])
        )
        names = sites.mapped("name") + companies.mapped("name")
        if resources:
            names.append(self.env._("%s employees or resources", resources))
        return names

    def _ensure_own_calendar(self):
        """Give sites that are about to close their own copy of shared hours.

        A closure in a shared calendar would close the other sites, and give a day
        off to every employee of the company. Sites that close together keep sharing.
        """
        for calendar, sites in self.grouped(
            lambda s: s.sudo().resource_calendar_id
        ).items():
            if sites._calendar_users():
                own = calendar.copy({"company_id": sites.company_id[:1].id})
                # Set after copying: core's copy adds “(copy)” to any name.
                own.name = self.env._("Hours of %s", ", ".join(sites.mapped("name")))
                sites.sudo().resource_calendar_id = own

    def action_take_over(self):
        """Take over the site; show what the log has for the new shift."""
        self.ensure_one()
        self.env["conciergerie.shift"]._take_over(self)
        if self.env["conciergerie.shift.log"].search_count(
            self._log_to_see_domain(), limit=1
        ):
            return self.action_view_log()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_leave(self):
        """Ask for the hand-over note, then leave."""
        self.ensure_one()
        shift = self.env["conciergerie.shift"]
        shift = shift.search(
            [
                ("user_id", "=", self.env.uid),
                ("site_id", "=", self.id),
                *shift._present_domain(),
            ],
            limit=1,
        )
        if not shift:
            raise UserError(self.env._("You are not on duty at %s.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_shift_leave_wizard_action"
        )
        action["context"] = {"default_shift_id": shift.id}
        return action

    def _log_to_see_domain(self):
        """Return the domain of the entries that a new shift should see first."""
        return [
            ("site_id", "in", self.ids),
            "|",
            "|",
            ("is_read", "=", False),
            ("is_open", "=", True),
            ("is_pinned", "=", True),
        ]

    def action_view_log(self):
        """Open the log: what is to read, to do or pinned; the rest in one click."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_shift_log_action"
        )
        action["context"] = {
            "search_default_site_id": self.id,
            "search_default_to_see": 1,
            "default_site_id": self.id,
        }
        return action
