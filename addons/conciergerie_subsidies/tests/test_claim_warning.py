from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
@freeze_time("2026-09-10")
class TestClaimWarning(ClaimCase):
    """What an accountant is told before she submits: too late, or for nothing."""

    def _refused(self, submit, words):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            submit()

    # ------------------------------------------------------------------
    # The last day
    # ------------------------------------------------------------------

    def test_after_the_last_day(self):
        """Refused with the day, until the manager records that there is more time."""
        self.dossier.claim_until = "2026-09-09"
        self._spend(1_000.0, self.line)
        claim = self._new_claim()
        self.assertIn("is 09/09/2026", claim.warning)
        self.assertFalse(claim.is_doubtful)
        for submit in (claim.action_submit, claim.action_submit_anyway):
            self._refused(submit, "is 09/09/2026.*dated 10/09/2026.*“Amend”")
        self.assertEqual(claim.state, "draft")
        self.env["conciergerie.award"].with_user(self.manager).with_env(
            self.env(user=self.manager, su=False)
        ).create(
            {
                "dossier_id": self.dossier.id,
                "kind": "amendment",
                "date": "2026-09-10",
                "amount": 60_000.0,
                "rate": 80.0,
                "claim_until": "2026-09-10",
            }
        )
        self.assertFalse(claim.warning)
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_dated_after_the_last_day(self):
        """A date to come is no way round, nor is one typed in the form."""
        self.dossier.claim_until = "2026-09-20"
        self._spend(1_000.0, self.line)
        claim = self._new_claim()
        self.assertFalse(claim.warning)
        with Form(claim) as form:
            form.date = "2026-09-21"
            self.assertIn("dated 21/09/2026", form.warning)
        self._refused(claim.action_submit, "dated 21/09/2026")

    def test_sent_in_time_and_entered_later(self):
        self.dossier.claim_until = "2026-09-09"
        self._spend(1_000.0, self.line)
        claim = self._new_claim(date="2026-09-08")
        self.assertTrue(claim.is_doubtful)
        self.assertIn("dated 08/09/2026", claim.warning)
        self._refused(claim.action_submit, "dated 08/09/2026.*“Submit all the same”")
        claim.action_submit_anyway()
        self.assertEqual(claim.state, "submitted")
        self.assertFalse(claim.warning)

    def test_paying_back_has_no_last_day(self):
        self.dossier.write({"awarded_amount": 8_000.0, "advance_rate": 50.0})
        advance = self._new_claim(kind="advance")
        advance.action_submit()
        advance.action_answer()
        self.dossier.claim_until = "2026-09-09"
        self._spend(1_000.0, self.line)
        balance = self._new_claim(kind="balance")
        self.assertEqual(balance.claimed_amount, -3_200.0)
        self.assertFalse(balance.warning)
        balance.action_submit()
        self.assertEqual(self.dossier.state, "balance")

    # ------------------------------------------------------------------
    # Nothing asked
    # ------------------------------------------------------------------

    def _covered(self, **values):
        """Return a draft whose aid of 2 000 an advance of 3 000 covers."""
        self.dossier.write({"awarded_amount": 10_000.0, "advance_rate": 30.0, **values})
        advance = self._new_claim(kind="advance")
        self.assertFalse(advance.warning)
        advance.action_submit()
        advance.action_answer()
        self._spend(2_500.0, self.line)
        return self._new_claim()

    def test_nothing_uses_one_of_those_allowed(self):
        claim = self._covered(claim_max=2)
        self.assertEqual(claim.claimed_amount, 0.0)
        self.assertTrue(claim.is_doubtful)
        for words in (self._money(2_000.0), "number 1 of the 2 claims", "Val 2026"):
            self.assertIn(words, claim.warning)
        self._refused(claim.action_submit, "“Submit all the same”")
        # The funder wants the advance justified: it is.
        claim.action_submit_anyway()
        self.assertEqual((claim.number, claim.deducted_amount), (2, 2_000.0))
        self._spend(2_500.0, self.line)
        last = self._new_claim()
        self.assertEqual(last.claimed_amount, 1_000.0)
        self.assertFalse(last.warning)
        last.action_submit()

    def test_nothing_where_any_number_is_allowed(self):
        """It is told, and costs nothing."""
        claim = self._covered()
        self.assertIn("asks for nothing", claim.warning)
        self.assertFalse(claim.is_doubtful)
        claim.action_submit()

    def test_balance_of_nothing(self):
        """It ends the dossier whatever the number: told, not asked twice."""
        claim = self._covered(claim_max=1)
        claim.kind = "balance"
        self._spend(1_250.0, self.line)
        claim.action_propose()
        self.assertEqual((claim.claimed_amount, claim.is_doubtful), (0.0, False))
        self.assertIn("asks for nothing", claim.warning)
        claim.action_submit()
        self.assertEqual(self.dossier.state, "balance")

    def test_draft_that_is_not_proposed_yet(self):
        self.dossier.claim_max = 1
        self.assertFalse(self._new_claim(propose=False).warning)
