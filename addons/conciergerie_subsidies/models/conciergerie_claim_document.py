import base64
import io
import logging
import re

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PdfReadError
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

MARGIN = 36
IMAGES = ("image/jpeg", "image/png", "image/gif")


class ConciergerieClaim(models.Model):
    """What goes to the funder: list of expenses, time sheets, evidence in one PDF."""

    _inherit = "conciergerie.claim"

    def action_print_expenses(self):
        return self.env.ref(
            "conciergerie_subsidies.conciergerie_claim_report"
        ).report_action(self)

    def action_export_xlsx(self):
        return self.env.ref(
            "conciergerie_subsidies.conciergerie_claim_xlsx_report"
        ).report_action(self)

    def action_print_time_sheets(self):
        """Print the time sheets of the hours claimed, for signature."""
        self.ensure_one()
        sheets = self.env["conciergerie.time.sheet"]._for_claim(self)
        if not sheets:
            raise UserError(self.env._("No hours are claimed here."))
        return sheets.action_print()

    def action_evidence(self):
        """Make the evidence bundle, keep it on the claim and open it."""
        self.ensure_one()
        self.check_access("write")
        content = self._make_bundle()
        name = self.env._("Evidence %(claim)s.pdf", claim=self.name)
        attachment = self.env["ir.attachment"].create(
            {
                "name": re.sub(r"[/\\]", "-", name),
                "res_model": self._name,
                "res_id": self.id,
                "datas": base64.b64encode(content),
                "mimetype": "application/pdf",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _lines_by_budget(self):
        """Return real lines by budget line, then the flat rates, for documents."""
        self.ensure_one()
        lines = self.line_ids.sorted(lambda r: (r.is_flat, r.piece_number, r.id))
        return lines.grouped("budget_line_id")

    def _pieces(self):
        """Return what proves the lines: number, label, attachments.

        Read with full rights: who claims a cost shows its bill.

        :return: list of dictionaries ``number``, ``label``, ``lines``, ``attachments``
        """
        self.ensure_one()
        self.check_access("read")
        real = self.sudo().line_ids.filtered(lambda line: not line.is_flat)
        files = self._files_of(real)
        result = []
        for number, lines in sorted(real.grouped("piece_number").items()):
            first = lines[0]
            parts = (format_date(self.env, first.date), first.partner_name)
            result.append(
                {
                    "number": number,
                    "label": ", ".join(
                        part for part in (*parts, first.reference) if part
                    ),
                    "lines": lines,
                    "attachments": files(lines),
                }
            )
        return result

    def _files_of(self, lines_sudo):
        """Return a function that gives the attachments of lines, read in one go."""
        attachments_sudo = self.env["ir.attachment"].sudo()
        costs = lines_sudo.allocation_id.cost_id
        expenses = costs.move_line_id.expense_id
        found = attachments_sudo.search(
            [
                ("res_field", "=", False),
                "|",
                "&",
                ("res_model", "=", "account.move"),
                ("res_id", "in", costs.move_id.ids),
                "&",
                ("res_model", "=", "hr.expense"),
                ("res_id", "in", expenses.ids),
            ],
            order="id",
        )
        by_record = found.grouped(lambda a: (a.res_model, a.res_id))
        sheets = self.env["conciergerie.time.sheet"].sudo()
        signed = sheets.search(
            [
                ("employee_id", "in", costs.filtered("hours").employee_id.ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "signed"),
            ]
        )
        scans = attachments_sudo.search(
            [
                ("res_model", "=", sheets._name),
                ("res_field", "=", "signed_file"),
                ("res_id", "in", signed.ids),
            ]
        ).grouped("res_id")

        def files(lines):
            result = attachments_sudo.browse()
            costs = lines.allocation_id.cost_id
            for cost in costs:
                result |= by_record.get(("account.move", cost.move_id.id), result)
                expense = cost.move_line_id.expense_id
                result |= by_record.get(("hr.expense", expense.id), result)
                for sheet in signed if cost.hours else ():
                    if sheet.employee_id == cost.employee_id and (
                        sheet.date_from <= cost.date <= sheet.date_to
                    ):
                        result |= scans.get(sheet.id, result)
            return result

        return files

    # ------------------------------------------------------------------
    # One PDF
    # ------------------------------------------------------------------

    def _make_bundle(self):
        """Return one PDF: a list of pieces, then each piece, numbered and bookmarked.

        A document that is neither a PDF nor a picture is named on a page of its own.

        :return: bytes
        """
        self.ensure_one()
        pieces = self._pieces()
        if not pieces:
            raise UserError(
                self.env._("%(claim)s has no cost to prove.", claim=self.name)
            )
        report = self.env["ir.actions.report"]
        cover, _type = report._render_qweb_pdf(
            "conciergerie_subsidies.conciergerie_claim_pieces_report", self.ids
        )
        writer = PdfWriter()
        writer.append(io.BytesIO(cover), import_outline=False)
        writer.add_outline_item(title=self.env._("List of pieces"), page_number=0)
        for piece in pieces:
            self._add_piece(writer, piece)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()

    def _add_piece(self, writer, piece):
        """Add the pages of a piece, stamped with its number, and its bookmark."""
        start = len(writer.pages)
        title = self.env._("Piece %(number)s", number=piece["number"])
        for attachment in piece["attachments"]:
            for page in self._pages(attachment):
                writer.add_page(page)
        if len(writer.pages) == start:
            writer.add_page(self._word_page(self.env._("No document is attached.")))
        for page in writer.pages[start:]:
            if page.rotation:
                # Scanners turn a page by a flag: its number would lie on its side.
                page.transfer_rotation_to_content()
            page.merge_page(self._stamp(title, page))
        words = self.dossier_id._words(title, piece["label"])
        writer.add_outline_item(title=words, page_number=start)

    def _pages(self, attachment_sudo):
        """Return the pages of a document, a picture on a page of its own."""
        content = attachment_sudo.raw or b""
        try:
            if content.startswith(b"%PDF"):
                reader = PdfReader(io.BytesIO(content))
                if reader.is_encrypted:
                    reader.decrypt("")
                return list(reader.pages)
            if attachment_sudo.mimetype in IMAGES:
                return [self._picture_page(content)]
        except (PdfReadError, OSError, ValueError, KeyError) as error:
            # A damaged file must not keep the others from the funder: it is named.
            _logger.info("%s is not shown in a bundle: %s", attachment_sudo.id, error)
        return [
            self._word_page(
                self.env._(
                    "“%(name)s” cannot be shown here: add it by hand.",
                    name=attachment_sudo.name,
                )
            )
        ]

    def _draw(self, size, draw):
        stream = io.BytesIO()
        page = canvas.Canvas(stream, pagesize=size)
        draw(page)
        page.save()
        return PdfReader(stream).pages[0]

    def _stamp(self, title, page):
        """Return a layer with the number of the piece, for the top right corner."""
        box = page.mediabox
        left, top, right = float(box.left), float(box.top), float(box.right)

        def draw(layer):
            width = layer.stringWidth(title, "Helvetica-Bold", 11) + 12
            corner = (right - width - 12, top - 30)
            layer.setFillColorRGB(1, 1, 1)
            layer.setStrokeColorRGB(0, 0, 0)
            layer.rect(*corner, width, 20, fill=1)
            layer.setFillColorRGB(0, 0, 0)
            layer.setFont("Helvetica-Bold", 11)
            layer.drawString(corner[0] + 6, corner[1] + 6, title)

        return self._draw((right - min(left, 0), top), draw)

    def _picture_page(self, content):
        picture = ImageReader(io.BytesIO(content))
        width, height = picture.getSize()
        room = [side - 2 * MARGIN for side in A4]
        scale = min(room[0] / width, room[1] / height, 1.0)

        def draw(page):
            page.drawImage(
                picture,
                MARGIN,
                A4[1] - MARGIN - height * scale,
                width * scale,
                height * scale,
                mask="auto",
            )

        return self._draw(A4, draw)

    def _word_page(self, text):
        def draw(page):
            page.setFont("Helvetica", 12)
            page.drawString(MARGIN, A4[1] - 2 * MARGIN - 30, text[:90])

        return self._draw(A4, draw)
