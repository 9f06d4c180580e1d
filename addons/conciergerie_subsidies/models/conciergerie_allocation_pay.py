from dateutil.relativedelta import relativedelta

from odoo import api, models


class ConciergerieAllocation(models.Model):
    """A month's pay is allocated through payroll or through hours, never both."""

    _inherit = "conciergerie.allocation"

    @api.model
    def _pay_ways(self, costs, instead=None):
        """Return the ways in which pay is allocated, by month: ``(kind, employee)``."""
        pay = costs.filtered(lambda cost: cost.kind in ("payroll", "timesheet"))
        ways = {}
        if not pay:
            return ways
        days = pay.mapped("date")
        groups = self.sudo()._read_group(
            [
                ("company_id", "in", pay.company_id.ids),
                ("id", "not in", instead.ids if instead else []),
                ("cost_id.kind", "in", ("payroll", "timesheet")),
                ("amount", "!=", 0),
                ("date", ">=", min(days).replace(day=1)),
                ("date", "<=", max(days) + relativedelta(day=31)),
            ],
            ["cost_id"],
        )
        for [cost] in groups:
            self._note_pay(cost, ways)
        return ways

    @api.model
    def _note_pay(self, cost, ways):
        month = (cost.company_id, cost.date.year, cost.date.month)
        ways.setdefault(month, set()).add((cost.kind, cost.employee_id))

    @api.model
    def _pay_twice(self, cost, ways):
        """Whether this month's pay is allocated the other way; note this way else.

        Pay that is booked for all together, without an employee, is everybody's.
        """
        if cost.kind not in ("payroll", "timesheet"):
            return False
        month = (cost.company_id, cost.date.year, cost.date.month)
        for kind, employee in ways.get(month, ()):
            same = employee == cost.employee_id or not employee or not cost.employee_id
            if kind != cost.kind and same:
                return True
        self._note_pay(cost, ways)
        return False

    @api.model
    def _pay_words(self, cost):
        words = {
            "payroll": self.env._(
                "The hours of that month are allocated: its pay cannot be as well. If "
                "this pay is somebody else's, say whose on the cost."
            ),
            "timesheet": self.env._(
                "The pay of that month is allocated: its hours cannot be as well. If "
                "that pay is somebody else's, say whose on its cost."
            ),
        }
        return words[cost.kind]
