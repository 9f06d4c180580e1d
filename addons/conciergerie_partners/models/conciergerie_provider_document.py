from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieProviderDocument(models.Model):
    """The provider's own sales document, issued at the sale under its mandate to bill.

    A record of ours, not an entry of ours: the sale is the provider's, with its VAT and
    in its series. CGI, article 289, I, 2 and annexe II, article 242 nonies: invoices
    may be issued in the name and on behalf of the seller by a third party that it has
    mandated.
    """

    _name = "conciergerie.provider.document"
    _description = "Provider's Sales Document"
    _inherit = ["conciergerie.append.only"]
    _order = "date desc, id desc"

    _frozen_columns = (
        "name",
        "date",
        "provider_id",
        "company_id",
        "amount_total",
        "amount_tax",
        "seller_identity",
        "customer_identity",
    )

    name = fields.Char(string="Number", required=True, readonly=True, index=True)
    kind = fields.Selection(
        selection=[("invoice", "Invoice"), ("credit_note", "Credit note")],
        required=True,
        readonly=True,
    )
    date = fields.Date(required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Issued by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        string="Seller",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner", readonly=True, index=True, ondelete="restrict"
    )
    agreement_id = fields.Many2one(
        comodel_name="agreement", readonly=True, index=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Our Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The document by which we collect the money.",
    )
    corrected_id = fields.Many2one(
        comodel_name="conciergerie.provider.document",
        string="Corrects",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    seller_identity = fields.Text(readonly=True, help="As it was on that day.")
    customer_identity = fields.Text(readonly=True, help="As it was on that day.")
    mention = fields.Char(readonly=True)
    vat_mention = fields.Char(readonly=True)
    line_ids = fields.One2many(
        comodel_name="conciergerie.provider.document.line",
        inverse_name="document_id",
        readonly=True,
    )
    amount_untaxed = fields.Monetary(readonly=True, string="Total without VAT")
    amount_tax = fields.Monetary(readonly=True, string="VAT")
    amount_total = fields.Monetary(readonly=True, string="Total")

    _number_unique = models.Constraint(
        "UNIQUE(company_id, name)", "A number is given once."
    )

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A document issued in a provider's name is never changed or deleted: a "
            "credit note corrects it."
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a document before the written mandate (case A19).

        :raise UserError: with the date of the document and of the mandate
        """
        self.check_access("create")
        agreements = self.env["agreement"].sudo()
        for vals in vals_list:
            agreement = agreements.browse(vals.get("agreement_id"))
            date = fields.Date.to_date(vals["date"])
            since = agreement.billing_mandate_date
            if not since or date < since:
                provider = self.env["res.partner"].browse(vals["provider_id"])
                raise UserError(
                    self.env["account.move"]._billing_mandate_message(
                        provider.commercial_partner_id.name, since, date
                    )
                )
        return super().create(vals_list)

    # ------------------------------------------------------------------
    # Issuing
    # ------------------------------------------------------------------

    @api.model
    def _issue(self, commission_lines, move=None):
        """Issue the documents of sales that are invoiced, one by invoice and provider.

        Only under a mandate to bill that was in force on the day of the sale; what is
        given back of a sale without document has none either.

        :param commission_lines: ``conciergerie.commission.line`` without a document yet
        :param move: ``account.move`` that invoices them, where they were sold otherwise
        :return: the documents
        """
        lines = self._under_mandate(commission_lines)
        documents = self.sudo().browse()
        for (invoice, _provider), of_sale in lines.grouped(
            lambda line: (move or line.move_id, line.provider_id)
        ).items():
            corrected = self._issued_for(of_sale.refunded_line_id)
            if invoice.move_type == "out_refund":
                of_sale = of_sale.filtered(
                    lambda line, known=corrected: (
                        line.refunded_line_id in known.line_ids.commission_line_id
                    )
                )
            if of_sale:
                documents |= self._issue_one(invoice, of_sale, corrected[:1])
        return documents

    @api.model
    def _under_mandate(self, commission_lines):
        """Keep the sales of which the provider lets us issue the documents."""
        return commission_lines.filtered(
            lambda line: (
                line.mode == "mandate"
                and line.agreement_id.billing_mandate_date
                and line.agreement_id.billing_mandate_date <= line.date
            )
        )

    @api.model
    def _issue_given_back(self, commission_lines):
        """Issue the credit notes of what is given back without a document of ours.

        The customer holds the provider's invoice: what is given back of it takes the
        provider's credit note, whether or not we invoice that (CGI, article 272, 1).

        :param commission_lines: ``conciergerie.commission.line`` without a document
            yet; those that sell, or whose sale has no document, are left out
        :return: the documents, one for each that is corrected
        """
        documents = self.sudo().browse()
        lines = self._under_mandate(commission_lines.filtered("refunded_line_id"))
        if not lines:
            return documents
        sold = self._issued_for(lines.refunded_line_id).line_ids.grouped(
            "commission_line_id"
        )
        lines = lines.filtered(lambda line: line.refunded_line_id in sold)
        for corrected, given_back in lines.grouped(
            lambda line: sold[line.refunded_line_id].document_id
        ).items():
            documents |= self._issue_one(
                self.env["account.move"], given_back, corrected
            )
        return documents

    @api.model
    def _issued_for(self, commission_lines):
        """Return the documents that commission lines were sold by."""
        return (
            self.env["conciergerie.provider.document.line"]
            .sudo()
            .search([("commission_line_id", "in", commission_lines.ids)])
            .document_id
        )

    @api.model
    def _issue_one(self, move, lines, corrected):
        provider = lines.provider_id
        agreement = lines.agreement_id[:1]
        company = lines.company_id
        day = move.invoice_date or lines[0].date
        gives_back = move.move_type == "out_refund" if move else bool(corrected)
        sign = -1 if gives_back else 1
        customer = move.partner_id or corrected.customer_id
        by_rate = {}
        for line in lines:
            rate = line.provider_vat_rate
            by_rate[rate] = by_rate.get(rate, 0.0) + sign * line.price_total
        total = company.currency_id.round(sum(by_rate.values()))
        tax = sum(
            self._vat_of(amount, rate, company) for rate, amount in by_rate.items()
        )
        return self.sudo().create(
            {
                "name": self._next_number(agreement, day),
                "kind": "credit_note" if sign < 0 else "invoice",
                "date": day,
                "company_id": company.id,
                "provider_id": provider.id,
                "customer_id": customer.id,
                "agreement_id": agreement.id,
                "move_id": move.id,
                "corrected_id": corrected.id,
                "seller_identity": self._identity(provider),
                "customer_identity": self._identity(customer),
                "mention": self._mandate_mention(company, provider),
                "vat_mention": False if tax else agreement.vat_mention,
                "amount_untaxed": company.currency_id.round(total - tax),
                "amount_tax": tax,
                "amount_total": total,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "commission_line_id": line.id,
                            "name": line.move_line_id.name or line.product_id.name,
                            "quantity": sign * line.quantity,
                            "price_total": sign * line.price_total,
                            "vat_rate": line.provider_vat_rate,
                        },
                    )
                    for line in lines
                ],
            }
        )

    @api.model
    def _vat_of(self, amount, rate, company):
        """Return the VAT in an amount, rounded once for a rate."""
        currency = company.currency_id
        return currency.round(amount - currency.round(amount / (1 + rate / 100)))

    def _vat_by_rate(self):
        """Return (rate, amount without VAT, VAT) of each rate of the document."""
        self.ensure_one()
        rows = []
        for rate, lines in sorted(self.line_ids.grouped("vat_rate").items()):
            amount = sum(lines.mapped("price_total"))
            tax = self._vat_of(amount, rate, self.company_id)
            rows.append((rate, self.currency_id.round(amount - tax), tax))
        return rows

    @api.model
    def _identity(self, partner):
        """Return name, address, SIRET and VAT number as a document shows them."""
        commercial = partner.commercial_partner_id
        address = partner._display_address(without_company=True)
        rows = [commercial.name or "", *address.splitlines()]
        if commercial.company_registry:
            rows.append(f"SIRET {commercial.company_registry}")
        if commercial.vat:
            rows.append(f"TVA {commercial.vat}")
        return "\n".join(row.strip() for row in rows if row and row.strip())

    @api.model
    def _mandate_mention(self, company, provider):
        """Return who issues the document for whom, in French by law.

        CGI, article 289, I, 2; BOFiP BOI-TVA-DECLA-30-20-10: an invoice issued by a
        mandatary says that it is in the name and on behalf of the seller.
        """
        return (
            f"Facture établie par {company.name} au nom et pour le compte de "
            f"{provider.name}"
        )

    @api.model
    def _next_number(self, agreement, date):
        """Return the next number of the provider's series, which has no gap.

        Two sales at once wait for each other: the second one's transaction is tried
        again.

        :param agreement: ``agreement`` that gives the beginning of the numbers
        :param date: date of the document; each year begins at 1
        """
        provider_sudo = agreement.commercial_partner_id.sudo().with_company(
            agreement.company_id
        )
        if not provider_sudo.document_sequence_id:
            provider_sudo.document_sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Documents of %s", provider_sudo.name),
                        "prefix": f"{agreement.billing_prefix}%(range_year)s-",
                        "padding": 4,
                        "implementation": "no_gap",
                        "use_date_range": True,
                        "company_id": agreement.company_id.id,
                    }
                )
            )
        return provider_sudo.document_sequence_id.next_by_id(sequence_date=date)

    def action_print(self):
        return self.env.ref(
            "conciergerie_partners.action_report_provider_document"
        ).report_action(self)


class ConciergerieProviderDocumentLine(models.Model):
    _name = "conciergerie.provider.document.line"
    _description = "Line of a Provider's Sales Document"
    _inherit = ["conciergerie.append.only"]
    _order = "id"

    _frozen_columns = ("document_id", "commission_line_id", "price_total", "vat_rate")

    document_id = fields.Many2one(
        comodel_name="conciergerie.provider.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    currency_id = fields.Many2one(related="document_id.currency_id")
    commission_line_id = fields.Many2one(
        comodel_name="conciergerie.commission.line",
        string="Sale",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    name = fields.Char(string="Service", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    price_total = fields.Monetary(readonly=True, string="Price", help="VAT included.")
    vat_rate = fields.Float(readonly=True, digits=(5, 2), string="VAT (%)")

    _sale_unique = models.Constraint(
        "UNIQUE(commission_line_id)", "A sale is on one document of its provider."
    )

    @api.model
    def _append_only_message(self):
        return self.env["conciergerie.provider.document"]._append_only_message()
