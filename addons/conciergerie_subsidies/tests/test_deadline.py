from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
class TestDeadline(SubsidiesCommon):
    """What is due is on its owner's list and calendar, and stays there."""

    def setUp(self):
        super().setUp()
        # The daily job commits between batches; a test keeps its transaction.
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_manager = cls._new_user("manager", login="test_manager_b")

    def _awarded(self, date="2026-11-25", **values):
        with freeze_time(date):
            dossier = self._balanced(**values)
            dossier.action_file()
            self._award(dossier)
        return dossier

    def _deadline(self, dossier, kind):
        return dossier.deadline_ids.filtered(lambda d: d.kind == kind)

    def test_report_due(self):
        """CASES D11: awarded in the year ending 31 Dec 2026 → due 30 Jun 2027."""
        dossier = self._awarded(date_from="2026-12-01", date_to="2026-12-31")
        self.assertEqual(dossier.report_date, self._date("2027-06-30"))
        report = self._deadline(dossier, "report")
        self.assertEqual(report.date, self._date("2027-06-30"))
        activity = report.activity_id
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, self._date("2027-06-30"))
        self.assertEqual(activity.res_model, "conciergerie.dossier")
        self.assertEqual(activity.res_id, dossier.id)
        # It shows on the owner's own calendar of activities.
        mine = (
            self.env["mail.activity"]
            .with_user(self.manager)
            .search([("user_id", "=", self.manager.id)])
        )
        self.assertIn(activity, mine)

    def test_report_due_by_the_year_that_the_aid_is_for(self):
        """Law 2000-321, article 10: not the year of the award, where they differ."""
        dossier = self._awarded()
        self.assertEqual(dossier.awarded_date, self._date("2026-11-25"))
        self.assertEqual(dossier.report_date, self._date("2028-06-30"))
        # An amendment that lengthens the period moves it, its activity too.
        with freeze_time("2027-06-10"):
            self._award(dossier, kind="amendment", amount=24064.0, date_to="2028-03-31")
        self.assertEqual(dossier.report_date, self._date("2029-06-30"))
        report = self._deadline(dossier, "report")
        self.assertEqual(report.activity_id.date_deadline, self._date("2029-06-30"))

    def test_report_due_after_a_late_award(self):
        """Awarded once the year was over: due by that year all the same."""
        dossier = self._awarded(date_from="2026-01-01", date_to="2026-12-31")
        dossier.sudo().awarded_date = "2027-02-10"
        self.assertEqual(dossier.report_date, self._date("2027-06-30"))

    def test_report_due_in_a_shifted_year(self):
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "8"})
        dossier = self._awarded()
        self.assertEqual(dossier.report_date, self._date("2029-02-28"))
        dossier.sudo().date_to = "2027-08-31"
        self.assertEqual(dossier.report_date, self._date("2028-02-29"))

    def test_done_both_ways(self):
        dossier = self._awarded()
        report = self._deadline(dossier, "report")
        end = self._deadline(dossier, "end")
        with freeze_time("2027-05-02"):
            report.activity_id.with_user(self.manager).action_feedback("Sent")
            self.assertEqual(report.done_date, self._date("2027-05-02"))
            activity = end.activity_id
            end.with_user(self.accountant).action_done()
            self.assertFalse(activity.active)
            self.assertEqual(end.done_date, self._date("2027-05-02"))

    def test_report_sent(self):
        dossier = self._awarded()
        dossier.action_start()
        with freeze_time("2027-05-02"):
            dossier.with_user(self.accountant).action_report()
        report = self._deadline(dossier, "report")
        self.assertEqual(report.done_date, self._date("2027-05-02"))

    def test_owner_follows(self):
        dossier = self._awarded()
        report = self._deadline(dossier, "report")
        dossier.user_id = self.other_manager
        self.assertEqual(report.user_id, self.other_manager)
        self.assertEqual(report.activity_id.user_id, self.other_manager)
        report.user_id = self.manager
        self.assertEqual(report.activity_id.user_id, self.manager)

    def test_nothing_due_unnoticed(self):
        """An activity deleted, an owner who left: the daily job sees to it."""
        dossier = self._awarded()
        dossier.user_id = self.other_manager
        report = self._deadline(dossier, "report")
        report.activity_id.unlink()
        self.assertFalse(report.activity_id)
        report.user_id = self.manager
        report.activity_id.unlink()
        self.manager.active = False
        self.env["conciergerie.deadline"]._cron_follow()
        self.assertEqual(report.activity_id.user_id, self.other_manager)
        self.other_manager.active = False
        self.env["conciergerie.deadline"]._cron_follow()
        user = report.activity_id.user_id
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("conciergerie_base.group_manager"))
        count = len(dossier.activity_ids)
        self.env["conciergerie.deadline"]._cron_follow()
        self.assertEqual(len(dossier.activity_ids), count)

    def test_calls(self):
        with freeze_time("2026-11-25"):
            dossier = self._balanced()
            self.assertFalse(self._deadline(dossier, "call"))
            self.leader.call_ids = [
                (0, 0, {"name": "Spring", "date_close": "2027-03-31"})
            ]
            self.env["conciergerie.deadline"]._cron_follow()
            call = self._deadline(dossier, "call")
            self.assertEqual(call.date, self._date("2027-03-31"))
            self.assertEqual(dossier.next_deadline_date, self._date("2027-03-31"))
            activity = call.activity_id
            dossier.action_file()
            self.assertFalse(call.exists())
            self.assertFalse(activity.exists())

    def test_missed_call_stays_late(self):
        with freeze_time("2026-11-25"):
            self.leader.call_ids = [
                Command.create({"name": "Winter", "date_close": "2026-12-31"})
            ]
            dossier = self._balanced()
        with freeze_time("2027-01-05"):
            self.env["conciergerie.deadline"]._cron_follow()
            call = self._deadline(dossier, "call")
            self.assertEqual(call.state, "late")
            self.assertTrue(call.activity_id.active)
            self.leader.call_ids = [
                Command.create({"name": "Spring", "date_close": "2027-03-31"})
            ]
            self.env["conciergerie.deadline"]._cron_follow()
            self.assertEqual(call.date, self._date("2027-03-31"))

    def test_conditions_and_papers(self):
        dossier = self._awarded()
        dossier.condition_ids = [
            (0, 0, {"name": "Second counter open", "date": "2027-04-01"})
        ]
        condition = self._deadline(dossier, "condition")
        self.assertEqual(condition.date, self._date("2027-04-01"))
        dossier.condition_ids.date = "2027-05-01"
        self.assertEqual(condition.date, self._date("2027-05-01"))
        self.assertEqual(condition.activity_id.date_deadline, self._date("2027-05-01"))
        dossier.condition_ids.done_date = "2027-03-01"
        self.assertFalse(condition.exists())
        dossier.paper_ids = [
            (
                0,
                0,
                {
                    "name": "Fiscal certificate",
                    "step": "claim",
                    "expiry_date": "2027-02-01",
                },
            )
        ]
        paper = self._deadline(dossier, "paper")
        self.assertEqual(paper.date, self._date("2027-02-01"))
        dossier.paper_ids.unlink()
        self.assertFalse(paper.exists())

    def test_by_hand(self):
        dossier = self._awarded()
        deadline = (
            self.env["conciergerie.deadline"]
            .with_user(self.manager)
            .create(
                {
                    "dossier_id": dossier.id,
                    "name": "Visit of the elected",
                    "date": "2027-02-10",
                    "user_id": self.accountant.id,
                }
            )
        )
        self.assertEqual(deadline.activity_id.user_id, self.accountant)
        dossier._sync_deadlines()
        self.assertTrue(deadline.exists())
        activity = deadline.activity_id
        deadline.unlink()
        self.assertFalse(activity.exists())

    def test_retention_is_told_in_time(self):
        dossier = self._awarded()
        retention = self._deadline(dossier, "retention")
        self.assertEqual(retention.date, self._date("2037-12-31"))
        self.assertFalse(retention.activity_id)
        dossier.action_start()
        dossier.sudo().action_balance()
        dossier.action_report()
        dossier.action_close()
        self.assertEqual(
            dossier.deadline_ids.filtered(lambda d: not d.done_date), retention
        )
        with freeze_time("2037-11-15"):
            self.env["conciergerie.deadline"]._cron_follow()
        self.assertTrue(retention.activity_id)

    def test_states(self):
        dossier = self._awarded(date_from="2026-12-01", date_to="2026-12-31")
        report = self._deadline(dossier, "report")
        for date, state in (
            ("2027-05-30", "ahead"),
            ("2027-05-31", "soon"),
            ("2027-06-30", "soon"),
            ("2027-07-01", "late"),
        ):
            with freeze_time(date), self.subTest(date=date):
                report.invalidate_recordset(["state"])
                self.assertEqual(report.state, state)
