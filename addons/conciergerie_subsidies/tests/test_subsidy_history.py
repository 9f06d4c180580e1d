import os
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .subsidy_common import SubsidyCommon

STEPS = int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200"))
SEED = os.environ.get("CONCIERGERIE_HISTORY_SEED")
LENGTH = 20
# Named as often as it happens.
ACTIONS = (
    *("bill",) * 5,
    *("pay",) * 5,
    *("allocate",) * 6,
    *("claim",) * 4,
    *("answer",) * 3,
    *("change",) * 2,
    *("unpay",) * 2,
    "reverse",
    "cancel",
    "amend",
    "release",
)


class Forget(Exception):
    """Ends the savepoint of a history."""


@tagged("post_install", "-at_install")
class TestSubsidyHistory(SubsidyCommon):
    """Random bills, payments, allocations, claims, cuts and amendments.

    After every step no euro is claimed twice, no cap is passed and frozen claims are
    what they were, to the cent.
    """

    def _start(self):
        self.clock = date(2026, 2, 1)
        self.bills, self.payments = self.env["account.move"], {}
        self.frozen = {}
        other = self._new_dossier("Round 2026", awarded=3_000.0)
        self.dossier.awarded_amount = 3_000.0
        self.lines = self.line | self._new_line(other, "Services", 2_500.0)
        self.lines |= self._new_line(self.dossier, "Paper", 1_500.0)
        self.dossiers = self.dossier | other

    # ------------------------------------------------------------------
    # Steps; False where there was nothing to do
    # ------------------------------------------------------------------

    def _do_bill(self, rng):
        amount = rng.choice((33.33, 100.0, 419.99, 1000.0))
        self.bills |= self._new_bill(
            amount, fields.Date.to_string(self.clock), taxes=self.purchase_vat
        )

    def _posted(self, paid=None):
        bills = self.bills.filtered(lambda m: m.state == "posted")
        if paid is None:
            return bills
        return bills.filtered(lambda m: (m.id in self.payments) == paid)

    def _do_pay(self, rng):
        bills = self._posted(paid=False).filtered("amount_residual")
        if not bills:
            return False
        bill = rng.choice(bills)
        self.payments[bill.id] = self._pay(bill, fields.Date.to_string(self.clock))

    def _do_unpay(self, rng):
        if not self.payments:
            return False
        payment = self.payments[rng.choice(sorted(self.payments))]
        if payment.state == "posted":
            payment.button_draft()
        else:
            payment.action_post()

    def _do_allocate(self, rng):
        costs = self.costs.search(
            [("company_id", "=", self.company.id), ("free_amount", ">", 0)]
        )
        self.costs._refresh(self.company)
        costs = costs.exists() or self.costs.search([("free_amount", ">", 0)])
        if not costs:
            return False
        cost, line = rng.choice(costs), rng.choice(self.lines)
        share = rng.choice((20.0, 33.33, 60.0, 100.0))
        try:
            self._allocate(cost, line, share=share)
        except ValidationError:
            return False

    def _do_release(self, rng):
        made = self.allocations.search([("state", "=", "open")])
        made = made.filtered(lambda a: a.cost_id.kind != "difference")
        if not made:
            return False
        rng.choice(made).unlink()

    def _do_claim(self, rng):
        dossier = rng.choice(self.dossiers)
        claim = self._new_claim(dossier)
        lines = claim.line_ids.filtered(lambda r: r.amount > 0)
        if len(lines) > 1 and rng.random() < 0.3:
            rng.choice(lines).action_leave_out()
        if not claim.line_ids:
            claim.action_cancel()
            return False
        claim.action_submit()
        self.frozen[claim] = self._picture(claim)

    def _picture(self, claim):
        names = ["amount", "aid", "name", "reference", "cost_amount", "piece_number"]
        return (
            claim.claimed_amount,
            claim.eligible_amount,
            [tuple(row[n] for n in names) for row in claim.line_ids.read(names)],
        )

    def _do_answer(self, rng):
        waiting = [claim for claim in self.frozen if claim.state == "submitted"]
        if not waiting:
            return False
        claim = rng.choice(waiting)
        for line in claim.line_ids.filtered(lambda r: r.amount > 0):
            if rng.random() < 0.3:
                part = rng.choice((0.0, 0.5))
                amount = self.company.currency_id.round(line.amount * part)
                line.write({"accepted_amount": amount, "cut_reason": "Cut"})
        claim.action_answer()

    def _do_change(self, rng):
        bills = self._posted().filtered(lambda m: not m.reversal_move_ids)
        if not bills:
            return False
        bill = rng.choice(bills)
        payment = self.payments.pop(bill.id, None)
        if payment and payment.state == "posted":
            payment.button_draft()
        bill.button_draft()
        bill.invoice_line_ids.price_unit = rng.choice((10.0, 90.0, 500.0, 1200.0))
        bill.action_post()

    def _do_reverse(self, rng):
        bills = self._posted().filtered(lambda m: not m.reversal_move_ids)
        if not bills:
            return False
        bill = rng.choice(bills)
        day = fields.Date.to_string(self.clock)
        refund = bill._reverse_moves([{"invoice_date": day, "date": day}])
        refund.invoice_line_ids.price_unit *= rng.choice((0.25, 1.0))
        refund.action_post()

    def _do_cancel(self, rng):
        bills = self._posted().filtered(lambda m: not m.reversal_move_ids)
        if not bills:
            return False
        bill = rng.choice(bills)
        payment = self.payments.pop(bill.id, None)
        if payment and payment.state == "posted":
            payment.button_draft()
        bill.button_draft()
        bill.button_cancel()

    def _do_amend(self, rng):
        dossier = rng.choice(self.dossiers)
        claimed = dossier.aid_claimed
        dossier.awarded_amount = max(rng.choice((1500.0, 3000.0, 4000.0)), claimed)

    # ------------------------------------------------------------------
    # What holds after every step
    # ------------------------------------------------------------------

    def _check(self):
        self.costs._refresh(self.company)
        self.env.flush_all()
        self._none("an allocation sum is wrong", self._sums())
        self._none("more is claimed than a cost", self._claimed_twice())
        self._none("a claim passes the award", self._above_award())
        for claim, picture in self.frozen.items():
            self.assertEqual(self._picture(claim), picture, "a frozen claim changed")

    def _none(self, words, query):
        self.env.cr.execute(query, {"company": self.company.id})
        self.assertFalse(self.env.cr.fetchall(), words)

    def _sums(self):
        return """
            SELECT cost.id, cost.cap_amount, cost.allocated_amount, cost.free_amount,
                   share.amount
              FROM conciergerie_cost cost
              JOIN conciergerie_cost origin
                ON origin.id = COALESCE(cost.origin_id, cost.id)
              LEFT JOIN (SELECT cost_id, SUM(amount) AS amount
                           FROM conciergerie_allocation GROUP BY 1) share
                ON share.cost_id = cost.id
             WHERE cost.company_id = %(company)s
               AND (cost.allocated_amount != COALESCE(share.amount, 0)
                    OR cost.free_amount != CASE
                       WHEN origin.frozen AND origin.current_amount = 0 THEN 0
                       ELSE cost.cap_amount - cost.allocated_amount END
                    OR cost.allocated_amount NOT BETWEEN LEAST(cost.cap_amount, 0)
                                                     AND GREATEST(cost.cap_amount, 0))
        """

    def _claimed_twice(self):
        """Over all dossiers, less what was cut: never more than a cost's own cap."""
        return """
            SELECT cost.id, cost.cap_amount, SUM(line.amount - line.released_amount)
              FROM conciergerie_claim_line line
              JOIN conciergerie_allocation share ON share.id = line.allocation_id
              JOIN conciergerie_cost cost ON cost.id = share.cost_id
             WHERE line.is_frozen AND line.company_id = %(company)s
             GROUP BY cost.id
            HAVING SUM(line.amount - line.released_amount)
                   NOT BETWEEN LEAST(cost.cap_amount, 0)
                           AND GREATEST(cost.cap_amount, 0)
        """

    def _above_award(self):
        return """
            SELECT dossier.id, dossier.awarded_amount, SUM(claim.asked)
              FROM conciergerie_dossier dossier
              JOIN (SELECT dossier_id,
                           CASE WHEN state = 'submitted' THEN claimed_amount
                                ELSE accepted_amount END AS asked
                      FROM conciergerie_claim
                     WHERE state IN ('submitted', 'answered', 'paid')) claim
                ON claim.dossier_id = dossier.id
             WHERE dossier.company_id = %(company)s
             GROUP BY dossier.id
            HAVING SUM(claim.asked) > dossier.awarded_amount
        """

    def _run(self, seed):
        """Live a history and forget it."""
        rng = Random(seed)
        done = []
        try:
            with self.env.cr.savepoint():
                self._start()
                for _number in range(LENGTH):
                    self.clock += timedelta(days=rng.choice((0, 1, 3)))
                    done.append(rng.choice(ACTIONS))
                    if getattr(self, f"_do_{done[-1]}")(rng) is not False:
                        self._check()
                self._settle_all()
                raise Forget
        except Forget:
            self.env.invalidate_all(flush=False)
        except Exception as error:
            error.add_note(f"history {seed}, step {len(done)}: {', '.join(done)}")
            raise

    def _settle_all(self):
        """At the end all corrections are claimed, and a further claim finds none."""
        for dossier in self.dossiers:
            claim = self._new_claim(dossier)
            if not claim.line_ids:
                continue
            try:
                claim.action_submit()
            except (UserError, ValidationError) as error:
                self.fail(f"what was just proposed is refused: {error}")
            self.assertFalse(self._new_claim(dossier).line_ids, "claimed again")
        self._check()

    def test_histories(self):
        @settings(
            max_examples=max(STEPS // LENGTH // 2, 1),
            derandomize=True,
            database=None,
            deadline=None,
            # Without shrinking: what fails is told at once, with its steps.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**32 - 1))
        def history(seed):
            self._run(seed)

        if SEED:
            self._run(int(SEED))
        else:
            history()
