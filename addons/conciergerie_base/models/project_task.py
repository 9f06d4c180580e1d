from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from .conciergerie_piece import AT_SITE
from .project_task_type import STEPS

# State of core for each step; core keeps `state` as a second field of its own.
STATE_OF_STEP = {
    "todo": "01_in_progress",
    "provider": "01_in_progress",
    "ready": "01_in_progress",
    "problem": "01_in_progress",
    "handed_over": "1_done",
    "cancelled": "1_canceled",
}
OPEN_STEPS = ("todo", "provider", "ready", "problem")
# What the transitions record. Read-only in the interface is not enough: a call by RPC
# writes any field.
RECORDED_FIELDS = (
    "step",
    "site_id",
    "resume_step",
    "ready_date",
    "closed_date",
    "taken_by_id",
    "tracking_token",
    "last_reminder_date",
    "reminder_count",
    "unclaimed_notice_date",
    "unclaimed_end_date",
    "unclaimed_outcome",
)

# Identity of this object tells our own writes of a stage from a caller's: a context
# that comes by RPC can hold any value, but never this object.
TRANSITION = object()


class ProjectTask(models.Model):
    """A request: a task in the project of a site."""

    _inherit = "project.task"
    _rec_names_search = ["name", "reference"]

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        compute="_compute_site_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reference = fields.Char(readonly=True, copy=False)
    step = fields.Selection(
        selection=STEPS, compute="_compute_step", store=True, index=True
    )
    service_id = fields.Many2one(
        comodel_name="product.product",
        compute="_compute_service_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_conciergerie_service", "=", True)],
    )
    fulfilment = fields.Selection(related="service_id.fulfilment")
    needs_deposit = fields.Boolean(related="service_id.needs_deposit")
    is_market = fields.Boolean(related="service_id.is_market")
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_provider_id",
        inverse="_inverse_provider_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain=[("is_provider", "=", True)],
    )
    promised_date = fields.Date(copy=False, index=True, tracking=True)
    taken_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        string="Taken by",
    )
    ready_date = fields.Datetime(readonly=True, copy=False)
    closed_date = fields.Datetime(readonly=True, copy=False)
    reason = fields.Text(
        readonly=True, copy=False, help="Of a problem or cancellation."
    )
    resume_step = fields.Selection(selection=STEPS, readonly=True, copy=False)
    expected_piece_count = fields.Integer(string="Pieces Announced")
    piece_ids = fields.One2many(
        comodel_name="conciergerie.piece", inverse_name="task_id", copy=False
    )
    piece_count = fields.Integer(compute="_compute_piece_counts")
    piece_at_site_count = fields.Integer(compute="_compute_piece_counts")
    piece_at_provider_count = fields.Integer(compute="_compute_piece_counts")
    custody_event_ids = fields.One2many(
        comodel_name="conciergerie.custody.event",
        inverse_name="task_id",
        string="Custody",
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _reference_unique = models.UniqueIndex(
        "(company_id, reference) WHERE reference IS NOT NULL",
        "Two requests cannot have the same reference.",
    )

    @api.model
    def _open_steps(self):
        return list(OPEN_STEPS)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show every step on the board of requests, empty ones too."""
        if self.env.context.get("conciergerie_all_steps"):
            return stages.sudo()._request_stages().with_env(stages.env)
        return super()._read_group_stage_ids(stages, domain)

    @api.depends("project_id.site_ids")
    def _compute_site_id(self):
        for task in self:
            task.site_id = (
                task.project_id.sudo().with_context(active_test=False).site_ids
            )

    @api.depends("stage_id.step", "site_id")
    def _compute_step(self):
        for task in self:
            task.step = task.stage_id.step if task.site_id else False

    @api.depends("step")
    def _compute_state(self):
        requests = self.filtered("step")
        for task in requests:
            task.state = STATE_OF_STEP[task.step]
        return super(ProjectTask, self - requests)._compute_state()

    @api.depends("sale_line_id.product_id")
    def _compute_service_id(self):
        for task in self:
            product = task.sale_line_id.product_id
            if product.is_conciergerie_service:
                task.service_id = product

    @api.depends("sale_line_id.provider_id")
    def _compute_provider_id(self):
        for task in self:
            if task.sale_line_id.provider_id:
                task.provider_id = task.sale_line_id.provider_id

    def _inverse_provider_id(self):
        """The order line names the provider of what is sold: keep it the same."""
        for task in self.filtered("sale_line_id"):
            if task.sale_line_id.provider_id != task.provider_id:
                task.sale_line_id.sudo().provider_id = task.provider_id

    @api.depends("piece_ids.holder")
    def _compute_piece_counts(self):
        counts = {}
        for task, holder, count in self.env["conciergerie.piece"]._read_group(
            [("task_id", "in", self.ids)], ["task_id", "holder"], ["__count"]
        ):
            counts.setdefault(task.id, {})[holder] = count
        for task in self:
            of_task = counts.get(task.id or task._origin.id, {})
            task.piece_count = sum(of_task.values())
            task.piece_at_site_count = sum(of_task.get(h, 0) for h in AT_SITE)
            task.piece_at_provider_count = of_task.get("provider", 0)

    @api.depends("promised_date", "step")
    @api.depends_context("tz")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for task in self:
            task.is_late = bool(
                task.step in ("todo", "provider", "problem")
                and task.promised_date
                and task.promised_date < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("step", "in", ("todo", "provider", "problem")),
            ("promised_date", "<", fields.Date.context_today(self)),
        ]
        return late if True in value else ["!", "&", *late]

    @api.depends("reference")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for task in self.filtered("reference"):
            task.display_name = f"{task.reference} {task.name or ''}".strip()
        return result

    def _compute_elapsed(self):
        """Requests have a promised date: core's working-time statistics, which cost
        two calendar computations for each task, are left at zero."""
        requests = self.filtered("site_id")
        requests.update(
            dict.fromkeys(
                (
                    "working_hours_open",
                    "working_hours_close",
                    "working_days_open",
                    "working_days_close",
                ),
                0.0,
            )
        )
        return super(ProjectTask, self - requests)._compute_elapsed()

    @api.constrains("promised_date")
    def _check_promised_date(self):
        today = fields.Date.context_today(self)
        if self.env.su and self.env.context.get("conciergerie_past_dates"):
            return  # data loaded by the software: past requests
        for task in self.filtered(lambda t: t.site_id and t.promised_date):
            if task.promised_date < today:
                raise ValidationError(
                    self.env._(
                        "The promised date of %(request)s, %(date)s, is in the past.",
                        request=task.display_name,
                        date=format_date(self.env, task.promised_date),
                    )
                )
            if task.promised_date > fields.Date.add(today, years=1):
                raise ValidationError(
                    self.env._(
                        "The promised date of %(request)s, %(date)s, is more than a "
                        "year ahead. Check the year.",
                        request=task.display_name,
                        date=format_date(self.env, task.promised_date),
                    )
                )
            if not task.site_id._is_open_on(task.promised_date):
                raise ValidationError(
                    self.env._(
                        "%(site)s is closed on %(date)s. The next opening day is "
                        "%(next)s.",
                        site=task.site_id.name,
                        date=format_date(self.env, task.promised_date),
                        next=format_date(
                            self.env, task.site_id._opening_date(task.promised_date)
                        ),
                    )
                )

    def _check_access(self, operation):
        """Let the counter alone change requests.

        Whoever has core's rights on projects (an accountant, a colleague who plans
        other work) reads them.
        """
        refused = super()._check_access(operation)
        if refused or operation == "read" or self.env.su:
            return refused
        if self.env.user.has_group("conciergerie_base.group_counter"):
            return None
        requests = self.sudo().filtered("site_id").sudo(False)
        if not requests:
            return None
        return requests, lambda: AccessError(
            self.env._("Requests are changed by the people of the counter only.")
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Give requests their reference and let them start at the first step."""
        default_project = self.env.context.get("default_project_id")
        project_ids = {v.get("project_id") or default_project for v in vals_list}
        sites = (
            self.env["conciergerie.site"]
            .sudo()
            .with_context(active_test=False)
            .search([("project_id", "in", list(filter(None, project_ids)))])
        )
        if not sites:
            return super().create(vals_list)
        sites._check_takes_requests()
        site_of_project = {site.project_id.id: site for site in sites}
        first_stage = self.env["project.task.type"].sudo()._stage_of_step("todo")
        for vals in vals_list:
            site = site_of_project.get(vals.get("project_id") or default_project)
            if site and not vals.get("is_template"):
                if not self.env.su:
                    for fname in (*RECORDED_FIELDS, "access_token"):
                        vals.pop(fname, None)
                vals["stage_id"] = first_stage.id
                vals["reference"] = site._next_reference()
                vals.setdefault("taken_by_id", self.env.uid)
                vals.pop("state", None)
        return super().create(vals_list)

    def write(self, vals):
        """Route a change of stage (a kanban drag too) to its transition."""
        requests = self.filtered("site_id")
        if requests and self.env.context.get("conciergerie_step") is not TRANSITION:
            requests._check_protected_write(vals)
            if "stage_id" in vals:
                vals = dict(vals)
                stage = self.env["project.task.type"].browse(vals.pop("stage_id"))
                requests._drag_to_stage(stage)
                others = self - requests
                if others:
                    others.write({"stage_id": stage.id, **vals})
                if not vals:
                    return True
                return super(ProjectTask, requests).write(vals)
        return super().write(vals)

    def _check_protected_write(self, vals):
        """Refuse what would go round the transitions.

        :raise UserError: with the sentence that says where to do it instead
        """
        if "state" in vals and any(t.state != vals["state"] for t in self):
            raise UserError(
                self.env._(
                    "The state of a request follows its step. Use the buttons of "
                    "the request."
                )
            )
        if "project_id" in vals:
            self._check_move_to_project(vals["project_id"])
        if "reference" in vals and any(t.reference != vals["reference"] for t in self):
            raise UserError(self.env._("The reference of a request never changes."))
        if vals.get("active") is False and (
            opened := self.filtered(lambda t: t.step in OPEN_STEPS)
        ):
            raise UserError(
                self.env._(
                    "%(request)s is at the step “%(step)s” and cannot be archived: it "
                    "would be forgotten. Cancel it first.",
                    request=opened[0].display_name,
                    step=opened[0]._step_label(),
                )
            )
        if not self.env.su:
            self._check_recorded_fields(vals)

    def _check_move_to_project(self, project_id):
        """Refuse to take requests away from the sites, or from their pieces."""
        moved = self.filtered(lambda t: t.project_id.id != project_id)
        site_sudo = self.env["conciergerie.site"].sudo()
        if moved and (
            not site_sudo.search_count([("project_id", "=", project_id)], limit=1)
            or moved.piece_ids
        ):
            raise UserError(
                self.env._(
                    "%(request)s cannot move to another project: a request with "
                    "pieces stays at the site that has them, and a request "
                    "always belongs to a site.",
                    request=moved[0].display_name,
                )
            )

    def _check_recorded_fields(self, vals):
        """Refuse by hand what only a transition records."""
        for fname in vals.keys() & set(RECORDED_FIELDS):
            field = self._fields[fname]
            for task in self.sudo():
                value = field.convert_to_record(
                    field.convert_to_cache(vals[fname], task), task
                )
                if task[fname] != value:
                    raise UserError(
                        self.env._(
                            "“%(field)s” of %(request)s is recorded by the software. "
                            "Use the buttons of the request.",
                            field=field._description_string(self.env),
                            request=task.display_name,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_pieces_or_money(self):
        for task in self.filtered("site_id"):
            if task.piece_ids:
                raise UserError(
                    self.env._(
                        "%(request)s has pieces and cannot be deleted: cancel it and "
                        "hand the pieces back.",
                        request=task.display_name,
                    )
                )
            if task.sale_line_id.sudo().qty_invoiced:
                raise UserError(
                    self.env._(
                        "%(request)s has been invoiced and cannot be deleted. Cancel "
                        "it and make a credit note.",
                        request=task.display_name,
                    )
                )
