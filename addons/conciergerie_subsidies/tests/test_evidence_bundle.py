import io
from unittest import SkipTest
from unittest.mock import patch

from pypdf import PdfReader
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen import canvas

from odoo.tests import tagged

from odoo.addons.base.models import ir_actions_report as core_report

from .subsidy_common import SubsidyCommon

PIECES = 45


@tagged("post_install", "-at_install")
class TestEvidenceBundle(SubsidyCommon):
    """The PDF that the funder gets, read back: cover, numbers, bookmarks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if core_report._wkhtml().state == "install":
            raise SkipTest("there is no wkhtmltopdf on this machine")
        # What is printed does not hang on a server that would serve the style sheets.
        cls.env["ir.config_parameter"].set_param("report.print_delay", "0")
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["ir.qweb"], "_get_asset_nodes", lambda *a, **k: []
            )
        )
        cls.dossier.paid_only = False
        cls.line.awarded_amount = 100_000.0

    def _scan(self, words, size=A4, rotate=0):
        """A PDF with a page for each word; ``rotate`` as scanners say it."""
        stream = io.BytesIO()
        page = canvas.Canvas(stream, pagesize=size)
        for word in words:
            page.setPageRotation(rotate)
            page.drawString(100, 300, word)
            page.showPage()
        page.save()
        return stream.getvalue()

    def _claim(self, scans):
        """A claim of a bill for each scan, a day each, in their order."""
        bills = self.env["account.move"]
        for number, content in enumerate(scans):
            bill = self._new_bill(
                10.0 + number, f"2026-{1 + number // 28:02}-{1 + number % 28:02}"
            )
            self.env["ir.attachment"].search(
                [("res_model", "=", "account.move"), ("res_id", "=", bill.id)]
            ).unlink()
            self._attach(bill, content, f"scan-{number + 1}.pdf")
            bills |= bill
        self.costs._refresh(self.company)
        self.allocations._allocate(
            [
                {"cost_id": cost.id, "budget_line_id": self.line.id}
                for cost in self.costs.search([("move_id", "in", bills.ids)])
            ]
        )
        return self._new_claim()

    def _bundle(self, claim):
        printing = claim.with_context(
            force_report_rendering=True, discard_logo_check=True
        )
        return PdfReader(io.BytesIO(printing._make_bundle()))

    def _text(self, pages):
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def _places(self, reader):
        """Where each bookmark leads, as the number of a page."""
        # Core patches what the place of a bookmark resolves to.
        pages = [page.get_object() for page in reader.pages]
        return [pages.index(item.page.get_object()) for item in reader.outline]

    def test_cover_numbers_and_bookmarks(self):
        """A cover of several pages: each bookmark still leads to its piece."""
        claim = self._claim(
            [
                self._scan(
                    [f"Scan {n}", f"Back of {n}"] if n % 10 == 3 else [f"Scan {n}"]
                )
                for n in range(1, PIECES + 1)
            ]
        )
        reader = self._bundle(claim)
        pieces = claim._pieces()
        self.assertEqual(len(pieces), PIECES)
        places = self._places(reader)
        self.assertEqual(len(places), PIECES + 1, "the cover and each piece")
        self.assertEqual(places[0], 0)
        first = places[1]
        self.assertGreater(first, 1, "the cover takes more than a page")
        # The cover: whose, for whom, every piece with its number and its amount.
        cover = self._text(reader.pages[:first])
        for words in ("List of pieces", self.dossier.name, self.region.name):
            self.assertIn(words, cover)
        for piece in pieces:
            amount = sum(piece["lines"].mapped("amount"))
            self.assertIn(f"{piece['number']} {piece['label']} 1 ", cover)
            self.assertIn(self._money(amount).replace("\N{NO-BREAK SPACE}", " "), cover)
        # Each piece where its bookmark leads, its number on each of its pages.
        titles = [item.title for item in reader.outline[1:]]
        ends = [*places[2:], len(reader.pages)]
        for number, (title, start, end) in enumerate(
            zip(titles, places[1:], ends, strict=True), 1
        ):
            self.assertEqual(title, f"Piece {number}: {pieces[number - 1]['label']}")
            self.assertEqual(end - start, 2 if number % 10 == 3 else 1)
            self.assertIn(f"Scan {number}", reader.pages[start].extract_text())
            for page in reader.pages[start:end]:
                self.assertRegex(page.extract_text(), rf"Piece {number}\b")

    def _stamp_of(self, page):
        """Where the number of the piece stands and which way up."""
        found = []

        def visit(text, _user, matrix, _font, _size):
            if "Piece" in text:
                found.append(matrix)

        page.extract_text(visitor_text=visit)
        [matrix] = found
        return matrix

    def test_scans_lying_on_their_side(self):
        """A scanner that turns a page by a flag: the number reads as the page does."""
        reader = self._bundle(
            self._claim(
                [
                    self._scan(["Upright"]),
                    self._scan(["Wide"], landscape(A4)),
                    self._scan(["Turned"], A4, 90),
                ]
            )
        )
        for page, words in zip(
            reader.pages[-3:], ("Upright", "Wide", "Turned"), strict=True
        ):
            with self.subTest(page=words):
                self.assertIn(words, page.extract_text())
                self.assertEqual(page.rotation, 0)
                a, b, c, d, x, y = self._stamp_of(page)
                self.assertEqual((a > 0, b, c, d > 0), (True, 0.0, 0.0, True))
                box = page.mediabox
                self.assertGreater(x, float(box.right) - 100)
                self.assertGreater(y, float(box.top) - 40)
        wide = [page.mediabox.width > page.mediabox.height for page in reader.pages]
        self.assertEqual(wide[-3:], [False, True, False])
