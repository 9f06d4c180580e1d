from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_transitions import TransitionCase

# One black pixel: what a signature pad sends, in short.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6"
    b"kgAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestHandOver(TransitionCase):
    def _mails(self, task):
        return self.env["mail.mail"].search(
            [("model", "=", "project.task"), ("res_id", "=", task.id)], order="id"
        )

    def test_partial_with_signature(self):
        """One of three is taken: only that one is closed; reminders go on."""
        task = self._request_at(self.ironing, "ready", pieces=3)
        first, others = task.piece_ids[0], task.piece_ids[1:]
        task._hand_over(first, proof={"signature": SIGNATURE})
        self.assertEqual(task.step, "ready")
        self.assertEqual(first.holder, "beneficiary")
        self.assertEqual(set(others.mapped("holder")), {"counter"})
        event = first.event_ids[-1]
        self.assertEqual(event.user_id, self.counter)
        self.assertEqual(event.partner_id, self.beneficiary)
        self.assertTrue(event.has_proof)
        self.assertTrue(event.proof_id.signature)
        self.assertEqual(event.proof_id.receiver_name, self.beneficiary.name)
        with self.assertRaisesRegex(UserError, "already been handed over"):
            task._hand_over(first)
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.assertIn(task, task.search(task._reminder_domain()))
        task._hand_over(others)
        self.assertEqual(task.step, "handed_over")
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.assertNotIn(task, task.search(task._reminder_domain()))

    def test_proxy(self):
        task = self._request_at(self.ironing, "ready", pieces=3)
        for name in ("", "   ", False):
            with self.assertRaisesRegex(UserError, "Write the name of the person"):
                task._hand_over(task.piece_ids, receiver_name=name, is_proxy=True)
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"counter"})
        task._hand_over(task.piece_ids[:2], receiver_name=" Jean Petit ", is_proxy=True)
        event = task.piece_ids[0].event_ids[-1]
        self.assertEqual(event.holder, "proxy")
        self.assertEqual(event.proof_id.receiver_name, "Jean Petit")
        self.assertEqual(event.partner_id, self.beneficiary)
        for message in task.message_ids:
            self.assertNotIn("Jean Petit", message.body, "erased with the proof")
        task._hand_over(task.piece_ids[2])
        self.assertEqual(task.step, "handed_over")

    def test_all_or_nothing(self):
        """One piece that is elsewhere: the others do not leave either."""
        task = self._request_at(self.ironing, "provider", pieces=3)
        task._receive_pieces(task.piece_ids[:2])
        events = len(task.piece_ids.event_ids)
        with self.assertRaisesRegex(UserError, "it is with Laundry"):
            task._hand_over(task.piece_ids)
        self.assertEqual(len(task.piece_ids.event_ids), events)
        with self.assertRaisesRegex(UserError, "is not expected from a provider"):
            task._receive_pieces(task.piece_ids)
        self.assertEqual(len(task.piece_ids.event_ids), events)

    def test_prepaid_still_asks_for_the_signature(self):
        task = self._request_at(self.ironing, "ready")
        self.env["conciergerie.collect.wizard"].with_user(self.counter).create(
            {"task_ids": task.ids}
        ).action_confirm()
        action = task.action_hand_over()
        self.assertEqual(action["res_model"], "conciergerie.custody.wizard")
        wizard = (
            self.env["conciergerie.custody.wizard"]
            .with_user(self.counter)
            .with_context(**action["context"])
            .create({"signature": SIGNATURE})
        )
        self.assertEqual(wizard.line_ids.piece_id, task.piece_ids)
        wizard.action_confirm()
        self.assertEqual(task.step, "handed_over")
        self.assertTrue(task.piece_ids.event_ids.proof_id.signature)

    def test_several_requests_at_once(self):
        tasks = self._request_at(self.ironing, "ready") + self._request_at(
            self.alteration, "ready"
        )
        tasks._hand_over(tasks.piece_ids)
        self.assertEqual(tasks.mapped("step"), ["handed_over"] * 2)

    def test_deposit_bounds(self):
        task = self._request_at(self.copies, "todo")
        for count in (0, -1, 201):
            with self.assertRaisesRegex(UserError, "the number goes from 1 to 200"):
                task._deposit(count)
        pieces = task._deposit(2, ["Blue jacket"])
        self.assertEqual(pieces.mapped("description"), ["Blue jacket", False])
        more = task._deposit(1)
        self.assertEqual(more.label, f"{task.reference}-3")

    def test_messages_of_a_request(self):
        task = self._request_at(self.ironing, "handed_over")
        subjects = self._mails(task).mapped("subject")
        self.assertEqual(len(subjects), 2)
        self.assertIn("is ready", subjects[1])
        bodies = " ".join(task.message_ids.mapped("body"))
        for text in ("Entrusted to", "Back from the provider", "Ready", "Handed to"):
            self.assertIn(text, bodies)

    def test_nobody_to_write_to(self):
        self.beneficiary.write({"email": False, "phone": "04 75 00 00 00"})
        task = self._request_at(self.copies, "ready")
        self.assertFalse(self._mails(task))
        self.assertIn("call Camille Morel", " ".join(task.message_ids.mapped("body")))

    def test_nothing_leaves_to_what_is_no_address(self):
        self.beneficiary.write({"email": "to be asked", "phone": False})
        task = self._request_at(self.copies, "ready")
        self.assertFalse(self._mails(task))
        self.assertIn("call Camille Morel", " ".join(task.message_ids.mapped("body")))


@tagged("post_install", "-at_install")
class TestCancelAndProblem(TransitionCase):
    def test_resume_several_keeps_each_reason(self):
        tasks = self._request_at(self.copies, "todo") + self._request_at(
            self.copies, "todo"
        )
        tasks[0]._report_problem("No paper", "other")
        tasks[1]._report_problem("No ink", "other")
        tasks.action_resume()
        for task, reason in zip(tasks, ("No paper", "No ink"), strict=True):
            self.assertIn(reason, task.message_ids[:1].body)

    def test_cancel_gives_the_pieces_back(self):
        task = self._request_at(self.ironing, "provider")
        with self.assertRaisesRegex(UserError, "Write the reason"):
            task._cancel_request("  ")
        task._cancel_request("Changed her mind")
        self.assertEqual(task.reason, "Changed her mind")
        self.assertTrue(task.closed_date)
        task._receive_pieces(task.piece_ids)
        self.assertEqual(task.step, "cancelled", "receiving does not reopen it")
        task._hand_over(task.piece_ids[0])
        self.assertEqual(task.step, "cancelled")
        task._hand_over(task.piece_ids[1])
        self.assertEqual(task.step, "cancelled")
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"beneficiary"})
        self.assertEqual(task.sale_line_id.qty_delivered, 0)

    def test_cancelling_the_order_cancels_its_requests(self):
        task = self._request_at(self.ironing, "provider")
        order = task.sale_order_id
        line = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": self.copies.id}
        )
        done = line.task_id.with_user(self.counter)
        done._hand_over()
        second = task.create(
            {
                "name": "Second time",
                "project_id": task.project_id.id,
                "sale_line_id": task.sale_line_id.id,
            }
        )
        order.with_user(self.counter).action_cancel()
        self.assertEqual(task.step, "cancelled")
        self.assertEqual(second.step, "cancelled", "a line can have two requests")
        self.assertIn(order.name, task.reason)
        self.assertEqual(done.step, "handed_over")
        self.assertEqual(task.piece_ids[0].holder, "provider", "still to be fetched")

    def test_problem_remembers_where_it_happened(self):
        for step in ("todo", "provider", "ready"):
            task = self._request_at(self.ironing, step)
            task._report_problem("A stain", "damaged")
            self.assertEqual(
                (task.step, task.resume_step, task.problem_kind, task.reason),
                ("problem", step, "damaged", "A stain"),
            )
            task.action_resume()
            self.assertEqual(task.step, step)
            self.assertFalse(task.reason)

    def test_compensation(self):
        task = self._request_at(self.ironing, "ready")
        self.company.conciergerie_liability_limit = 50.0
        task.piece_ids[0].declared_value = 30.0
        task.piece_ids[1].declared_value = 80.0
        task._report_problem("Burnt", "damaged")
        self.assertEqual(task.declared_value, 110.0)
        self.assertEqual(task.compensation_limit, 80.0, "30 + at most 50")
        for values, message in (
            ({"compensation_amount": 20.0}, "Say who compensates"),
            (
                {"compensation_amount": 20.0, "compensation_by": "none"},
                "Say who compensates",
            ),
            (
                {"compensation_amount": -1.0, "compensation_by": "provider"},
                "cannot be negative",
            ),
            (
                {"compensation_amount": 80.01, "compensation_by": "provider"},
                "is above what the deposit ticket promises",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                task.write(values)
        task.write({"compensation_amount": 80.0, "compensation_by": "provider"})
        self.assertEqual(task.compensation_amount, 80.0)

    def test_unclaimed(self):
        self.company.conciergerie_unclaimed_days = 365
        task = self._request_at(self.ironing, "ready")
        with self.assertRaisesRegex(UserError, "Give notice for"):
            task._dispose_unclaimed("given", "To the charity shop")
        with freeze_time("2027-03-02 10:00:00"):
            task.action_send_unclaimed_notice()
        self.assertEqual(task.unclaimed_notice_date, date(2027, 3, 2))
        self.assertEqual(task.unclaimed_end_date, date(2028, 3, 1), "2028 is leap")
        with freeze_time("2028-02-29 10:00:00"):
            with self.assertRaisesRegex(UserError, "runs until 01/03/2028"):
                task._dispose_unclaimed("given", "To the charity shop")
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"counter"})
        with freeze_time("2028-03-01 10:00:00"):
            with self.assertRaisesRegex(UserError, "Write the reason"):
                task._dispose_unclaimed("given", "")
            task._dispose_unclaimed("given", "To the charity shop")
        self.assertEqual(task.step, "cancelled")
        self.assertEqual(task.unclaimed_outcome, "given")
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"disposed"})
        self.assertEqual(task.sale_line_id.qty_delivered, 0)

    def test_unclaimed_of_a_cancelled_request(self):
        self.company.conciergerie_unclaimed_days = 30
        task = self._request_at(self.alteration, "cancelled")
        task.action_send_unclaimed_notice()
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            task._dispose_unclaimed("sold", "12.00 at the fair")
        self.assertEqual(task.step, "cancelled")
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"disposed"})


@tagged("post_install", "-at_install")
class TestReminders(TransitionCase):
    def _run_cron(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1
        ):
            self.env["project.task"].sudo()._cron_send_reminders()

    def _mail_count(self, tasks):
        return self.env["mail.mail"].search_count(
            [("model", "=", "project.task"), ("res_id", "in", tasks.ids)]
        )

    def test_a_week_then_each_week(self):
        with freeze_time("2027-06-01 09:00:00"):
            task = self._request_at(self.copies, "ready")
            other = self._request_at(self.copies, "todo")
        for when, count in (
            ("2027-06-08 08:59:59", 0),
            ("2027-06-08 09:00:00", 1),
            ("2027-06-08 09:00:01", 1),
            ("2027-06-14 12:00:00", 1),
            ("2027-06-15 09:00:00", 2),
            ("2027-06-22 09:00:00", 3),
        ):
            with freeze_time(when):
                self._run_cron()
                self._run_cron()
            self.assertEqual(task.reminder_count, count, when)
        self.assertEqual(self._mail_count(task), 2 + 3)
        self.assertEqual(other.reminder_count, 0)

    def test_by_hand_locked_for_48_hours(self):
        with freeze_time("2027-06-01 09:00:00"):
            task = self._request_at(self.copies, "ready")
            task.action_send_reminder()
        with freeze_time("2027-06-03 08:59:59"):
            with self.assertRaisesRegex(UserError, "wait 48 hours"):
                task.with_user(self.manager).action_send_reminder()
        with freeze_time("2027-06-03 09:00:01"):
            task.action_send_reminder()
        self.assertEqual(task.reminder_count, 2)
        # Two days ago is less than a week: the cron keeps quiet.
        with freeze_time("2027-06-08 12:00:00"):
            self._run_cron()
        self.assertEqual(task.reminder_count, 2)

    def test_batches(self):
        with freeze_time("2027-06-01 09:00:00"):
            tasks = self.env["project.task"].concat(
                *[self._request_at(self.paperwork, "ready") for _n in range(5)]
            )
        path = "odoo.addons.conciergerie_base.models.project_task_message.CRON_BATCH"
        with freeze_time("2027-06-08 10:00:00"), patch(path, 2):
            for count in (2, 4, 5, 5):
                self._run_cron()
                self.assertEqual(sum(tasks.mapped("reminder_count")), count)

    def test_one_that_fails_does_not_stop_the_others(self):
        with freeze_time("2027-06-01 09:00:00"):
            bad = self._request_at(self.paperwork, "ready")
            good = self._request_at(self.paperwork, "ready")
        model = self.env.registry["project.task"]
        send = model._send_reminder

        def send_reminder(tasks):
            send(tasks)
            if bad in tasks:
                raise ValueError("no such template")

        logger = "odoo.addons.conciergerie_base.models.project_task_message"
        with (
            freeze_time("2027-06-08 10:00:00"),
            patch.object(model, "_send_reminder", send_reminder),
            self.assertLogs(logger, "ERROR") as logs,
        ):
            self._run_cron()
        self.assertIn(bad.reference, logs.output[0])
        self.assertEqual((bad.reminder_count, good.reminder_count), (0, 1))

    def test_cron_record(self):
        """The scheduled action itself runs, with its own user."""
        with freeze_time(fields.Datetime.now() - timedelta(days=8)):
            task = self._request_at(self.copies, "ready")
        with self.enter_registry_test_mode():
            self.env.ref(
                "conciergerie_base.ir_cron_request_reminder"
            ).method_direct_trigger()
        task.invalidate_recordset()
        self.assertEqual(task.reminder_count, 1)

    def test_sms(self):
        self.company.conciergerie_sms = True
        self.beneficiary.phone = "06 12 34 56 78"
        self.beneficiary.country_id = self.env.ref("base.fr")
        task = self._request_at(self.copies, "ready")
        sms = self.env["sms.sms"].search(
            [("partner_id", "=", self.beneficiary.id)], order="id"
        )
        self.assertEqual(set(sms.mapped("state")), {"outgoing"})
        self.assertEqual(set(sms.mapped("number")), {"+33612345678"})
        self.assertTrue(all(task.reference in body for body in sms.mapped("body")))

    def test_team_can_be_changed(self):
        """Messages do not depend on who is assigned to the site."""
        self.site.user_ids = [Command.clear()]
        task = self._request_at(self.copies, "ready")
        self.assertEqual(self._mail_count(task), 2)

    def test_a_promise_is_within_the_year(self):
        task = self._request_at(self.copies, "todo")
        for far in ("2099-12-31", "9999-12-31"):
            with self.assertRaisesRegex(ValidationError, "more than a year ahead"):
                task.promised_date = far

    def test_what_is_said_of_a_piece_is_logged(self):
        task = self._request_at(self.ironing, "todo")
        piece = task.piece_ids[0]
        piece.write({"rack": "B3", "description": "Blue jacket"})
        body = task.message_ids[0].body
        self.assertIn(f"{piece.label}, Rack Place: – → B3", body)
        self.assertIn("Blue jacket", body)
        before = len(task.message_ids)
        piece.write({"rack": "B3"})
        self.assertEqual(len(task.message_ids), before, "nothing changed")
