from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
class TestClaimAfter(ClaimCase):
    """What changes after a claim goes to the next one (CASES D4, D13)."""

    # ------------------------------------------------------------------
    # Changed after the claim
    # ------------------------------------------------------------------

    def _claimed_bill(self, amount=1000.0, share=60.0):
        bill = self._new_bill(amount)
        payment = self._pay(bill)
        cost = self._cost(bill)
        self._allocate(cost, self.line, share=share)
        claim = self._new_claim()
        claim.action_submit()
        return bill, payment, cost, claim

    def _snapshot(self, claim):
        return claim.read(["claimed_amount", "eligible_amount"]), claim.line_ids.read(
            ["amount", "aid", "name", "reference", "cost_amount", "piece_number"]
        )

    def test_two_drafts_of_the_same_costs(self):
        """What one claim took, another draft no longer asks: no euro twice."""
        self._spend(1000.0, self.line)
        self._spend(400.0, self.staff_line)
        first, second = self._new_claim(), self._new_claim()
        self.assertEqual(second.eligible_amount, 1400.0)
        first.action_submit()
        with self.assertRaisesRegex(ValidationError, "2 no longer as shown"):
            second.action_submit()
        # Some of it new does not carry the rest along.
        self._spend(50.0, self.line)
        with self.assertRaisesRegex(ValidationError, "2 no longer as shown"):
            second.action_submit()
        second.action_propose()
        second.action_submit()
        self.assertEqual(second.eligible_amount, 50.0)

    def test_balance_of_what_was_kept_back(self):
        """All costs are claimed; the balance asks what the cap kept, no new cost."""
        self.dossier.write({"awarded_amount": 8_000.0, "cap_before_balance": 80.0})
        self._spend(10_000.0, self.line)
        claim = self._new_claim()
        self.assertEqual(claim.claimed_amount, 6_400.0)
        claim.action_submit()
        claim.action_answer()
        balance = self._new_claim(kind="balance")
        self.assertFalse(balance.line_ids)
        self.assertEqual(balance.claimed_amount, 1_600.0)
        balance.action_submit()
        balance.action_answer()
        self.assertEqual(balance.accepted_amount, 1_600.0)
        self.assertEqual(self.dossier.state, "balance")

    def test_balance_that_pays_back(self):
        """It is paid once the money went back; nothing of the award is to come."""
        self.dossier.write({"awarded_amount": 8_000.0, "advance_rate": 50.0})
        advance = self._new_claim(kind="advance")
        advance.action_submit()
        advance.action_answer()
        advance._register_payment(4_000.0)
        self._spend(1_000.0, self.line)
        balance = self._new_claim(kind="balance")
        self.assertEqual(balance.claimed_amount, -3_200.0)
        balance.action_submit()
        balance.action_answer()
        self.assertEqual(balance.state, "answered")
        balance._register_payment(-3_200.0)
        self.assertEqual(balance.state, "paid")
        position = self.env["conciergerie.dossier.position"].browse(self.dossier.id)
        self.assertEqual(
            (position.claimed_amount, position.to_claim_amount), (800.0, 0.0)
        )
        for record in (position, self.dossier):
            self.assertEqual(record.to_come_amount, 800.0)

    def test_nothing_kept_back(self):
        self.dossier.awarded_amount = 800.0
        self._spend(1_000.0, self.line)
        self._new_claim().action_submit()
        with self.assertRaisesRegex(ValidationError, "no cost to claim"):
            self._new_claim(kind="balance").action_submit()

    def test_advance_submitted_in_between(self):
        """The costs are as shown, the aid is not: the words say so."""
        self.dossier.advance_rate = 30.0
        self._spend(1_000.0, self.line)
        claim = self._new_claim()
        self._new_claim(kind="advance").action_submit()
        with self.assertRaisesRegex(ValidationError, "changed what .* may ask"):
            claim.action_submit()

    def test_indirect_costs_are_no_base_of_a_flat_rate(self):
        """As in the plan (D2): the rate is of direct costs, indirect ones apart."""
        kinds = self.env["conciergerie.expense.kind"]
        indirect = kinds.search([("code", "=", "indirect")], limit=1) or kinds.create(
            {"name": "Indirect", "code": "indirect"}
        )
        line = self._new_line(self.dossier, "Overheads", 60_000.0, indirect)
        self.dossier.write({"flat_rate_base": "direct", "flat_rate": 10.0})
        self._spend(1_000.0, self.line)
        self._spend(500.0, line)
        claim = self._new_claim()
        self.assertEqual((claim.real_amount, claim.flat_amount), (1_500.0, 100.0))
        claim.action_submit()
        cut = claim.line_ids.filtered(lambda r: r.amount == 500.0)
        cut.write({"accepted_amount": 0.0, "cut_reason": "No"})
        claim.action_answer()
        self.assertEqual(claim.line_ids.filtered("is_flat").accepted_amount, 100.0)

    def test_nothing_is_free_of_a_reversed_bill(self):
        """Its correction is claimed, and nothing of it can be allocated any more."""
        bill, _payment, cost, _claim = self._claimed_bill()
        self.assertEqual(cost.free_amount, 400.0)
        refund = bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        rows = cost | cost.difference_ids
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.mapped("free_amount"), [0.0, 0.0])
        correction = self._new_claim()
        self.assertEqual(correction.eligible_amount, -600.0)
        correction.action_submit()
        correction.action_answer()
        with self.assertRaisesRegex(ValidationError, "nothing of it is left"):
            self._allocate(cost, self.staff_line, 50.0)
        self.assertEqual(rows.mapped("free_amount"), [0.0, 0.0])
        self.assertFalse(self._new_claim().line_ids)
        # The reversal was a mistake: what nobody had is free again.
        refund.line_ids.remove_move_reconcile()
        refund.button_draft()
        refund.button_cancel()
        self.assertEqual(sum((cost | cost.difference_ids).mapped("free_amount")), 400.0)

    def test_changed_bill_goes_to_the_next_claim(self):
        bill, _payment, cost, claim = self._claimed_bill()
        before = self._snapshot(claim)
        bill.button_draft()
        self.assertEqual((cost.flag, cost.cap_amount), ("changed", 1000.0))
        bill.invoice_line_ids.price_unit = 900.0
        bill.action_post()
        self._pay(bill)
        self.assertEqual((cost.flag, cost.cap_amount), ("changed", 1000.0))
        following = self._new_claim()
        self.assertRecordValues(
            following.line_ids,
            [{"amount": -60.0, "is_difference": True}],
        )
        self.assertEqual(following.line_ids.allocation_id.cost_id.origin_id, cost)
        self.assertEqual(following.claimed_amount, 0.0, "it waits: never below zero")
        self._spend(200.0, self.line)
        following.action_propose()
        self.assertEqual(following.eligible_amount, 140.0)
        self.assertEqual(following.claimed_amount, 112.0)
        with self.assertRaisesRegex(UserError, "correction"):
            following.line_ids.filtered("is_difference").action_leave_out()
        following.action_submit()
        self.assertEqual(self._snapshot(claim), before, "the frozen one stays")
        self.assertFalse(self._new_claim().line_ids)

    def test_rest_of_a_claimed_cost_bears_its_difference(self):
        """The 40 % that another dossier takes later are 40 % of what it costs now."""
        bill, _payment, cost, _claim = self._claimed_bill()
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 900.0
        bill.action_post()
        self._pay(bill)
        other = self._new_dossier("Round 2026")
        line_b = self._new_line(other, "Services", 5000.0)
        self._allocate(cost, line_b, share=40.0)
        self.assertEqual(self._new_claim(other).eligible_amount, 360.0)
        self.assertEqual(cost.difference_ids.free_amount, 0.0)

    def test_cancelled_bill_is_taken_back_once(self):
        bill, payment, cost, _claim = self._claimed_bill()
        payment.button_draft()
        bill.button_draft()
        bill.button_cancel()
        self.assertEqual(cost.flag, "changed")
        following = self._new_claim()
        self.assertEqual(following.line_ids.mapped("amount"), [-600.0])
        self._spend(1000.0, self.line)
        following.action_propose()
        following.action_submit()
        self.assertEqual(following.eligible_amount, 400.0)
        self.assertFalse(self._new_claim().line_ids)

    def test_reversed_bill_is_flagged(self):
        bill, _payment, cost, _claim = self._claimed_bill()
        bill._reverse_moves(
            [{"invoice_date": "2026-05-01", "date": "2026-05-01"}], cancel=False
        )
        bill.reversal_move_ids.action_post()
        self.assertEqual(cost.flag, "reversed")
        self.assertEqual(self._new_claim().eligible_amount, -600.0)

    def test_no_longer_paid_is_taken_back_until_it_is(self):
        _bill, payment, cost, _claim = self._claimed_bill()
        payment.button_draft()
        following = self._new_claim()
        self.assertEqual(cost.flag, "unpaid")
        self.assertEqual(following.line_ids.mapped("amount"), [-600.0])
        self._spend(1000.0, self.line)
        following.action_propose()
        following.action_submit()
        payment.action_post()
        last = self._new_claim()
        self.assertEqual(cost.flag, "none")
        self.assertEqual(last.line_ids.mapped("amount"), [600.0])

    def test_paid_after_the_claim_waits(self):
        """What is paid after the claim's date was not paid at it."""
        self._spend(100.0, self.line)
        bill = self._new_bill(40.0)
        self._pay(bill, "2026-04-02")
        self._allocate(self._cost(bill), self.line)
        claim = self._new_claim(date="2026-04-01")
        self.assertEqual(claim.eligible_amount, 100.0)
        self.assertRecordValues(
            claim.left_out_ids,
            [
                {
                    "amount": 40.0,
                    "reason": "paid_later",
                    "reasons": "Not paid at the date of the claim",
                }
            ],
        )
        claim.date = "2026-04-02"
        claim.action_propose()
        self.assertEqual(claim.eligible_amount, 140.0)
        claim.date = "2026-04-01"
        with self.assertRaisesRegex(ValidationError, "1 no longer as shown"):
            claim.action_submit()
        claim.date = "2026-04-02"
        claim.action_submit()
        # Another one dated too early takes nothing back.
        self.assertFalse(self._new_claim(date="2026-03-01").line_ids)

    def test_paid_after_the_claim_where_payment_does_not_count(self):
        self.dossier.paid_only = False
        bill = self._new_bill(40.0)
        self._pay(bill, "2026-04-02")
        self._allocate(self._cost(bill), self.line)
        self.assertEqual(self._new_claim(date="2026-04-01").eligible_amount, 40.0)

    # ------------------------------------------------------------------
    # D4, D13
    # ------------------------------------------------------------------

    @freeze_time("2026-07-15")
    def test_d4_and_d13_hours(self):
        employee = self._new_employee(d2026_01_01=21.0)
        self.assertEqual(
            self.env["conciergerie.hourly.cost"].search([]).hourly_cost, 21.0
        )
        self.assertEqual(self._new_hours(employee, 400.0).cap_amount, 8_400.0)
        other = self._new_employee("Robin Blanc")
        hours = self._new_hours(other, 10.0)
        self.assertEqual(hours.cap_amount, 0.0)
        with self.assertRaisesRegex(ValidationError, "Robin Blanc has no hourly cost"):
            self._allocate(hours, self.staff_line)
        with self.assertRaisesRegex(UserError, "Robin Blanc has no hourly cost"):
            hours.action_allocate()
        self._new_rate(other, "2026-01-01", 22.0)
        self.assertEqual(hours.cap_amount, 220.0)
        self._allocate(hours, self.staff_line)
        claim = self._new_claim()
        self.assertEqual(claim.real_amount, 220.0)
        claim.action_submit()
        late = self._new_hours(other, 5.0, "2026-06-12")
        made = self._allocate(late, self.staff_line)
        self.assertEqual(made.amount, 110.0)
        self._new_rate(other, "2026-06-01", 23.5)
        self.assertEqual((late.cap_amount, made.amount), (117.5, 117.5))
        self.assertEqual((hours.cap_amount, hours.current_amount), (220.0, 235.0))
        self.assertEqual(claim.line_ids.amount, 220.0)
        following = self._new_claim()
        self.assertEqual(
            sorted(following.line_ids.mapped("amount")),
            [15.0, 117.5],
        )

    def test_hours_of_another_base(self):
        """A dossier of 1 720 h takes no more of an hour than its own base gives."""
        employee = self._new_employee()
        self.env["conciergerie.hourly.cost"].create(
            {
                "employee_id": employee.id,
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "annual_cost": 36_120.0,
                "hours_base": 1607,
            }
        )
        hours = self._new_hours(employee, 10.0)
        self.assertEqual(hours.cap_amount, 224.8)
        self.assertEqual(self._allocate(hours, self.staff_line).amount, 210.0)

    def test_unsigned_hours_are_left_out(self):
        employee = self._new_employee(d2026_01_01=21.0)
        hours = self._new_hours(employee, 10.0, signed=False)
        self._allocate(hours, self.staff_line)
        claim = self._new_claim()
        self.assertEqual(claim.left_out_ids.reason, "no_evidence")
        self._sign_sheet(employee, "2026-06-10")
        claim.action_propose()
        self.assertEqual(claim.real_amount, 210.0)

    def test_pay_or_hours_never_both(self):
        employee = self._new_employee(d2026_01_01=21.0)
        staff = self._new_line(self.dossier, "Staff", 5000.0, self.staff_kind)
        hours = self._new_hours(employee, 10.0, "2026-06-10")
        self._allocate(hours, staff)
        pay = self._new_pay(2000.0, "2026-06-30")
        with self.assertRaisesRegex(ValidationError, "hours of that month"):
            self._allocate(pay, staff)
        somebody = self._new_employee("Robin Blanc")
        pay.employee_id = somebody
        self._allocate(pay, staff, 100.0)
        july = self._new_pay(2000.0, "2026-07-31")
        self._allocate(july, staff, 100.0)
        with self.assertRaisesRegex(ValidationError, "pay of that month"):
            self._allocate(self._new_hours(employee, 3.0, "2026-07-02"), staff)

    @classmethod
    def _new_pay(cls, amount, day):
        accounts = cls.env["account.account"].with_company(cls.company)
        pay, owed = (
            accounts.search(
                [("code", "=like", f"{code}%"), ("company_ids", "in", cls.company.ids)],
                limit=1,
            )
            for code in ("6411", "421")
        )
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create({"account_id": pay.id, "balance": amount}),
                    Command.create({"account_id": owed.id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()
        return cls._cost(entry)
