from datetime import timedelta

from odoo.exceptions import UserError

from .history_acts import HistoryMoney
from .history_common import PRICES
from .history_model import Line


class HistoryCase(HistoryMoney):
    """Declared sales, statements, their reversals, providers' bills and payouts."""

    # ------------------------------------------------------------------
    # Declared sales
    # ------------------------------------------------------------------

    def _do_declare(self, rng):
        """A provider declares a sale, or gives one back; some are refused."""
        given = [ref for ref, line in self.referrals.items() if not line.refund_of]
        if given and rng.random() < 0.3:
            self._give_back(rng, rng.choice(given))
            return
        provider = rng.choice(self.sellers["referral"])
        day = self.clock - timedelta(days=rng.randrange(4))
        price = rng.choice(PRICES[1:])
        referral = self.env["conciergerie.referral"].create(
            {
                "provider_id": provider.id,
                "product_id": self.services["referral"].id,
                "company_id": self.company.id,
                "date": day,
                "declaration_date": self.clock,
                "price_total": price / 100,
            }
        )
        if rng.random() < 0.1:
            referral.refusal_reason = "Sold before it was agreed"
            referral.action_refuse()
            return
        terms = self._terms_at(provider, "referral", day)
        self._check_referral(referral, Line(0, price, provider.id, terms))

    def _give_back(self, rng, referral):
        line = self.referrals[referral]
        rest = line.price + line.given_back[0]
        if not rest:
            with self.assertRaisesRegex(UserError, "all given back already"):
                referral.action_give_back()
            return
        back = referral.browse(referral.action_give_back()["res_id"])
        cents = round(self._part(rng, rest / 100) * 100)
        back.write({"price_total": -cents / 100, "declaration_date": self.clock})
        self._check_referral(back, Line(0, -cents, line.provider, refund_of=line))

    def _check_referral(self, referral, line):
        referral.action_check()
        line.key = -referral.id
        self.referrals[referral] = line
        self.ledger.declare(line, self.clock)

    def _do_pay_referral(self, rng):
        """The provider pays what it owes for its declared sales."""
        invoices = self.settled.referral_move_id.filtered(
            lambda m: m.move_type == "out_invoice" and m.amount_residual > 0
        )
        if not invoices:
            return False
        invoice = rng.choice(invoices)
        provider = invoice.commercial_partner_id
        amount = self._part(rng, invoice.amount_residual)
        payment = self._new_payment(provider, amount, self.clock)
        self.ledger.receipts[payment.move_id.id] = (provider.id, round(amount * 100))
        self._open_items(invoice | payment.move_id).reconcile()

    # ------------------------------------------------------------------
    # Statements
    # ------------------------------------------------------------------

    def _do_settle(self, rng):
        providers = rng.choice((self.providers, self.providers, *self.providers))
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
            entries = self.ledger.ready(provider.id, end, self.clock - hold)
            others = self.ledger.ready_others(provider.id, end, self.clock - hold)
            self.assertEqual(
                len(statement),
                bool(entries or others),
                "invariant 3: statements of a provider",
            )
            for other in others:
                other[5] = statement.id
            if entries or others:
                self.ledger.settle(provider.id, entries, statement.id)
        self._bills_made(statements)
        return bool(statements)

    def _bills_made(self, statements):
        for statement in statements:
            who = statement.provider_id.id
            totals = self.ledger.statements[statement.id]
            if bill := statement.bill_move_id:
                self.ledger.bills[bill.id] = (who, totals["purchase"])
            if credit := statement.correction_move_id:
                self.ledger.bills[credit.id] = (who, -totals["correction"])
            self.bills |= bill | credit

    def _do_reverse(self, rng):
        """Take a statement back: refused the second time, or half its bills came."""
        if not self.settled:
            return False
        statement = rng.choice(self.settled)
        again = statement.reversed_statement_id or statement.reversal_ids
        if again and rng.random() < 0.8:
            return False
        bill, credit = statement.bill_move_id, statement.correction_move_id
        waits = bill.state == "posted" and credit.state == "draft"
        came = bill.state == "posted", credit.state == "posted"
        self.ledger.derive(self._facts())
        reverse = statement.with_user(self.accountant).action_reverse
        if again or waits:
            message = "settle again instead" if again else "waits for the credit note"
            with self.assertRaisesRegex(UserError, message):
                reverse()
            return
        reversal = statement.browse(reverse()["res_id"])
        self.settled |= reversal
        self.ledger.reverse(statement.id, reversal.id, *came)
        self._bills_made(reversal)

    def _do_receive_bill(self, rng):
        """The provider sends the bill or the credit note that was awaited."""
        awaited = self.bills.filtered(lambda m: m.state == "draft")
        if not awaited:
            return False
        bill = rng.choice(awaited)
        bill.ref = f"From the provider {bill.id}"
        bill.action_post()

    # ------------------------------------------------------------------
    # Payouts
    # ------------------------------------------------------------------

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
            else:
                return False
            return None
        due = self.settled.filtered(
            lambda s: any(i.amount_residual < 0 for i in s._payable_items())
        )
        if not due:
            return False
        statement = rng.choice(due)
        items = statement._payable_items().filtered(lambda i: i.amount_residual < 0)
        action = items.action_register_payment()
        amount = self._part(rng, -sum(items.mapped("amount_residual")))
        payment = (
            self.env["account.payment.register"]
            .with_context(**action["context"])
            .create(
                {
                    "journal_id": self.bank.id,
                    "payment_date": self.clock,
                    "amount": amount,
                    "group_payment": True,
                }
            )
            ._create_payments()
        )
        self.payout_payments |= payment
        self.ledger.payouts[payment.move_id.id] = (
            statement.provider_id.id,
            round(amount * 100),
        )
