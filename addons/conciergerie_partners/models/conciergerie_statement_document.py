from odoo import models
from odoo.exceptions import UserError


class ConciergerieStatement(models.Model):
    """The documents of a statement: commission invoice, settlement entry, payout."""

    _inherit = "conciergerie.statement"

    def _make_documents(self):
        """Invoice the commission, offset the third-party account, freeze the totals."""
        self.ensure_one()
        totals = self._entry_totals()[self.id]
        currency = self.currency_id
        self.collected_amount = currency.round(totals["collected"])
        self.direct_amount = currency.round(totals["direct"])
        self.commission_move_id = self._make_commission_invoice()
        sign = -1 if self.commission_move_id.move_type == "out_refund" else 1
        self.commission_untaxed = sign * self.commission_move_id.amount_untaxed
        self.commission_tax = sign * self.commission_move_id.amount_tax
        self.commission_total = sign * self.commission_move_id.amount_total
        self.net_amount = currency.round(self.collected_amount - self.commission_total)
        opened = self._open_debits()
        self.opening_balance = -currency.round(sum(opened.mapped("amount_residual")))
        self.settlement_move_id = self._make_settlement_entry()
        payable = self._payable_items()
        if opened and self.net_amount > 0:
            (opened | payable).reconcile()
        self.payable_amount = max(
            currency.round(self.net_amount + self.opening_balance), 0.0
        )

    def _open_debits(self):
        """What the provider owes us from earlier statements, on its payable account."""
        moves = self.sudo().search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self.id),
                ("settlement_move_id", "!=", False),
            ]
        )
        return moves._payable_items().filtered(
            lambda line: line.amount_residual > 0 and not line.reconciled
        )

    def _commission_by_base(self):
        """Return the commission of the entries, without VAT and VAT included."""
        totals = self._entry_totals()[self.id]
        currency = self.currency_id
        return currency.round(totals["net"]), currency.round(totals["all_in"])

    def _make_commission_invoice(self):
        """Invoice the provider for the commission, or credit it where it is negative.

        VAT is rounded once for the statement (case A9), in the base of the terms.
        """
        net, all_in = self._commission_by_base()
        moves = self.env["account.move"].sudo()
        if self.currency_id.is_zero(net) and self.currency_id.is_zero(all_in):
            return moves
        sign = -1 if net + all_in < 0 else 1
        product = self.company_id._get_commission_product()
        lines = [
            {
                "product_id": product.id,
                "name": self.env._("Commission, statement %s", self.name),
                "quantity": 1,
                "price_unit": sign * amount,
                "tax_ids": [(6, 0, self.company_id._get_commission_tax(included).ids)],
            }
            for amount, included in ((net, False), (all_in, True))
            if not self.currency_id.is_zero(amount)
        ]
        move = moves.with_company(self.company_id).create(
            {
                "move_type": "out_invoice" if sign > 0 else "out_refund",
                "partner_id": self.provider_id.id,
                "invoice_date": self.date,
                "invoice_date_due": self.date,
                "company_id": self.company_id.id,
                "ref": self.name,
                "invoice_line_ids": [(0, 0, vals) for vals in lines],
            }
        )
        move.action_post()
        return move

    def _make_settlement_entry(self):
        """Book the one entry: Dr 467 / Cr 411 (matched) / Cr 401 at its due date."""
        currency = self.currency_id
        invoice = self.commission_move_id
        receivable = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        provider = self.provider_id.with_company(self.company_id)
        rows = [
            (provider.sudo().third_party_account_id, self.collected_amount, False),
            (receivable.account_id, -self.commission_total, False),
            (
                provider.sudo().property_account_payable_id,
                -self.net_amount,
                self.due_date,
            ),
        ]
        lines = [
            (
                0,
                0,
                {
                    "account_id": account.id,
                    "partner_id": self.provider_id.id,
                    "name": self.env._("Statement %s", self.name),
                    "balance": balance,
                    "date_maturity": maturity or self.date,
                },
            )
            for account, balance, maturity in rows
            if account and not currency.is_zero(balance)
        ]
        if not lines:
            return self.env["account.move"]
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": self.company_id._get_statement_journal().id,
                    "date": self.date,
                    "ref": self.name,
                    "line_ids": lines,
                }
            )
        )
        move.action_post()
        offset = move.line_ids.filtered(
            lambda line: line.account_id == receivable.account_id
        )
        if receivable and offset:
            (receivable | offset).reconcile()
        return move

    # ------------------------------------------------------------------
    # Payout
    # ------------------------------------------------------------------

    def action_pay(self):
        """Open core's payment dialog on what is open and to be paid."""
        items = self._payable_items().filtered(lambda ln: ln.amount_residual < 0)
        if not items:
            raise UserError(
                self.env._("Nothing is to be paid: it is paid, or carried over.")
            )
        return items.action_register_payment()

    def action_view_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        moves = self.commission_move_id | self.settlement_move_id
        action["domain"] = [("id", "in", moves.ids)]
        action["context"] = {"create": False}
        return action

    def action_print(self):
        return self.env.ref(
            "conciergerie_partners.action_report_statement"
        ).report_action(self)
