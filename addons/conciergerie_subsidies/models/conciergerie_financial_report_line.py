from odoo import api, fields, models

# Identity tells figures that are computed from those that somebody types.
COMPUTED = object()


class ConciergerieFinancialReportLine(models.Model):
    """A line of the plan in a report: planned, actual, and why they differ."""

    _name = "conciergerie.financial.report.line"
    _description = "Line of a Financial Report"
    _order = "report_id, side, sequence, id"
    _check_company_auto = True

    report_id = fields.Many2one(
        comodel_name="conciergerie.financial.report",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    dossier_id = fields.Many2one(related="report_id.dossier_id", store=True, index=True)
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    name = fields.Char(related="budget_line_id.name", store=True)
    heading_id = fields.Many2one(related="budget_line_id.heading_id", store=True)
    side = fields.Selection(related="budget_line_id.side", store=True)
    sequence = fields.Integer(related="budget_line_id.sequence", store=True)
    in_kind = fields.Boolean(related="budget_line_id.in_kind", store=True)
    planned_amount = fields.Monetary(readonly=True, string="Planned")
    actual_amount = fields.Monetary(string="Actual")
    is_typed = fields.Boolean(
        readonly=True,
        help="Typed by somebody: taking the figures again leaves it as it is.",
    )
    difference = fields.Monetary(compute="_compute_difference", store=True)
    rate = fields.Float(
        string="Actual of Planned (%)", compute="_compute_rate", digits=(6, 1)
    )
    explanation = fields.Text()
    allocation_key = fields.Char(
        help="How a part of this indirect cost was put on the project: share of floor "
        "space, of hours…"
    )
    to_explain = fields.Boolean(compute="_compute_to_explain", store=True)

    _once = models.UniqueIndex(
        "(report_id, budget_line_id)", "A line of the plan stands once in a report."
    )

    @api.depends("planned_amount", "actual_amount")
    def _compute_difference(self):
        for line in self:
            line.difference = line.actual_amount - line.planned_amount

    @api.depends("planned_amount", "actual_amount")
    def _compute_rate(self):
        for line in self:
            line.rate = (
                100 * line.actual_amount / line.planned_amount
                if line.planned_amount
                else 0.0
            )

    @api.depends(
        "planned_amount", "actual_amount", "explanation", "report_id.threshold"
    )
    def _compute_to_explain(self):
        for line in self:
            currency = line.currency_id or self.env.company.currency_id
            limit = line.planned_amount * line.report_id.threshold / 100
            gap = abs(line.actual_amount - line.planned_amount)
            line.to_explain = (
                currency.compare_amounts(gap, limit) > 0
                and not (line.explanation or "").strip()
            )

    def write(self, vals):
        self.report_id._check_draft()
        computed = self.env.context.get("conciergerie_computed") is COMPUTED
        if "actual_amount" not in vals or computed:
            return super().write(vals)
        result = super().write({**vals, "is_typed": True})
        # What the own share takes follows from the other lines.
        self.report_id._refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.report_id._check_draft()


class ConciergerieFinancialReport(models.Model):
    """Where the figures of a report come from."""

    _inherit = "conciergerie.financial.report"

    def _refresh(self):
        """Bring lines and figures up to date with the plan, costs and hours."""
        for report in self:
            plan = report.dossier_id._plan_dossier().budget_line_ids
            missing = plan - report.line_ids.budget_line_id
            report.line_ids.create(
                [{"report_id": report.id, "budget_line_id": b.id} for b in missing]
            )
            actual = report._actual_amounts()
            for line in report.line_ids.with_context(conciergerie_computed=COMPUTED):
                budget_line = line.budget_line_id
                planned = budget_line.filed_amount or budget_line.planned_amount
                values = {"planned_amount": planned}
                if not line.is_typed and budget_line in actual:
                    values["actual_amount"] = actual[budget_line]
                line.write(values)

    def _actual_amounts(self):
        """Return the actual amount of each line of the plan.

        Real costs as shares (case D15), what the funder cut of them included: the form
        asks what was spent, and the answer of the funder is in its aid. Then the flat
        rate on them, hours of volunteers, the aid accepted or awarded; the first line
        of the own share takes the rest.
        """
        self.ensure_one()
        dossier = self.dossier_id
        plan = dossier._plan_dossier().budget_line_ids
        spent = plan._get_actual(self.date_from, self.date_to)
        actual = {line: 0.0 for line in plan}
        actual |= spent
        for line in plan.filtered("is_flat")[:1]:
            actual[line] = dossier._flat_rate_amount(spent)
        worth = self._volunteer_worth()
        for side in ("expense", "resource"):
            for line in plan.filtered(
                lambda b, side=side: b.side == side and b._is_volunteering()
            )[:1]:
                actual[line] = worth
        self._set_resources(plan, actual)
        return actual

    def _set_resources(self, plan, actual):
        """Fill the resources: aid of all funders, then the own share."""
        resources = plan.filtered(lambda b: b.side == "resource" and not b.in_kind)
        typed = {
            line.budget_line_id: line.actual_amount
            for line in self.line_ids
            if line.is_typed
        }
        sources = self._aid_sources()
        for line in resources:
            source = line.other_dossier_id or sources.get(line)
            actual[line] = source._aid_of_report() if source else 0.0
        self._set_given(resources.filtered(lambda b: b not in sources), actual)
        final = actual | typed
        costs = sum(
            amount
            for line, amount in final.items()
            if line.side == "expense" and not line.in_kind
        )
        own = resources.filtered("is_own")[:1]
        if own:
            others = sum(final[line] for line in resources - own)
            actual[own] = max(self.currency_id.round(costs - others), 0.0)

    def _aid_sources(self):
        """Return which dossier of the operation stands behind a resource of the plan.

        The first line that each dossier asks for has its aid; others have no dossier.

        :return: ``conciergerie.dossier``, maybe empty, by budget line
        """
        main = self.dossier_id._plan_dossier()
        sources = {}
        for dossier in self.dossier_id | main | main.cofunding_ids:
            asked = dossier._asked_lines()
            free = [line for line in asked if not sources.get(line)]
            sources = dict.fromkeys(asked, dossier.browse()) | sources
            if free:
                sources[free[0]] = dossier
        return sources

    def _set_given(self, lines, actual):
        """Fill what funders without a dossier here gave: their income on the project.

        That is what is booked of them on income accounts and on the analytic account
        of the dossier in the time of the report. Without such an account it stays to
        be typed: what a funder gives for other projects must not be taken for it.
        """
        dossier = self.dossier_id._plan_dossier()
        analytic = dossier.analytic_account_id
        lines = lines.filtered(lambda b: b.funder_id and not b.other_dossier_id)
        if not analytic or not lines:
            return
        # The report was checked; its reader may not read the books.
        groups = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [
                    (analytic.plan_id._column_name(), "=", analytic.id),
                    ("company_id", "=", self.company_id.id),
                    ("general_account_id.internal_group", "=", "income"),
                    ("move_line_id.parent_state", "=", "posted"),
                    ("date", ">=", self.date_from),
                    ("date", "<=", self.date_to),
                ],
                ["move_line_id.partner_id.commercial_partner_id"],
                ["amount:sum"],
            )
        )
        given = {partner.id: amount for partner, amount in groups}
        for line in lines:
            # The first line of a funder has all of it.
            actual[line] = given.pop(line.funder_id.commercial_partner_id.id, 0.0)

    def _volunteer_worth(self):
        """Return the worth of the hours given to the dossier in the report's time."""
        self.ensure_one()
        rows = self.env["conciergerie.volunteer.hours"]._read_group(
            [
                ("dossier_id", "=", self.dossier_id._plan_dossier().id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            aggregates=["amount:sum"],
        )
        return rows[0][0]


class ConciergerieBudgetLine(models.Model):
    _inherit = "conciergerie.budget.line"

    def _is_volunteering(self):
        """Return whether the line is volunteer time, given or used (864, 875)."""
        self.ensure_one()
        return self.in_kind and (
            self.expense_kind_id.code == "volunteer"
            or (self.heading_id.code or "") in ("864", "875")
        )


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    def _aid_of_report(self):
        """Return the aid as reports show it: accepted, else claimed, else awarded."""
        self.ensure_one()
        sent = self.claim_ids.filtered(
            lambda claim: claim.state in ("submitted", "answered", "paid")
        )
        if not sent:
            return self.awarded_amount
        return sum(
            claim.claimed_amount
            if claim.state == "submitted"
            else claim.accepted_amount
            for claim in sent
        )
