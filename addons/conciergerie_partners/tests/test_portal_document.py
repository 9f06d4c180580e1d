import io

from openpyxl import load_workbook

from odoo.tests import tagged

from ..controllers.portal_document import DocumentPortal
from .portal_common import ProviderPortalCase


@tagged("post_install", "-at_install")
class TestPortalDocument(ProviderPortalCase):
    """A provider finds and keeps the documents made in its name (case A19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.write(
            {"billing_mandate_date": "2026-01-01", "billing_prefix": "LAV-"}
        )
        cls.invoice = cls._sell(100.0, "2026-01-05")
        cls._sell(20.0, "2026-02-05")
        cls.refund = cls._refund(cls.invoice, date="2026-02-10")

    @classmethod
    def _sell(cls, price, date, provider=None, **values):
        return cls._new_invoice(
            [(cls.ironing, provider or cls.laundry, price)], date, **values
        )

    def setUp(self):
        super().setUp()
        self._login(self.laundry_user)

    def _numbers(self, query=""):
        text = self.url_open(f"/my/documents{query}").text
        return [n for n in range(1, 60) if f">LAV-2026-{n:04d}<" in text]

    def test_list(self):
        home = self.url_open("/my/provider").text
        self.assertIn('href="/my/documents"', home)
        text = self.url_open("/my/documents").text
        for words in (
            "LAV-2026-0001",
            "01/05/2026",
            "100.00",
            "-\ufeff100.00",
            "Credit note",
            "corrects LAV-2026-0001",
            self.beneficiary.name,
        ):
            self.assertIn(words, text)
        customer = self.invoice.provider_document_ids.customer_identity
        self.assertEqual(customer.split("\n")[0], self.beneficiary.name)
        self.assertNotIn(self.beneficiary.email or "@nobody", text)

    def test_month_and_words(self):
        self.assertEqual(self._numbers(), [1, 2, 3])
        self.assertEqual(self._numbers("?month=2026-02"), [2, 3])
        # Named as the one corrected, in its credit note's row only.
        self.assertEqual(self._numbers("?month=2026-03"), [])
        self.assertIn("No document fits", self.url_open("/my/documents?search=zz").text)
        self.assertEqual(self._numbers("?search=0002"), [2])
        for odd in ("?month=2026-99", "?month='", "?month=%00", "?search=%25_%5C"):
            with self.subTest(query=odd):
                self.assertEqual(self.url_open(f"/my/documents{odd}").status_code, 200)
        text = self.url_open("/my/documents").text
        self.assertIn("February 2026", text)
        self.assertNotIn("March 2026", text)

    def test_pages(self):
        self.patch(DocumentPortal, "_items_per_page", 10)
        for _number in range(20):
            self._sell(5.0, "2026-03-02")
        self.assertEqual(len(self._numbers("?month=2026-03")), 10)
        self.assertEqual(len(self._numbers("/page/2?month=2026-03")), 10)
        self.assertIn(
            "month=2026-03", self.url_open("/my/documents/page/2?month=2026-03").text
        )

    def test_pdf(self):
        document = self.invoice.provider_document_ids
        answer = self.url_open(f"/my/documents/{document.id}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("LAV-2026-0001.pdf", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertTrue(answer.content)

    def test_workbook(self):
        self.beneficiary.name = "=1+1"
        self._sell(60.0, "2026-02-20")
        answer = self.url_open("/my/documents/list?month=2026-02")
        self.assertIn("documents-2026-02.xlsx", answer.headers["Content-Disposition"])
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        self.assertEqual(
            [(row[0], str(row[1])[:10], *row[5:]) for row in rows[1:]],
            [
                ("LAV-2026-0002", "2026-02-05", 16.67, 3.33, 20),
                ("LAV-2026-0003", "2026-02-10", -83.33, -16.67, -100),
                ("LAV-2026-0004", "2026-02-20", 50, 10, 60),
            ],
        )
        self.assertEqual(rows[2][2], "LAV-2026-0001")
        cell = load_workbook(io.BytesIO(answer.content)).active["D4"]
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))

    def test_another_provider(self):
        self._new_agreement(self.cobbler)
        self._login(self.cobbler_user)
        document = self.invoice.provider_document_ids
        text = self.url_open("/my/documents").text
        self.assertIn("No document yet", text)
        self.assertNotIn("LAV-2026", text)
        page = f"/my/documents/{document.id}/pdf"
        self.assertEqual(self.url_open(page).status_code, 404)
        rows = self.url_open("/my/documents/list").content
        self.assertEqual(load_workbook(io.BytesIO(rows)).active.max_row, 1)

    def test_nobody(self):
        self.agreement.with_user(self.manager).sudo().write({"state": "draft"})
        for path in ("/my/documents", "/my/documents/list"):
            self.assertEqual(self.url_open(path).status_code, 404, path)
