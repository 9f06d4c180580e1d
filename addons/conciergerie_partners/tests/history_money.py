from datetime import timedelta

from odoo import Command

from .common import PartnersCommon


class HistoryMoney(PartnersCommon):
    """What a generated history does with money: payments, transfers, returns."""

    def _open_moves(self, sign):
        """Invoices (1) or credit notes (-1) with something left to pay."""
        moves = self.env["account.move"].browse(self.ledger.sales)
        kind = "out_invoice" if sign > 0 else "out_refund"
        return moves.filtered(lambda m: m.move_type == kind and m.amount_residual > 0)

    def _part(self, rng, amount):
        """All of an amount in currency, or a part of it in whole cents."""
        cents = round(amount * 100)
        share = rng.choice((1, 1, 2, 3, 7))
        return max(cents // share, 1) / 100

    def _open_items(self, moves, partner=None):
        return moves.line_ids.filtered(
            lambda ln: (
                ln.account_id == self.receivable
                and not ln.reconciled
                and ln.parent_state == "posted"
                and (not partner or ln.partner_id == partner)
            )
        )

    def _new_payment(self, partner, amount, day, kind="inbound"):
        payment = self.env["account.payment"].create(
            {
                "payment_type": kind,
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "date": day,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        self.payments |= payment
        return payment

    def _do_pay(self, rng):
        """Pay an invoice, two at once, or a credit note; all or a part."""
        sign = rng.choice((1, 1, 1, -1))
        moves = self._open_moves(sign)
        if not moves:
            return
        moves = moves.browse(rng.sample(moves.ids, min(len(moves), rng.choice((1, 2)))))
        day = self.clock - timedelta(days=rng.randrange(3))
        amount = self._part(rng, sum(moves.mapped("amount_residual")))
        kind = "inbound" if sign > 0 else "outbound"
        payment = self._new_payment(self.beneficiary, amount, day, kind)
        self._open_items(moves | payment.move_id).reconcile()

    def _do_use_credit(self, rng):
        """Set a credit note against another invoice."""
        credits, invoices = self._open_moves(-1), self._open_moves(1)
        if credits and invoices:
            pair = rng.choice(credits) | rng.choice(invoices)
            self._open_items(pair).reconcile()

    def _do_take_back(self, rng):
        """A payment back to draft, cancelled, posted again, or sent back."""
        if not self.payments:
            return
        payment = rng.choice(self.payments)
        if payment.state == "draft":
            getattr(payment, rng.choice(("action_post", "action_cancel")))()
        elif payment.move_id.state == "posted":
            if payment.move_id.reversal_move_ids:
                return
            if rng.random() < 0.5:
                payment.action_draft()
            else:
                payment.move_id._reverse_moves([{"date": self.clock}], cancel=True)

    def _do_unmatch(self, rng):
        """Undo the matches of a payment; then perhaps match it with another one."""
        payments = self.payments.filtered(lambda p: p.move_id.state == "posted")
        if not payments:
            return
        payment = rng.choice(payments)
        items = payment.move_id.line_ids.filtered("account_id.reconcile")
        items.remove_move_reconcile()
        moves = self._open_moves(1 if payment.payment_type == "inbound" else -1)
        if (
            moves
            and payment.partner_id == self.beneficiary
            and not payment.move_id.reversal_move_ids
            and rng.random() < 0.7
        ):
            self._open_items(rng.choice(moves) | payment.move_id).reconcile()

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
