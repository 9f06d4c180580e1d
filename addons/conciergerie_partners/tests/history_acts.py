from datetime import timedelta

from odoo import Command

from .history_common import HistorySales
from .history_model import Terms


class HistoryCase(HistorySales):
    """What else happens: direct money, transfers, new terms, statements, payouts."""

    def _new_entry(self, rows, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.clock,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account,
                            "partner_id": partner.id,
                            "balance": cents / 100,
                        }
                    )
                    for account, partner, cents in rows
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _do_direct(self, rng):
        """The customer gives the provider its money, or the provider sends it back."""
        given = self.env["account.move"].browse(
            move for move, (_who, cents) in self.ledger.direct.items() if cents > 0
        )
        if given and rng.random() < 0.3:
            move = rng.choice(given)
            if not move.reversal_move_ids:
                back = move._reverse_moves([{"date": self.clock}], cancel=True)
                who, cents = self.ledger.direct[move.id]
                self.ledger.direct[back.id] = (who, -cents)
            return
        facts = self._facts()
        for invoice in self._open_moves(1):
            sale = self.ledger.sales[invoice.id]
            provider = rng.choice(self.providers)
            room = sum(
                line.price
                for line in sale.lines
                if line.provider == provider.id and line.terms.mode == "mandate"
            ) - sum(
                cents
                for _day, cents, who in self.ledger._money(sale, facts)
                if who == provider.id
            )
            room = min(room, round(invoice.amount_residual * 100))
            if room <= 0:
                continue
            cents = round(self._part(rng, room / 100) * 100)
            move = self._new_entry(
                [
                    (self.accounts[provider.id], provider, cents),
                    (self.receivable.id, self.beneficiary, -cents),
                ],
                is_provider_direct=True,
            )
            self.ledger.direct[move.id] = (provider.id, cents)
            self._open_items(move | invoice).reconcile()
            return

    def _do_transfer(self, rng):
        """What a customer owes goes to her employer, who pays later (case A22)."""
        if self.transfers and rng.random() < 0.6:
            transfer = rng.choice(self.transfers)
            items = self._open_items(transfer, self.employer)
            if items:
                amount = self._part(rng, sum(items.mapped("amount_residual")))
                payment = self._new_payment(self.employer, amount, self.clock)
                (items | self._open_items(payment.move_id)).reconcile()
            return
        moves = self._open_moves(1)
        moves = moves.browse(rng.sample(moves.ids, min(len(moves), rng.choice((1, 2)))))
        if not moves:
            return
        parts = [round(self._part(rng, m.amount_residual) * 100) for m in moves]
        rows = [(self.receivable.id, self.beneficiary, -cents) for cents in parts]
        rows.append((self.receivable.id, self.employer, sum(parts)))
        transfer = self._new_entry(rows, is_neutral_transfer=True)
        payer = self._open_items(transfer, self.employer)
        self.ledger.transfers[transfer.id] = {payer.id: sum(parts)}
        self.transfers |= transfer
        items = self._open_items(transfer, self.beneficiary).sorted("id")
        for move, item in zip(moves, items, strict=True):
            (self._open_items(move) | item).reconcile()

    def _do_change_terms(self, rng):
        """New terms from today on; those of today's sales stay as they were sold."""
        provider = rng.choice(self.providers)
        terms = Terms(
            base=rng.choice(("net", "gross", "all_in")),
            rate=rng.choice((0, 5, 12, 15, 50)),
            vat=rng.choice((0, 10, 20)),
            fixed=rng.choice((0, 0, 50)),
            minimum=rng.choice((0, 0, 100)),
            maximum=rng.choice((0, 0, 2000)),
        )
        values = {
            "base": terms.base,
            "rate": terms.rate,
            "provider_vat_rate": terms.vat,
            "fixed_amount": terms.fixed / 100,
            "minimum_amount": terms.minimum / 100,
            "maximum_amount": terms.maximum / 100,
        }
        agreement = self.env["agreement"].search([("partner_id", "=", provider.id)])
        term = agreement.term_ids.sorted("date_from")[-1]
        known = self.terms[provider.id]
        if term.date_from >= self.clock or rng.random() < 0.3:
            term.write(values)
            known[-1] = (known[-1][0], terms)
            return
        term.date_to = self.clock - timedelta(days=1)
        term.copy({**values, "date_from": self.clock, "date_to": False})
        known.append((self.clock, terms))

    def _do_settle(self, rng):
        providers = rng.choice((self.providers, self.providers, self.laundry))
        end = self.clock - timedelta(days=rng.choice((0, 0, 3, 10)))
        self.ledger.derive(self._facts())
        statements = (
            self.env["conciergerie.statement"]
            .with_user(self.accountant)
            ._settle(self.company, end, providers, date=self.clock)
            .sudo()
        )
        self.settled |= statements
        for provider in providers:
            statement = statements.filtered(lambda s, p=provider: s.provider_id == p)
            hold = timedelta(days=2 if provider == self.cobbler else 0)
            totals = self.ledger.settle(
                provider.id, end, self.clock - hold, statement.id
            )
            self.assertEqual(
                bool(totals), bool(statement), "invariant 3: a statement is missing"
            )

    def _do_pay_out(self, rng):
        """Pay a statement in whole or in part; a payout is taken or sent back."""
        if self.payout_payments and rng.random() < 0.3:
            payment = rng.choice(self.payout_payments)
            who, cents = self.ledger.payouts[payment.move_id.id]
            if payment.state == "draft":
                payment.action_post()
            elif not payment.move_id.reversal_move_ids:
                if rng.random() < 0.5:
                    payment.action_draft()
                else:
                    back = payment.move_id._reverse_moves(
                        [{"date": self.clock}], cancel=True
                    )
                    self.ledger.payouts[back.id] = (who, -cents)
            return
        due = self.settled.filtered(
            lambda s: any(i.amount_residual < 0 for i in s._payable_items())
        )
        if not due:
            return
        statement = rng.choice(due)
        items = statement._payable_items()
        amount = self._part(rng, -sum(items.mapped("amount_residual")))
        action = statement.action_pay()
        payment = (
            self.env["account.payment.register"]
            .with_context(**action["context"])
            .create(
                {
                    "journal_id": self.bank.id,
                    "payment_date": self.clock,
                    "amount": amount,
                }
            )
            ._create_payments()
        )
        self.payout_payments |= payment
        self.ledger.payouts[payment.move_id.id] = (
            statement.provider_id.id,
            round(amount * 100),
        )
