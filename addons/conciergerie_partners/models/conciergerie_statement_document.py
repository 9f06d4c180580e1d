from odoo import api, fields, models
from odoo.exceptions import UserError

from .conciergerie_deal_term import OWN_NAME_MODES


class ConciergerieStatement(models.Model):
    """The documents of a statement: commission invoice, settlement entry, payout."""

    _inherit = "conciergerie.statement"

    def _make_documents(self):
        """Make the documents of each mode, offset the third-party money, freeze."""
        self.ensure_one()
        currency = self.currency_id
        totals = self._entry_totals()[self.id]
        mandate = totals["mandate"]
        self.collected_amount = currency.round(mandate["collected"])
        self.direct_amount = currency.round(mandate["direct"])
        self.commission_move_id = self._make_commission_invoice(mandate, self.date)
        sign = -1 if self.commission_move_id.move_type == "out_refund" else 1
        self.commission_untaxed = sign * self.commission_move_id.amount_untaxed
        self.commission_tax = sign * self.commission_move_id.amount_tax
        self.commission_total = sign * self.commission_move_id.amount_total
        if totals["own_name"]["count"] + totals["resale"]["count"]:
            self._make_bill(
                self.due_entry_ids.filtered(lambda e: e.mode in OWN_NAME_MODES)
            )
        self._make_referral_invoice(totals["referral"])
        self.bonus_amount = currency.round(
            mandate["bonus"] + totals["referral"]["bonus"]
        )
        self.charge_amount = currency.round(totals["charge"]["charge"])
        self.settlement_move_id = self._make_settlement_entry()
        self.net_amount = currency.round(
            self.collected_amount
            - self.commission_total
            + self.purchase_amount
            - self.charge_amount
        )
        opened = self._open_debits()
        self.opening_balance = -currency.round(sum(opened.mapped("amount_residual")))
        self._net_items(opened | self._payable_items())
        self.payable_amount = max(
            currency.round(self.net_amount + self.opening_balance), 0.0
        )

    @api.model
    def _net_items(self, items):
        """Match what is owed with what is to be received, where there is both."""
        items = items.filtered(lambda line: not line.reconciled)
        residuals = items.mapped("amount_residual")
        if residuals and min(residuals) < 0 < max(residuals):
            items.reconcile()

    def _make_referral_invoice(self, totals):
        """Invoice our commission on the sales that the provider declared (case A4).

        The provider pays it: nothing of it is on its payable account.

        :param dict totals: of the declared sales, see :meth:`_entry_totals`
        """
        self.referral_amount = self.currency_id.round(totals["direct"])
        move = self._make_commission_invoice(totals, self.due_date)
        self.referral_move_id = move
        sign = -1 if move.move_type == "out_refund" else 1
        self.referral_commission = sign * move.amount_total

    def _open_debits(self):
        """What the provider owes us from earlier statements, on its payable account."""
        items = self._open_payable_items(
            self.company_id,
            [("partner_id", "=", self.provider_id.id), ("amount_residual", ">", 0)],
        )
        return items - self._payable_items()

    def _make_commission_invoice(self, totals, due_date):
        """Invoice the provider for the commission, or credit it where it is negative.

        VAT is rounded once for the statement (case A9), in the base of the terms.

        :param dict totals: of sales under a mandate or declared, see
            :meth:`_entry_totals`
        :param due_date: when it is to be paid
        """
        moves = self.env["account.move"].sudo()
        net = self.currency_id.round(totals["net"])
        all_in = self.currency_id.round(totals["all_in"])
        if self.currency_id.is_zero(net) and self.currency_id.is_zero(all_in):
            return moves
        tax_on_net = self.currency_id.round(
            net * self.company_id.sudo().commission_tax_id.amount / 100
        )
        sign = -1 if net + tax_on_net + all_in < 0 else 1
        product = self.company_id._get_commission_product()
        lines = [
            {
                "product_id": product.id,
                "name": self._commission_wording(totals["bonus"]),
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
                "invoice_payment_term_id": False,
                "invoice_date_due": due_date,
                "company_id": self.company_id.id,
                "ref": self.name,
                "invoice_line_ids": [(0, 0, vals) for vals in lines],
            }
        )
        move.action_post()
        return move

    def _commission_wording(self, bonus):
        """Return the line of the commission invoice; it names a bonus or rebate.

        :param float bonus: part of the commission, negative for a rebate
        """
        if self.currency_id.is_zero(bonus):
            return self.env._("Commission, statement %s", self.name)
        amount = self.currency_id.format(bonus)
        return self.env._(
            "Commission, statement %(statement)s, with the bonus on the turnover: "
            "%(amount)s",
            statement=self.name,
            amount=amount,
        )

    def _make_settlement_entry(self):
        """Book the one entry: Dr 467 / Cr 411 (matched) / Cr 401 at its due date.

        What the provider is charged for losses is credited as well: Cr 758.
        """
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
                self.charge_amount and self.company_id._get_charge_account(),
                -self.charge_amount,
                False,
            ),
            (
                provider.sudo().property_account_payable_id,
                currency.round(
                    self.commission_total + self.charge_amount - self.collected_amount
                ),
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
        """Open the pay run on the statements' providers, until the last due date.

        Not core's dialog: it knows nothing of credits, of the minimum payout and of
        account numbers that wait for a manager's word (case A15).

        :raise UserError: nothing is to be paid
        """
        items = self._payable_items().filtered(lambda ln: ln.amount_residual < 0)
        if not items:
            raise UserError(
                self.env._("Nothing is to be paid: it is paid, or carried over.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_pay_run_action"
        )
        today = fields.Date.context_today(self)
        action["context"] = {
            "dialog_size": "extra-large",
            "default_company_id": self.company_id[:1].id,
            "default_statement_ids": self.ids,
            "default_due_until": max(today, *items.mapped("date_maturity")),
        }
        return action

    def action_view_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        action["domain"] = [("id", "in", self._document_moves().ids)]
        action["context"] = {"create": False}
        return action

    def _entries_by_section(self):
        """Return (title, entries, mode) of each part of the printed statement."""
        self.ensure_one()
        entries = self.due_entry_ids.sorted(lambda e: (e.date, e.id))
        sections = {
            "mandate": self.env._("Sold in your name"),
            "own_name": self.env._("Sold in our name"),
            "referral": self.env._("Your declared sales"),
        }
        parts = []
        for mode, title in sections.items():
            modes = (mode, "resale") if mode == "own_name" else (mode,)
            of_modes = entries.filtered(
                lambda e, m=modes: e.kind in ("sale", "opening") and e.mode in m
            )
            if of_modes:
                parts.append((title, of_modes, mode))
        if bonuses := entries.filtered(lambda e: e.kind == "bonus"):
            parts.append((self._bonus_title(bonuses), bonuses, "bonus"))
        if charges := entries.filtered(lambda e: e.kind == "charge"):
            parts.append((self.env._("Losses and damage"), charges, "charge"))
        return parts

    def action_print(self):
        return self.env.ref(
            "conciergerie_partners.action_report_statement"
        ).report_action(self)
