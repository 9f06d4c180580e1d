from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .conciergerie_shift import GRACE

# Days ahead for which the home screen announces a closure.
ANNOUNCED = timedelta(days=7)
PREVIEW_ENTRIES = 3

# What each number of the home screen counts: the same as the filter of that name in
# the search view of requests, which its link opens.
REQUEST_FILTERS = {
    "open": [("step", "in", ("todo", "provider", "ready", "problem"))],
    "due_today": [
        ("promised_date", "=", "today"),
        ("step", "in", ("todo", "provider", "problem")),
    ],
    "late": [("is_late", "=", True)],
    "ready": [("step", "=", "ready")],
    "waiting": [("step", "=", "ready"), ("ready_date", "<", "-7d")],
    "provider": [("step", "=", "provider")],
    "problem": [("step", "=", "problem")],
}


class ConciergerieSite(models.Model):
    """The home screen of a site: its day at a glance.

    Everything is computed for all sites at once, in a number of queries that does
    not depend on how many there are.
    """

    _inherit = "conciergerie.site"

    open_request_count = fields.Integer(compute="_compute_request_counts")
    due_today_request_count = fields.Integer(compute="_compute_request_counts")
    late_request_count = fields.Integer(compute="_compute_request_counts")
    ready_request_count = fields.Integer(compute="_compute_request_counts")
    waiting_request_count = fields.Integer(compute="_compute_request_counts")
    provider_request_count = fields.Integer(compute="_compute_request_counts")
    problem_request_count = fields.Integer(compute="_compute_request_counts")
    overdue_key_count = fields.Integer(compute="_compute_key_counts")
    kept_key_count = fields.Integer(compute="_compute_key_counts")
    unread_log_count = fields.Integer(compute="_compute_log")
    open_log_count = fields.Integer(compute="_compute_log")
    log_preview = fields.Text(compute="_compute_log")
    duty_names = fields.Char(compute="_compute_duty")
    expected_names = fields.Char(compute="_compute_duty")
    is_on_duty = fields.Boolean(compute="_compute_duty")
    opening_today = fields.Char(compute="_compute_opening")
    is_open_today = fields.Boolean(compute="_compute_opening")
    closure_notice = fields.Char(compute="_compute_closure_notice")

    @api.depends_context("uid", "tz")
    def _compute_request_counts(self):
        task = self.env["project.task"]
        in_sites = [("site_id", "in", self.ids)]
        by_step = {
            (site.id, step): count
            for site, step, count in task._read_group(
                [*in_sites, *REQUEST_FILTERS["open"]], ["site_id", "step"], ["__count"]
            )
        }
        counts = {
            name: dict(
                task._read_group(
                    [*in_sites, *REQUEST_FILTERS[name]], ["site_id"], ["__count"]
                )
            )
            for name in ("due_today", "late", "waiting")
        }
        for site in self:
            of_step = {
                step: by_step.get((site.id, step), 0) for step in task._open_steps()
            }
            site.open_request_count = sum(of_step.values())
            site.ready_request_count = of_step["ready"]
            site.provider_request_count = of_step["provider"]
            site.problem_request_count = of_step["problem"]
            for name, of_site in counts.items():
                site[f"{name}_request_count"] = of_site.get(site, 0)

    @api.depends_context("uid", "tz")
    def _compute_key_counts(self):
        counts = {
            name: dict(
                self.env["conciergerie.key"]._read_group(
                    [("site_id", "in", self.ids), *domain], ["site_id"], ["__count"]
                )
            )
            for name, domain in (
                ("overdue", [("is_overdue", "=", True)]),
                ("kept", [("is_closed", "=", False)]),
            )
        }
        for site in self:
            site.overdue_key_count = counts["overdue"].get(site, 0)
            site.kept_key_count = counts["kept"].get(site, 0)

    @api.depends_context("uid", "tz")
    def _compute_log(self):
        entries = self.env["conciergerie.shift.log"].search(self._log_to_see_domain())
        of_site = entries.grouped("site_id")
        for site in self:
            of_this = of_site.get(site, entries.browse())
            site.unread_log_count = len(of_this.filtered(lambda e: not e.is_read))
            site.open_log_count = len(of_this.filtered("is_open"))
            first = of_this.sorted(
                lambda e: (not e.is_pinned, e.is_read, not e.is_open, -e.id)
            )[:PREVIEW_ENTRIES]
            site.log_preview = "\n".join(entry._preview() for entry in first)

    @api.depends_context("uid", "tz")
    def _compute_duty(self):
        now = fields.Datetime.now()
        shifts = self.env["conciergerie.shift"].search(
            [
                ("site_id", "in", self.ids),
                ("left_at", "=", False),
                ("stop", ">", now - GRACE),
                "|",
                ("taken_at", "!=", False),
                ("start", "<=", now),
            ]
        )
        present, expected = defaultdict(list), defaultdict(list)
        for shift in shifts:
            if shift.taken_at:
                present[shift.site_id].append(shift.user_id)
            elif shift.stop > now:
                expected[shift.site_id].append(shift.user_id)
        for site in self:
            site.duty_names = ", ".join(u.name for u in present[site])
            site.expected_names = ", ".join(u.name for u in expected[site])
            site.is_on_duty = self.env.user in present[site]

    @api.depends("resource_calendar_id")
    def _compute_opening(self):
        opened = self._opening_intervals() if self else {}
        for site in self:
            intervals = opened[site]
            site.is_open_today = bool(intervals)
            site.opening_today = ", ".join(
                f"{start:%H:%M}–{stop:%H:%M}" for start, stop in intervals
            )

    @api.depends_context("lang", "tz")
    def _compute_closure_notice(self):
        today = fields.Date.context_today(self)
        notices = defaultdict(list)
        for closure in self.env["conciergerie.closure"].search(
            [
                ("site_id", "in", self.ids),
                ("state", "=", "active"),
                ("date_to", ">=", today),
                ("date_from", "<=", today + ANNOUNCED),
            ],
            order="date_from",
        ):
            if closure.date_from <= today:
                text = self.env._(
                    "Closed until %(last)s: %(reason)s",
                    last=format_date(self.env, closure.date_to),
                    reason=closure.reason,
                )
            else:
                text = self.env._(
                    "Will be closed, %(period)s: %(reason)s",
                    period=closure._period(),
                    reason=closure.reason,
                )
            notices[closure.site_id].append(text)
        for site in self:
            site.closure_notice = ". ".join(notices[site])

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    def action_view_requests(self):
        """Open the requests of the site, filtered as the context's `only` says."""
        self.ensure_one()
        only = self.env.context.get("only")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        name = only if only in REQUEST_FILTERS else "open"
        action["context"] = {
            "search_default_site_id": self.id,
            f"search_default_{name}": 1,
        }
        if name != "open":  # few cards of one kind: a list reads faster
            views = action.get("views") or []
            action["views"] = sorted(views, key=lambda view: view[1] != "list")
        return action

    def action_view_keys(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_key_action"
        )
        only = "overdue" if self.env.context.get("only") == "overdue" else "kept"
        action["context"] = {
            "search_default_site_id": self.id,
            f"search_default_{only}": 1,
            "default_site_id": self.id,
        }
        return action

    def _action_for_site(self, xml_id):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {
            "default_site_id": self.id,
            "search_default_site_id": self.id,
        }
        return action

    def action_view_rota(self):
        return self._action_for_site("conciergerie_base.conciergerie_shift_action")

    def action_close_exceptionally(self):
        """Show what closing the site would move, in a dialog."""
        return self._action_for_site(
            "conciergerie_base.conciergerie_closure_wizard_action"
        )

    def action_write_log(self):
        """Write an entry for the next shift, in a dialog."""
        action = self._action_for_site(
            "conciergerie_base.conciergerie_shift_log_action"
        )
        action.update(
            name=self.env._("Note for the next shift"),
            views=[(False, "form")],
            view_mode="form",
            target="new",
        )
        return action
