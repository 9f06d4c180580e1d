from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .conciergerie_piece import AT_SITE
from .project_task import OPEN_STEPS

PROBLEM_KINDS = [
    ("lost", "Lost"),
    ("damaged", "Damaged"),
    ("refused", "Refused by the provider or the beneficiary"),
    ("other", "Other"),
]


class ProjectTask(models.Model):
    """What goes wrong: cancellation, loss, damage, things that nobody collects."""

    _inherit = "project.task"

    problem_kind = fields.Selection(selection=PROBLEM_KINDS, copy=False, tracking=True)
    compensation_by = fields.Selection(
        selection=[
            ("none", "Nobody"),
            ("conciergerie", "The conciergerie"),
            ("provider", "The provider"),
            ("insurance", "The insurance"),
        ],
        string="Compensated by",
        copy=False,
        tracking=True,
    )
    compensation_amount = fields.Monetary(
        string="Compensation",
        copy=False,
        tracking=True,
        help="What the beneficiary gets, at most the declared value of the pieces "
        "and the liability limit printed on the deposit ticket.",
    )
    compensation_limit = fields.Monetary(compute="_compute_compensation_limit")
    declared_value = fields.Monetary(compute="_compute_compensation_limit")
    unclaimed_notice_date = fields.Date(readonly=True, copy=False, tracking=True)
    unclaimed_end_date = fields.Date(
        string="May Be Disposed of on", readonly=True, copy=False
    )
    unclaimed_outcome = fields.Selection(
        selection=[("sold", "Sold"), ("given", "Given away")],
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("piece_ids.declared_value", "company_id.conciergerie_liability_limit")
    def _compute_compensation_limit(self):
        for task in self:
            limit = task.company_id.conciergerie_liability_limit
            values = task.piece_ids.mapped("declared_value")
            task.declared_value = sum(values)
            if not limit:
                task.compensation_limit = sum(values)
            else:
                # An undeclared piece is compensated up to the limit.
                task.compensation_limit = sum(min(v or limit, limit) for v in values)

    @api.constrains("compensation_amount", "compensation_by")
    def _check_compensation(self):
        for task in self:
            if task.compensation_amount < 0:
                raise ValidationError(self.env._("A compensation cannot be negative."))
            if task.compensation_amount and task.compensation_by in (False, "none"):
                raise ValidationError(
                    self.env._("Say who compensates %s.", task.display_name)
                )
            limit = task.compensation_limit
            if (
                limit
                and task.currency_id.compare_amounts(task.compensation_amount, limit)
                > 0
            ):
                raise ValidationError(
                    self.env._(
                        "The compensation of %(request)s, %(amount)s, is above what "
                        "the deposit ticket promises: %(limit)s for its pieces.",
                        request=task.display_name,
                        amount=task.currency_id.format(task.compensation_amount),
                        limit=task.currency_id.format(limit),
                    )
                )

    # ------------------------------------------------------------------
    # Cancellation and problems
    # ------------------------------------------------------------------

    def _require_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write the reason: it is what the next person will read.")
            )
        return reason

    def _cancel_request(self, reason):
        """Cancel open requests. Their pieces remain to be given back.

        :param str reason: shown on the request and in its log
        :raise UserError: no reason, or a request that is closed
        """
        reason = self._require_reason(reason)
        self._check_step(OPEN_STEPS, self.env._("cancel it"))
        self._set_step(
            "cancelled",
            self.env._("Cancelled: %s", reason),
            {"reason": reason, "closed_date": fields.Datetime.now()},
        )

    def _report_problem(self, reason, kind="other"):
        """Put open requests aside until the problem is solved.

        :param str reason: what happened; shown on the request
        :param str kind: ``lost``, ``damaged``, ``refused`` or ``other``
        :raise UserError: no reason, or a request that is closed
        """
        reason = self._require_reason(reason)
        self._check_step(("todo", "provider", "ready"), self.env._("report a problem"))
        for step, tasks in self.grouped("step").items():
            tasks._set_step(
                "problem",
                self.env._("Problem: %s", reason),
                {
                    "reason": reason,
                    "resume_step": step,
                    "problem_kind": kind or "other",
                },
            )

    def action_resume(self):
        self._resume()

    def _resume(self):
        """Return from a problem to the step where it happened."""
        self._check_step(("problem",), self.env._("resume it"))
        for (step, reason), tasks in self.grouped(
            lambda t: (t.resume_step, t.reason or "")
        ).items():
            tasks._set_step(
                step, self.env._("Problem solved: %s", reason), {"reason": False}
            )

    # ------------------------------------------------------------------
    # Unclaimed things
    # ------------------------------------------------------------------

    def action_send_unclaimed_notice(self):
        """Give notice that things must be collected before they are disposed of."""
        self._check_step(("ready", "cancelled"), self.env._("give notice"))
        for task in self:
            if not task.piece_at_site_count:
                raise UserError(
                    self.env._("%s has nothing at the counter.", task.display_name)
                )
        today = fields.Date.context_today(self)
        for company, tasks in self.grouped("company_id").items():
            end = today + timedelta(days=company.conciergerie_unclaimed_days)
            tasks._record({"unclaimed_notice_date": today, "unclaimed_end_date": end})
            tasks._message_log_batch(
                bodies=dict.fromkeys(
                    tasks.ids,
                    self.env._(
                        "Notice given: unclaimed things may be disposed of on %s",
                        end.strftime("%d/%m/%Y"),
                    ),
                )
            )
        self._notify_beneficiary("unclaimed")

    def _dispose_unclaimed(self, outcome, reason):
        """Sell or give away what nobody collected, once the notice has run out.

        :param str outcome: ``sold`` or ``given``
        :param str reason: to whom, for how much; kept on the request
        :raise UserError: no notice was given, or its delay still runs
        """
        reason = self._require_reason(reason)
        self._check_step(("ready", "cancelled"), self.env._("dispose of its things"))
        today = fields.Date.context_today(self)
        for task in self:
            if not task.unclaimed_notice_date:
                raise UserError(
                    self.env._(
                        "Give notice for %s first: nobody may dispose of things that "
                        "were not claimed back in writing.",
                        task.display_name,
                    )
                )
            if today < task.unclaimed_end_date:
                raise UserError(
                    self.env._(
                        "The notice for %(request)s runs until %(date)s.",
                        request=task.display_name,
                        date=task.unclaimed_end_date.strftime("%d/%m/%Y"),
                    )
                )
            task.piece_ids.filtered(lambda p: p.holder in AT_SITE)._move(
                "disposed", task.site_id
            )
        self._record({"unclaimed_outcome": outcome, "reason": reason})
        self._message_log_batch(
            bodies=dict.fromkeys(
                self.ids, self.env._("Unclaimed things disposed of: %s", reason)
            )
        )
        self.filtered(lambda t: t.step == "ready")._cancel_request(
            self.env._("Unclaimed: %s", reason)
        )

    def action_dispose_unclaimed(self):
        return self._action_reason("dispose")
