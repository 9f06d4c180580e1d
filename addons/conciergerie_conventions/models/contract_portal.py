from odoo import api, fields, models


class ContractContract(models.Model):
    """The payer reads, signs or declines its convention on the portal."""

    _name = "contract.contract"
    _inherit = ["contract.contract", "conciergerie.portal.signature"]

    legal_terms = fields.Text(
        compute="_compute_legal_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Printed at the end of the convention: data protection, payment, end. The "
        "text of the company's settings, as it is when the convention is made.",
    )

    @api.depends("company_id", "is_convention")
    def _compute_legal_terms(self):
        for contract in self:
            if contract.is_convention and contract.state == "draft":
                payer = contract.with_context(
                    lang=contract.partner_id.lang or self.env.lang
                )
                company = payer.company_id
                contract.legal_terms = (
                    company.convention_legal_terms or company._usual_legal_terms()
                )
            else:
                contract.legal_terms = contract.legal_terms

    # ------------------------------------------------------------------
    # OCA's and core's ways to share a contract, closed for conventions
    # ------------------------------------------------------------------

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for contract in self.filtered("is_convention"):
            contract.access_url = f"/my/conventions/{contract.id}"
        return result

    def _portal_ensure_token(self):
        """Give no token for a convention: it is read with a login only."""
        self.ensure_one()
        return "" if self.is_convention else super()._portal_ensure_token()

    def _get_share_url(self, *args, **kwargs):
        self.ensure_one()
        if self.is_convention:
            return self.access_url
        return super()._get_share_url(*args, **kwargs)

    def get_portal_url(self, *args, **kwargs):
        self.ensure_one()
        if self.is_convention:
            return self.access_url
        return super().get_portal_url(*args, **kwargs)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Open no thread of a convention by a token or the hash of a message."""
        if self.browse(thread_id).exists().sudo().is_convention:
            mode = {"mode": kwargs["mode"]} if "mode" in kwargs else {}
            return super()._get_thread_with_access(thread_id, **mode)
        return super()._get_thread_with_access(thread_id, **kwargs)

    # ------------------------------------------------------------------
    # Proposal, signature
    # ------------------------------------------------------------------

    def action_propose(self):
        """Offer the convention; its payer gets an e-mail with a link to read it."""
        result = super().action_propose()
        self.write({"decline_reason": False})
        template = self.env.ref("conciergerie_conventions.mail_template_convention")
        for contract in self:
            if contract.partner_id.email:
                template.send_mail(contract.id)
            else:
                contract._message_log(
                    body=self.env._(
                        "%s has no e-mail address: print the convention and hand it "
                        "over.",
                        contract.partner_id.display_name,
                    )
                )
        return result

    def _portal_url(self):
        """Return the address of the convention on the payer's portal."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/conventions/{self.id}"

    def _agreed_text(self):
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "conciergerie_conventions.convention_content", {"convention": self}
        )

    def _print_name(self):
        self.ensure_one()
        return self.env._("Convention %s", (self.code or self.name).replace("/", "-"))

    def _print_pdf(self):
        self.ensure_one()
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "conciergerie_conventions.action_report_convention", self.ids
        )
        return pdf

    # ------------------------------------------------------------------
    # What the page lists
    # ------------------------------------------------------------------

    def _portal_invoices(self):
        """Return the posted invoices of the convention that its payer may open.

        :return: list of dicts for the page, newest first
        """
        self.ensure_one()
        moves = self._get_related_invoices().filtered(
            lambda m: (
                m.state == "posted"
                and m.is_sale_document()
                and m.commercial_partner_id == self.commercial_partner_id
            )
        )
        states = dict(moves._fields["payment_state"]._description_selection(self.env))
        return [
            {
                "id": move.id,
                "name": move.name,
                "date": move.invoice_date,
                "total": move.amount_total_signed,
                "state": states.get(move.payment_state, ""),
                "is_paid": move.payment_state in ("paid", "in_payment", "reversed"),
            }
            for move in moves.sorted("invoice_date", reverse=True)
        ]

    def _portal_months(self):
        """Return the months that are over, newest first: counts and amounts (C2).

        Where the payer gets statements, they alone tell the services apart: a sale
        listed late is in the month here and in another statement there, and the one
        figure less the other would be that sale.
        """
        self.ensure_one()
        months = self.env["conciergerie.copay.use"]._summary_last_months(
            self, fields.Date.context_today(self)
        )
        if self._portal_statement_records():
            return [{**month, "services": []} for month in months]
        return months

    def _portal_statement_records(self):
        """Return the statements that the payer of the convention was given."""
        self.ensure_one()
        return self.env["conciergerie.copay.statement"].search(
            [
                ("convention_id", "=", self.id),
                ("payer_id", "=", self.commercial_partner_id.id),
            ]
        )

    def _portal_statements(self):
        """Return the monthly statements to list, newest first: dicts for the page."""
        self.ensure_one()
        statements = self._portal_statement_records()
        states = dict(
            statements._fields["payment_state"]._description_selection(self.env)
        )
        return [
            {
                "id": statement.id,
                "name": statement.name,
                "period_end": statement.period_end,
                "amount": statement.share_amount,
                "state": states.get(statement.payment_state, ""),
                "is_paid": statement.payment_state in ("paid", "nothing", "credit"),
            }
            for statement in statements
        ]

    def _print_statement(self, statement_id):
        """Return the name and the bytes of a statement of the payer, or nothing.

        :param int statement_id: of this convention; any other gives nothing
        """
        self.ensure_one()
        statement = self._portal_statement_records().filtered(
            lambda s: s.id == statement_id
        )
        if not statement:
            return None
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "conciergerie_conventions.action_report_copay_statement", statement.ids
        )
        return statement.name.replace("/", "-"), pdf
