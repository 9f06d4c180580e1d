import io
import os
import subprocess
from unittest.mock import patch

import lxml.html

from odoo import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import pdf

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.models import ir_actions_report as core_report

LAYOUTS = ("standard", "boxed", "bold", "striped", "bubble", "wave", "folder")
TEMPLATE = """
<t t-call="web.html_container">
    <t t-foreach="docs" t-as="o">
        <t t-call="web.{layout}"><p>Text of <t t-out="o.name"/></p></t>
    </t>
</t>
"""


def _pdf_text(content):
    pages = pdf.PdfFileReader(io.BytesIO(content), strict=False).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


class PaperCase:
    """Helpers that need no particular base class."""

    @classmethod
    def _set_up_paper(cls):
        # What is printed does not hang on a server that would serve the style sheets.
        cls.env["ir.config_parameter"].set_param("report.print_delay", "0")
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["ir.qweb"], "_get_asset_nodes", lambda *a, **k: []
            )
        )
        cls.Report = cls.env["ir.actions.report"].with_context(
            force_report_rendering=True, discard_logo_check=True
        )

    def _patch_build(self, patched):
        info = core_report._wkhtml()._replace(is_patched_qt=patched, state="ok")
        self.startPatcher(patch.object(core_report, "_wkhtml", lambda: info))

    @classmethod
    def _create_report(cls, layout, model="res.partner", **vals):
        key = f"conciergerie_base.test_paper_{layout}"
        cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": key,
                "key": key,
                "arch": TEMPLATE.format(layout=layout),
            }
        )
        return cls.env["ir.actions.report"].create(
            {"name": key, "report_name": key, "model": model, **vals}
        )


@tagged("post_install", "-at_install")
class TestPaperArguments(PaperCase, TransactionCase):
    """What is handed to either build, without running it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_paper()
        cls.env.company.write(
            {
                "name": "Conciergerie du Haut-Lignon",
                "report_footer": "<p>SIRET 334 175 221 01010</p>",
                "external_report_layout_id": False,
                "paperformat_id": cls.env.ref("base.paperformat_euro").id,
            }
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": "Odile"}, {"name": "Marius"}]
        )

    def setUp(self):
        super().setUp()
        self.calls = []
        self.startPatcher(
            patch.object(core_report, "_run_wkhtmltopdf", self._fake_wkhtmltopdf)
        )

    def _fake_wkhtmltopdf(self, args):
        """Record the arguments, with the content of files in place of their path."""
        call = []
        for arg in args[:-1]:
            if os.path.isfile(arg):
                with open(arg, encoding="utf-8") as file:
                    call.append(file.read())
            else:
                call.append(arg)
        self.calls.append(call)
        writer = pdf.PdfFileWriter()
        writer.addBlankPage(width=595, height=842)
        writer.addBlankPage(width=595, height=842)
        writer.write(args[-1])
        return subprocess.CompletedProcess(args, 0, "", "")

    def _print(self, report, records, patched):
        self._patch_build(patched)
        self.calls.clear()
        self.Report._render_qweb_pdf(report, records.ids)
        return [list(call) for call in self.calls]

    def _print_core(self, report, records, patched):
        with patch.object(
            self.env.registry["ir.actions.report"],
            "_run_wkhtmltopdf",
            core_report.IrActionsReport._run_wkhtmltopdf,
        ):
            return self._print(report, records, patched)

    def test_patched_build_is_untouched(self):
        report = self._create_report("external_layout")
        for records in (self.partners[0], self.partners):
            call = self._print(report, records, patched=True)
            self.assertEqual(call, self._print_core(report, records, patched=True))
            self.assertEqual(len(call), 1)
            self.assertIn("--header-html", call[0])
            self.assertEqual(call[0][call[0].index("--margin-top") + 1], "52.0")

    def test_unpatched_build_takes_header_and_footer_into_the_page(self):
        report = self._create_report("external_layout")
        [call] = self._print(report, self.partners[0], patched=False)
        self.assertNotIn("--header-html", call)
        self.assertNotIn("--footer-html", call)
        for option in ("--margin-top", "--margin-bottom"):
            self.assertEqual(call[call.index(option) + 1], "10.0")
        text = lxml.html.fromstring(call[-1]).text_content()
        positions = [
            text.index(part)
            for part in ("Haut-Lignon", "Text of Odile", "SIRET 334 175 221 01010")
        ]
        self.assertEqual(positions, sorted(positions))
        self.assertNotIn("Page", text, "a page number that nothing fills in")

    def test_every_layout(self):
        report = self._create_report("external_layout")
        for layout in LAYOUTS:
            with self.subTest(layout=layout):
                view = self.env.ref(f"web.external_layout_{layout}")
                self.env.company.external_report_layout_id = view
                [call] = self._print(report, self.partners[0], patched=False)
                text = lxml.html.fromstring(call[-1]).text_content()
                self.assertIn("Haut-Lignon", text)
                self.assertEqual(text.count("SIRET 334 175 221 01010"), 1)
                self.assertNotIn("Page", text)

    def test_internal_layout(self):
        report = self._create_report("internal_layout")
        [call] = self._print(report, self.partners[0], patched=False)
        text = " ".join(lxml.html.fromstring(call[-1]).text_content().split())
        self.assertRegex(text, r"Haut-Lignon\s+Text of Odile")
        self.assertEqual(call[call.index("--margin-bottom") + 1], "32.0")

    def test_page_without_header_is_untouched(self):
        """Labels and tickets keep their own size and margins."""
        paper = self.env["report.paperformat"].create(
            {
                "name": "Label",
                "format": "custom",
                "page_width": 57,
                "page_height": 32,
                "margin_top": 2,
                "margin_bottom": 2,
            }
        )
        report = self._create_report("basic_layout", paperformat_id=paper.id)
        call = self._print(report, self.partners[0], patched=False)
        self.assertEqual(
            call, self._print_core(report, self.partners[0], patched=False)
        )
        self.assertNotIn("<style>", call[0][-1])

    def test_smaller_margin_is_kept(self):
        paper = self.env["report.paperformat"].create(
            {"name": "Slip", "format": "A6", "margin_top": 4, "margin_bottom": 60}
        )
        report = self._create_report("external_layout", paperformat_id=paper.id)
        [call] = self._print(report, self.partners[0], patched=False)
        self.assertEqual(call[call.index("--margin-top") + 1], "4.0")
        self.assertEqual(call[call.index("--margin-bottom") + 1], "10.0")

    def test_several_documents_are_cut_by_record(self):
        """One call a document; each record gets its own two pages back."""
        report = self._create_report("external_layout", attachment="object.name")
        calls = self._print(report, self.partners, patched=False)
        self.assertEqual(len(calls), 2)
        self.assertIn("Text of Odile", calls[0][-1])
        self.assertNotIn("Text of Marius", calls[0][-1])
        for call in calls:
            self.assertEqual(call[-1].count("SIRET 334 175 221 01010"), 1)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.partners.ids)]
        )
        self.assertEqual(set(attachments.mapped("name")), {"Odile", "Marius"})
        for attachment in attachments:
            reader = pdf.PdfFileReader(io.BytesIO(attachment.raw))
            self.assertEqual(len(reader.pages), 2)

    def test_header_made_without_container(self):
        """A caller's own header page goes on each of its documents."""
        self._patch_build(False)
        self.Report._run_wkhtmltopdf(
            ["<p>One</p>", "<html><body><p>Two</p></body></html>"],
            header="<html><body><div class='header'>Société</div></body></html>",
        )
        self.assertEqual(len(self.calls), 2)
        for call, text in zip(self.calls, ("One", "Two"), strict=True):
            content = lxml.html.fromstring(call[-1]).text_content()
            self.assertLess(content.index("Société"), content.index(text))


@tagged("post_install", "-at_install")
class TestPaperPrint(PaperCase, AccountTestInvoicingCommon):
    """The text on paper, with the build that is installed, whichever it is."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_paper()
        cls.company = cls.company_data["company"]
        cls._set_identity(cls.company, "Conciergerie du Haut-Lignon", "33417522101010")
        cls.identity = (
            "Conciergerie du Haut-Lignon",
            "SIRET : 33417522101010",
            "capital variable de 12 000 €",
        )

    def setUp(self):
        super().setUp()
        if core_report._wkhtml().state == "install":
            self.skipTest("wkhtmltopdf is not installed: nothing was printed")

    @classmethod
    def _set_identity(cls, company, name, siret):
        details = f"<p>{name}<br/>4 place de l’Église<br/>43520 Mazet-Saint-Voy</p>"
        footer = f"<p>SCIC à capital variable de 12 000 €<br/>SIRET : {siret}</p>"
        company.write(
            {"name": name, "company_details": details, "report_footer": footer}
        )

    def _create_posted(self, count, company=None):
        return self._create_invoice(
            post=True,
            company_id=(company or self.company).id,
            invoice_line_ids=[
                Command.create({"name": f"Panier {number}", "price_unit": 10})
                for number in range(count)
            ],
        )

    def _print(self, invoices):
        content, kind = self.Report._render_qweb_pdf(
            "account.account_invoices", invoices.ids
        )
        self.assertEqual(kind, "pdf")
        return content

    def _assert_identity(self, text, times=1):
        for part in self.identity:
            self.assertGreaterEqual(text.count(part), times, part)

    def test_one_line(self):
        invoice = self._create_posted(1)
        text = _pdf_text(self._print(invoice))
        self._assert_identity(text)
        self.assertIn(invoice.name, text)
        self.assertIn("place de l’Église", text)

    def test_sixty_lines(self):
        content = self._print(self._create_posted(60))
        self.assertGreater(len(pdf.PdfFileReader(io.BytesIO(content)).pages), 1)
        text = _pdf_text(content)
        self._assert_identity(text)
        self.assertIn("Panier 59", text)

    def test_two_documents(self):
        invoices = self._create_posted(1) + self._create_posted(60)
        text = _pdf_text(self._print(invoices))
        self._assert_identity(text, times=2)
        for invoice in invoices:
            self.assertIn(invoice.name, text)

    def test_same_document_twice(self):
        invoice = self._create_posted(1)
        text = _pdf_text(self._print(invoice + invoice))
        self._assert_identity(text, times=2)

    def test_two_companies(self):
        """Each document carries its own seller, not its neighbour's."""
        other = self.setup_other_company()["company"]
        self._set_identity(other, "Relais de la Loire", "40483304800022")
        invoices = self._create_posted(1) + self._create_posted(1, other)
        report = self.Report.with_context(
            allowed_company_ids=(self.company + other).ids
        )
        streams, _kind = report._pre_render_qweb_pdf(
            "account.account_invoices", invoices.ids
        )
        first, second = (
            _pdf_text(streams[invoice.id]["stream"].getvalue()) for invoice in invoices
        )
        self._assert_identity(first)
        self.assertNotIn("40483304800022", first)
        self.assertIn("Relais de la Loire", second)
        self.assertIn("40483304800022", second)
        self.assertNotIn("33417522101010", second)

    def test_french_text(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        self._assert_identity(_pdf_text(self._print(self._create_posted(1))))

    def test_landscape(self):
        self.company.paperformat_id = self.env.ref("base.paperformat_euro").copy(
            {"orientation": "Landscape"}
        )
        content = self._print(self._create_posted(1))
        box = pdf.PdfFileReader(io.BytesIO(content)).pages[0].mediabox
        self.assertGreater(box.width, box.height)
        self._assert_identity(_pdf_text(content))

    def test_sending_two_invoices(self):
        """Core's Send keeps the right PDF with each invoice."""
        invoices = self._create_posted(1) + self._create_posted(60)
        self.env["account.move.send"].with_context(
            force_report_rendering=True
        )._generate_and_send_invoices(invoices, sending_methods=[])
        first, second = (
            _pdf_text(invoice.invoice_pdf_report_id.raw) for invoice in invoices
        )
        self._assert_identity(first)
        self._assert_identity(second)
        self.assertIn(invoices[0].name, first)
        self.assertNotIn(invoices[1].name, first)
        self.assertIn(invoices[1].name, second)
