import io
import re
from urllib.parse import urlencode

import xlsxwriter

from odoo import fields
from odoo.fields import Domain
from odoo.http import content_disposition, request, route
from odoo.tools.misc import format_date

from .portal_provider import ProviderPortal

DOCUMENT = "conciergerie.provider.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DocumentPortal(ProviderPortal):
    """The sales documents made in the provider's name: find, read, keep (A19).

    They are its own invoices, in its own series: it must have them all (CGI, art. 289,
    I, 2; BOFiP BOI-TVA-DECLA-30-20-10: the seller keeps the obligations of one who
    invoices). The customer is named as the document names it, and no further.
    """

    def _document_month(self, month):
        """Return the first day of a month given as “2026-03”, or none."""
        if not re.fullmatch(r"\d{4}-\d{2}", month):
            return None
        return self._parse_date(f"{month}-01")

    def _document_domain(self, month, search):
        """Return the domain of a month (its first day, or none) and of words."""
        domain = Domain.TRUE
        if month:
            domain &= Domain("date", ">=", month) & Domain(
                "date", "<=", fields.Date.end_of(month, "month")
            )
        if search:
            domain &= Domain("name", "ilike", search) | Domain(
                "customer_identity", "ilike", search
            )
        return domain

    def _document_months(self):
        """Return the months that have documents, newest first: (key, words)."""
        months = (
            request.env[DOCUMENT]
            .sudo()
            ._read_group(
                self._provider_domain(DOCUMENT, self._provider()),
                ["date:month"],
                order="date:month desc",
            )
        )
        return [
            (
                month.strftime("%Y-%m"),
                format_date(request.env, month, date_format="MMMM y"),
            )
            for (month,) in months
        ]

    def _document_values(self, document_sudo):
        """Return what a row shows of a document."""
        sign = -1 if document_sudo.kind == "credit_note" else 1
        return {
            "id": document_sudo.id,
            "name": document_sudo.name,
            "date": document_sudo.date,
            "kind": document_sudo.kind,
            "corrected": document_sudo.corrected_id.name or "",
            "customer": (document_sudo.customer_identity or "").split("\n")[0],
            "issuer": document_sudo.company_id.name,
            "untaxed": sign * document_sudo.amount_untaxed,
            "tax": sign * document_sudo.amount_tax,
            "total": sign * document_sudo.amount_total,
            "currency": document_sudo.currency_id,
        }

    @route(
        ["/my/documents", "/my/documents/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_documents(self, page=1, month="", search="", **kw):
        first_day = self._document_month(month)
        search = search.strip()[:64]
        url_args = {"month": month if first_day else "", "search": search}
        documents_sudo, pager = self._own_page(
            DOCUMENT,
            "/my/documents",
            self._document_domain(first_day, search),
            page=page,
            url_args=url_args,
            order="date desc, id desc",
        )
        return self._render_provider(
            "portal_my_documents",
            {
                "documents": [self._document_values(d) for d in documents_sudo],
                "months": self._document_months(),
                "list_url": f"/my/documents/list?{urlencode(url_args)}",
                "pager": pager,
                "page_name": "provider_document",
                **url_args,
            },
        )

    @route("/my/documents/<int:document_id>/pdf", type="http", auth="user")
    def portal_my_document_pdf(self, document_id, **kw):
        """Download a document, in the language of its customer as at the sale."""
        document_sudo = self._get_own(DOCUMENT, document_id)
        pdf, _type = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(
                "conciergerie_partners.report_provider_document", document_sudo.ids
            )
        )
        return self._pdf_response(pdf, document_sudo.name.replace("/", "-"))

    @route("/my/documents/list", type="http", auth="user")
    def portal_my_documents_list(self, month="", search="", **kw):
        """Download the list as a spreadsheet, for the provider's own accountant."""
        first_day = self._document_month(month)
        documents_sudo = (
            request.env[DOCUMENT]
            .sudo()
            .search(
                [
                    *self._provider_domain(DOCUMENT, self._provider()),
                    *self._document_domain(first_day, search.strip()[:64]),
                ],
                order="date, id",
            )
        )
        content = self._documents_workbook(documents_sudo)
        name = "-".join(filter(None, ["documents", first_day and month]))
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
                ("Cache-Control", "no-store"),
            ],
        )

    def _documents_workbook(self, documents_sudo):
        """Return the bytes of a workbook, one row for each document.

        Words stay words, even where a customer's name begins like a formula.
        """
        stream = io.BytesIO()
        with xlsxwriter.Workbook(
            stream, {"in_memory": True, "strings_to_formulas": False}
        ) as book:
            sheet = book.add_worksheet(request.env._("Sales documents"))
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            money = book.add_format({"num_format": "#,##0.00"})
            columns = [
                (request.env._("Number"), "name", None),
                (request.env._("Date"), "date", day),
                (request.env._("Corrects"), "corrected", None),
                (request.env._("Customer"), "customer", None),
                (request.env._("Issued by"), "issuer", None),
                (request.env._("Without VAT"), "untaxed", money),
                (request.env._("VAT"), "tax", money),
                (request.env._("Total"), "total", money),
            ]
            for column, (title, _key, _format) in enumerate(columns):
                sheet.write_string(0, column, title, bold)
            for row, document_sudo in enumerate(documents_sudo, start=1):
                values = self._document_values(document_sudo)
                for column, (_title, key, form) in enumerate(columns):
                    sheet.write(row, column, values[key], form)
            sheet.set_column(0, len(columns) - 1, 16)
            sheet.freeze_panes(1, 0)
        return stream.getvalue()
