import html
import re
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .books_common import BooksCommon


class ReportCommon(BooksCommon):
    """A running dossier with a plan in equilibrium and costs of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"name": "Conciergerie of the Val", "city": "Valdun"})
        cls.programme.eligible_from_receipt = False
        cls.dossier = cls.env["conciergerie.dossier"].create(
            {
                "name": "Counter of the Val",
                "programme_id": cls.programme.id,
                "company_id": cls.company.id,
                "site_id": cls.site.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
            }
        )
        cls.lines = {}
        for code, side, amount, values in (
            ("60_supplies", "expense", 2500.0, {"name": "Fuel of the round"}),
            ("64_wages", "expense", 24000.0, {}),
            ("61_rent", "expense", 4200.5, {}),
            ("indirect_fixed", "expense", 3600.0, {}),
            ("864", "expense", 480.0, {}),
            ("74_region", "resource", 24000.0, {"funder_id": cls.region.id}),
            ("74_private", "resource", 2000.0, {"funder_id": cls.foundation.id}),
            ("own", "resource", 8300.5, {"is_own": True}),
            ("875", "resource", 480.0, {}),
        ):
            cls.lines[code] = cls.env["conciergerie.budget.line"].create(
                {
                    "dossier_id": cls.dossier.id,
                    "side": side,
                    "heading_id": cls.env.ref(
                        f"conciergerie_subsidies.heading_12156_{code}"
                    ).id,
                    "planned_amount": amount,
                    **values,
                }
            )
        cls._award(cls.dossier, 24000.0, date(2026, 2, 1))

    def _spend(self, code, amount, day=date(2026, 6, 1), share=100.0):
        return self._allocate_bill(self.lines[code], amount, day, share)

    def _new_report(self, user=None, **values):
        return (
            self.env["conciergerie.financial.report"]
            .with_user(user or self.manager)
            .with_company(self.company)
            .create({"dossier_id": self.dossier.id, **values})
        )

    def _line(self, report, code):
        return report.line_ids.filtered(
            lambda line: line.budget_line_id == self.lines[code]
        )

    def _text(self, report_name, records):
        """Return the words of a document, as its HTML has them."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"conciergerie_subsidies.{report_name}", records.ids
        )
        page = re.sub(r"<style.*?</style>", " ", content.decode(), flags=re.S)
        text = html.unescape(re.sub(r"<[^>]+>", " ", page))
        return re.sub(r"\s+", " ", text)


@tagged("post_install", "-at_install")
class TestFinancialReport(ReportCommon):
    def test_planned_and_actual(self):
        self._spend("64_wages", 23000.0)
        self._spend("60_supplies", 2480.0)
        self._spend("61_rent", 4000.0, date(2026, 3, 1))
        report = self._new_report()
        wages = self._line(report, "64_wages")
        self.assertEqual(
            (wages.planned_amount, wages.actual_amount, wages.difference),
            (24000.0, 23000.0, -1000.0),
        )
        self.assertEqual(wages.rate, 95.8)
        region = self._line(report, "74_region")
        self.assertEqual(region.actual_amount, 24000.0, "the aid as awarded")
        own = self._line(report, "own")
        self.assertEqual(own.actual_amount, 5480.0, "takes the rest")
        self.assertEqual(report.actual_expense, 29480.0)
        self.assertEqual(report.gap, 0.0)

    def test_d15_split_shown_as_split(self):
        """Case D15: an invoice of 1 000 at 60/40 shows 600, never 1 000."""
        other = self._new_dossier(
            5000.0, name="Round", date_from=date(2026, 1, 1), date_to=date(2026, 12, 31)
        )
        bill = self._spend("60_supplies", 1000.0, share=60.0)
        cost = self.env["conciergerie.cost"].search([("move_id", "=", bill.id)])
        self.env["conciergerie.allocation"].with_user(self.accountant)._allocate(
            [
                {
                    "cost_id": cost.id,
                    "budget_line_id": other.budget_line_ids[0].id,
                    "share": 40.0,
                }
            ]
        )
        report = self._new_report()
        self.assertEqual(self._line(report, "60_supplies").actual_amount, 600.0)
        text = self._text("report_financial_report", report)
        self.assertRegex(text, r"Fuel of the round 2.500 600 24")
        self.assertNotRegex(text, r"\b1.000\b")

    def test_costs_of_another_year_are_left_out(self):
        self.dossier.sudo().date_to = date(2027, 12, 31)
        self._spend("64_wages", 10000.0, date(2026, 6, 1))
        self._spend("64_wages", 7000.0, date(2027, 6, 1))
        report = self._new_report(date_to=date(2026, 12, 31))
        self.assertEqual(self._line(report, "64_wages").actual_amount, 10000.0)
        report.date_to = date(2027, 12, 31)
        self.assertEqual(self._line(report, "64_wages").actual_amount, 17000.0)

    def test_volunteers(self):
        self.env["conciergerie.volunteer.hours"].create(
            {
                "partner_id": self.beneficiary.id,
                "company_id": self.company.id,
                "date": date(2026, 6, 1),
                "hours": 20.0,
                "rate": 12.0,
                "dossier_id": self.dossier.id,
            }
        )
        report = self._new_report()
        for code in ("864", "875"):
            self.assertEqual(self._line(report, code).actual_amount, 240.0)
        self.assertEqual(report.actual_expense, 0.0, "in kind stands apart")

    def test_typed_figures_stay(self):
        self._spend("64_wages", 24000.0)
        report = self._new_report()
        self._line(report, "74_private").actual_amount = 2000.0
        own = self._line(report, "own")
        self.assertEqual(own.actual_amount, 0.0, "24 000 + 2 000 cover it")
        self._spend("61_rent", 4200.5)
        report.action_refresh()
        self.assertEqual(self._line(report, "74_private").actual_amount, 2000.0)
        self.assertEqual(own.actual_amount, 2200.5)

    def test_differences_are_explained_before_signing(self):
        self._spend("64_wages", 24000.0)
        self._spend("61_rent", 4200.5)
        self._spend("indirect_fixed", 3600.0)
        report = self._new_report()
        self._line(report, "74_private").actual_amount = 2000.0
        with self.assertRaisesRegex(UserError, "Fuel of the round"):
            report.action_sign()
        for line in report.line_ids.filtered("to_explain"):
            line.explanation = "The fuel was given by the commune"
        report.action_sign()
        self.assertEqual(report.state, "signed")
        with self.assertRaisesRegex(UserError, "is signed"):
            report.done_text = "Something else"
        with self.assertRaisesRegex(UserError, "is signed"):
            report.line_ids[0].actual_amount = 1.0
        self._spend("60_supplies", 100.0)
        self.assertEqual(self._line(report, "60_supplies").actual_amount, 0.0)
        report.signed_document = "UERG"
        with self.assertRaisesRegex(UserError, "is signed"):
            report.unlink()

    def test_totals_must_be_equal(self):
        self._spend("64_wages", 24000.0)
        report = self._new_report(threshold=1000.0)
        self._line(report, "own").actual_amount = 500.0
        self.assertEqual(report.gap, -500.0)
        with self.assertRaisesRegex(UserError, "not equal: correct the own share"):
            report.action_sign()

    def test_one_for_the_same_dates(self):
        self._new_report()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._new_report()

    def test_document(self):
        self._spend("64_wages", 23000.0)
        report = self._new_report(
            signatory_name="Hélène Faure",
            signatory_role="présidente",
            done_text="A weekly round of six villages",
            key_text="Rent by floor space",
            remark_text="Thank you",
        )
        self._line(report, "64_wages").explanation = "One month without the driver"
        self._line(report, "indirect_fixed").allocation_key = "25 % of the floor"
        text = self._text("report_financial_report", report)
        for part in (
            "15059*02",
            "A weekly round of six villages",
            "Prévision Réalisation %",
            "One month without the driver",
            "25 % of the floor",
            "Rent by floor space",
            "Thank you",
            "Je soussigné(e), Hélène Faure, présidente de Conciergerie of the Val",
            "864 – Personnel bénévole",
        ):
            self.assertIn(part, text)
        self.assertRegex(text, r"64 – Charges de personnel 24.000 23.000 96")
        self.assertRegex(text, r"Total des charges 34.301 23.000 67")
        # In the order of the form.
        order = [
            text.index(heading)
            for heading in (
                "60 – Achats",
                "61 – Services extérieurs",
                "64 – Charges de personnel",
                "Charges indirectes réparties",
                "Total des charges",
                "86 – Emplois des contributions",
            )
        ]
        self.assertEqual(order, sorted(order))

    def test_rights(self):
        report = self._new_report(user=self.accountant)
        report.done_text = "By the accountant"
        with self.assertRaises(AccessError):
            report.with_user(self.counter).read(["done_text"])
        other = self.setup_other_company()["company"]
        stranger = self._new_user("manager", company=other, login="stranger")
        with self.assertRaises(AccessError):
            report.with_user(stranger).read(["done_text"])
        with self.assertRaises(AccessError):
            self.env["conciergerie.form"].with_user(self.accountant).search([])[
                :1
            ].name = "Mine"

    def test_opened_from_the_dossier(self):
        """One button makes the first report; the next press opens it."""
        action = self.dossier.with_user(self.manager).action_view_financial_reports()
        again = self.dossier.with_user(self.manager).action_view_financial_reports()
        self.assertEqual(action["res_id"], again["res_id"])
        self.assertEqual(self.dossier.financial_report_count, 1)


@tagged("post_install", "-at_install")
class TestFinancingPlan(ReportCommon):
    def test_document(self):
        text = self._text("report_financing_plan", self.dossier)
        self.assertIn("12156*06", text)
        self.assertRegex(text, r"60 – Achats 2.500")
        self.assertIn("Fuel of the round", text)
        self.assertRegex(text, r"Conseil\(s\) régional\(aux\).{0,60} 24.000")
        # 34 300.50 on both sides: whole euros, both totals equal.
        self.assertRegex(text, r"TOTAL DES CHARGES 34.301 TOTAL DES PRODUITS 34.301")
        self.assertRegex(text, r"TOTAL 34.781 TOTAL 34.781")
        self.assertRegex(text, r"sollicitée de 24.000 €.* représente 70,0 %|70.0 %")

    def test_whole_euros_add_up(self):
        table = self.env["conciergerie.form.table"]
        rounded = table._whole_euros({"a": 0.5, "b": 0.5, "c": 10.5})
        self.assertEqual(rounded, {"a": 1, "b": 1, "c": 10})
        self.assertEqual(sum(table._whole_euros({"a": 1.4, "b": 1.4}).values()), 3)
        self.assertEqual(table._whole_euros({}), {})

    def test_words_are_data(self):
        """An administrator puts right a word of the form; its number as well."""
        form = self.env.ref("conciergerie_subsidies.form_12156")
        form.text_ids.filtered(lambda t: t.key == "title").text = "Budget révisé"
        self.assertIn(
            "Budget révisé", self._text("report_financing_plan", self.dossier)
        )

    def test_co_funder_prints_the_plan_of_the_main_dossier(self):
        other = self.env["conciergerie.dossier"].create(
            {
                "name": "Foundation's share",
                "programme_id": self.programme.id,
                "company_id": self.company.id,
                "main_dossier_id": self.dossier.id,
                "requested_amount": 2000.0,
            }
        )
        text = self._text("report_financing_plan", other)
        self.assertRegex(text, r"TOTAL DES CHARGES 34.301")
        self.assertRegex(text, r"sollicitée de 2.000 €")


@tagged("post_install", "-at_install")
class TestDeMinimisPapers(ReportCommon):
    """The register and the statement: D1's figures, on paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["conciergerie.de.minimis.aid"].create(
            [
                {
                    "company_id": cls.company.id,
                    "name": name,
                    "funder_id": cls.region.id,
                    "date": day,
                    "amount": amount,
                }
                for name, day, amount in (
                    ("Start", date(2023, 12, 10), 120000.0),
                    ("Van", date(2024, 5, 2), 90000.0),
                    ("Counter", date(2025, 9, 15), 60000.0),
                )
            ]
        )

    def _statement(self, day, user=None):
        return (
            self.env["conciergerie.de.minimis.statement"]
            .with_user(user or self.manager)
            .with_company(self.company)
            .create(
                {
                    "company_id": self.company.id,
                    "date": day,
                    "dossier_id": self.dossier.id,
                    "signatory_name": "Hélène Faure",
                    "signatory_role": "présidente",
                }
            )
        )

    def test_statement(self):
        statement = self._statement(date(2026, 11, 25))
        self.assertEqual((statement.used, statement.headroom), (270000.0, 30000.0))
        text = self._text("report_de_minimis_statement", statement)
        self.assertRegex(text, r"Total .*270.000.00")
        self.assertIn("Counter of the Val", text)
        self.assertIn("Hélène Faure, présidente", text)
        for name in ("Start", "Van", "Counter"):
            self.assertIn(name, text)

    def test_the_day_after(self):
        """On 11 December 2026 the first aid no longer counts nor stands there."""
        statement = self._statement(date(2026, 12, 11))
        self.assertEqual(statement.used, 150000.0)
        text = self._text("report_de_minimis_register", statement)
        self.assertNotIn("Start", text)
        self.assertNotIn("Hélène Faure", text, "the register is not signed")

    def test_counter_refused(self):
        with self.assertRaises(AccessError):
            self._statement(date(2026, 12, 11), self.counter)

    def test_opened_from_the_dossier(self):
        self.assertEqual(
            self.dossier.action_de_minimis_statement()["context"],
            {"default_dossier_id": self.dossier.id},
        )
