from datetime import date, datetime, timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConciergerieCommon

# The counter opens Tuesday to Saturday.
TUESDAY = date(2031, 1, 14)
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (
    TUESDAY + timedelta(days=n) for n in range(1, 5)
)
NEXT_TUESDAY = TUESDAY + timedelta(days=7)


@tagged("post_install", "-at_install")
@freeze_time(datetime(2031, 1, 14, 9, 0))
class TestClosure(ConciergerieCommon):
    """An exceptional closure moves what was promised and tells those concerned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_calendar = cls.calendar.copy({"name": "Only the counter"})
        cls.site.resource_calendar_id = cls.own_calendar
        cls.by_phone = cls.env["res.partner"].create(
            {
                "name": "Odette Blanc",
                "phone": "04 75 00 00 00",
                "company_id": cls.company.id,
            }
        )

    def _wizard(self, date_from, date_to, user=None, **values):
        return (
            self.env["conciergerie.closure.wizard"]
            .with_user(user or self.counter)
            .create(
                {
                    "site_id": self.site.id,
                    "date_from": date_from,
                    "date_to": date_to,
                    "reason": "Works in the street",
                    **values,
                }
            )
        )

    def _close(self, date_from, date_to, **values):
        action = self._wizard(date_from, date_to, **values).action_confirm()
        return self.env["conciergerie.closure"].browse(action["res_id"])

    def _request(self, promised, partner=None, service=None, **values):
        return self._new_request(
            service or self.copies,
            promised_date=promised,
            partner_id=(partner or self.beneficiary).id,
            **values,
        )

    def test_moves_and_tells(self):
        before = self._request(WEDNESDAY)
        moved = self._request(THURSDAY)
        at_provider = self._request(SATURDAY, service=self.ironing)
        at_provider.action_send_to_provider()
        odette = self._request(FRIDAY, partner=self.by_phone)
        ready = self._request(WEDNESDAY, service=self.alteration)
        ready.action_mark_ready()
        problem = self._request(THURSDAY)
        problem._report_problem("Printer broken")
        elsewhere = self._new_request(site_id=self.site_2.id, promised_date=THURSDAY)
        wizard = self._wizard(THURSDAY, SATURDAY)
        self.assertEqual(
            (wizard.moved_count, wizard.ready_count, wizard.mail_count), (4, 1, 1)
        )
        self.assertEqual(wizard.call_partner_ids, self.by_phone)
        self.assertEqual(wizard.reopening_date, NEXT_TUESDAY)
        self.assertFalse(wizard.shared_with)
        mails = self.env["mail.mail"].search([])
        action = wizard.action_confirm()
        closure = self.env["conciergerie.closure"].browse(action["res_id"])
        tasks = moved | at_provider | odette | problem
        self.assertEqual(set(tasks.mapped("promised_date")), {NEXT_TUESDAY})
        self.assertEqual(before.promised_date, WEDNESDAY)
        self.assertEqual(elsewhere.promised_date, THURSDAY)
        self.assertIn("moved from", moved.message_ids[0].body)
        self.assertFalse(self.site._is_open_on(FRIDAY))
        self.assertTrue(self.site_2._is_open_on(FRIDAY))
        self.assertEqual(self.site.resource_calendar_id, self.own_calendar)
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(len(mail), 1, "one message for each person")
        self.assertEqual(mail.recipient_ids, self.beneficiary)
        self.assertEqual(mail.state, "outgoing")
        for task in (moved, at_provider, ready):
            self.assertIn(task.reference, mail.body_html)
        self.assertNotIn(problem.reference, mail.body_html)
        self.assertEqual(closure.call_count, 1)
        closure.notice_ids.filtered(lambda n: n.partner_id == self.by_phone).with_user(
            self.counter
        ).action_called()
        self.assertEqual(closure.call_count, 0)
        self.assertEqual(closure.line_ids.mapped("task_id"), tasks)
        with self.assertRaisesRegex(UserError, "already closed on these days"):
            self._close(SATURDAY, NEXT_TUESDAY)
        # The next closure starts from the new dates.
        self._close(NEXT_TUESDAY, NEXT_TUESDAY)
        self.assertEqual(moved.promised_date, NEXT_TUESDAY + timedelta(days=1))

    def test_refusals(self):
        task = self._request(THURSDAY)
        for first, last, sentence in (
            (FRIDAY, THURSDAY, "comes after the first one"),
            (TUESDAY - timedelta(days=1), FRIDAY, "begins today at the earliest"),
            (TUESDAY, TUESDAY + timedelta(days=366), "a year at most"),
            (date(9999, 12, 31), date(9999, 12, 31), "within a year"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                wizard = self._wizard(first, first)
                wizard.date_to = last
                wizard.action_confirm()
        far = self._wizard(date(9999, 12, 31), date(9999, 12, 31))
        self.assertFalse(far.reopening_date, "the preview does not fail")
        with self.assertRaisesRegex(UserError, "Write the reason"):
            self._wizard(THURSDAY, THURSDAY, reason="  ").action_confirm()
        self.assertEqual(task.promised_date, THURSDAY)
        self.assertFalse(self.own_calendar.leave_ids)
        self._close(TUESDAY, TUESDAY + timedelta(days=365))
        self.assertEqual(task.promised_date, date(2032, 1, 15))

    def test_shared_hours(self):
        self.site.resource_calendar_id = self.calendar
        wizard = self._wizard(THURSDAY, THURSDAY)
        self.assertEqual(wizard.sibling_ids, self.site_2)
        self.assertEqual(wizard.shared_with, "Round of the hills")
        wizard.action_confirm()
        self.assertNotEqual(self.site.resource_calendar_id, self.calendar)
        self.assertEqual(self.site.resource_calendar_id.name, "Hours of Val counter")
        self.assertEqual(self.site_2.resource_calendar_id, self.calendar)
        self.assertFalse(self.calendar.leave_ids)
        self.assertFalse(self.site._is_open_on(THURSDAY))
        self.assertTrue(self.site_2._is_open_on(THURSDAY))
        self.assertTrue(self.site._is_open_on(FRIDAY), "its hours were copied")

    def test_siblings_close_together(self):
        (self.site | self.site_2).resource_calendar_id = self.calendar
        self.company.resource_calendar_id = self.calendar
        self.site_2.user_ids = [Command.link(self.counter.id)]
        elsewhere = self._new_request(site_id=self.site_2.id, promised_date=THURSDAY)
        wizard = self._wizard(THURSDAY, THURSDAY, with_siblings=True)
        self.assertIn(self.company.name, wizard.shared_with)
        self.assertEqual(wizard.moved_count, 1)
        action = wizard.action_confirm()
        closures = self.env["conciergerie.closure"].search(action["domain"])
        self.assertEqual(closures.site_id, self.site | self.site_2)
        self.assertEqual(elsewhere.promised_date, FRIDAY)
        shared = (self.site | self.site_2).resource_calendar_id
        self.assertEqual(len(shared), 1)
        self.assertNotEqual(shared, self.calendar)
        self.assertEqual(len(shared.leave_ids), 1)

    def test_cancel(self):
        task = self._request(THURSDAY)
        closure = self._close(THURSDAY, FRIDAY)
        action = closure.with_user(self.counter).action_cancel()
        self.assertIn("1 promised dates", action["params"]["message"])
        self.assertEqual(closure.state, "cancelled")
        self.assertFalse(self.own_calendar.leave_ids)
        self.assertTrue(self.site._is_open_on(THURSDAY))
        self.assertEqual(task.promised_date, SATURDAY, "people were told")
        self.assertIn("was cancelled", task.message_ids[0].body)
        self.assertEqual(
            self.env["project.task"].search(closure.action_view_moved()["domain"]),
            task,
        )
        with self.assertRaisesRegex(UserError, "nothing to cancel"):
            closure.with_user(self.counter).action_cancel()
        self._close(THURSDAY, FRIDAY)

    def test_rights(self):
        outsider = self._new_user("counter", login="test_outsider")
        for user in (outsider, self.accountant):
            with self.assertRaises(AccessError):
                self._close(THURSDAY, FRIDAY, user=user)
        closure = self._close(THURSDAY, FRIDAY)
        for user in (outsider, self.accountant):
            self.assertEqual(closure.with_user(user).state, "active")
            with self.assertRaises(AccessError):
                closure.with_user(user).action_cancel()
        for user in (self.counter, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                closure.with_user(user).write({"date_to": SATURDAY})
            with self.assertRaises(AccessError):
                closure.with_user(user).unlink()
        closure.with_user(self.manager).action_cancel()

    def test_company_separation(self):
        self._request(THURSDAY)
        closure = self._close(THURSDAY, FRIDAY)
        company = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = self._new_user("manager", company, login="stranger_closure")
        for record in (closure, closure.line_ids, closure.notice_ids):
            record = record.with_user(stranger)
            self.assertFalse(record.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                record.read(["company_id"])
        with self.assertRaises(AccessError):
            self._close(SATURDAY, SATURDAY, user=stranger)

    def test_two_presses_at_once(self):
        closure = self._close(THURSDAY, FRIDAY)
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                """INSERT INTO conciergerie_closure
                       (site_id, date_from, date_to, reason, state)
                   SELECT site_id, date_from, date_to, reason, state
                   FROM conciergerie_closure WHERE id = %s""",
                (closure.id,),
            )

    def test_number_of_queries(self):
        """Closing with forty requests costs what closing with four does."""

        def cost(day, count):
            self.env["project.task"].create(
                [
                    {
                        "project_id": self.site.project_id.id,
                        "name": "Copies",
                        "partner_id": self.beneficiary.id,
                        "service_id": self.copies.id,
                        "promised_date": day,
                    }
                    for _n in range(count)
                ]
            )
            closures = self.env["conciergerie.closure"].with_user(self.counter)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            closures._close(self.site.with_user(self.counter), day, day, "Works")
            self.env.flush_all()
            return self.cr.sql_log_count - start

        cost(WEDNESDAY, 1)  # caches
        few = cost(THURSDAY + timedelta(days=7), 4)
        many = cost(THURSDAY + timedelta(days=14), 40)
        self.assertLessEqual(many, few + 3)
