from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25")
class TestDossierLife(SubsidiesCommon):
    """One method for each step; nothing else moves a dossier."""

    def test_whole_life(self):
        dossier = self._balanced()
        self.assertEqual(dossier.state, "idea")
        self.assertTrue(dossier.reference)
        dossier.action_file()
        self.assertEqual(dossier.filed_date, self._date("2026-11-25"))
        self.assertIn("day on which the funder received it", dossier.next_step)
        with freeze_time("2027-01-20"):
            dossier.receipt_date = "2026-12-01"
            dossier.action_instruct()
            self._award(dossier, date="2027-01-15")
        self.assertEqual(dossier.state, "awarded")
        dossier.action_start()
        for method, state in (
            ("action_claim", "claimed"),
            ("action_claim", "claimed"),
            ("action_balance", "balance"),
            ("action_report", "reported"),
            ("action_close", "closed"),
        ):
            accountant = dossier.with_user(self.accountant)
            if state in ("claimed", "balance"):
                # By a claim, never by hand.
                with self.assertRaisesRegex(UserError, "by its claims"):
                    getattr(accountant, method)()
                accountant = accountant.sudo()
            getattr(accountant, method)()
            self.assertEqual(dossier.state, state)

    def test_filed_and_received_are_not_to_come(self):
        """Costs count from the receipt: a day to come would open them by mistake."""
        dossier = self._balanced()
        dossier.action_file()
        for fname, label in (
            ("receipt_date", "Received by the Funder"),
            ("filed_date", "Filed On"),
        ):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(
                    ValidationError, f"“{label}” is {self._day('2026-11-26')}"
                ),
            ):
                dossier[fname] = "2026-11-26"
            dossier[fname] = "2026-11-25"

    def test_steps_out_of_turn(self):
        dossier = self._balanced()
        with self.assertRaisesRegex(UserError, "“Idea”: it does not go to “Running”"):
            dossier.action_start()
        for method in ("action_close", "action_report", "action_refuse"):
            with self.assertRaises(UserError):
                getattr(dossier, method)()
        dossier.action_file()
        with self.assertRaises(UserError):
            dossier.action_file()

    def test_refused_and_taken_up_again(self):
        dossier = self._balanced()
        dossier.action_file()
        dossier.action_refuse()
        self.assertFalse(dossier.deadline_ids)
        dossier.action_reopen()
        self.assertEqual(dossier.state, "idea")
        self.assertFalse(dossier.filed_date)
        dossier.action_abandon()
        self.assertEqual(dossier.state, "abandoned")

    def test_drag_in_the_pipeline(self):
        """A card that is dragged takes the step, its checks too."""
        dossier = self._balanced()
        dossier.write({"state": "filed"})
        self.assertTrue(dossier.version_ids)
        with self.assertRaisesRegex(UserError, "Record the award"):
            dossier.write({"state": "awarded"})
        with self.assertRaisesRegex(UserError, "does not go to “Closed”"):
            dossier.write({"state": "closed"})
        empty = self._new_dossier()
        with self.assertRaisesRegex(UserError, "cannot be filed yet"):
            empty.write({"state": "filed"})
        with self.assertRaisesRegex(UserError, "begins as an idea"):
            self._new_dossier(state="running")

    def test_terms_are_kept(self):
        """A programme edited while dossiers run changes the ideas only."""
        idea, filed = self._balanced(), self._balanced()
        filed.action_file()
        self.leader.with_user(self.administrator).write(
            {
                "aid_rate": 50.0,
                "report_months": 3,
                "expense_kind_ids": [(4, self.kinds["staff"].id)],
                "publicity": "A plate",
            }
        )
        self.assertEqual((idea.aid_rate, idea.report_months), (50.0, 3))
        self.assertEqual(idea.expense_kind_ids, self.kinds["staff"])
        self.assertEqual(idea.publicity, "A plate")
        self.assertEqual((filed.aid_rate, filed.report_months), (64.0, 6))
        self.assertFalse(filed.expense_kind_ids)
        self.assertEqual(filed.proposed_amount, 24064.0)
        self._award(filed)
        self.assertEqual(filed.awarded_rate, 64.0)

    def test_what_is_locked(self):
        dossier = self._balanced()
        dossier.action_file()
        other = self._new_programme(name="Other")
        with self.assertRaisesRegex(UserError, "no longer changes"):
            dossier.programme_id = other
        with self.assertRaisesRegex(UserError, "abandon it instead"):
            dossier.unlink()
        self._award(dossier)
        dossier.action_start()
        with self.assertRaisesRegex(UserError, "record an amendment"):
            dossier.aid_rate = 70.0
        with self.assertRaisesRegex(UserError, "record an amendment"):
            dossier.requested_amount = 1.0
        for fname in ("date_from", "date_to"):
            with self.assertRaisesRegex(UserError, "record an amendment"):
                dossier[fname] = "2027-06-30"
        line = dossier.expense_line_ids[0]
        with self.assertRaisesRegex(UserError, "record an amendment"):
            line.planned_amount = 1.0
        with self.assertRaisesRegex(UserError, "record an amendment"):
            line.unlink()
        with self.assertRaisesRegex(UserError, "record an amendment"):
            line.create({**self._cost("60_other", 1.0), "dossier_id": dossier.id})
        dossier.name = "Another name"

    def test_conditions_before_closing(self):
        dossier = self._balanced()
        dossier.action_file()
        self._award(dossier)
        dossier.condition_ids = [(0, 0, {"name": "Open to all"})]
        dossier.action_start()
        self.assertIn("still to be met: 1", dossier.next_step)
        dossier.sudo().action_balance()
        with self.assertRaisesRegex(UserError, "Open to all"):
            dossier.action_close()
        dossier.condition_ids.done_date = "2027-03-01"
        with self.assertRaisesRegex(UserError, "owes its report"):
            dossier.action_close()
        dossier.action_report()
        dossier.action_close()

    def test_report_taken_back(self):
        """A report marked sent by mistake ends nothing: the dossier goes on."""
        dossier = self._balanced()
        dossier.action_file()
        self._award(dossier)
        dossier.action_start()
        deadline = dossier.deadline_ids.filtered(lambda d: d.kind == "report")
        dossier.action_report()
        self.assertTrue(deadline.done_date)
        with self.assertRaises(AccessError):
            dossier.with_user(self.accountant).action_start()
        dossier.action_start()
        self.assertEqual(dossier.state, "running")
        self.assertFalse(deadline.done_date)
        self.assertTrue(deadline.activity_id)
        self.env["conciergerie.claim"].sudo().create(
            {"dossier_id": dossier.id, "kind": "balance"}
        ).state = "submitted"
        dossier.action_report()
        dossier.action_start()
        self.assertEqual(dossier.state, "balance")

    def test_closed_without_a_report(self):
        self.leader.report_months = 0
        dossier = self._balanced()
        dossier.action_file()
        self._award(dossier)
        self.assertFalse(dossier.report_date)
        dossier.sudo().action_balance()
        dossier.with_user(self.accountant).action_close()
        self.assertEqual(dossier.state, "closed")

    def test_copy_for_the_next_year(self):
        dossier = self._balanced()
        dossier.action_file()
        self._award(dossier)
        self.leader.aid_rate = 60.0
        copy = dossier.copy()
        self.assertEqual(copy.state, "idea")
        self.assertEqual(copy.total_cost, 37600.0)
        self.assertEqual(copy.aid_rate, 60.0)
        self.assertFalse(copy.awarded_amount)
        self.assertFalse(copy.award_ids | copy.award_ids)
        self.assertNotEqual(copy.reference, dossier.reference)

    def test_eligible_from(self):
        dossier = self._balanced(date_from="2026-12-01")
        self.assertEqual(dossier.eligible_from, self._date("2026-12-01"))
        with freeze_time("2026-12-16"):
            dossier.receipt_date = "2026-12-15"
        self.assertEqual(dossier.eligible_from, self._date("2026-12-15"))
        self.leader.eligible_from_receipt = False
        self.assertEqual(dossier.eligible_from, self._date("2026-12-01"))

    def test_analytic_account(self):
        dossier = self._balanced()
        dossier.action_file()
        self.assertFalse(dossier.analytic_account_id)
        self._award(dossier)
        account = dossier.analytic_account_id
        self.assertEqual(account.code, dossier.reference)
        self.assertEqual(account.company_id, self.company)
