from odoo import api, fields, models


class ConciergerieHourlyCost(models.Model):
    """What an hour of an employee costs from a day on (case D4).

    The yearly gross cost with the employer's contributions, over the hours of a year
    that programmes accept. Dating one back revalues the hours that no claim has, and
    makes differences for those claimed (case D13).
    """

    _name = "conciergerie.hourly.cost"
    _description = "Cost of an Hour"
    _order = "employee_id, date_from desc"
    _check_company_auto = True

    employee_id = fields.Many2one(
        comodel_name="hr.employee", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="From", required=True)
    annual_cost = fields.Monetary(
        required=True, help="Gross pay and the employer's contributions, for a year."
    )
    hours_base = fields.Integer(
        string="Hours of a Year",
        required=True,
        default=1607,
        help="1 607 by law, 1 720 in programmes of the European Union. A dossier with "
        "another base takes no more of an hour than its own base gives.",
    )
    hourly_cost = fields.Monetary(
        string="Cost of an Hour", compute="_compute_hourly_cost", store=True
    )
    note = fields.Char(string="Computed from")

    _positive = models.Constraint(
        "CHECK(annual_cost > 0 AND hours_base > 0)",
        "The cost and the hours of a year are above zero.",
    )
    _once_a_day = models.UniqueIndex(
        "(company_id, employee_id, date_from)",
        "This employee has a cost from that day already: change it.",
    )

    @api.depends("annual_cost", "hours_base", "company_id")
    def _compute_hourly_cost(self):
        for cost in self:
            cost.hourly_cost = (
                cost.annual_cost / cost.hours_base if cost.hours_base else 0.0
            )

    @api.depends("employee_id", "date_from")
    def _compute_display_name(self):
        for cost in self:
            day = fields.Date.to_string(cost.date_from) or ""
            cost.display_name = f"{cost.employee_id.name} {day}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        costs._revalue()
        return costs

    def write(self, vals):
        before = {(cost.company_id, cost.employee_id) for cost in self}
        result = super().write(vals)
        self._revalue(before)
        return result

    def unlink(self):
        before = {(cost.company_id, cost.employee_id) for cost in self}
        result = super().unlink()
        self._revalue(before)
        return result

    def _revalue(self, others=()):
        """Let the hours follow, of the employees of these records and of others.

        :param others: pairs of company and employee
        """
        pairs = {(cost.company_id, cost.employee_id) for cost in self.exists()}
        by_company = {}
        for company, employee in pairs | set(others):
            by_company.setdefault(company, []).append(employee.id)
        for company, employee_ids in by_company.items():
            self.env["conciergerie.cost"]._refresh(company, employee_ids=employee_ids)
