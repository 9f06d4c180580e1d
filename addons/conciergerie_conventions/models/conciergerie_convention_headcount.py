from odoo import api, fields, models


class ConciergerieConventionHeadcount(models.Model):
    """How many people the payer says it has in a month.

    For a fee by head where nobody is listed: a commune, a landlord, or an employer
    that gives a figure instead of names. Joins and leaves within the month do not
    count; a figure changed later is put right in the next invoice.
    """

    _name = "conciergerie.convention.headcount"
    _description = "Headcount of a Month"
    _order = "convention_id, month desc"
    _check_company_auto = True

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_convention", "=", True)],
        check_company=True,
    )
    company_id = fields.Many2one(
        related="convention_id.company_id", store=True, index=True
    )
    month = fields.Date(required=True, help="Any day of the month.")
    number = fields.Integer(string="People", required=True)

    _once = models.UniqueIndex(
        "(convention_id, month)",
        "This month has its headcount already: change that line instead.",
    )
    _number_check = models.Constraint(
        "CHECK(number >= 0)", "A headcount is zero or more."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._first_of_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._first_of_month(vals))

    @api.model
    def _first_of_month(self, vals):
        month = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": month.replace(day=1)} if month else vals

    @api.depends("convention_id", "month")
    def _compute_display_name(self):
        for headcount in self:
            month = headcount.month
            headcount.display_name = (
                f"{headcount.convention_id.name or ''}, "
                f"{month.strftime('%m/%Y') if month else ''}"
            )
