from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.conciergerie_conventions.models.fee_facts import FeeFacts

from .test_copay_books import CopayBooks


@tagged("post_install", "-at_install")
class TestCopayMonth(CopayBooks):
    """The payer's month holds what the till sold: its statement and its fee by use."""

    def _sell_on(self, day, *prices, close=True):
        with freeze_time(f"{day} 10:00:00"):
            if not self.till.current_session_id:
                self._open()
            orders = [self._sell(self._line(self.mending, price)) for price in prices]
            if close:
                self._close(cash=0.0)
        return orders

    def _settle(self, month_end, today):
        with freeze_time(f"{today} 10:00:00"):
            return (
                self.env["conciergerie.copay.statement"]
                .with_user(self.accountant)
                .with_company(self.company)
                ._settle(self.company, date.fromisoformat(month_end))
            )

    def setUp(self):
        with freeze_time("2026-10-05 09:00:00"):
            super().setUp()

    def test_statement_of_the_month(self):
        self._sell_on("2026-10-05", 30.0, 14.0)
        self._sell_on("2026-10-20", 15.35)
        self._sell_on("2026-11-03", 30.0)
        statement = self._settle("2026-10-31", "2026-11-05")
        self.assertEqual(
            (statement.use_count, statement.people_count, statement.share_amount),
            (3, 1, 24.68),
        )
        self.assertEqual(statement.amount_open, 24.68)
        self.assertEqual(statement.payment_state, "to_pay")
        self.assertFalse(statement.line_ids, "one person: no breakdown by service")
        items = statement._payer_items()
        self.assertEqual(sorted(items.mapped("balance")), [7.0, 7.68, 10.0])
        self.assertEqual(items.partner_id, self.employer)
        for name in items.mapped("name"):
            self.assertNotIn(self.mending.name, name)
            self.assertNotIn(self.beneficiary.name, name)
        self.assertFalse(self._settle("2026-10-31", "2026-11-05"), "only once")
        later = self._settle("2026-11-30", "2026-12-02")
        self.assertEqual((later.use_count, later.share_amount), (1, 10.0))

    def test_payment_is_matched_with_the_items_of_the_till(self):
        self._sell_on("2026-10-05", 30.0)
        statement = self._settle("2026-10-31", "2026-11-05")
        action = statement.with_user(self.accountant).action_pay()
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            **action["context"]
        ).create({})._create_payments()
        self.env.invalidate_all()
        self.assertEqual(statement.payment_state, "paid")
        self.assertEqual(self._balances().get(("411100", self.employer.name)), None)

    def test_a_refund_of_a_later_month_is_in_the_next_statement(self):
        [order] = self._sell_on("2026-10-05", 30.0)
        first = self._settle("2026-10-31", "2026-11-05")
        with freeze_time("2026-11-07 10:00:00"):
            self._open()
            self._refund(order)
            self._close(cash=0.0)
        later = self._settle("2026-11-30", "2026-12-02")
        self.assertEqual(later.share_amount, -10.0)
        self.assertEqual(first.share_amount, 10.0, "never changes")
        self.assertEqual(first.payment_state, "paid", "matched with what came back")

    def test_an_open_session_is_left_to_the_next_statement(self):
        self._sell_on("2026-10-31", 30.0, close=False)
        self.assertFalse(self._settle("2026-10-31", "2026-11-05"))
        with freeze_time("2026-11-05 18:00:00"):
            self._close(cash=0.0)
        statement = self._settle("2026-11-30", "2026-12-02")
        self.assertEqual(statement.share_amount, 10.0)
        self.assertEqual(statement.amount_open, 10.0)

    def test_a_session_over_the_end_of_a_month(self):
        self._sell_on("2026-10-31", 30.0, close=False)
        self._sell_on("2026-11-01", 14.0)
        october = self._settle("2026-10-31", "2026-11-05")
        november = self._settle("2026-11-30", "2026-12-02")
        self.assertEqual(
            [(s.share_amount, s.amount_open) for s in october + november],
            [(10.0, 10.0), (7.0, 7.0)],
        )

    def test_uses_are_counted_for_the_fee(self):
        self._sell_on("2026-10-05", 30.0, 14.0, close=False)
        [order] = self._sell_on("2026-10-06", 6.0, close=False)
        with freeze_time("2026-10-06 11:00:00"):
            self._refund(order)
            self._close(cash=0.0)
        facts = FeeFacts(self.convention)
        self.assertEqual(
            facts.uses(self.convention, date(2026, 10, 1), date(2026, 10, 31)), 2
        )

    def test_who_reads_uses(self):
        self._sell_on("2026-10-05", 30.0)
        use = self.env["conciergerie.copay.use"].search([], limit=1)
        with self.assertRaises(AccessError):
            use.with_user(self.counter).read(["share_amount"])
        self.assertTrue(use.with_user(self.accountant).read(["share_amount"]))


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayMany(CopayBooks):
    """What shares cost: closing by payer, syncing by order."""

    def test_closing_of_a_hundred_shares(self):
        """At most 3 queries a payer more than the same without payers."""
        counts = {}
        account = self.env["pos.payment.method"].create(
            {
                "name": "Customer account",
                "split_transactions": True,
                "company_id": self.company.id,
            }
        )
        self._close()
        self.till.payment_method_ids += account
        employers = self.env["res.partner"].create(
            [{"name": f"Works {n}", "is_company": True} for n in range(3)]
        )
        people = self.env["res.partner"].create(
            [
                {"name": f"Employee {n}", "company_id": self.company.id}
                for n in range(100)
            ]
        )
        conventions = [self._new_convention(payer) for payer in employers]
        for number, person in enumerate(people):
            self._entitle(conventions[number % 3], person)
        for shared in (False, True):
            self._open()
            for person in people:
                ticket = self._ticket([self._line(self.mending)], person)
                if shared:
                    self._pay(ticket, *self._asked(ticket)["payments"])
                else:
                    self._pay(ticket)
                    ticket["payment_ids"] = [
                        Command.create({"payment_method_id": method.id, "amount": part})
                        for method, part in ((account, 10.0), (self.cash, 20.0))
                    ]
                self._send(ticket)
            session = self.till.current_session_id
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            entry = self._close(session, cash=0.0)
            counts[shared] = self.env.cr.sql_log_count - before
            if shared:
                items = entry.line_ids.filtered("copay_pos_payment_id")
                self.assertEqual(len(items), 100)
                self.assertEqual(items.partner_id, employers)
                self.assertEqual(sum(items.mapped("balance")), 1000.0)
        self.assertLessEqual(counts[True], counts[False] + 3 * 3 + 10, counts)

    def test_integrity_of_the_tickets(self):
        if not self.env.company._is_accounting_unalterable():
            self.skipTest("the company is not French")
        order = self._sell(self._line(self.mending))
        self._close()
        self._invoice(order)
        self._open()
        self._refund(order, to_invoice=True)
        self._close(cash=0.0)
        company = self.env["res.company"].browse(self.company.id)
        # Core translates outside any record here, and says so in the log.
        with mute_logger("odoo.tools.translate"):
            report = company._check_pos_hash_integrity()
        self.assertEqual(report["corrupted_orders"], "None")
