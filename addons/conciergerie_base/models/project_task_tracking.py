import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.urls import urljoin

# Days for which the link still opens once the request is closed.
TRACKING_DAYS = 60


class ProjectTask(models.Model):
    """What a beneficiary sees of a request, with a link or with a login.

    Core's own task token never expires and opens core's task page, description and
    thread included: requests never get one, in mails neither.
    """

    _inherit = "project.task"

    tracking_token = fields.Char(
        copy=False, readonly=True, groups="base.group_user", index="btree_not_null"
    )
    tracking_url = fields.Char(
        compute="_compute_tracking_url", groups="base.group_user"
    )

    _tracking_token_unique = models.UniqueIndex(
        "(tracking_token) WHERE tracking_token IS NOT NULL",
        "Two requests cannot have the same tracking link.",
    )

    @api.depends("tracking_token")
    def _compute_tracking_url(self):
        for task in self:
            task.tracking_url = (
                urljoin(task.get_base_url(), f"/suivi/{task.tracking_token}")
                if task.tracking_token
                else False
            )

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        for task in tasks.sudo().filtered("site_id"):
            task.tracking_token = secrets.token_urlsafe(24)
        return tasks

    def action_renew_tracking_link(self):
        """Give the request a new link: the one given out before opens nothing."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().tracking_token = secrets.token_urlsafe(24)
        self._message_log(
            body=self.env._("The tracking link was replaced; the former one is dead.")
        )

    def action_open_tracking(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.tracking_url}

    @api.model
    def _get_by_tracking_token(self, token):
        """Return the request that a link opens, with elevated rights.

        :param str token: from the address
        :return: one request, or none where the link is unknown, revoked or expired
        """
        # Also keeps from the database what it refuses as text, a null byte for one.
        if not re.fullmatch(r"[\w-]{32}", token or "", re.ASCII):
            return self.browse()
        task_sudo = self.sudo().search(
            [("tracking_token", "=", token), ("site_id", "!=", False)], limit=1
        )
        if not task_sudo:
            return self.browse()
        closed = task_sudo.closed_date
        if closed and closed + timedelta(days=TRACKING_DAYS) < fields.Datetime.now():
            return self.browse()
        return task_sudo

    # ------------------------------------------------------------------
    # Core's portal, put aside for requests
    # ------------------------------------------------------------------

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for task in self.filtered("site_id"):
            task.access_url = f"/my/requests/{task.id}"
        return result

    def _portal_ensure_token(self):
        self.ensure_one()
        return "" if self.site_id else super()._portal_ensure_token()

    def _get_share_url(self, *args, **kwargs):
        self.ensure_one()
        if self.site_id:
            return self.sudo().tracking_url
        return super()._get_share_url(*args, **kwargs)

    def get_portal_url(self, *args, **kwargs):
        self.ensure_one()
        if self.site_id:
            return self.access_url
        return super().get_portal_url(*args, **kwargs)

    def _check_protected_write(self, vals):
        if vals.get("access_token"):
            raise UserError(
                self.env._(
                    "Requests are shared with their tracking link, which expires; "
                    "they have no other access token."
                )
            )
        return super()._check_protected_write(vals)

    # ------------------------------------------------------------------
    # What the page shows
    # ------------------------------------------------------------------

    def _tracking_steps(self):
        """Return the steps to draw: list of (label, done, current)."""
        self.ensure_one()
        order = ["todo", "provider", "ready", "handed_over"]
        if self.fulfilment == "own":
            order.remove("provider")
        if not self.needs_deposit and not self.piece_ids and self.fulfilment == "own":
            order.remove("ready")
        step = self.resume_step if self.step == "problem" else self.step
        current = order.index(step) if step in order else -1
        return [
            (self._step_label(name), index < current, index == current)
            for index, name in enumerate(order)
        ]

    def _tracking_opening_hours(self):
        """Return the site's opening hours: list of (weekday, [(from, to), …])."""
        self.ensure_one()
        calendar = self.site_id.resource_calendar_id
        selection = calendar.attendance_ids._fields["dayofweek"]
        names = dict(selection._description_selection(self.env))
        days = {}
        for line in calendar.attendance_ids.sorted(
            lambda a: (a.dayofweek, a.hour_from)
        ):
            if line.day_period != "lunch":
                days.setdefault(line.dayofweek, []).append(
                    (
                        self._format_hour(line.hour_from),
                        self._format_hour(line.hour_to),
                    )
                )
        return [(names[day], hours) for day, hours in days.items()]

    @api.model
    def _format_hour(self, hour):
        hours, minutes = divmod(round(hour * 60), 60)
        return f"{hours}:{minutes:02}"

    def _rate(self, value, feedback=""):
        """Record how satisfied the beneficiary is; a second answer replaces the first.

        :param int value: 1, 3 or 5, as in core's ratings
        :param str feedback: what she wrote
        :raise UserError: not handed over yet, or another value
        """
        self.ensure_one()
        if self.step != "handed_over":
            raise UserError(
                self.env._("A request can be rated once it has been handed over.")
            )
        if value not in (1, 3, 5):
            raise UserError(self.env._("Choose one of the three faces."))
        task_sudo = self.sudo()
        rating = task_sudo.rating_ids.filtered(
            lambda r: r.partner_id == task_sudo.partner_id
        )[:1]
        if not rating:
            token = task_sudo._rating_get_access_token(task_sudo.partner_id)
            rating = rating.search([("access_token", "=", token)], limit=1)
        return task_sudo.rating_apply(
            value, rating=rating, feedback=(feedback or "").strip()[:2000]
        )
