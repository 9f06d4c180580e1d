from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestReversal(SettleCommon):
    """A statement is cancelled only by a reversing one."""

    def _sold_statement(self):
        invoice = self._new_invoice(
            [(self.ironing, self.laundry, 100.0)], date="2026-01-05"
        )
        self._pay(invoice, date="2026-01-06")
        return self._settle("2026-01-31")

    def _reverse(self, statement):
        action = statement.with_user(self.accountant).action_reverse()
        return statement.browse(action["res_id"])

    def test_reverse_before_payout(self):
        first = self._sold_statement()
        account = self.laundry._third_party_account(self.company)
        reversal = self._reverse(first)
        self.assertEntry(
            reversal.settlement_move_id,
            [
                (self.receivable, 15.0, 0.0),
                (self.payable, 85.0, 0.0),
                (account.code, 0.0, 100.0),
            ],
        )
        credit = reversal.commission_move_id
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id, first.commission_move_id)
        self.assertEqual(first.payment_state, "reversed")
        self.assertEqual(first.amount_open, 0.0)
        self.assertEqual(reversal.amount_open, 0.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 100.0)
        self.assertEqual(first.collected_amount, 100.0, "it is not changed")
        with self.assertRaisesRegex(UserError, "Nothing is to be paid"):
            first.action_pay()
        again = self._settle("2026-01-31")
        self.assertEqual(again.payable_amount, 85.0)
        self.assertEqual(self._derive(), 0, "the ledger agrees")

    def test_reverse_after_payout(self):
        first = self._sold_statement()
        self._payout(first)
        reversal = self._reverse(first)
        self.assertEqual(self._balance(self.payable), 85.0, "the provider owes us")
        self.assertEqual(reversal.payment_state, "carried")
        again = self._settle("2026-01-31")
        self.assertEqual(again.opening_balance, -85.0)
        self.assertEqual(again.payable_amount, 0.0)
        self.assertEqual(self._balance(self.payable), 0.0)

    def test_reverse_once(self):
        first = self._sold_statement()
        reversal = self._reverse(first)
        for statement in (first, reversal):
            with self.assertRaisesRegex(UserError, "settle again instead"):
                self._reverse(statement)

    def test_reverse_own_name(self):
        agreement = self._new_agreement(
            self.cobbler,
            terms=[self._mandate_term(mode="own_name")],
            billing_mandate_date="2026-01-01",
        )
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        self._new_invoice([(sole, self.cobbler, 100.0)], date="2026-01-05")
        first = self._settle("2026-01-31")
        reversal = self._reverse(first)
        credit = reversal.correction_move_id
        self.assertEqual((credit.state, credit.amount_total), ("draft", 85.0))
        credit.ref = "AV-9"
        credit.action_post()
        self.assertEqual(self._balance(self.payable, self.cobbler), 0.0)
        agreement.billing_mandate_date = False
        draft = self._settle("2026-01-31")
        self.assertEqual(draft.bill_move_id.state, "draft")
        reversal = self._reverse(draft)
        self.assertFalse(reversal._document_moves(), "its bill has never come")
        self.assertEqual(draft.bill_move_id.state, "cancel")
        self.assertFalse(draft.activity_ids)

    def test_reversal_mirrors_the_bill(self):
        """Sold 100 and 40 given back in one bill of 51: its credit note is 51."""
        self._new_agreement(
            self.cobbler,
            terms=[self._mandate_term(mode="own_name")],
            billing_mandate_date="2026-01-01",
        )
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        sale = self._new_invoice([(sole, self.cobbler, 100.0)], date="2026-01-05")
        refund = sale._reverse_moves([{"invoice_date": sale.invoice_date}])
        refund.invoice_line_ids.price_unit = 40.0
        refund.action_post()
        first = self._settle("2026-01-31")
        self.assertEqual(first.purchase_amount, 51.0)
        reversal = self._reverse(first)
        self.assertFalse(reversal.bill_move_id)
        self.assertEqual(reversal.correction_amount, 51.0)
        again = self._settle("2026-01-31")
        self.assertEqual((again.purchase_amount, again.correction_amount), (51.0, 0.0))

    def test_paid_own_name_is_not_paid_twice(self):
        """Paid 85, reversed, settled again: 85 wait for the credit note of 85."""
        self._new_agreement(
            self.cobbler,
            terms=[self._mandate_term(mode="own_name")],
            billing_mandate_date="2026-01-01",
        )
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        self._new_invoice([(sole, self.cobbler, 100.0)], date="2026-01-05")
        first = self._settle("2026-01-31")
        self._payout(first)
        reversal = self._reverse(first)
        tasks = reversal.activity_ids.filtered(
            lambda task: task.user_id == self.accountant
        )
        self.assertIn("held back", "".join(tasks.mapped("summary")))
        self._settle("2026-01-31")
        cash = self.company_data["default_journal_cash"]
        values = {"journal_id": cash.id, "due_until": "2026-12-31"}
        runs = self.env["conciergerie.pay.run"].with_user(self.accountant)
        line = runs.create(values).line_ids
        self.assertEqual((line.net_amount, line.held_amount), (85.0, 85.0))
        self.assertEqual((line.amount, line.to_pay), (0.0, False))
        self.assertIn(f"statement {reversal.name} is awaited", line.reason)
        line.to_pay = True
        with self.assertRaisesRegex(UserError, "is awaited"):
            line.run_id.action_pay()
        self._new_invoice([(sole, self.cobbler, 40.0)], date="2026-02-05")
        self._settle("2026-02-28")
        line = runs.create(values).line_ids
        self.assertEqual((line.net_amount, line.amount), (119.0, 34.0))
        self.assertTrue(line.to_pay)
        self.assertIn("is held back", line.reason)
        line.amount = 34.01
        with self.assertRaisesRegex(UserError, "at most .*34.00"):
            line.run_id.action_pay()
        line.amount = 34.0
        line.run_id.action_pay()
        self.assertEqual(self._balance(self.payable, self.cobbler), -85.0)
        reversal.correction_move_id.ref = "AV-9"
        reversal.correction_move_id.action_post()
        self.assertFalse(runs.create(values).line_ids.to_pay)
        self.assertEqual(self._balance(self.payable, self.cobbler), 0.0)

    def test_reverse_by_two(self):
        statement = self._sold_statement()
        refused = patch.object(
            type(statement), "lock_for_update", side_effect=LockError("Cannot grab")
        )
        with refused, self.assertRaisesRegex(UserError, "Somebody else is working"):
            self._reverse(statement)
        self._reverse(statement)

    def test_manager_and_counter_may_not(self):
        statement = self._sold_statement()
        with self.assertRaisesRegex(UserError, "An accountant reverses"):
            statement.with_user(self.manager).action_reverse()
        with self.assertRaises(AccessError):
            statement.with_user(self.counter).action_reverse()
