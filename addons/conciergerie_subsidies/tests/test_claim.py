from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
class TestClaim(ClaimCase):
    """What can be claimed and why not, frozen, answered, paid (CASES D2 to D5, D14)."""

    def _reasons(self, claim):
        return dict(
            claim.left_out_ids.mapped(lambda r: (r.cost_id.name or "", r.reason))
        )

    # ------------------------------------------------------------------
    # D2, D3, D5
    # ------------------------------------------------------------------

    def test_d2_flat_rates(self):
        self._spend(24_000.0, self.staff_line)
        self._spend(10_000.0, self.line)
        for base, rate, eligible in (
            ("staff", 15.0, 37_600.0),
            ("direct", 7.0, 36_380.0),
            ("staff_all", 40.0, 33_600.0),
        ):
            self.dossier.write({"flat_rate_base": base, "flat_rate": rate})
            claim = self._new_claim()
            self.assertEqual(claim.eligible_amount, eligible, base)
            flat = claim.line_ids.filtered("is_flat")
            self.assertEqual(flat.amount, claim.flat_amount)
            claim.action_cancel()
        self.assertEqual(claim.left_out_ids.reason or "flat", "flat")

    @freeze_time("2026-10-01")
    def test_d3_claims_at_64_percent(self):
        self.dossier.write(
            {
                "awarded_amount": 24_064.0,
                "awarded_rate": 64.0,
                "flat_rate_base": "staff",
                "flat_rate": 15.0,
                "cap_before_balance": 80.0,
            }
        )
        self._spend(12_000.0, self.staff_line)
        self._spend(6_000.0, self.line)
        claim = self._new_claim()
        self.assertRecordValues(
            claim,
            [
                {
                    "real_amount": 18_000.0,
                    "flat_amount": 1_800.0,
                    "eligible_amount": 19_800.0,
                    "aid_amount": 12_672.0,
                    "claimed_amount": 12_672.0,
                    "explanation": False,
                }
            ],
        )
        self.assertEqual(sum(claim.line_ids.mapped("aid")), 12_672.0)
        claim.action_submit()
        self._spend(10_000.0, self.staff_line)
        self._spend(3_000.0, self.line)
        second = self._new_claim()
        self.assertRecordValues(
            second,
            [
                {
                    "eligible_amount": 14_500.0,
                    "aid_amount": 9_280.0,
                    "cap_amount": 6_579.20,
                    "claimed_amount": 6_579.20,
                }
            ],
        )
        self.assertIn("80 %", second.explanation)
        for figure in map(self._money, (24_064.0, 19_251.20, 12_672.0)):
            self.assertIn(figure, second.explanation)
        second.action_submit()
        self.assertEqual(claim.claimed_amount + second.claimed_amount, 19_251.20)
        self._spend(500.0, self.line)
        balance = self._new_claim(kind="balance")
        self.assertRecordValues(
            balance,
            [
                {
                    "eligible_amount": 500.0,
                    "aid_amount": 320.0,
                    "claimed_amount": 3_020.80,
                }
            ],
        )
        balance.action_submit()
        self.assertEqual(self.dossier.aid_claimed, 22_272.0)
        unused = self.dossier.awarded_amount - self.dossier.aid_claimed
        self.assertEqual(unused, 1_792.0)
        self.assertEqual(self.dossier.state, "balance")

    def test_d5_rate_of_public_aid(self):
        self.dossier.write(
            {"awarded_amount": 10_000.0, "awarded_rate": 20.0, "public_rate_max": 80.0}
        )
        for name, funder, amount in (
            ("EU", self.region.copy({"funder_kind": "eu"}), 20_000.0),
            ("State", self.region.copy({"funder_kind": "state"}), 12_000.0),
            ("Gift", self.foundation, 5_000.0),
        ):
            self._new_line(
                self.dossier,
                name,
                amount,
                side="resource",
                funder_id=funder.id,
                is_public=funder != self.foundation,
            )
        self._spend(50_000.0, self.line)
        claim = self._new_claim(kind="balance")
        self.assertEqual(claim.aid_amount, 10_000.0)
        self.assertEqual(claim.claimed_amount, 8_000.0, "2 000 too much")
        self.assertIn("80 % of", claim.explanation)
        self.assertIn(self._money(32_000.0), claim.explanation)

    def test_advance_is_deducted(self):
        self.dossier.write({"awarded_amount": 10_000.0, "advance_rate": 30.0})
        advance = self._new_claim(kind="advance")
        self.assertEqual(advance.claimed_amount, 3_000.0)
        advance.action_submit()
        advance.action_answer()
        advance._register_payment(3_000.0)
        self.assertEqual(advance.state, "paid")
        self._spend(2_500.0, self.line)
        claim = self._new_claim()
        self.assertRecordValues(
            claim,
            [{"aid_amount": 2_000.0, "deducted_amount": 2_000.0, "claimed_amount": 0}],
        )
        claim.action_submit()
        self._spend(2_500.0, self.line)
        balance = self._new_claim(kind="balance")
        self.assertRecordValues(
            balance,
            [
                {
                    "aid_amount": 2_000.0,
                    "deducted_amount": 1_000.0,
                    "claimed_amount": 1_000.0,
                }
            ],
        )

    def test_number_of_claims(self):
        self.dossier.claim_max = 1
        self._spend(100.0, self.line)
        self._new_claim().action_submit()
        self._spend(100.0, self.line)
        with self.assertRaisesRegex(ValidationError, "allows 1 claims"):
            self._new_claim().action_submit()

    # ------------------------------------------------------------------
    # What is left out, and why
    # ------------------------------------------------------------------

    @freeze_time("2026-09-01")
    def test_each_cost_left_out_says_why(self):
        fine = self._paid_cost(10.0, line={"name": "fine"})
        unpaid = self._cost(self._new_bill(20.0, line={"name": "unpaid"}))
        bare = self._new_bill(30.0, post=False, line={"name": "bare"})
        bare.action_post()
        self._pay(bare)
        late = self._paid_cost(40.0, "2026-08-20", line={"name": "late"})
        early = self._paid_cost(50.0, "2026-01-02", line={"name": "early"})
        kind = self._paid_cost(60.0, line={"name": "kind"})
        other = self._new_line(self.dossier, "Paper", 1000.0)
        self._allocate(kind, other)
        for cost in (fine, unpaid, self._cost(bare), late, early):
            self._allocate(cost, self.line)
        other.account_ids = self.company_data["default_account_assets"]
        self.dossier.date_from = "2026-02-01"
        claim = self._new_claim(date_to="2026-06-30")
        self.assertEqual(claim.line_ids.mapped("name"), ["fine"])
        self.assertEqual(
            self._reasons(claim),
            {
                "unpaid": "unpaid",
                "bare": "no_evidence",
                "late": "out_of_period",
                "early": "too_early",
                "kind": "wrong_kind",
            },
        )
        with self.assertRaises(UserError):
            self.claims.create({"dossier_id": self._closed().id})

    def _closed(self):
        return self._new_dossier("Closed", state="closed")

    def test_above_the_cap_is_cut_and_stays(self):
        self._spend(600.0, self.line)
        self._spend(600.0, self.line, "2026-03-11")
        self.line.cap_amount = 1000.0
        claim = self._new_claim()
        self.assertEqual(claim.line_ids.mapped("amount"), [600.0, 400.0])
        self.assertRecordValues(
            claim.left_out_ids, [{"amount": 200.0, "reason": "above_cap"}]
        )

    def test_claim_without_evidence_is_refused(self):
        bill = self._new_bill(100.0)
        self._pay(bill)
        self._allocate(self._cost(bill), self.line)
        claim = self._new_claim()
        self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", bill.id)]
        ).unlink()
        with self.assertRaisesRegex(ValidationError, "changed since it was proposed"):
            claim.action_submit()
        claim.action_propose()
        with self.assertRaisesRegex(ValidationError, "no cost to claim"):
            claim.action_submit()
        self.assertEqual(claim.left_out_ids.reasons, "No evidence")

    # ------------------------------------------------------------------
    # D14
    # ------------------------------------------------------------------

    @freeze_time("2026-10-01")
    def test_d14_a_claim_above_the_amended_award_is_refused(self):
        self.dossier.write({"awarded_amount": 50_000.0, "awarded_rate": 100.0})
        self._spend(45_000.0, self.line)
        claim = self._new_claim()
        self.assertEqual(claim.claimed_amount, 45_000.0)
        self.env["conciergerie.award"].create(
            {
                "dossier_id": self.dossier.id,
                "kind": "amendment",
                "date": "2026-09-15",
                "amount": 42_000.0,
                "rate": 100.0,
            }
        )
        self.dossier.awarded_amount = 42_000.0
        with self.assertRaises(ValidationError) as caught:
            claim.action_submit()
        amounts = map(self._money, (45_000.0, 42_000.0))
        day = format_date(claim.env, "2026-09-15")
        for figure in (*amounts, day):
            self.assertIn(figure, str(caught.exception))
        self.assertEqual(claim.state, "draft")
        claim.action_propose()
        self.assertEqual(claim.claimed_amount, 42_000.0)
        claim.action_submit()

    # ------------------------------------------------------------------
    # Frozen, answered, paid
    # ------------------------------------------------------------------

    def test_frozen_lines_and_costs(self):
        made = self._spend(100.0, self.line)
        claim = self._new_claim()
        claim.action_submit()
        self.assertEqual((made.state, made.cost_id.frozen), ("claimed", True))
        line = claim.line_ids
        with self.assertRaises(UserError):
            made.write({"amount": 50.0})
        with self.assertRaises(UserError):
            made.unlink()
        with self.assertRaises(UserError):
            line.write({"amount": 50.0})
        with self.assertRaises(UserError):
            claim.write({"claimed_amount": 1.0})
        with self.assertRaises(UserError):
            claim.unlink()
        with self.assertRaises(UserError):
            claim.action_propose()
        for statement in (
            "UPDATE conciergerie_claim_line SET amount = 1 WHERE claim_id = %s",
            "DELETE FROM conciergerie_claim_line WHERE claim_id = %s",
            "UPDATE conciergerie_claim SET claimed_amount = 1 WHERE id = %s",
            "UPDATE conciergerie_cost SET cap_amount = 1 WHERE frozen AND %s > 0",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [claim.id])

    def test_answered_line_by_line(self):
        first, second = self._spend(100.0, self.line), self._spend(200.0, self.line)
        claim = self._new_claim()
        claim.action_submit()
        cut = claim.line_ids.filtered(lambda r: r.amount == 200.0)
        cut.accepted_amount = 250.0
        with self.assertRaisesRegex(ValidationError, "accepted"):
            claim.action_answer()
        cut.accepted_amount = 50.0
        with self.assertRaisesRegex(ValidationError, "say why"):
            claim.action_answer()
        cut.cut_reason = "Only a quarter concerns the project"
        claim.action_answer()
        self.assertRecordValues(
            claim,
            [{"claimed_amount": 240.0, "accepted_amount": 120.0, "state": "answered"}],
        )
        self.assertEqual((first.amount, second.amount), (100.0, 50.0))
        self.assertEqual(second.cost_id.free_amount, 150.0, "free for another dossier")
        self.assertEqual(self.line.claimed_amount, 150.0)
        with self.assertRaises(UserError):
            cut.accepted_amount = 200.0
        claim._register_payment(70.0)
        self.assertEqual(claim.state, "answered")
        claim._register_payment(50.0)
        self.assertEqual(claim.state, "paid")
        claim._register_payment(-50.0)
        self.assertEqual((claim.state, claim.paid_amount), ("answered", 70.0))
        after = self._new_claim()
        self.assertFalse(after.line_ids, "what was cut is not asked again")

    def test_cut_takes_its_flat_rate(self):
        self.dossier.write({"flat_rate_base": "direct", "flat_rate": 10.0})
        self._spend(100.0, self.line)
        self._spend(200.0, self.line)
        claim = self._new_claim()
        self.assertEqual(claim.eligible_amount, 330.0)
        claim.action_submit()
        line = claim.line_ids.filtered(lambda r: r.amount == 200.0)
        line.write({"accepted_amount": 0.0, "cut_reason": "No"})
        claim.action_answer()
        self.assertEqual(claim.line_ids.filtered("is_flat").accepted_amount, 10.0)
        self.assertEqual(claim.accepted_amount, 88.0)

    # ------------------------------------------------------------------
    # Co-funders, rules, rights
    # ------------------------------------------------------------------

    def test_cofunder_claims_the_same_costs_at_its_own_rate(self):
        cofunder = self._new_dossier(
            "Val 2026, foundation",
            self._new_programme("Gifts", self.foundation),
            main_dossier_id=self.dossier.id,
            awarded_rate=10.0,
        )
        self._spend(1000.0, self.line)
        self._new_claim().action_submit()
        claim = self._new_claim(cofunder)
        self.assertEqual((claim.real_amount, claim.claimed_amount), (1000.0, 100.0))
        claim.action_submit()
        self.assertFalse(self._new_claim(cofunder).line_ids)
        line = self._new_line(cofunder, "None", 100.0)
        with self.assertRaisesRegex(ValidationError, "main dossier, Val 2026"):
            self._allocate(self._paid_cost(10.0), line)

    def test_rules_allocate_by_themselves(self):
        rules = self.env["conciergerie.allocation.rule"].with_user(self.accountant)
        with self.assertRaises(ValidationError):
            rules.create({"budget_line_id": self.line.id})
        rules.create(
            {
                "budget_line_id": self.line.id,
                "account_id": self.expense_account.id,
                "share": 40.0,
            }
        )
        cost = self._paid_cost(100.0)
        late = self._paid_cost(100.0, "2027-02-01")
        rules._apply(self.company)
        self.assertEqual((cost.allocated_amount, late.allocated_amount), (40.0, 0.0))
        rules.action_apply()
        self.assertEqual(cost.allocated_amount, 40.0, "once")

    def test_rights(self):
        self._spend(100.0, self.line)
        claim = self._new_claim()
        for user in (self.manager, self.counter):
            env = self.env(user=user, su=False)
            mine = claim.with_env(env)
            for act in ("action_propose", "action_submit", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(mine, act)()
        with self.assertRaises(AccessError):
            claim.with_env(self.env(user=self.counter, su=False)).read(["state"])
        seen = claim.with_env(self.env(user=self.manager, su=False))
        self.assertEqual(seen.claimed_amount, 80.0)
        self.assertTrue(seen.line_ids.name)
