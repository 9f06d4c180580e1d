import base64
import io
from datetime import date

from odoo.tests import tagged
from odoo.tools import pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestAccountantTour(BooksCommon, BackendTourCase):
    """The accountant takes a dossier from a bill to the bank and to the report."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the tour reads is in the source language, whatever the database has.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.accountant.write({"password": cls.accountant.login, "lang": "en_US"})
        cls.programme.write(
            {"aid_rate": 80.0, "paid_only": False, "eligible_from_receipt": False}
        )
        cls.dossier = cls._new_dossier(
            10000.0,
            award_date=date(2026, 1, 10),
            plan=12500.0,
            name="Round of the villages",
            date_from=date(2026, 1, 1),
            date_to=date(2026, 12, 31),
        )
        cls.env["conciergerie.budget.line"].sudo().create(
            [
                {
                    "dossier_id": cls.dossier.id,
                    "side": "resource",
                    "heading_id": cls.env.ref(
                        f"conciergerie_subsidies.heading_12156_{code}"
                    ).id,
                    "planned_amount": amount,
                    **values,
                }
                for code, amount, values in (
                    ("74_region", 10000.0, {"funder_id": cls.region.id}),
                    ("own", 2500.0, {"is_own": True}),
                )
            ]
        )

    def test_from_bill_to_report(self):
        bill = self._post_bill(6000.0, date(2026, 3, 1))
        self.env["ir.attachment"].create(
            {
                "name": "bill.pdf",
                "datas": base64.b64encode(b"%PDF-1.4 bill"),
                "res_model": "account.move",
                "res_id": bill.id,
            }
        )
        self.start_tour(
            "/odoo",
            "conciergerie_subsidy_accountant_tour",
            login=self.accountant.login,
            timeout=240,
        )
        line = self.dossier.budget_line_ids.filtered(lambda b: b.side == "expense")
        self.assertEqual(line.allocated_amount, 6000.0)
        self.assertEqual(line.allocation_ids.cost_id.move_id, bill)
        claim = self.dossier.claim_ids
        self.assertEqual((claim.state, claim.paid_amount), ("paid", 4800.0))
        self.assertEqual(self.dossier.received_amount, 4800.0)
        self.assertEqual(self._balance("741"), 10000.0)
        self.assertEqual(self._balance("441"), -5200.0, "awarded and not received")
        report = self.dossier.financial_report_ids
        self.assertEqual(report.done_text, "A round of six villages")
        self.assertEqual(report.actual_expense, 6000.0)
        self._check_paper(report)

    def _check_paper(self, report):
        """The report on paper, with the build of wkhtmltopdf that is installed."""
        if _wkhtml().state == "install":
            return
        content, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(
                "conciergerie_subsidies.report_financial_report", report.ids
            )
        )
        pages = pdf.PdfFileReader(io.BytesIO(content)).pages
        self.assertGreaterEqual(len(pages), 3, "account, table, annex")
        text = " ".join(" ".join(p.extract_text().split()) for p in pages)
        self.assertIn("A round of six villages", text)
        self.assertIn("15059*02", text)
