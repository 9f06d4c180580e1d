from datetime import date, timedelta
from random import Random

from odoo import Command

from .common import PartnersCommon
from .history_model import Facts, Ledger, Line, Sale, Terms

# Cents at which rounding shows, and ordinary prices.
PRICES = (0, 1, 5, 30, 335, 350, 1005, 1999, 3333, 6667, 10000, 12000, 120000)
START = date(2026, 2, 2)


class HistorySales(PartnersCommon):
    """Sells and collects, and tells the model of the ledger what was done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "tracking_disable": True,
                "mail_create_nolog": True,
                "mail_create_nosubscribe": True,
            }
        )
        cls.company.commission_tax_id = cls.vat_20
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.cleaner = cls.laundry.copy({"name": "Cleaner of the Mill"})
        cls.employer = cls.env["res.partner"].create({"name": "Sawmill of the Val"})
        new_term = cls._mandate_term
        cls._new_agreement(
            cls.cobbler,
            terms=[new_term(base="net", rate=12.0, provider_vat_rate=10.0)],
            refund_policy="kept",
            hold_days=2,
        )
        cls.services = {"mandate": cls.ironing, "own": cls.copies}
        for mode in ("own_name", "resale", "deposit", "referral"):
            cls.services[mode] = cls._new_service(f"Sold as {mode}", 10.0)
        cls._new_agreement(
            cls.cleaner,
            terms=[
                new_term(
                    mode=mode,
                    scope="1_service",
                    product_tmpl_id=cls.services[mode].product_tmpl_id.id,
                )
                for mode in ("own_name", "resale", "deposit", "referral")
            ],
        )
        cls.providers = cls.laundry | cls.cobbler
        cls.accounts = {
            p.id: p._third_party_account(cls.company).id for p in cls.providers
        }

    def _start(self):
        """Begin a history: nothing sold, the terms of the first day."""
        self.clock = START
        self.ledger = Ledger()
        self.terms = {
            self.laundry.id: [(date(2026, 1, 1), Terms())],
            self.cobbler.id: [
                (date(2026, 1, 1), Terms(base="net", rate=12, vat=10)),
            ],
        }
        self.refundable = []
        self.payments = self.env["account.payment"]
        self.payout_payments = self.env["account.payment"]
        self.transfers = self.env["account.move"]
        self.settled = self.env["conciergerie.statement"].sudo()
        self.frozen = {}

    def _facts(self):
        """What core's books say now."""
        cr = self.env.cr
        self.env.flush_all()
        cr.execute(
            "SELECT partial.debit_move_id, debit.move_id, partial.credit_move_id,"
            " credit.move_id, partial.amount FROM account_partial_reconcile partial"
            " JOIN account_move_line debit ON debit.id = partial.debit_move_id"
            " JOIN account_move_line credit ON credit.id = partial.credit_move_id"
            " WHERE partial.company_id = %s",
            [self.company.id],
        )
        matches, move_of = [], {}
        for debit, debit_move, credit, credit_move, amount in cr.fetchall():
            matches.append((debit, credit, round(amount * 100)))
            move_of.update({debit: debit_move, credit: credit_move})
        cr.execute(
            "SELECT id, date FROM account_move"
            " WHERE state = 'posted' AND company_id = %s",
            [self.company.id],
        )
        return Facts(matches, move_of, dict(cr.fetchall()))

    def _terms_at(self, provider, day):
        return [terms for start, terms in self.terms[provider.id] if start <= day][-1]

    # ------------------------------------------------------------------
    # What people do; each takes its own generator of numbers
    # ------------------------------------------------------------------

    def _do_sell(self, rng, kind="out_invoice"):
        day = self.clock - timedelta(days=rng.randrange(4))
        sign = 1 if kind == "out_invoice" else -1
        rows, lines = [], []
        for _number in range(rng.choice((1, 1, 2, 3, 5)) if sign > 0 else 1):
            mode = rng.choice(("mandate",) * 6 + tuple(self.services))
            mode = mode if sign > 0 else "mandate"
            price, terms, provider = rng.choice(PRICES), None, None
            if mode == "mandate":
                provider = rng.choice(self.providers)
                terms = self._terms_at(provider, day)
            elif mode != "own":
                provider = self.cleaner
                terms = Terms(mode=mode)
            quantity = rng.choice((1, 1, 1, 3))
            rows.append(
                Command.create(
                    {
                        "product_id": self.services[mode].id,
                        "provider_id": provider.id if provider else False,
                        "price_unit": price / 100,
                        "quantity": quantity,
                    }
                )
            )
            lines.append(
                Line(0, sign * price * quantity, provider and provider.id, terms)
            )
        if not sum(line.price for line in lines):
            return
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.beneficiary.id,
                "invoice_date": day,
                "company_id": self.company.id,
                "invoice_line_ids": rows,
            }
        )
        move.action_post()
        self._booked(move, lines)
        if sign > 0:
            self.refundable.append(move)

    def _booked(self, move, lines):
        for item, line in zip(
            move.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)),
            lines,
            strict=True,
        ):
            line.key = item.id
            if item.tax_ids:
                # Core may round a price with our VAT in it to another cent.
                line.price = round(item.price_total * 100) * (
                    -1 if move.move_type == "out_refund" else 1
                )
        receivables = move.line_ids.filtered(
            lambda ln: ln.account_id == self.receivable
        )
        total = round(move.amount_total_signed * 100)
        self.ledger.book(
            Sale(move.id, set(receivables.ids), lines, total), kept={self.cobbler.id}
        )

    def _do_loose_credit(self, rng):
        self._do_sell(rng, "out_refund")

    def _do_refund(self, rng):
        """A credit note of all that is left, or of a part of each line."""
        if not self.refundable:
            return
        invoice = rng.choice(self.refundable)
        sold = self.ledger.sales[invoice.id].lines
        left = [line.price + line.given_back[0] for line in sold]
        if not any(left):
            return
        day = max(self.clock, invoice.date)
        whole = not any(line.given_back[0] for line in sold)
        cancel = whole and rng.random() < 0.3
        dates = [{"invoice_date": day, "date": day}]
        refund = invoice._reverse_moves(dates, cancel=cancel)
        amounts = left
        if not cancel:
            if rng.random() < 0.6:
                amounts = [
                    amount * rng.randrange(5) // 4 if amount > 3 else amount
                    for amount in left
                ]
            if not any(amounts):
                amounts = left
            for item, amount in zip(
                refund.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)),
                amounts,
                strict=True,
            ):
                item.write({"price_unit": amount / 100, "quantity": 1})
            refund.action_post()
        lines = [
            Line(0, -amount, line.provider, None, refund_of=line)
            for amount, line in zip(amounts, sold, strict=True)
        ]
        self._booked(refund, lines)

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

    def _act(self, action, seed):
        rng = Random(seed)
        self.clock += timedelta(days=rng.choice((0, 0, 1, 1, 2, 5)))
        getattr(self, f"_do_{action}")(rng)
