from odoo import api, fields, models
from odoo.tools.misc import format_amount


class ConciergerieDossier(models.Model):
    """The financing plan: totals, equilibrium, flat rate, shares, versions."""

    _inherit = "conciergerie.dossier"

    budget_line_ids = fields.One2many(
        comodel_name="conciergerie.budget.line",
        inverse_name="dossier_id",
        string="Plan",
        copy=True,
    )
    expense_line_ids = fields.One2many(
        comodel_name="conciergerie.budget.line",
        inverse_name="dossier_id",
        string="Expenses",
        domain=[("side", "=", "expense")],
    )
    resource_line_ids = fields.One2many(
        comodel_name="conciergerie.budget.line",
        inverse_name="dossier_id",
        string="Resources",
        domain=[("side", "=", "resource")],
    )
    spent_line_ids = fields.One2many(
        comodel_name="conciergerie.budget.line",
        inverse_name="dossier_id",
        string="Expenses to Follow",
        domain=[("side", "=", "expense"), ("in_kind", "=", False)],
    )
    version_ids = fields.One2many(
        comodel_name="conciergerie.budget.version", inverse_name="dossier_id"
    )
    version_count = fields.Integer(compute="_compute_version_count")
    total_cost = fields.Monetary(compute="_compute_plan", store=True)
    total_resource = fields.Monetary(
        string="Total Resources", compute="_compute_plan", store=True
    )
    plan_gap = fields.Monetary(
        string="To Be Found",
        compute="_compute_plan",
        store=True,
        help="Expenses less resources: nil in a plan in equilibrium.",
    )
    in_kind_cost = fields.Monetary(
        string="Uses in Kind", compute="_compute_plan", store=True
    )
    in_kind_resource = fields.Monetary(
        string="Contributions in Kind", compute="_compute_plan", store=True
    )
    eligible_cost = fields.Monetary(
        compute="_compute_plan",
        store=True,
        help="Without what is in kind and without the kinds that the programme leaves "
        "out; the flat rate included.",
    )
    public_aid = fields.Monetary(compute="_compute_plan", store=True)
    own_share = fields.Monetary(compute="_compute_plan", store=True)
    asked_in_plan = fields.Monetary(
        string="Aid in the Plan", compute="_compute_plan", store=True
    )
    flat_amount = fields.Monetary(compute="_compute_flat_amount")
    has_flat_line = fields.Boolean(compute="_compute_flat_amount")

    def _plan_dossier(self):
        """Return the dossier that holds the plan: the main one of a co-funder."""
        self.ensure_one()
        return self.main_dossier_id or self

    def _plan_lines(self, side=None, in_kind=False):
        """Return the lines of the plan, in the order of the form."""
        lines = self._plan_dossier().budget_line_ids.sorted(
            lambda line: (line.side, line.sequence, line._origin.id)
        )
        return lines.filtered(
            lambda line: line.in_kind == in_kind and side in (None, line.side)
        )

    def _compute_version_count(self):
        counts = dict(
            self.env["conciergerie.budget.version"]._read_group(
                [("dossier_id", "in", self.ids)], ["dossier_id"], ["__count"]
            )
        )
        for dossier in self:
            dossier.version_count = counts.get(dossier, 0)

    @api.depends(
        "funder_id",
        "expense_kind_ids",
        "flat_rate_base",
        "budget_line_ids.planned_amount",
        "budget_line_ids.side",
        "budget_line_ids.in_kind",
        "budget_line_ids.is_public",
        "budget_line_ids.is_own",
        "budget_line_ids.is_flat",
        "budget_line_ids.funder_id",
        "budget_line_ids.expense_kind_id",
        "main_dossier_id.budget_line_ids.planned_amount",
        "main_dossier_id.budget_line_ids.side",
        "main_dossier_id.budget_line_ids.in_kind",
        "main_dossier_id.budget_line_ids.is_public",
        "main_dossier_id.budget_line_ids.is_own",
        "main_dossier_id.budget_line_ids.is_flat",
        "main_dossier_id.budget_line_ids.funder_id",
        "main_dossier_id.budget_line_ids.expense_kind_id",
    )
    def _compute_plan(self):
        def total(lines):
            return sum(lines.mapped("planned_amount"))

        for dossier in self:
            costs = dossier._plan_lines("expense")
            resources = dossier._plan_lines("resource")
            dossier.total_cost = total(costs)
            dossier.total_resource = total(resources)
            dossier.plan_gap = total(costs) - total(resources)
            dossier.in_kind_cost = total(dossier._plan_lines("expense", True))
            dossier.in_kind_resource = total(dossier._plan_lines("resource", True))
            dossier.eligible_cost = total(dossier._eligible_lines())
            dossier.public_aid = total(resources.filtered("is_public"))
            dossier.own_share = total(resources.filtered("is_own"))
            dossier.asked_in_plan = total(dossier._asked_lines())

    def _eligible_lines(self):
        """Return the expense lines that the aid is taken on."""
        self.ensure_one()
        return self._plan_lines("expense").filtered(
            lambda line: line.is_flat or self._accepts_kind(line.expense_kind_id)
        )

    def _accepts_kind(self, kind):
        """Say whether real costs of a kind are eligible.

        Under a flat rate “for all else” only staff is real (CASES D2).
        """
        self.ensure_one()
        if self.flat_rate_base == "staff_all" and kind.code != "staff":
            return False
        return not self.expense_kind_ids or kind in self.expense_kind_ids

    def _asked_lines(self):
        """Return the resource lines that stand for the aid of this dossier."""
        self.ensure_one()
        return self._plan_lines("resource").filtered(
            lambda line: (
                line.funder_id == self.funder_id
                and line.funder_id
                and line.other_dossier_id in (self.env["conciergerie.dossier"], self)
            )
        )

    # ------------------------------------------------------------------
    # Flat rate
    # ------------------------------------------------------------------

    @api.depends(
        "flat_rate",
        "flat_rate_base",
        "expense_kind_ids",
        "budget_line_ids.planned_amount",
        "budget_line_ids.expense_kind_id",
        "budget_line_ids.is_flat",
        "budget_line_ids.in_kind",
        "budget_line_ids.side",
    )
    def _compute_flat_amount(self):
        for dossier in self:
            lines = dossier._plan_lines("expense")
            dossier.has_flat_line = bool(lines.filtered("is_flat"))
            dossier.flat_amount = dossier._flat_rate_amount(
                {line: line.planned_amount for line in lines if not line.is_flat}
            )

    def _flat_rate_amount(self, amounts):
        """Return the flat-rate costs that real costs bring (CASES D2).

        :param dict amounts: real cost by budget line, in the currency of the dossier
        """
        self.ensure_one()
        if self.flat_rate_base == "none":
            return 0.0
        base = 0.0
        for line, amount in amounts.items():
            kind = line.expense_kind_id
            if self._accepts_kind(kind) and self._is_flat_base_kind(kind):
                base += amount
        return self.currency_id.round(base * self.flat_rate / 100.0)

    def _is_flat_base_kind(self, kind):
        """Whether the flat rate is taken on costs of a kind."""
        self.ensure_one()
        if self.flat_rate_base == "direct":
            return kind.code != "indirect"
        return kind.code == "staff"

    @api.onchange("budget_line_ids", "expense_line_ids", "flat_rate", "flat_rate_base")
    def _onchange_flat_lines(self):
        lines = self.expense_line_ids.filtered("is_flat")
        if len(lines) == 1:
            lines.planned_amount = self._flat_rate_amount(
                {
                    line: line.planned_amount
                    for line in self.expense_line_ids
                    if not line.is_flat and not line.in_kind
                }
            )

    def _refresh_flat_lines(self):
        """Bring the flat-rate line of plans that may still change up to date."""
        for dossier in self:
            lines = dossier.budget_line_ids.filtered("is_flat")
            if len(lines) != 1 or not dossier._is_plan_open():
                continue
            amount = dossier.flat_amount
            if dossier.currency_id.compare_amounts(lines.planned_amount, amount):
                lines.planned_amount = amount

    # ------------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------------

    def _keep_version(self, kind, date):
        """Keep a picture of the plan as it is, for ever.

        Runs with elevated rights: only filing, awards and amendments call it, after
        their own checks.

        :param str kind: ``filed``, ``awarded`` or ``amended``
        :param date date: day of the event
        """
        version_sudo = self.env["conciergerie.budget.version"].sudo()
        return version_sudo.create(
            [
                {
                    "dossier_id": dossier.id,
                    "kind": kind,
                    "date": date,
                    "line_ids": [
                        fields.Command.create(line._prepare_version_vals(kind))
                        for line in dossier.budget_line_ids.sorted()
                    ],
                }
                for dossier in self
            ]
        )

    def action_view_versions(self):
        """Open the kept versions of the plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_budget_version_line_action"
        )
        action["domain"] = [("version_id.dossier_id", "=", self.id)]
        return action

    def _money(self, amount):
        """Return an amount as the sentences of this dossier show it."""
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id)
