from odoo import models

from .conciergerie_deal_term import OWN_NAME_MODES


class ConciergerieStatement(models.Model):
    """The provider's bill for what we sold in our own name."""

    _inherit = "conciergerie.statement"

    def _make_bill(self, entries):
        """Make the provider's bill of sales in our own name and resale (case A3).

        It is the sale price less our commission. Under a written mandate to bill, we
        issue it in the provider's series and it is posted; else it stays a draft that
        waits for the provider's own invoice. What is given back of earlier bills
        waits for the provider's credit note.

        :param entries: due entries in our own name or of resale
        """
        self.ensure_one()
        self.sold_amount = self.currency_id.round(
            sum(entries.mapped("collected_amount"))
        )
        corrections = self._credited_entries()
        billed = self._amounts_by_line(entries - corrections)
        credited = self._amounts_by_line(corrections)
        if origin := self.reversed_statement_id:
            # A document that has never come is not taken back.
            billed = billed if origin.correction_move_id.state == "posted" else {}
            credited = credited if origin.bill_move_id.state == "posted" else {}
        if billed:
            self.bill_move_id = self._create_bill("in_invoice", billed)
            self.purchase_amount = self.bill_move_id.amount_total
            if self._has_billing_mandate():
                self.bill_move_id.action_post()
            else:
                self._ask_provider_document(
                    self.bill_move_id,
                    self.env._(
                        "Ask for the invoice: %(amount)s, statement %(statement)s",
                        amount=self.currency_id.format(self.purchase_amount),
                        statement=self.name,
                    ),
                )
        if credited:
            credit = {key: -amount for key, amount in credited.items()}
            self.correction_move_id = self._create_bill("in_refund", credit)
            self.correction_amount = self.correction_move_id.amount_total
            self._ask_provider_document(
                self.correction_move_id,
                self.env._(
                    "Ask for the credit note: %(amount)s, statement %(statement)s",
                    amount=self.currency_id.format(self.correction_amount),
                    statement=self.name,
                ),
            )

    def _own_name_entries(self):
        """Return the entries in our own name and of resale."""
        self.ensure_one()
        return self.due_entry_ids.filtered(lambda e: e.mode in OWN_NAME_MODES)

    def _credited_entries(self):
        """Return the sales in our name that the provider credits instead of billing.

        What is given back of an earlier bill, and all where the bill would be below
        zero. A reversing statement mirrors the documents of the one it takes back.
        """
        entries = self._own_name_entries()
        if origin := self.reversed_statement_id:
            mirrored = origin._credited_entries().line_id
            return entries.filtered(lambda entry: entry.line_id not in mirrored)
        credited = self._billed_before(entries)
        if sum(self._amounts_by_line(entries - credited).values()) < 0:
            return entries
        return credited

    def _billed_before(self, entries):
        """Return the entries that give back what an earlier statement billed.

        A sale whose statement was reversed is not billed any more.
        """
        origins = {
            entry: entry.line_id.refunded_line_id or entry.line_id
            for entry in entries
            if entry.collected_amount < 0
        }
        lines = self.env["conciergerie.commission.line"].union(*origins.values())
        rows = (
            self.env["conciergerie.due.entry"]
            .sudo()
            ._read_group(
                [("line_id", "in", lines.ids), ("statement_id", "<", self.id)],
                ["line_id"],
                ["collected_amount:sum"],
            )
        )
        billed = {line for line, amount in rows if not self.currency_id.is_zero(amount)}
        return self.env["conciergerie.due.entry"].union(
            *(entry for entry, line in origins.items() if line in billed)
        )

    def _billed_entries(self):
        """Return the sales in our own name that the provider's bill is made of."""
        entries = self._own_name_entries() - self._credited_entries()
        return entries.sorted(lambda e: (e.date, e.id))

    def _amounts_by_line(self, entries):
        """Sum what is billed by tax and expense account, so that VAT is rounded once.

        :return: dict of (tax, account) to the amount, VAT included
        """
        totals = {}
        for entry in entries:
            product = entry.line_id.product_id.with_company(self.company_id)
            tax = self.company_id._get_provider_tax(
                entry.line_id.provider_vat_rate, product
            )
            account = product.sudo().product_tmpl_id.get_product_accounts()["expense"]
            key = (tax, account)
            totals[key] = self.currency_id.round(
                totals.get(key, 0.0) + entry._purchase_amount()
            )
        return {
            key: amount
            for key, amount in totals.items()
            if not self.currency_id.is_zero(amount)
        }

    def _has_billing_mandate(self):
        """Whether the provider's written mandate to bill is in force (case A19)."""
        self.ensure_one()
        since = self.agreement_id.billing_mandate_date
        return bool(since and since <= self.date)

    def _create_bill(self, move_type, amounts):
        """Create a bill or credit note of the provider, in draft.

        :param str move_type: ``in_invoice`` or ``in_refund``
        :param dict amounts: (tax, account) to the amount, VAT included
        """
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        self_billed = move_type == "in_invoice" and self._has_billing_mandate()
        values = {
            "move_type": move_type,
            "partner_id": self.provider_id.id,
            "company_id": self.company_id.id,
            "invoice_date": self.date,
            "invoice_payment_term_id": False,
            "invoice_date_due": self.due_date,
            "invoice_origin": self.name,
            "fiscal_position_id": False,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": self.env._("Sales of statement %s", self.name),
                        "quantity": 1,
                        "price_unit": amount,
                        "account_id": account.id,
                        "tax_ids": [(6, 0, tax.ids)],
                    },
                )
                for (tax, account), amount in amounts.items()
            ],
        }
        if self_billed:
            values["journal_id"] = self.company_id._get_self_billing_journal().id
            values["ref"] = self.name
        return moves.create(values)

    def _ask_provider_document(self, move, summary):
        """Give the person in charge the task to ask the provider for its document."""
        user = self.agreement_id.user_id or self.env.user
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=move._get_html_link(),
            user_id=user.id,
        )
