from datetime import datetime, timedelta

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConciergerieCommon

# A Wednesday in winter: the counter is open from 9 to 17, 8 to 16 in UTC.
NOON = datetime(2031, 1, 15, 11, 0)


@tagged("post_install", "-at_install")
class TestShift(ConciergerieCommon):
    """Who is on duty, and what one shift leaves the next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.volunteer = cls._new_user("counter", login="test_volunteer", name="Nadia")

    def _shift(self, start, hours=4, user=None, site=None, planner=None, **values):
        return (
            self.env["conciergerie.shift"]
            .with_user(planner or user or self.counter)
            .create(
                {
                    "site_id": (site or self.site).id,
                    "user_id": (user or self.counter).id,
                    "start": start,
                    "stop": start + timedelta(hours=hours),
                    **values,
                }
            )
        )

    def _log(self, body, user=None, **values):
        return (
            self.env["conciergerie.shift.log"]
            .with_user(user or self.counter)
            .create({"site_id": self.site.id, "body": body, **values})
        )

    def _present(self, site=None):
        shifts = self.env["conciergerie.shift"]
        domain = [
            ("site_id", "=", (site or self.site).id),
            *shifts._present_domain(),
        ]
        return shifts.search(domain).user_id

    # ------------------------------------------------------------------
    # Rota and presence
    # ------------------------------------------------------------------

    @freeze_time(NOON)
    def test_take_over_and_leave(self):
        planned = self._shift(NOON + timedelta(hours=1))
        site = self.site.with_user(self.counter)
        site.action_take_over()
        self.assertEqual(planned.taken_at, NOON, "early, but it is her shift")
        self.assertEqual(planned.state, "present")
        self.assertEqual(self._present(), self.counter)
        with self.assertRaisesRegex(UserError, "on duty at Val counter since"):
            self.site_2.with_user(self.counter).action_take_over()
        action = site.action_leave()
        wizard = (
            self.env["conciergerie.shift.leave.wizard"]
            .with_user(self.counter)
            .with_context(**action["context"])
            .create({"body": "The laundry calls back", "is_todo": True})
        )
        wizard.action_leave()
        self.assertEqual(planned.left_at, NOON)
        self.assertEqual(planned.state, "done")
        self.assertFalse(self._present())
        entry = self.env["conciergerie.shift.log"].search(
            [("site_id", "=", self.site.id)]
        )
        self.assertEqual(entry.body, "The laundry calls back")
        self.assertEqual(entry.user_id, self.counter)
        self.assertTrue(entry.is_open)
        with self.assertRaisesRegex(UserError, "not on duty at Val counter"):
            site.action_leave()
        # The next one sees it when she takes over.
        action = self.site.with_user(self.volunteer).action_take_over()
        self.assertEqual(action["res_model"], "conciergerie.shift.log")

    @freeze_time(NOON)
    def test_unplanned_until_closing(self):
        self.site.with_user(self.counter).action_take_over()
        shift = self.env["conciergerie.shift"].search(
            [("user_id", "=", self.counter.id)]
        )
        self.assertEqual(shift.stop, datetime(2031, 1, 15, 16, 0))
        self._shift(datetime(2031, 1, 15, 14, 0), user=self.volunteer, site=self.site_2)
        self.site.with_user(self.volunteer).action_take_over()
        self.assertEqual(self._present(), self.counter | self.volunteer)
        shift = self.env["conciergerie.shift"].search(
            [("user_id", "=", self.volunteer.id), ("site_id", "=", self.site.id)]
        )
        self.assertEqual(shift.stop, datetime(2031, 1, 15, 14, 0))

    def test_forgotten_leave_ends_by_itself(self):
        with freeze_time(NOON):
            self.site.with_user(self.counter).action_take_over()
        with freeze_time(datetime(2031, 1, 15, 17, 0)):
            self.assertEqual(self._present(), self.counter)
        with freeze_time(datetime(2031, 1, 16, 9, 0)):
            self.env.invalidate_all()
            self.assertFalse(self._present())
            self.site.with_user(self.counter).action_take_over()
            self.assertEqual(self._present(), self.counter)

    @freeze_time(NOON)
    def test_overlap(self):
        self._shift(NOON)
        refused = "already planned at Val counter"
        with self.assertRaisesRegex(ValidationError, refused), self.cr.savepoint():
            self._shift(NOON + timedelta(hours=3), site=self.site_2)
        self._shift(NOON + timedelta(hours=4), site=self.site_2)
        self._shift(NOON, user=self.volunteer)
        for hours in (0, -1, 25):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self._shift(NOON + timedelta(days=3), hours=hours)
        # Who leaves early is free for another site.
        self.site.with_user(self.counter).action_take_over()
        with freeze_time(NOON + timedelta(hours=1)):
            self.env["conciergerie.shift"].with_user(self.counter).search(
                [("taken_at", "!=", False)]
            )._leave()
            self._shift(NOON + timedelta(hours=1), hours=2, site=self.site_2)

    @freeze_time(NOON)
    def test_overlap_in_database(self):
        """What two simultaneous presses do: the Python check cannot see it."""
        shift = self._shift(NOON)
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                """INSERT INTO conciergerie_shift (site_id, user_id, start, stop)
                   SELECT site_id, user_id, start, stop FROM conciergerie_shift
                   WHERE id = %s""",
                (shift.id,),
            )

    @freeze_time(NOON)
    def test_copy_next_week(self):
        shift = self._shift(NOON)
        monday = self._shift(datetime(2031, 1, 13, 9, 0))
        (shift | monday).with_user(self.manager).action_copy_next_week()
        copies = self.env["conciergerie.shift"].search(
            [("user_id", "=", self.counter.id), ("start", ">", NOON)]
        )
        self.assertEqual(copies.mapped("start"), [NOON + timedelta(days=7)])
        (shift | monday).with_user(self.manager).action_copy_next_week()
        self.assertEqual(len(copies.search([("start", ">", NOON)])), 1)

    def test_copy_keeps_the_hour_when_summer_begins(self):
        shift = self._shift(datetime(2031, 3, 26, 8, 0))
        shift.with_user(self.manager).action_copy_next_week()
        copy = self.env["conciergerie.shift"].search([("start", ">", shift.start)])
        self.assertEqual(copy.start, datetime(2031, 4, 2, 7, 0))

    @freeze_time(NOON)
    def test_shift_rights(self):
        shift = self._shift(NOON)
        with self.assertRaises(AccessError):
            self._shift(NOON, user=self.volunteer, planner=self.counter)
        with self.assertRaises(AccessError):
            shift.with_user(self.volunteer).write({"note": "Mine"})
        with self.assertRaisesRegex(UserError, "Ask a manager"):
            shift.with_user(self.counter).write({"taken_at": NOON})
        with self.assertRaisesRegex(UserError, "Ask a manager"):
            self._shift(NOON + timedelta(days=1), taken_at=NOON + timedelta(days=1))
        with self.assertRaises(AccessError):
            self._shift(NOON, user=self.accountant)
        self.assertTrue(shift.with_user(self.accountant).start)
        self.site.with_user(self.counter).action_take_over()
        with self.assertRaisesRegex(UserError, "only a manager"):
            shift.with_user(self.counter).unlink()
        self._shift(NOON, user=self.volunteer, planner=self.manager)
        shift.with_user(self.manager).left_at = NOON + timedelta(hours=1)
        shift.with_user(self.manager).unlink()

    def test_company_separation(self):
        shift, entry = self._shift(NOON), self._log("Only ours")
        company = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = self._new_user("counter", company, login="stranger_shift")
        for record in (shift, entry):
            record = record.with_user(stranger)
            self.assertFalse(record.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                record.read(["site_id"])
        with self.assertRaises(AccessError):
            self._log("Not mine", user=stranger)
        with self.assertRaisesRegex(ValidationError, "does not work for"):
            self._shift(NOON, user=stranger, planner=self.env.user)

    # ------------------------------------------------------------------
    # Log
    # ------------------------------------------------------------------

    def test_unread_and_done(self):
        entry = self._log("Bread comes at nine", is_todo=True)
        self.assertTrue(entry.is_read, "its author knows it")
        seen = entry.with_user(self.volunteer)
        self.assertFalse(seen.is_read)
        unread = [("is_read", "=", False), ("site_id", "=", self.site.id)]
        self.assertEqual(seen.search(unread), entry)
        seen.action_mark_read()
        self.assertTrue(seen.is_read)
        self.assertFalse(seen.search(unread))
        self.assertEqual(
            seen.search([("is_read", "=", True), ("id", "=", entry.id)]), entry
        )
        self.assertFalse(entry.with_user(self.manager).is_read)
        seen.action_done()
        self.assertEqual(entry.done_by_id, self.volunteer)
        self.assertFalse(entry.is_open)
        with self.assertRaisesRegex(UserError, "nothing left to do"):
            seen.action_done()
        seen.action_reopen()
        self.assertTrue(entry.is_open)

    def test_old_entries_are_not_new(self):
        with freeze_time(NOON):
            self._log("Old news", date=NOON)
            self._log("Old duty", is_todo=True)
        log = self.env["conciergerie.shift.log"]
        with freeze_time(NOON + timedelta(days=31)):
            to_see = self.site.with_user(self.volunteer)._log_to_see_domain()
            self.assertEqual(
                log.with_user(self.volunteer).search(to_see).mapped("body"),
                ["Old duty"],
            )

    def test_corrected_the_same_day_only(self):
        with freeze_time(NOON):
            entry = self._log("Bread comes at nine")
            entry.body = "Bread comes at ten"
            entry.is_todo = True
            refused = "corrected by its author"
            with self.assertRaisesRegex(UserError, refused):
                entry.with_user(self.manager).body = "Bread is late"
            with self.assertRaisesRegex(UserError, refused):
                entry.date = NOON - timedelta(days=1)
            with self.assertRaisesRegex(UserError, refused):
                entry.with_user(self.volunteer).done_by_id = self.counter
            forged = self._log(
                "Signed by another", user_id=self.manager.id, date=NOON - timedelta(2)
            )
            self.assertEqual((forged.user_id, forged.date), (self.counter, NOON))
        with freeze_time(NOON + timedelta(days=1)):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, refused):
                entry.body = "I never said that"
            entry.action_toggle_pin()
            entry.action_done()
            self.assertTrue(entry.is_pinned)
        self.assertEqual(entry.body, "Bread comes at ten")

    def test_log_rights(self):
        entry = self._log("Kept")
        for user in (self.counter, self.manager, self.accountant):
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
        as_accountant = entry.with_user(self.accountant)
        as_accountant.action_mark_read()
        self.assertTrue(as_accountant.is_read)
        with self.assertRaises(AccessError):
            self._log("Not his", user=self.accountant)
        with self.assertRaises(AccessError):
            as_accountant.write({"is_pinned": True})
        entry.with_user(self.env.user).unlink()
