import os
import random
from datetime import date, timedelta
from fractions import Fraction

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.conciergerie_partners.tests.history_ledger import Ledger
from odoo.addons.conciergerie_partners.tests.history_model import Terms

from .pos_common import PosCommon

# A ticket with its session, its invoice and its payments takes ten times as long as a
# step of the other histories.
STEPS = max(int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200")) // 10, 20)


def cents(amount):
    return round(amount * 100)


@tagged("post_install", "-at_install")
class TestPosHistory(PosCommon):
    """Histories made by chance: the invariants of the ledger hold through the till.

    Tickets in cash, by card, on account and in parts, invoiced at once or late, given
    back whole or in part, across closings, settlements and payouts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hill = cls.laundry.copy({"name": "Laundry of the Hill"})
        cls._new_agreement(
            cls.hill, terms=[cls._mandate_term(base="net", rate=12.5, minimum_amount=1)]
        )
        cls.ironing.seller_ids = [
            Command.create({"partner_id": cls.hill.id, "price": 9.0})
        ]
        # The same terms, worked out by the model of the other histories.
        cls.agreed = {
            cls.laundry: Terms(),
            cls.hill: Terms(base="net", rate=Fraction(25, 2), minimum=100),
        }

    def setUp(self):
        super().setUp()
        self.tickets = self.env["pos.order"]
        self.given_back = {}
        self.paid_out = dict.fromkeys(self.agreed, 0)

    def _live(self, seed):
        chance = random.Random(seed)
        day = date(2026, 1, 5)
        acts = (
            [self._act_sell] * 6
            + [self._act_give_back] * 2
            + [self._act_close] * 2
            + [self._act_pay, self._act_invoice, self._act_settle]
        )
        for _step in range(STEPS):
            day += timedelta(days=chance.randint(0, 2))
            with freeze_time(f"{day} 10:00:00"):
                chance.choice(acts)(chance, day)
                self._check()
        with freeze_time(f"{day} 18:00:00"):
            self._act_close(chance, day)
            self._check()

    # ------------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------------

    def _act_sell(self, chance, day):
        lines = [
            self._line(
                self.ironing,
                chance.randint(100, 9999) / 100,
                qty=chance.choice((1, 1, 2, 3)),
                provider=chance.choice((self.laundry, self.hill)),
                discount=chance.choice((0, 0, 0, 15)),
                taxes=self.env["account.tax"],
            )
            for _number in range(chance.randint(1, 3))
        ]
        if chance.random() < 0.5:
            lines.append(self._line(self.copies, 6.0))
        for line in lines:
            amounts = line[2]
            for name in ("price_subtotal", "price_subtotal_incl"):
                amounts[name] = self.company.currency_id.round(amounts[name])
        total = round(sum(line[2]["price_subtotal_incl"] for line in lines), 2)
        later = round(total * chance.choice((0, 0, 0, 0.4, 1)), 2)
        payments = [
            (method, amount)
            for method, amount in (
                (self.later, later),
                (chance.choice((self.cash, self.card)), round(total - later, 2)),
            )
            if amount
        ]
        self.tickets |= self._sell(
            *lines,
            payments=payments,
            partner_id=self.beneficiary.id,
            to_invoice=chance.random() < 0.2,
        )

    def _act_give_back(self, chance, day):
        known = self.tickets.filtered(
            lambda o: not o.is_refund and o not in self.given_back
        )
        if not known:
            return
        order = chance.choice(known)
        refund = self._give_back(
            order,
            partner_id=self.beneficiary.id,
            to_invoice=bool(order.account_move),
        )
        self.given_back[order] = refund
        self.tickets |= refund

    def _act_close(self, chance, day):
        self._close()
        self.pos_session = self._open()

    def _act_pay(self, chance, day):
        """A customer pays a part of what she owes, on whatever item is open."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.beneficiary.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("amount_residual", ">", 0),
                ("parent_state", "=", "posted"),
            ],
            order="id",
        )
        if not items:
            return
        item = chance.choice(items)
        amount = round(item.amount_residual * chance.choice((0.5, 1)), 2)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.beneficiary.id,
                "amount": amount,
                "date": day,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        paid = payment.move_id.line_ids.filtered(
            lambda ln: ln.account_id == item.account_id
        )
        (paid | item).reconcile()

    def _act_invoice(self, chance, day):
        late = self.tickets.filtered(
            lambda o: (
                o.session_id.state == "closed"
                and not o.account_move
                and not o.is_refund
                and o not in self.given_back
            )
        )
        if late:
            chance.choice(late).with_user(self.counter).with_context(
                generate_pdf=False
            ).action_pos_order_invoice()

    def _act_settle(self, chance, day):
        for statement in self._settle(day, day):
            owed = statement._payable_items().filtered(lambda i: i.amount_residual < 0)
            if owed and chance.random() < 0.5:
                sent = self._payout(statement)
                self.paid_out[statement.provider_id] += cents(
                    sum(sent.mapped("amount"))
                )

    # ------------------------------------------------------------------
    # What always holds
    # ------------------------------------------------------------------

    def _check(self):
        self._derive()
        lines = self.tickets.lines.filtered(lambda ln: ln.deal_mode == "mandate")
        sold = self._seller(self.tickets)
        self.assertEqual(sold.pos_line_id, lines)
        self.assertEqual(len(sold), len(lines), "one commission line for each sale")
        self.assertEqual(len(self.tickets.seal_ids), len(self.tickets))
        for line in sold:
            self._check_line(line)
        self._check_payables()
        for provider in (self.laundry, self.hill):
            self._check_books(provider, sold)

    def _check_line(self, line):
        """What is due is what the ticket has collected, and closes exactly."""
        order = line.pos_line_id.order_id
        collected = round(sum(line.due_entry_ids.mapped("collected_amount")), 2)
        self.assertLessEqual(abs(collected), abs(line.price_total))
        commission = round(sum(line.due_entry_ids.mapped("commission_amount")), 2)
        if all(p.payment_method_id.journal_id for p in order.payment_ids):
            self.assertEqual(collected, line.price_total)
        if collected == line.price_total:
            self.assertEqual(commission, line.commission_amount)
        sold = line.pos_line_id.refunded_orderline_id or line.pos_line_id
        agreed = self.agreed[line.provider_id].commission(
            cents(sold.price_subtotal_incl)
        )
        sign = -1 if line.pos_line_id.refunded_orderline_id else 1
        self.assertEqual(cents(line.commission_amount), sign * agreed)

    def _check_payables(self):
        """401 owes what was settled, less commission and payouts; nobody else anything.

        Commission is worked out from the due entries: VAT once for each statement.
        """
        owed = {
            provider.id: -sum(
                cents(sum(entries.mapped("collected_amount")))
                - self._commission_with_vat(provider, entries)
                for entries in self.env["conciergerie.due.entry"]
                .search(
                    [("provider_id", "=", provider.id), ("statement_id", "!=", False)]
                )
                .grouped("statement_id")
                .values()
            )
            + self.paid_out[provider]
            for provider in self.agreed
        }
        found = self.env["account.move.line"]._read_group(
            [
                ("account_id.account_type", "=", "liability_payable"),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ],
            ["partner_id"],
            ["balance:sum"],
        )
        balances = dict.fromkeys(owed, 0)
        balances.update({partner.id: cents(balance) for partner, balance in found})
        self.assertEqual(balances, owed)

    def _commission_with_vat(self, provider, entries):
        commission = cents(sum(entries.mapped("commission_amount")))
        net = self.agreed[provider].base == "net"
        _untaxed, total = Ledger._commission(
            *(commission, 0) if net else (0, commission)
        )
        return total

    def _check_books(self, provider, sold):
        """467 holds what the books sold for it, less what statements took out."""
        booked = sold.filtered(
            lambda ln: (
                ln.provider_id == provider
                and (
                    ln.pos_line_id.order_id.session_id.state == "closed"
                    or ln.pos_line_id.order_id.account_move
                )
            )
        )
        settled = self.env["conciergerie.due.entry"].search(
            [("provider_id", "=", provider.id), ("statement_id", "!=", False)]
        )
        self.assertEqual(
            provider._third_party_balance(self.company),
            round(
                sum(booked.mapped("price_total"))
                - sum(settled.mapped("collected_amount")),
                2,
            ),
        )

    def test_history(self):
        self._live(1)

    def test_another_history(self):
        self._live(2)
