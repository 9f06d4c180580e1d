import io
from itertools import pairwise

import lxml.html

from odoo import api, models
from odoo.tools import pdf

from odoo.addons.base.models import ir_actions_report as core_report

# Millimetres above and below the text once the company's identity is part of it.
PAGE_MARGIN = 10.0

# Of this build: web fonts come out as drawings (no text to search, copy or read aloud,
# 2 MB for sixty lines), so the text takes a font of the system; and everything comes
# out a quarter smaller. Of core: the sheet's margin is left inside header and footer,
# whereas here the page itself has it.
PAGE_STYLE = (
    "<style>"
    ".o_body_pdf{zoom:1.33}"
    ".o_body_pdf,.o_body_pdf .header,.o_body_pdf .article,.o_body_pdf .footer"
    "{font-family:'Liberation Sans','DejaVu Sans',sans-serif !important}"
    ".o_body_pdf .header{padding-top:0 !important}"
    ".o_body_pdf .footer{margin-top:1rem;page-break-inside:avoid}"
    ".o_body_pdf .footer>.o_footer_content{padding-bottom:0 !important}"
    "</style>"
)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        """Print the company's identity with the distributions' wkhtmltopdf as well.

        The build that comes with Debian and Ubuntu (without the patches to Qt) leaves
        header and footer out, so that an invoice carries no seller (French tax code,
        annex II, art. 242 nonies A; trade code, art. R123-237), and it takes one
        document at a time. With it, each document gets its own header before and its
        own footer after its text, and is converted alone. Documents without header and
        footer (labels, tickets) keep their page, and with the patched build everything
        is core's.
        """
        convert = super()._run_wkhtmltopdf
        options = {
            "report_ref": report_ref,
            "header": header,
            "footer": footer,
            "landscape": landscape,
            "specific_paperformat_args": specific_paperformat_args,
            "set_viewport_size": set_viewport_size,
        }
        if core_report._wkhtml().is_patched_qt:
            return convert(bodies, **options)

        bodies = list(bodies)
        headers = self._split_paper_blocks(header, "headers", len(bodies))
        footers = self._split_paper_blocks(footer, "footers", len(bodies))
        if any(headers) or any(footers):
            bodies = [
                self._insert_paper_blocks(body, top, bottom)
                for body, top, bottom in zip(bodies, headers, footers, strict=True)
            ]
            report = self._get_report(report_ref) if report_ref else self
            options.update(
                header=None,
                footer=None,
                specific_paperformat_args=self._get_paper_args(
                    report.get_paperformat(),
                    specific_paperformat_args or {},
                    top=any(headers),
                    bottom=any(footers),
                ),
            )
        if len(bodies) < 2:
            return convert(bodies, **options)
        return self._join_paper_documents(convert([body], **options) for body in bodies)

    @api.model
    def _split_paper_blocks(self, html, kind, count):
        """Return the header or footer of each of ``count`` documents, "" without one.

        Core gathers them in one container in the order of the documents; a page made
        without that container is the header of every document.

        :param kind: "headers" or "footers", the end of the container's id
        """
        if not html or not html.strip():
            return [""] * count
        root = lxml.html.document_fromstring(html)
        container = root.get_element_by_id(f"minimal_layout_report_{kind}", None)
        for node in root.iter("script"):
            node.text = ""
        self._remove_page_numbers(root)
        if container is None:
            body = root.find("body")
            whole = "".join(lxml.html.tostring(node).decode() for node in body)
            return [whole] * count
        blocks = [
            lxml.html.tostring(node, with_tail=False).decode() for node in container
        ]
        return (blocks + [""] * count)[:count]

    @api.model
    def _remove_page_numbers(self, root):
        """Take out "Page 1 / 2", which only the patched build can fill in."""
        number = ".//span[contains(concat(' ', @class, ' '), ' page ')]"
        for total in root.xpath("//span[contains(@class, 'topage')]"):
            label = total.getparent()
            while label is not None and not label.xpath(number):
                label = label.getparent()
            # Never more than the label: a header with other things in it stays.
            if label is not None and len(label.text_content().split()) <= 4:
                before = label.getprevious()
                if before is not None and before.text:
                    before.text = before.text.rstrip(" ,")
                label.drop_tree()

    @api.model
    def _insert_paper_blocks(self, body, header, footer):
        """Return the page with its header before and its footer after the text."""
        body = str(body)
        tag = body.find("<body")
        start = body.find(">", tag) + 1 if tag >= 0 else 0
        end = body.rfind("</body>")
        end = end if end >= 0 else len(body)
        return "".join(
            (body[:start], PAGE_STYLE, header, body[start:end], footer, body[end:])
        )

    @api.model
    def _get_paper_args(self, paperformat, specific_args, top, bottom):
        """Give back the room kept for a header and a footer outside the text.

        A paper with a smaller margin of its own keeps it.
        """
        args = dict(specific_args)
        for side, inlined in (("top", top), ("bottom", bottom)):
            key = f"data-report-margin-{side}"
            if inlined:
                margin = args.get(key, paperformat[f"margin_{side}"])
                args[key] = min(float(margin or 0), PAGE_MARGIN)
        return args

    @api.model
    def _join_paper_documents(self, documents):
        """Return one PDF of them all, with the outline by which core cuts it again.

        Core tells the records of one print apart (to attach each document to its
        record, to send it) by the first page of each entry of the outline, which it
        reads from named destinations, as the patched build writes them.
        """
        writer = pdf.PdfFileWriter()
        first_pages = []
        for document in documents:
            reader = pdf.PdfFileReader(io.BytesIO(document), strict=False)
            first_pages.append(len(writer.pages))
            writer.appendPagesFromReader(reader)

        name, number = pdf.NameObject, pdf.NumberObject
        outline = pdf.DictionaryObject()
        outline_ref = writer._addObject(outline)
        destinations, entries = pdf.DictionaryObject(), []
        for index, first_page in enumerate(first_pages):
            destination = name(f"/document{index}")
            destinations[destination] = pdf.ArrayObject(
                [number(first_page), name("/Fit")]
            )
            entry = pdf.DictionaryObject(
                {
                    name("/Title"): pdf.createStringObject(str(index + 1)),
                    name("/Parent"): outline_ref,
                    name("/Dest"): destination,
                }
            )
            entries.append((entry, writer._addObject(entry)))
        for (entry, entry_ref), (following, following_ref) in pairwise(entries):
            entry[name("/Next")] = following_ref
            following[name("/Prev")] = entry_ref
        outline.update(
            {
                name("/Type"): name("/Outlines"),
                name("/First"): entries[0][1],
                name("/Last"): entries[-1][1],
                name("/Count"): number(len(entries)),
            }
        )
        writer._root_object[name("/Outlines")] = outline_ref
        writer._root_object[name("/Dests")] = writer._addObject(destinations)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()
