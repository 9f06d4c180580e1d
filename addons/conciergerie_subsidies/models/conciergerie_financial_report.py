from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

FROZEN_STATES = ("signed",)
# What may still be added to a signed report: the scan of its signature.
AFTER_SIGNATURE = {"signed_document", "signed_document_name"}


class ConciergerieFinancialReport(models.Model):
    """The account that a funder asks of its aid: planned, actual, and why they differ.

    In the order and the words of form CERFA 15059, which are data. Signed, it does not
    change any more, whatever is booked later.
    """

    _name = "conciergerie.financial.report"
    _description = "Financial Report"
    _inherit = ["mail.thread", "conciergerie.form.table"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    funder_id = fields.Many2one(related="dossier_id.funder_id", store=True, index=True)
    due_date = fields.Date(related="dossier_id.report_date")
    form_id = fields.Many2one(
        comodel_name="conciergerie.form",
        domain=[("kind", "=", "report")],
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["conciergerie.form"]._current("report"),
    )
    date_from = fields.Date(
        string="Costs From",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_to = fields.Date(
        string="Costs Until",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("signed", "Signed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.financial.report.line",
        inverse_name="report_id",
        string="Planned and Actual",
    )
    threshold = fields.Float(
        string="Explain Differences Above (%)",
        default=10.0,
        help="Of what was planned on the line; the funder may say another.",
    )
    done_text = fields.Text(string="What Was Done")
    people_text = fields.Text(string="For Whom")
    place_text = fields.Text(string="When and Where")
    goals_text = fields.Text(string="Goals and Indicators")
    key_text = fields.Text(
        string="How Indirect Costs Were Spread",
        help="Which key for which cost: share of floor space, of hours…",
    )
    difference_text = fields.Text(string="Differences in General")
    in_kind_text = fields.Text(
        string="Contributions in Kind", help="Which, and how they were valued."
    )
    remark_text = fields.Text(string="Remarks")
    signatory_name = fields.Char(
        string="Signed By",
        compute="_compute_signatory",
        store=True,
        readonly=False,
        precompute=True,
    )
    signatory_role = fields.Char(string="Capacity")
    signature_place = fields.Char(
        string="Signed At",
        compute="_compute_signatory",
        store=True,
        readonly=False,
        precompute=True,
    )
    signature_date = fields.Date(string="Signed On", copy=False)
    signed_document = fields.Binary(string="Signed Copy", attachment=True, copy=False)
    signed_document_name = fields.Char(copy=False)
    planned_total = fields.Monetary(compute="_compute_totals")
    actual_expense = fields.Monetary(
        compute="_compute_totals", string="Actual Expenses"
    )
    actual_resource = fields.Monetary(
        compute="_compute_totals", string="Actual Resources"
    )
    gap = fields.Monetary(
        compute="_compute_totals",
        string="Not Balanced By",
        help="Actual expenses less actual resources: the form wants both equal.",
    )
    gap_words = fields.Char(compute="_compute_gap_words")
    unexplained_count = fields.Integer(
        compute="_compute_totals", string="Differences to Explain"
    )

    _period_once = models.UniqueIndex(
        "(dossier_id, date_from, date_to)",
        "This dossier has a report for the same dates already.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The report ends before it begins."
    )

    @api.depends("dossier_id")
    def _compute_dates(self):
        today = fields.Date.context_today(self)
        for report in self:
            dossier = report.dossier_id
            report.date_from = report.date_from or dossier.date_from or today
            report.date_to = report.date_to or dossier.date_to or today

    @api.depends("dossier_id")
    def _compute_signatory(self):
        for report in self:
            report.signatory_name = report.signatory_name or self.env.user.name
            report.signature_place = (
                report.signature_place or report.dossier_id.company_id.city
            )

    @api.depends("dossier_id", "date_from", "date_to")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Report of %(dossier)s, %(year)s",
                dossier=report.dossier_id.display_name or "",
                year=report.date_to.year if report.date_to else "",
            )

    @api.depends(
        "line_ids.planned_amount", "line_ids.actual_amount", "line_ids.to_explain"
    )
    def _compute_totals(self):
        for report in self:
            money = report.line_ids.filtered(lambda line: not line.in_kind)
            costs = money.filtered(lambda line: line.side == "expense")
            report.planned_total = sum(costs.mapped("planned_amount"))
            report.actual_expense = sum(costs.mapped("actual_amount"))
            report.actual_resource = sum((money - costs).mapped("actual_amount"))
            report.gap = (report.currency_id or self.env.company.currency_id).round(
                report.actual_expense - report.actual_resource
            )
            report.unexplained_count = len(report.line_ids.filtered("to_explain"))

    @api.depends("gap")
    def _compute_gap_words(self):
        """Say which side is too much, and what usually mends it."""
        for report in self:
            gap = format_amount(self.env, abs(report.gap), report.currency_id)
            if report.gap > 0:
                report.gap_words = self.env._(
                    "Expenses are %(gap)s more than resources. The own share takes the "
                    "rest, unless somebody typed it.",
                    gap=gap,
                )
            elif report.gap < 0:
                report.gap_words = self.env._(
                    "Resources are %(gap)s more than expenses. Allocate the costs that "
                    "are missing, or type what was really used of the aid.",
                    gap=gap,
                )
            else:
                report.gap_words = False

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        reports._refresh()
        return reports

    def write(self, vals):
        if vals.keys() - AFTER_SIGNATURE - {"state"}:
            self._check_draft()
        result = super().write(vals)
        if {"date_from", "date_to", "dossier_id"} & vals.keys():
            self._refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_draft()

    def _check_draft(self):
        for report in self:
            if report.state in FROZEN_STATES:
                raise UserError(
                    self.env._(
                        "“%s” is signed: what the funder has does not change. Open it "
                        "again if it was not sent.",
                        report.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # What can be done with it
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Take the figures from the plan and the costs again; typed ones stay."""
        self._check_draft()
        self._refresh()

    def action_sign(self):
        """Close the report: both totals equal and each large difference explained.

        :raise UserError: with what is missing
        """
        for report in self:
            report._check_draft()
            lines = report.line_ids.filtered("to_explain")
            if lines:
                raise UserError(
                    self.env._(
                        "Explain first why these lines differ from the plan: %s.",
                        ", ".join(lines.mapped("name")),
                    )
                )
            currency = report.currency_id
            if not currency.is_zero(report.gap):
                raise UserError(
                    self.env._(
                        "Expenses of %(expense)s and resources of %(resource)s are not "
                        "equal: correct the own share or another resource.",
                        expense=report.dossier_id._money(report.actual_expense),
                        resource=report.dossier_id._money(report.actual_resource),
                    )
                )
            report.signature_date = report.signature_date or fields.Date.context_today(
                report
            )
            report.state = "signed"

    def action_reopen(self):
        """Open a signed report again, for who may set up the addon."""
        self.check_access("write")
        self.state = "draft"

    def action_print(self):
        """Print the report."""
        return self.env.ref(
            "conciergerie_subsidies.action_report_financial_report"
        ).report_action(self)

    # ------------------------------------------------------------------
    # What is printed
    # ------------------------------------------------------------------

    def _print_table(self):
        """Return the table of the form: planned and actual by heading."""
        self.ensure_one()
        lines = self.line_ids
        return self._form_table(
            lines.budget_line_id,
            [
                {line.budget_line_id: line.planned_amount for line in lines},
                {line.budget_line_id: line.actual_amount for line in lines},
            ],
        )

    def _print_date(self, date):
        """Return a date as the reader's language writes it, "" where there is none."""
        return format_date(self.env, date) if date else ""

    def _aid_share(self):
        """Return the aid on the report and its share of the actual resources, in %."""
        self.ensure_one()
        asked = self.dossier_id._asked_lines()
        aid = sum(
            self.line_ids.filtered(lambda line: line.budget_line_id in asked).mapped(
                "actual_amount"
            )
        )
        total = self.actual_resource
        return aid, round(100 * aid / total, 1) if total else 0.0


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    financial_report_ids = fields.One2many(
        comodel_name="conciergerie.financial.report", inverse_name="dossier_id"
    )
    financial_report_count = fields.Integer(compute="_compute_financial_report_count")

    @api.depends("financial_report_ids")
    def _compute_financial_report_count(self):
        counts = dict(
            self.env["conciergerie.financial.report"]._read_group(
                [("dossier_id", "in", self.ids)], ["dossier_id"], ["__count"]
            )
        )
        for dossier in self:
            dossier.financial_report_count = counts.get(dossier, 0)

    def action_view_financial_reports(self):
        """Open the reports of the dossier; the only one at once, or a first one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_financial_report_action"
        )
        action["domain"] = [("dossier_id", "=", self.id)]
        action["context"] = {"default_dossier_id": self.id}
        reports = self.financial_report_ids
        if not reports:
            reports = reports.create({"dossier_id": self.id})
        if len(reports) == 1:
            action["res_id"] = reports.id
            action["views"] = [(False, "form")]
        return action
