from datetime import date, timedelta
from random import Random

from odoo import Command

from .history_model import Facts, Ledger, Line, Sale, Terms
from .history_money import HistoryMoney

# Cents at which rounding shows, and ordinary prices.
PRICES = (0, 1, 5, 30, 335, 350, 1005, 1999, 3333, 6667, 10000, 12000, 120000)
START = date(2026, 2, 2)


class HistoryCase(HistoryMoney):
    """Acts on the books, and tells the model of the ledger what was done."""

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

    def _act(self, action, seed):
        rng = Random(seed)
        self.clock += timedelta(days=rng.choice((0, 0, 1, 1, 2, 5)))
        getattr(self, f"_do_{action}")(rng)
