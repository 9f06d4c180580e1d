from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
class TestClaimCorrection(ClaimCase):
    """Lines that lower a claim, and cuts that meet them, as the accountant."""

    def _claimed_bill(self, amount=1000.0, share=60.0):
        bill = self._new_bill(amount)
        payment = self._pay(bill)
        made = self._allocate(self._cost(bill), self.line, share=share)
        claim = self._new_claim()
        claim.action_submit()
        return bill, payment, made, claim

    def _cut(self, claim, accepted):
        claim.line_ids.write({"accepted_amount": accepted, "cut_reason": "Too dear"})
        claim.action_answer()

    def _reverse(self, bill, amount):
        refund = bill._reverse_moves([{"invoice_date": "2026-05-01"}])
        refund.invoice_line_ids.price_unit = amount
        refund.action_post()

    def _refuse_cut(self, line):
        """A line that lowers its claim is not cut, by whatever amount."""
        asked = line.amount
        for accepted in (0.0, asked / 2, 2 * asked, -asked):
            line.write({"accepted_amount": accepted, "cut_reason": "No"})
            with (
                self.assertRaisesRegex(ValidationError, "lowers the claim.*Letter"),
                self.cr.savepoint(),
            ):
                line.claim_id.action_answer()

    def test_difference_is_not_cut(self):
        bill, _payment, made, _claim = self._claimed_bill()
        self._reverse(bill, 100.0)
        claim = self._new_claim()
        self._spend(500.0, self.line)
        claim.action_propose()
        claim.action_submit()
        line = claim.line_ids.filtered("is_difference")
        self.assertEqual(line.amount, -60.0)
        self._refuse_cut(line)
        # The funder's letter says another aid: the costs stay what they are.
        claim.action_accept_all()
        claim.funder_amount = 300.0
        claim.action_answer()
        self.assertEqual(claim.accepted_amount, 300.0)
        self.assertEqual(line.allocation_id.amount, -60.0)
        self.assertEqual(made.amount, 600.0)

    def test_cost_taken_back_is_not_cut(self):
        """Cut, it would have allocated more than was ever asked of the cost."""
        _bill, payment, made, _claim = self._claimed_bill()
        payment.button_draft()
        claim = self._new_claim()
        self._spend(1000.0, self.line)
        claim.action_propose()
        claim.action_submit()
        line = claim.line_ids.filtered(lambda r: r.amount < 0)
        self.assertEqual(line.allocation_id, made)
        self._refuse_cut(line)
        self.assertEqual(made.amount, 600.0)

    def test_cut_after_its_correction_was_claimed(self):
        """600 asked, 600 taken back, of the 600 only 450 accepted: 150 come again."""
        bill, _payment, made, first = self._claimed_bill()
        self._reverse(bill, 1000.0)
        second = self._new_claim()
        self.assertEqual(second.eligible_amount, -600.0)
        second.action_submit()
        self._cut(first, 450.0)
        self.assertEqual(made.amount, 450.0)
        second.action_answer()
        third = self._new_claim()
        self.assertEqual(third.line_ids.mapped("amount"), [150.0])
        self._spend(100.0, self.line)
        third.action_propose()
        self.assertEqual(third.eligible_amount, 250.0)
        third.action_submit()
        self.assertFalse(self._new_claim().line_ids)

    def test_cut_before_its_correction_is_claimed(self):
        """The difference that waits follows the cut: no more is taken back."""
        bill, _payment, _made, first = self._claimed_bill()
        self._reverse(bill, 1000.0)
        self._cut(first, 450.0)
        self.assertEqual(self._new_claim().line_ids.mapped("amount"), [-450.0])

    def test_cut_of_a_rise(self):
        """What the funder cut of a difference is neither asked again nor given back."""
        bill, payment, made, first = self._claimed_bill()
        payment.button_draft()
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 1100.0
        bill.action_post()
        self._pay(bill)
        second = self._new_claim()
        self.assertEqual(second.line_ids.mapped("amount"), [60.0])
        second.action_submit()
        self._cut(second, 40.0)
        self.assertFalse(self._new_claim().line_ids)
        self._cut(first, 450.0)
        self.assertEqual(made.amount, 450.0)
        self.assertFalse(self._new_claim().line_ids)
