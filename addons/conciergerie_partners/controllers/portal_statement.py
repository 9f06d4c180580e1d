from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.http import request, route

from .portal_provider import ProviderPortal


class StatementPortal(ProviderPortal):
    """The provider's statements: read, approve, dispute a line, download."""

    def _provider_waiting(self, provider_sudo):
        today = fields.Date.context_today(request.env.user)
        waiting_sudo = (
            request.env["conciergerie.statement"]
            .sudo()
            .search(
                [
                    *self._provider_domain("conciergerie.statement", provider_sudo),
                    ("approved_date", "=", False),
                    ("reversed_statement_id", "=", False),
                    ("reversal_ids", "=", False),
                ]
            )
        )
        return [
            *super()._provider_waiting(provider_sudo),
            (
                "statements",
                len(
                    waiting_sudo.filtered(
                        lambda s: (
                            s.dispute_end_date >= today and not s.dispute_open_count
                        )
                    )
                ),
            ),
        ]

    @route(
        ["/my/statements", "/my/statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_statements(self, page=1, **kw):
        statements_sudo, pager = self._own_page(
            "conciergerie.statement",
            "/my/statements",
            page=page,
            order="date desc, id desc",
        )
        return self._render_provider(
            "portal_my_statements",
            {
                "statements": statements_sudo,
                "pager": pager,
                "page_name": "provider_statement",
            },
        )

    @route("/my/statements/<int:statement_id>", type="http", auth="user", website=True)
    def portal_my_statement(self, statement_id, done="", **kw):
        statement_sudo = self._get_own("conciergerie.statement", statement_id)
        return self._statement_page(statement_sudo, done=done)

    def _statement_page(self, statement_sudo, **values):
        today = fields.Date.context_today(request.env.user)
        closed = (
            statement_sudo.approved_date
            or statement_sudo.reversal_ids
            or statement_sudo.reversed_statement_id
        )
        return self._render_provider(
            "portal_my_statement",
            {
                "statement": statement_sudo,
                "sections": self._statement_sections(statement_sudo),
                "documents": [
                    record.name or ""
                    for _report, record in statement_sudo._documents_to_print()
                ],
                "can_approve": not closed and not statement_sudo.dispute_open_count,
                "can_dispute": not closed and today <= statement_sudo.dispute_end_date,
                "money": {
                    "widget": "monetary",
                    "display_currency": statement_sudo.currency_id,
                },
                "page_name": "provider_statement",
                **values,
            },
        )

    def _row_price(self, entry, section):
        """Return the main amount of a row: the price, or what is added or taken."""
        if section in ("bonus", "charge"):
            return entry._own_row_amount()
        return entry.direct_amount if section == "referral" else entry.collected_amount

    def _statement_sections(self, statement_sudo):
        """Return the sales to show, by mode: (title, mode, rows)."""
        disputes = statement_sudo.dispute_ids.grouped("entry_id")
        return [
            (
                title,
                mode,
                [
                    {
                        "id": entry.id,
                        "date": entry.date,
                        "reference": entry.line_id.task_id.reference or entry.reference,
                        "service": entry._label(),
                        "price": self._row_price(entry, mode),
                        "direct": entry.direct_amount if mode == "mandate" else 0.0,
                        "is_sale": mode not in ("bonus", "charge"),
                        "commission": entry.commission_amount,
                        "vat": entry._vat_wording(),
                        "net": None if mode == "referral" else entry._net_amount(),
                        "disputes": [
                            (d.text, d.state, d.state == "answered" and d.answer)
                            for d in disputes.get(entry, ())
                        ],
                    }
                    for entry in entries
                ],
            )
            for title, entries, mode in statement_sudo._entries_by_section()
        ]

    @route(
        "/my/statements/<int:statement_id>/document/<int:number>",
        type="http",
        auth="user",
    )
    def portal_my_statement_document(self, statement_id, number, **kw):
        """Download a document of the statement: itself first, then its invoices."""
        statement_sudo = self._get_own("conciergerie.statement", statement_id)
        documents = statement_sudo._documents_to_print()
        if number >= len(documents):
            raise NotFound()
        report, record_sudo = documents[number]
        pdf, _type = (
            request.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(report, record_sudo.ids)
        )
        return self._pdf_response(pdf, (record_sudo.name or "").replace("/", "-"))

    @route(
        "/my/statements/<int:statement_id>/approve",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_statement_approve(self, statement_id, **kw):
        statement_sudo = self._get_own("conciergerie.statement", statement_id)
        error = self._try(statement_sudo._portal_approve)
        if error:
            return self._statement_page(statement_sudo, error=error)
        return request.redirect(f"/my/statements/{statement_id}?done=approved")

    @route(
        "/my/statements/<int:statement_id>/dispute/<int:entry_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_statement_dispute(self, statement_id, entry_id, text="", **kw):
        statement_sudo = self._get_own("conciergerie.statement", statement_id)
        entry_sudo = statement_sudo.due_entry_ids.filtered(lambda e: e.id == entry_id)
        if not entry_sudo:
            raise NotFound()
        error = self._try(statement_sudo._portal_dispute, entry_sudo, text)
        if error:
            return self._statement_page(statement_sudo, error=error)
        return request.redirect(f"/my/statements/{statement_id}?done=disputed")
