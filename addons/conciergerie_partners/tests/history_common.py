from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields

from .common import PartnersCommon
from .history_ledger import Ledger
from .history_model import Bonus, Facts, Line, Sale, Terms

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
        cls._new_bonuses()
        cls.suspense = cls.env["account.account"].search(
            [("code", "=like", "471%"), ("company_ids", "in", cls.company.id)], limit=1
        )
        cls.mill = cls.laundry.copy({"name": "Mill of the Val"})
        cls.services = {"mandate": cls.ironing, "own": cls.copies}
        for mode in ("own_name", "resale", "deposit", "referral"):
            cls.services[mode] = cls._new_service(f"Sold as {mode}", 10.0)

        def terms_of(*modes):
            return [
                new_term(
                    mode=mode,
                    scope="1_service",
                    product_tmpl_id=cls.services[mode].product_tmpl_id.id,
                )
                for mode in modes
            ]

        # The cleaner sends its own bills; the mill has us write them.
        cls._new_agreement(
            cls.cleaner, terms=terms_of("own_name", "resale", "deposit", "referral")
        )
        cls._new_agreement(
            cls.mill,
            terms=[new_term(), *terms_of("own_name", "resale", "referral")],
            billing_mandate_date="2026-01-01",
        )
        cls.sellers = {
            "mandate": cls.laundry | cls.cobbler | cls.mill,
            "own_name": cls.cleaner | cls.mill,
            "resale": cls.cleaner | cls.mill,
            "deposit": cls.cleaner,
            "referral": cls.cleaner | cls.mill,
        }
        cls.principals = cls.sellers["mandate"]
        cls.providers = cls.principals | cls.cleaner
        cls.accounts = {
            p.id: p._third_party_account(cls.company).id for p in cls.principals
        }

    @classmethod
    def _new_bonuses(cls):
        """One gains by its turnover, from the other we do."""
        cls.bonuses = {
            cls.laundry.id: Bonus("all_in", [(0, 1), (10000, 3)], 1),
            cls.cobbler.id: Bonus("net", [(5000, 2), (30000, 5)], -1),
        }
        for provider_id, bonus in cls.bonuses.items():
            cls.env["agreement"].search([("partner_id", "=", provider_id)]).write(
                {
                    "bonus_for": "conciergerie" if bonus.sign > 0 else "provider",
                    "bonus_base": bonus.base,
                    "bonus_band_ids": [
                        Command.create({"amount_from": cents / 100, "rate": rate})
                        for cents, rate in bonus.bands
                    ],
                }
            )

    def _start(self):
        """Begin a history: nothing sold, the terms of the first day."""
        self.clock = START
        self.ledger = Ledger()
        self.ledger.bonuses = self.bonuses
        self.entered = {}
        self.terms = {
            (provider.id, mode): [(date(2026, 1, 1), Terms(mode=mode))]
            for mode, providers in self.sellers.items()
            for provider in providers
        }
        self.terms[self.cobbler.id, "mandate"] = [
            (date(2026, 1, 1), Terms(base="net", rate=12, vat=10)),
        ]
        self.refundable = []
        self.payments = self.env["account.payment"]
        self.payout_payments = self.env["account.payment"]
        self.transfers = self.env["account.move"]
        self.settled = self.env["conciergerie.statement"].sudo()
        self.bills = self.env["account.move"]
        self.referrals = {}
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

    def _terms_at(self, provider, mode, day):
        known = self.terms[provider.id, mode]
        return [terms for start, terms in known if start <= day][-1]

    # ------------------------------------------------------------------
    # What people do; False where there is nothing to do it with
    # ------------------------------------------------------------------

    def _do_sell(self, rng, kind="out_invoice"):
        day = self.clock - timedelta(days=rng.randrange(4))
        sign = 1 if kind == "out_invoice" else -1
        rows, lines = [], []
        for _number in range(rng.choice((1, 1, 2, 4)) if sign > 0 else 1):
            mode = rng.choice(("mandate",) * 4 + ("own_name", "resale", *self.services))
            mode = mode if sign > 0 else "mandate"
            price, terms, provider = rng.choice(PRICES), None, None
            if mode != "own":
                provider = rng.choice(self.sellers[mode])
                terms = self._terms_at(provider, mode, day)
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
            return False
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
        return self._do_sell(rng, "out_refund")

    def _do_refund(self, rng):
        """A credit note of all that is left, or of a part of each line."""
        if not self.refundable:
            return False
        invoice = rng.choice(self.refundable)
        sold = self.ledger.sales[invoice.id].lines
        left = [line.price + line.given_back[0] for line in sold]
        if not any(left):
            return False
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
            items = refund.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id))
            refund.invoice_line_ids = [
                Command.update(item.id, {"price_unit": amount / 100, "quantity": 1})
                for item, amount in zip(items, amounts, strict=True)
            ]
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
            return False
        moves = moves.browse(rng.sample(moves.ids, min(len(moves), rng.choice((1, 2)))))
        day = self.clock - timedelta(days=rng.randrange(3))
        amount = self._part(rng, sum(moves.mapped("amount_residual")))
        kind = "inbound" if sign > 0 else "outbound"
        payment = self._new_payment(self.beneficiary, amount, day, kind)
        self._open_items(moves | payment.move_id).reconcile()

    def _do_use_credit(self, rng):
        """Set a credit note against another invoice."""
        credits, invoices = self._open_moves(-1), self._open_moves(1)
        if not credits or not invoices:
            return False
        pair = rng.choice(credits) | rng.choice(invoices)
        self._open_items(pair).reconcile()

    def _do_take_back(self, rng):
        """A payment back to draft, cancelled, posted again, or sent back."""
        if not self.payments:
            return False
        payment = rng.choice(self.payments)
        if payment.state == "draft":
            getattr(payment, rng.choice(("action_post", "action_cancel")))()
        elif payment.move_id.state == "posted":
            if payment.move_id.reversal_move_ids:
                return False
            if rng.random() < 0.5:
                payment.action_draft()
            else:
                back = payment.move_id._reverse_moves(
                    [{"date": self.clock}], cancel=True
                )
                if payment.move_id.id in self.ledger.receipts:
                    who, cents = self.ledger.receipts[payment.move_id.id]
                    self.ledger.receipts[back.id] = (who, -cents)

    def _do_unmatch(self, rng):
        """Undo the matches of a payment; then perhaps match it with another one."""
        payments = self.payments.filtered(lambda p: p.move_id.state == "posted")
        if not payments:
            return False
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

    def _act(self, action, rng):
        """Do something today; return False where there was nothing to do it with."""
        with patch.object(fields.Date, "context_today", lambda *_args: self.clock):
            return getattr(self, f"_do_{action}")(rng)
