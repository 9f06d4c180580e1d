from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATEMENT_DOCUMENTS = (
    "commission_move_id",
    "settlement_move_id",
    "bill_move_id",
    "correction_move_id",
    "referral_move_id",
)


class AccountMove(models.Model):
    """Documents of statements: frozen, and no self-billing without a mandate."""

    _inherit = "account.move"

    def _statements(self):
        """Return the statements that made these documents."""
        return (
            self.env["conciergerie.statement"]
            .sudo()
            .search(Domain.OR([(name, "in", self.ids)] for name in STATEMENT_DOCUMENTS))
        )

    def _post(self, soft=True):
        self._check_billing_mandate()
        self._check_awaited_documents()
        return super()._post(soft=soft)

    def _check_billing_mandate(self):
        """Refuse a self-billed document before the written mandate (case A19).

        CGI, annexe II, article 242 nonies: a customer issues its supplier's invoice
        only under a written and earlier mandate.

        :raise UserError: with the date of the document and of the mandate
        """
        for move in self.filtered(
            lambda m: m.journal_id.is_self_billing and m.is_purchase_document()
        ):
            agreements = (
                self.env["agreement"]
                .sudo()
                .search(
                    [
                        ("is_provider_agreement", "=", True),
                        ("company_id", "=", move.company_id.id),
                        (
                            "commercial_partner_id",
                            "=",
                            move.partner_id.commercial_partner_id.id,
                        ),
                        ("state", "in", ("signed", "running", "ended")),
                    ]
                )
            )
            dates = [date for date in agreements.mapped("billing_mandate_date") if date]
            if not dates or move.invoice_date < min(dates):
                raise UserError(
                    self._billing_mandate_message(
                        move.partner_id.commercial_partner_id.name,
                        min(dates, default=None),
                        move.invoice_date,
                    )
                )

    @api.model
    def _billing_mandate_message(self, provider, since, date):
        """Say why no document can be issued in a provider's name.

        :param str provider: its name
        :param since: date of its written mandate, or None
        :param date: date of the document
        """
        if since:
            return self.env._(
                "%(provider)s gave its written mandate to bill on %(since)s: no "
                "document can be issued in its name with the earlier date %(date)s.",
                provider=provider,
                since=since.strftime("%d/%m/%Y"),
                date=date.strftime("%d/%m/%Y"),
            )
        return self.env._(
            "%(provider)s has given no written mandate to bill: no document can be "
            "issued in its name on %(date)s. Record the mandate in its agreement, or "
            "enter the provider's own invoice in another journal.",
            provider=provider,
            date=date.strftime("%d/%m/%Y"),
        )

    def _check_awaited_documents(self):
        """The provider's own document says what its statement says.

        :raise UserError: another total, another provider, or a reversed statement
        """
        awaited = self.filtered(lambda m: m.is_purchase_document(include_receipts=True))
        if not awaited:
            return
        for statement in awaited._statements():
            move = (statement.bill_move_id | statement.correction_move_id) & self
            expected = (
                statement.purchase_amount
                if statement.bill_move_id in self
                else statement.correction_amount
            )
            if statement.reversal_ids:
                raise UserError(
                    self.env._(
                        "%s is reversed: this document is not awaited any more.",
                        statement.name,
                    )
                )
            if (
                statement.currency_id.compare_amounts(move.amount_total, expected) != 0
                or move.partner_id.commercial_partner_id != statement.provider_id
            ):
                raise UserError(
                    self.env._(
                        "Statement %(statement)s says %(amount)s for %(provider)s: if "
                        "its document says otherwise, ask for a corrected one.",
                        statement=statement.name,
                        amount=statement.currency_id.format(expected),
                        provider=statement.provider_id.name,
                    )
                )

    def _self_billing_mention(self):
        """Return the mention of a bill issued by its customer, in French by law.

        CGI, annexe II, article 242 nonies A, I, 14°: « Autofacturation ». BOFiP
        BOI-TVA-DECLA-30-20-10: who issues it says for whom it does.
        """
        self.ensure_one()
        return (
            "Autofacturation – facture établie par "
            f"{self.company_id.name} au nom et pour le compte de "
            f"{self.partner_id.commercial_partner_id.name}"
        )

    def _check_not_of_statement(self):
        if statement := self._statements()[:1]:
            raise UserError(
                self.env._(
                    "This document belongs to statement %s, which never changes: "
                    "reverse the statement instead.",
                    statement.name,
                )
            )

    def button_draft(self):
        self.check_access("write")  # before the refusal, which names a statement
        self._check_not_of_statement()
        return super().button_draft()

    def button_cancel(self):
        """Refuse documents of statements, but a draft whose statement is reversed."""
        reversed_drafts = self.filtered(
            lambda m: m.state == "draft" and m._statements().reversal_ids
        )
        (self - reversed_drafts)._check_not_of_statement()
        return super().button_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_statement(self):
        self._check_not_of_statement()
