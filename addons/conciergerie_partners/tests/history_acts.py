from datetime import timedelta

from odoo import Command

from .history_common import HistorySales
from .history_model import OWN_NAME, Terms


class HistoryMoney(HistorySales):
    """What else happens between sales: direct money, transfers, new terms."""

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
            if move.reversal_move_ids:
                return False
            back = move._reverse_moves([{"date": self.clock}], cancel=True)
            who, cents = self.ledger.direct[move.id]
            self.ledger.direct[back.id] = (who, -cents)
            return None
        facts = self._facts()
        for invoice in self._open_moves(1):
            sale = self.ledger.sales[invoice.id]
            provider = rng.choice(self.principals)
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
            return None
        return False

    def _do_transfer(self, rng):
        """What a customer owes goes to her employer, who pays later (case A22)."""
        if self.transfers and rng.random() < 0.6:
            transfer = rng.choice(self.transfers)
            items = self._open_items(transfer, self.employer)
            if not items:
                return False
            amount = self._part(rng, sum(items.mapped("amount_residual")))
            payment = self._new_payment(self.employer, amount, self.clock)
            (items | self._open_items(payment.move_id)).reconcile()
            return None
        moves = self._open_moves(1)
        moves = moves.browse(rng.sample(moves.ids, min(len(moves), rng.choice((1, 2)))))
        if not moves:
            return False
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
        provider, mode = rng.choice(list(self.terms))
        own = mode in OWN_NAME
        terms = Terms(
            mode=mode,
            base=rng.choice(("net", "gross", "all_in")),
            rate=rng.choice((0, 5, 12, 15, 50)),
            # The chart's purchase tax of 10 % is not active.
            vat=rng.choice((0, 20) if own else (0, 10, 20)),
            # More than a low price: a provider would bill below zero.
            fixed=0 if own else rng.choice((0, 0, 50)),
            minimum=0 if own else rng.choice((0, 0, 100)),
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
        agreement = self.env["agreement"].search([("partner_id", "=", provider)])
        term = agreement.term_ids.filtered(lambda t: t.mode == mode)
        term = term.sorted("date_from")[-1]
        known = self.terms[provider, mode]
        if term.date_from >= self.clock or rng.random() < 0.3:
            term.write(values)
            known[-1] = (known[-1][0], terms)
            return
        term.date_to = self.clock - timedelta(days=1)
        term.copy({**values, "date_from": self.clock, "date_to": False})
        known.append((self.clock, terms))

    def _do_charge(self, rng):
        """Charge a provider for a loss, or take over money held for it."""
        provider = rng.choice(self.principals)
        entries = self.env["conciergerie.due.entry"].with_user(self.accountant)
        cents = rng.choice((1, 999, 2000, 12345))
        day = self.clock - timedelta(days=rng.randrange(3))
        if rng.random() < 0.6:
            entry = entries._charge(
                provider, self.company, cents / 100, "Lost", date=day
            )
            self.ledger.others.append([provider.id, day, 0, 0, cents, None])
        else:
            entry = self._take_over(entries, provider, cents, day)
            self.ledger.others.append([provider.id, day, cents, cents // 7, 0, None])
        self.entered[entry.id] = self.ledger.others[-1]

    def _take_over(self, entries, provider, cents, day):
        """Book money held for a provider as the import does."""
        key = f"{provider.id}/{len(self.ledger.others)}"
        agreement = self.env["agreement"].search([("partner_id", "=", provider.id)])
        row = {
            "provider_id": provider.id,
            "agreement_id": agreement.id,
            "date": day,
            "amount": cents / 100,
            "commission": cents // 7 / 100,
            "label": key,
            "key": key,
        }
        entries._book_openings(self.company, self.suspense, [row])
        return entries.search([("import_key", "=", key)])

    def _do_take_back_entered(self, rng):
        """What was entered by mistake, settled or not, is taken back."""
        if not self.entered:
            return False
        entry_id = rng.choice(sorted(self.entered))
        provider, day, held, commission, charged, _statement = self.entered.pop(
            entry_id
        )
        entry = self.env["conciergerie.due.entry"].browse(entry_id)
        entry.with_user(self.accountant)._take_back(self.clock)
        self.ledger.others.append(
            [provider, max(day, self.clock), -held, -commission, -charged, None]
        )
