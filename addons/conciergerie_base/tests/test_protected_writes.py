import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_transitions import TransitionCase


@tagged("post_install", "-at_install")
class TestProtectedWrites(TransitionCase):
    """Nothing goes round the transitions, whoever asks."""

    def test_forged_context(self):
        """A context that comes by RPC holds any JSON value, never our object."""
        stage = self.env["project.task.type"]._stage_of_step("handed_over")
        for forged in (True, 1, "TRANSITION", "<object object>", {}, [1]):
            task = self._request_at(self.ironing, "todo")
            forging = task.with_context(conciergerie_step=forged, mail_notrack=True)
            with self.assertRaises(UserError):
                forging.write({"stage_id": stage.id})
            with self.assertRaises(UserError):
                forging.write({"state": "1_done"})
            self.assertEqual(task.step, "todo")

    def test_protected_fields(self):
        task = self._request_at(self.ironing, "ready")
        stranger = self._request_at(self.copies, "todo")
        values = {
            "state": "1_done",
            "reference": "VAL-2026-9999",
            "access_token": "core-token",
            "project_id": self.site_2.project_id.id,
            "step": "handed_over",
            "site_id": self.site_2.id,
            "resume_step": "todo",
            "ready_date": "2020-01-01 00:00:00",
            "closed_date": "2020-01-01 00:00:00",
            "tracking_token": stranger.sudo().tracking_token,
            "taken_by_id": self.manager.id,
            "last_reminder_date": "2020-01-01 00:00:00",
            "reminder_count": 12,
            "unclaimed_notice_date": "2020-01-01",
            "unclaimed_end_date": "2020-01-01",
            "unclaimed_outcome": "sold",
            "active": False,
        }
        for user in (self.counter, self.manager, self.env.user):
            own = task.with_user(user)
            before = {name: own.sudo()[name] for name in values}
            for name, value in values.items():
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(UserError):
                        own.write({name: value})
                    self.assertEqual(own.sudo()[name], before[name])

    def test_declared_value(self):
        piece = self._request_at(self.ironing, "ready").piece_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            piece.declared_value = -1
            piece.flush_recordset()

    def test_equal_values_pass(self):
        """A form that sends back what it read is not refused."""
        task = self._request_at(self.ironing, "ready")
        task.write(
            {
                "state": task.state,
                "reference": task.reference,
                "project_id": task.project_id.id,
                "stage_id": task.stage_id.id,
                "priority": "1",
            }
        )
        self.assertEqual(task.priority, "1")

    def test_forged_creation(self):
        """A new request starts at the first step, whatever the caller says."""
        stage = self.env["project.task.type"]._stage_of_step("handed_over")
        task = (
            self.env["project.task"]
            .with_user(self.counter)
            .with_context(default_stage_id=stage.id, default_step="handed_over")
            .create(
                {
                    "name": "Forged",
                    "project_id": self.site.project_id.id,
                    "stage_id": stage.id,
                    "state": "1_done",
                    "step": "handed_over",
                    "reference": "VAL-1",
                    "closed_date": "2020-01-01 00:00:00",
                    "tracking_token": "short",
                    "access_token": "core-token",
                }
            )
        )
        self.assertEqual(task.step, "todo")
        self.assertEqual(task.state, "01_in_progress")
        self.assertRegex(task.reference, r"^VAL-\d{4}-\d{4}$")
        self.assertFalse(task.closed_date)
        self.assertFalse(task.access_token)
        self.assertGreater(len(task.sudo().tracking_token), 30)

    def test_copy(self):
        """A copy is a new request: its own reference and link, nothing deposited."""
        task = self._request_at(self.alteration, "ready")
        other = task.copy()
        self.assertEqual(other.step, "todo")
        self.assertNotEqual(other.reference, task.reference)
        self.assertNotEqual(other.sudo().tracking_token, task.sudo().tracking_token)
        self.assertFalse(other.piece_ids)
        self.assertFalse(other.ready_date)

    def test_state_follows_step(self):
        expected = {
            "todo": "01_in_progress",
            "provider": "01_in_progress",
            "ready": "01_in_progress",
            "problem": "01_in_progress",
            "handed_over": "1_done",
            "cancelled": "1_canceled",
        }
        for step, state in expected.items():
            task = self._request_at(self.ironing, step)
            self.assertEqual(task.state, state, step)
            self.assertEqual(task.is_closed, state.startswith("1_"), step)

    def test_deletion(self):
        task = self._request_at(self.ironing, "cancelled").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "has pieces and cannot be deleted"):
            task.unlink()
        paid = self._request_at(self.copies, "todo")
        self.env["conciergerie.collect.wizard"].with_user(self.counter).create(
            {"task_ids": paid.ids}
        ).action_confirm()
        with self.assertRaisesRegex(UserError, "has been invoiced"):
            paid.with_user(self.manager).unlink()
        self._request_at(self.paperwork, "todo").with_user(self.manager).unlink()

    def test_move_to_another_site(self):
        task = self._request_at(self.copies, "todo")
        task.project_id = self.site_2.project_id
        self.assertEqual(task.site_id, self.site_2)
        self.assertEqual(task.step, "todo")
        for project in (
            self.env["project.project"].create({"name": "Garden"}),
            self.env["project.project"],
        ):
            with self.assertRaisesRegex(UserError, "cannot move to another project"):
                task.project_id = project

    def test_archive(self):
        task = self._request_at(self.ironing, "ready")
        with self.assertRaisesRegex(UserError, "cannot be archived"):
            task.action_archive()
        task._cancel_request("Not needed")
        task.action_archive()
        self.assertFalse(task.active)
