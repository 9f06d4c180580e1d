from odoo import api, fields, models
from odoo.tools import formatLang

from .conciergerie_financial_report_line import COMPUTED

UNITS = [("count", "Count"), ("hours", "Hours"), ("money", "Amount")]
# What one changes by hand: taking the figures again leaves it as it is.
FIGURES = {"value", "detail"}


class ConciergerieFinancialReportIndicator(models.Model):
    """What was done in the time of a report: a figure, and how it lies on the sites.

    Counted by base's indicators while the report is a draft, or typed; frozen with
    the report. Somebody may add what nobody counts.
    """

    _name = "conciergerie.financial.report.indicator"
    _description = "Indicator of a Financial Report"
    _order = "report_id, sequence, id"
    _check_company_auto = True

    report_id = fields.Many2one(
        comodel_name="conciergerie.financial.report",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=100)
    code = fields.Char(readonly=True, help="What counts it; empty: typed only.")
    name = fields.Char(string="Indicator", required=True)
    unit = fields.Selection(selection=UNITS, required=True, default="count")
    value = fields.Float(string="Figure", digits=(16, 2))
    detail = fields.Char(string="By Site")
    is_printed = fields.Boolean(string="Print", default=True)
    is_typed = fields.Boolean(
        readonly=True,
        help="Typed by somebody: taking the figures again leaves it as it is.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_computed():
            vals_list = [
                {**vals, "code": False, "is_typed": True} for vals in vals_list
            ]
        indicators = super().create(vals_list)
        indicators.report_id._check_draft()
        return indicators

    def write(self, vals):
        self.report_id._check_draft()
        if not self._is_computed():
            vals = {n: v for n, v in vals.items() if n not in ("code", "is_typed")}
            if FIGURES & vals.keys():
                vals["is_typed"] = True
        result = super().write(vals)
        self.report_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.report_id._check_draft()

    def _is_computed(self):
        return self.env.context.get("conciergerie_computed") is COMPUTED

    def action_count_again(self):
        """Give up what was typed over a figure that is counted."""
        self.report_id._check_draft()
        counted = self.filtered("code").with_context(conciergerie_computed=COMPUTED)
        counted.write({"is_typed": False})
        self.report_id._refresh_indicators()

    def _prepare_figures(self, measured):
        """Return the values of what base measured; sites are told if several have any.

        :param measured: a dictionary of ``conciergerie.indicator._measure``
        """
        self.ensure_one()
        by_site = measured["by_site"]
        places = [site for site, figure in by_site.items() if figure]
        places.sort(key=lambda site: (site.sequence, site.name))
        detail = " · ".join(
            self.env._(
                "%(site)s: %(figure)s",
                site=site.name,
                figure=self._figure(by_site[site]),
            )
            for site in places
        )
        return {
            "value": measured["total"],
            "detail": detail if len(places) > 1 else False,
        }

    def _figure(self, value=None):
        """Return a figure of the indicator in words, as its readers write it."""
        self.ensure_one()
        value = self.value if value is None else value
        if self.unit == "money":
            currency = self.report_id.currency_id
            return formatLang(self.env, value, currency_obj=currency)
        words = formatLang(self.env, value, digits=0 if value == int(value) else 2)
        return f"{words} h" if self.unit == "hours" else words


class ConciergerieFinancialReport(models.Model):
    _inherit = "conciergerie.financial.report"

    indicator_ids = fields.One2many(
        comodel_name="conciergerie.financial.report.indicator",
        inverse_name="report_id",
        string="Activity Indicators",
        copy=False,
    )

    def _refresh(self):
        result = super()._refresh()
        self._refresh_indicators()
        return result

    def _refresh_indicators(self):
        """Count again what base and the addons count; what was typed stays.

        At the site of the dossier, or at all of the company. In the language in which
        the report is printed.
        """
        for report in self:
            dossier = report.dossier_id
            lang = report.company_id.partner_id.lang or self.env.lang
            report = report.with_context(conciergerie_computed=COMPUTED, lang=lang)
            found = report.env["conciergerie.indicator"]._measure(
                report.company_id,
                report.date_from,
                report.date_to,
                dossier.site_id or dossier._plan_dossier().site_id,
            )
            known = report.indicator_ids.grouped("code")
            gone = known.keys() - {False} - {row["code"] for row in found}
            for code in gone:
                known[code].filtered(lambda r: not r.is_typed).unlink()
            for sequence, row in enumerate(found, 1):
                rows = known.get(row["code"]) or report.indicator_ids.create(
                    {
                        **{name: row[name] for name in ("code", "name", "unit")},
                        "report_id": report.id,
                        "sequence": sequence,
                    }
                )
                for indicator in rows.filtered(lambda r: not r.is_typed):
                    indicator.write(indicator._prepare_figures(row))

    def _print_indicators(self):
        """Return the indicators to print: those ticked that have a figure."""
        self.ensure_one()
        return self.indicator_ids.filtered(
            lambda row: row.is_printed and (row.value or row.is_typed)
        )
