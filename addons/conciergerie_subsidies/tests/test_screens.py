import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .books_common import BooksCommon
from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
class TestWords(ClaimCase):
    """What people read: dates and numbers as their language writes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.french = {"lang": "fr_FR"}

    def test_dates_are_those_of_the_reader(self):
        with self.assertRaisesRegex(ValidationError, "01/02/2026.*02/03/2026"):
            self.dossier.with_context(**self.french).write(
                {"date_from": "2026-03-02", "date_to": "2026-02-01"}
            )

    def test_rates_are_those_of_the_reader(self):
        dossier = self.dossier.with_context(**self.french)
        self.assertEqual(dossier._short_number(64.5), "64,50")
        self.assertEqual(dossier._short_number(64.0), "64")

    def test_time_sheet_names_its_month(self):
        employee = self._new_employee(d2026_01_01=20.0)
        self._new_hours(employee, 7.0)
        sheet = self.env["conciergerie.time.sheet"].search(
            [("employee_id", "=", employee.id)]
        )
        self.assertEqual(
            sheet.with_context(**self.french).display_name, "Sacha Petit, juin 2026"
        )

    def test_time_sheet_is_printed_by_the_accountant(self):
        employee = self._new_employee(d2026_01_01=20.0)
        employee.job_title = "Driver"
        self._new_hours(employee, 7.0)
        sheet = self.env["conciergerie.time.sheet"].search(
            [("employee_id", "=", employee.id)]
        )
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.accountant)
            ._render_qweb_html("conciergerie_subsidies.report_time_sheet", sheet.ids)
        )
        self.assertIn("Driver", content.decode())

    def test_dialog_says_that_a_cost_is_out_of_the_period(self):
        cost = self._paid_cost(100.0, "2025-11-10")
        dialog = self.env["conciergerie.allocation.dialog"].with_user(self.accountant)
        action = dialog._open_for_costs(cost, self.dossier)
        [line] = dialog.browse(action["res_id"]).line_ids
        self.assertFalse(line.budget_line_id)
        self.assertIn("Dated", line.message)

    def test_spreadsheet(self):
        """Texts stay texts, totals add up, pages print in landscape."""
        self.supplier.name = "=Printer"
        self._spend(100.0, self.line)
        self._spend(50.0, self.staff_line)
        claim = self._new_claim()
        content, _kind = self.env["ir.actions.report"]._render_xlsx(
            "conciergerie_subsidies.claim_xlsx", claim.ids, {}
        )
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        self.assertEqual(sheet.page_setup.orientation, "landscape")
        self.assertEqual(sheet.print_title_rows, "$6:$6")
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
        self.assertTrue(
            [c for c in cells if c.value == "=Printer" and c.data_type == "s"]
        )
        values = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
        totals = [
            values.cell(cell.row, 8).value for cell in cells if cell.value == "Total"
        ]
        self.assertEqual(sorted(totals), [50.0, 100.0, 150.0])

    def test_filed_before_it_was_entered_here(self):
        """A dossier of last year is taken over with the dates that it had."""
        dossier = self._new_dossier("Taken over", awarded=0.0, state="filed")
        dossier.write({"requested_amount": 5000.0, "filed_date": "2026-06-01"})
        self._new_line(dossier, "Services", 10_000.0)
        self._new_line(dossier, "To be found", 10_000.0, side="resource")
        awards = self.env["conciergerie.award"].with_user(self.manager)
        values = {"dossier_id": dossier.id, "date": "2026-02-01", "amount": 5000.0}
        with self.assertRaises(ValidationError), self.cr.savepoint():
            awards.create(values)
        dossier.with_user(self.manager).filed_date = "2025-12-01"
        awards.create(values)
        self.assertEqual(dossier.awarded_date, date(2026, 2, 1))


@tagged("post_install", "-at_install")
class TestBooksWords(BooksCommon):
    def test_closing_tells_what_waits(self):
        """Aid that is not posted is not kept for later: who closes is told."""
        dossier = self._new_dossier(12000.0)
        message = self._close(dossier, date(2026, 12, 31))
        self.assertIn("wait to be posted", message)
        self.assertRegex(message, r"12.000.00")
        self._post(dossier, "receivable")
        self.assertFalse(self._close(dossier, date(2026, 12, 31)))

    def test_report_says_which_side_is_too_much(self):
        dossier = self._new_dossier(1000.0, plan=1000.0)
        self.env["conciergerie.budget.line"].sudo().create(
            {
                "dossier_id": dossier.id,
                "side": "resource",
                "heading_id": self.env.ref(
                    "conciergerie_subsidies.heading_12156_74_region"
                ).id,
                "planned_amount": 1000.0,
                "funder_id": self.region.id,
            }
        )
        report = (
            self.env["conciergerie.financial.report"]
            .with_user(self.manager)
            .create({"dossier_id": dossier.id})
        )
        self.assertLess(report.gap, 0.0)
        self.assertIn("Resources are", report.gap_words)
        self.assertNotIn("-", report.gap_words)
        with self.assertRaises(UserError):
            report.action_sign()
