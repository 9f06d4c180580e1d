from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ConciergerieTimeSheet(models.Model):
    """A month of an employee's hours, printed for signature: the proof of hours."""

    _name = "conciergerie.time.sheet"
    _description = "Time Sheet for Signature"
    _order = "date_from desc, employee_id"
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
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(compute="_compute_date_to", store=True)
    month_label = fields.Char(string="Period", compute="_compute_month_label")
    hours = fields.Float(compute="_compute_hours")
    late_hours = fields.Float(
        string="Hours Entered Later",
        compute="_compute_late_hours",
        help="Entered after the signed copy was attached: not proved by it.",
    )
    signed_file = fields.Binary(
        string="Signed Copy", attachment=True, help="Scan signed by both."
    )
    signed_name = fields.Char()
    signed_date = fields.Date(string="Signed on")
    state = fields.Selection(
        selection=[("draft", "To sign"), ("signed", "Signed")],
        compute="_compute_state",
        store=True,
    )

    _once_a_month = models.UniqueIndex(
        "(company_id, employee_id, date_from)",
        "This employee has a time sheet of that month already.",
    )

    @api.depends("date_from")
    def _compute_date_to(self):
        for sheet in self:
            first = sheet.date_from
            sheet.date_to = first and first + relativedelta(day=31)

    @api.depends("signed_file")
    def _compute_state(self):
        for sheet in self:
            sheet.state = "signed" if sheet.signed_file else "draft"

    @api.depends("employee_id", "date_from")
    def _compute_hours(self):
        for sheet in self:
            sheet.hours = sum(day["total"] for day in sheet._days())

    @api.depends("employee_id", "date_from", "signed_file")
    def _compute_late_hours(self):
        scans_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "signed_file"),
                    ("res_id", "in", self.ids),
                ]
            )
        )
        signed = {scan.res_id: scan.write_date for scan in scans_sudo}
        for sheet in self:
            since = signed.get(sheet.id)
            late = sheet._lines().filtered(
                lambda line, since=since: since and line.create_date > since
            )
            sheet.late_hours = sum(late.mapped("unit_amount"))

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_month_label(self):
        for sheet in self:
            sheet.month_label = (
                format_date(self.env, sheet.date_from, date_format="MMMM yyyy")
                if sheet.date_from
                else ""
            )

    @api.depends("employee_id", "month_label")
    def _compute_display_name(self):
        for sheet in self:
            parts = (sheet.employee_id.name, sheet.month_label)
            sheet.display_name = ", ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._start_of_month(vals)
        sheets = super().create(vals_list)
        sheets._follow()
        return sheets

    def write(self, vals):
        self._start_of_month(vals)
        result = super().write(vals)
        self._follow()
        return result

    @api.model
    def _start_of_month(self, vals):
        if vals.get("date_from"):
            vals["date_from"] = fields.Date.to_date(vals["date_from"]).replace(day=1)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsigned(self):
        if any(sheet.state == "signed" for sheet in self):
            raise UserError(
                self.env._("A signed time sheet proves hours: it is not deleted.")
            )

    def _follow(self):
        """A signed sheet makes the hours of its month proved."""
        self.flush_recordset()
        for company, sheets in self.grouped("company_id").items():
            self.env["conciergerie.cost"]._refresh(
                company, employee_ids=sheets.employee_id.ids
            )

    def _lines(self):
        """Return the timesheet lines of the month; read with full rights.

        Who may read the time sheet may read its hours.
        """
        self.ensure_one()
        self.check_access("read")
        lines_sudo = self.env["account.analytic.line"].sudo()
        return lines_sudo.search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
                ("project_id", "!=", False),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            order="date, id",
        )

    def _projects(self):
        """Return the projects of the columns, in order."""
        return self._lines().project_id.sorted("name")

    def _days(self):
        """Return one dictionary for each day with hours, for the printed sheet.

        Each has ``date``, ``hours`` by project, ``what`` and ``total``.
        """
        days = {}
        for line in self._lines() if self.employee_id and self.date_from else ():
            day = days.setdefault(
                line.date,
                {
                    "date": line.date,
                    "hours": defaultdict(float),
                    "what": [],
                    "total": 0,
                },
            )
            day["hours"][line.project_id] += line.unit_amount
            day["total"] += line.unit_amount
            if line.name and line.name != "/" and line.name not in day["what"]:
                day["what"].append(line.name)
        return list(days.values())

    @api.model
    def _for_claim(self, claim):
        """Return the time sheets of the hours of a claim; missing ones are made.

        :param claim: ``conciergerie.claim``
        """
        costs = claim.line_ids.allocation_id.cost_id.filtered("hours")
        wanted = {(cost.employee_id, cost.date.replace(day=1)) for cost in costs}
        known = self.search(
            [
                ("company_id", "=", claim.company_id.id),
                ("employee_id", "in", costs.employee_id.ids),
            ]
        )
        found = known.filtered(lambda s: (s.employee_id, s.date_from) in wanted)
        have = {(sheet.employee_id, sheet.date_from) for sheet in found}
        found += self.create(
            [
                {
                    "employee_id": employee.id,
                    "date_from": month,
                    "company_id": claim.company_id.id,
                }
                for employee, month in sorted(
                    wanted - have, key=lambda pair: (pair[1], pair[0].id)
                )
            ]
        )
        return found.sorted(lambda s: (s.employee_id.name, s.date_from))

    def action_print(self):
        return self.env.ref(
            "conciergerie_subsidies.conciergerie_time_sheet_report"
        ).report_action(self)
