import io

import openpyxl
from PIL import Image
from pypdf import PdfReader, PdfWriter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .subsidy_common import SubsidyCommon


@tagged("post_install", "-at_install")
class TestClaimDocument(SubsidyCommon):
    """List of expenses, spreadsheet, evidence in one PDF; the dialog; the speed."""

    def _pdf(self, pages):
        writer = PdfWriter()
        for _page in range(pages):
            writer.add_blank_page(595, 842)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()

    def _picture(self):
        stream = io.BytesIO()
        Image.new("RGB", (1200, 900), "white").save(stream, "PNG")
        return stream.getvalue()

    def _claim_of_three(self):
        for number, (content, name) in enumerate(
            ((self._pdf(2), "a.pdf"), (self._picture(), "b.png"), (b"%PDF-no", "c.pdf"))
        ):
            bill = self._new_bill(100.0 + number, f"2026-03-1{number}")
            self.env["ir.attachment"].search(
                [("res_model", "=", "account.move"), ("res_id", "=", bill.id)]
            ).unlink()
            self._attach(bill, content, name)
            self._pay(bill)
            self._allocate(self._cost(bill), self.line)
        return self._new_claim()

    def test_evidence_bundle(self):
        claim = self._claim_of_three()
        pieces = claim._pieces()
        self.assertEqual([piece["number"] for piece in pieces], [1, 2, 3])
        # A damaged document is named, not left out in silence.
        loggers = ("pypdf._reader", "pypdf.generic._data_structures")
        self.patch(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            lambda *args, **kwargs: (self._pdf(1), "pdf"),
        )
        with mute_logger(*loggers):
            reader = PdfReader(io.BytesIO(claim._make_bundle()))
        titles = [item.title for item in reader.outline]
        self.assertEqual(len(titles), 4, "the list and three pieces")
        self.assertTrue(titles[1].startswith("Piece 1: "))
        self.assertEqual(len(reader.pages), 5, "the list, then two, one and one")
        for page, number in zip(reader.pages[1:], (1, 1, 2, 3), strict=True):
            self.assertIn(f"Piece {number}", page.extract_text())
        # Where a bookmark leads: core patches what it resolves to.
        for item, number in zip(reader.outline, (0, 1, 3, 4), strict=True):
            self.assertEqual(item.page.get_object(), reader.pages[number].get_object())
        self.assertIn("c.pdf", reader.pages[-1].extract_text())
        with mute_logger(*loggers):
            action = claim.action_evidence()
        self.assertIn("/web/content/", action["url"])

    def test_list_of_expenses(self):
        claim = self._claim_of_three()
        self.env["conciergerie.award"].create(
            {
                "dossier_id": self.dossier.id,
                "kind": "amendment",
                "date": "2026-02-01",
                "amount": 5000.0,
                "reference": "RH-2026-17",
            }
        )
        report = self.env["ir.actions.report"].with_user(self.accountant)
        html = report._render_qweb_html(
            "conciergerie_subsidies.report_claim", claim.ids
        )
        text = html[0].decode()
        for word in ("Printer Duval", "External services", "Region of the Hills"):
            self.assertIn(word, text)
        self.assertRegex(
            text,
            r"(?s)Reference of the funder: <strong>RH-2026-17<.*Our reference: <span>"
            + self.dossier.reference,
        )
        content, kind = report._render_xlsx(
            "conciergerie_subsidies.claim_xlsx", claim.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        rows = openpyxl.load_workbook(io.BytesIO(content)).active.values
        heads = [row[4:6] for row in rows][1:5]
        self.assertEqual(
            heads[:3],
            [
                ("Funder", "Region of the Hills"),
                ("Reference of the funder", "RH-2026-17"),
                ("Our reference", self.dossier.reference),
            ],
        )
        self.assertEqual(heads[3][0], "Period")

    def test_time_sheets_of_a_claim(self):
        employee = self._new_employee(d2026_01_01=20.0)
        staff = self._new_line(self.dossier, "Staff", 5000.0, self.staff_kind)
        hours = self._new_hours(employee, 7.5)
        self._allocate(hours, staff)
        claim = self._new_claim()
        [sheet] = self.env["conciergerie.time.sheet"]._for_claim(claim)
        self.assertEqual((sheet.hours, sheet.state), (7.5, "signed"))
        html = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_subsidies.report_time_sheet", sheet.ids
        )
        self.assertIn("Sacha Petit", html[0].decode())
        with self.assertRaises(UserError):
            sheet.unlink()

    # ------------------------------------------------------------------
    # Dialog and suggestions
    # ------------------------------------------------------------------

    def test_dialog_from_the_bill(self):
        self.line.cap_amount = 150.0
        bill = self._new_bill(100.0, post=False)
        bill.invoice_line_ids = [
            Command.create(
                {
                    "name": "Posters",
                    "account_id": self.expense_account.id,
                    "price_unit": 100.0,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        mine = bill.with_env(self.env(user=self.accountant, su=False))
        with self.assertRaisesRegex(UserError, "Post the bill first"):
            mine.action_allocate_to_dossier()
        bill.action_post()
        action = mine.action_allocate_to_dossier()
        dialog = mine.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.dossier_id, self.dossier, "the only one that may pay")
        with Form(dialog) as form:
            form.budget_line_id = self.line
        self.assertEqual(dialog.line_ids.mapped("eligible_amount"), [100.0, 50.0])
        self.assertEqual(dialog.excess_amount, 50.0)
        dialog.action_allocate()
        self.assertEqual(bill.subsidy_allocated_amount, 150.0)
        self.assertEqual(self.line.available_amount, 0.0)
        self.assertEqual(
            mine.action_view_subsidy_costs()["res_model"], self.costs._name
        )

    def test_suggestions_of_a_dossier(self):
        self.line.account_ids = self.expense_account
        self._paid_cost(100.0)
        self._paid_cost(100.0, "2025-03-01")
        employee = self._new_employee(d2026_01_01=20.0)
        self._new_hours(employee, 5.0)
        dossier = self.dossier.with_env(self.env(user=self.accountant, su=False))
        dialog = self.env["conciergerie.allocation.dialog"].browse(
            dossier.action_suggest_costs()["res_id"]
        )
        self.assertEqual(dialog.line_ids.mapped("amount"), [100.0])
        self.assertEqual(dialog.line_ids.budget_line_id, self.line)
        staff = self._new_line(self.dossier, "Staff", 5000.0, self.staff_kind)
        rows = dialog._suggest(self.dossier)
        self.assertEqual({row[1] for row in rows}, {self.line.id, staff.id})

    # ------------------------------------------------------------------
    # Speed
    # ------------------------------------------------------------------

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _spend_many(self, count):
        bill = self._new_bill(10.0, post=False)
        bill.invoice_line_ids = [
            Command.create(
                {
                    "name": str(number),
                    "account_id": self.expense_account.id,
                    "price_unit": 10.0,
                    "tax_ids": [Command.clear()],
                }
            )
            for number in range(count - 1)
        ]
        bill.action_post()
        self._attach(bill)
        self._pay(bill)
        self.allocations._allocate(
            [
                {"cost_id": cost.id, "budget_line_id": self.line.id}
                for cost in self._cost(bill)
            ]
        )

    def test_queries_do_not_grow_with_the_costs(self):
        counts = []
        for count in (3, 3, 30):
            self._spend_many(count)
            claim = self.claims.create({"dossier_id": self.dossier.id})
            counts.append(
                (
                    self._queries(claim.action_propose),
                    self._queries(claim.action_submit),
                )
            )
            self.assertEqual(claim.line_count, count)
        self.assertEqual(counts[1], counts[2])
