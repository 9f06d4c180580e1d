from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestVolunteers(BooksCommon):
    """Volunteer time: its value off the balance sheet, taken from shifts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.subsidy_volunteer_rate = 15.0
        cls.person = cls.env["res.partner"].create({"name": "Nadia Perrin"})

    def _hours(self, hours, day=date(2026, 6, 1), **values):
        return (
            self.env["conciergerie.volunteer.hours"]
            .with_user(self.manager)
            .create(
                {
                    "partner_id": self.person.id,
                    "company_id": self.company.id,
                    "date": day,
                    "hours": hours,
                    **values,
                }
            )
        )

    def _propose(self, day=date(2026, 12, 31), dossiers=()):
        wizard = (
            self.env["conciergerie.subsidy.entry.wizard"]
            .with_user(self.accountant)
            .with_company(self.company)
            .create(
                {
                    "date": day,
                    "dossier_ids": [Command.set([d.id for d in dossiers])],
                }
            )
        )
        wizard.action_propose()
        return self.entries.search(
            [("kind", "=", "volunteer"), ("company_id", "=", self.company.id)]
        )

    def test_d12(self):
        """Case D12: 320 h at 15.00 off the balance sheet, the result unchanged."""
        dossier = self._new_dossier()
        for day in range(1, 21):
            self._hours(16.0, date(2026, 5, day), dossier_id=dossier.id)
        entry = self._propose()
        self.assertEqual((entry.amount, entry.dossier_id), (4800.0, dossier))
        entry.action_post()
        self.assertEqual(
            self._lines(entry), [("864", 4800.0, 0.0), ("875", 0.0, 4800.0)]
        )
        result = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.internal_group", "in", ("income", "expense")),
            ]
        )
        self.assertFalse(result)

    def test_hours_of_a_day_to_come_are_refused(self):
        later = fields.Date.add(fields.Date.today(), days=2)
        with self.assertRaisesRegex(ValidationError, "Nadia Perrin.*a day to come"):
            self._hours(2.0, later)

    def test_each_hour_is_booked_once(self):
        self._hours(2.0)
        first = self._propose()
        self.assertEqual(self._propose(), first, "the same proposal, twice computed")
        first.action_post()
        self._hours(1.0)
        late = self._propose() - first
        self.assertEqual((first.period, late.period), ("2026", "2026/2"))
        self.assertEqual((first.amount, late.amount), (30.0, 15.0))
        late.action_post()
        self.assertFalse(self._propose() - first - late)

    def test_booked_hours_stay(self):
        hours = self._hours(2.0)
        entry = self._propose()
        entry.action_post()
        with self.assertRaisesRegex(UserError, "Nadia Perrin on .* are in the books"):
            hours.hours = 3.0
        with self.assertRaisesRegex(UserError, "are in the books"):
            hours.unlink()
        hours.name = "Round of the hills"
        entry.action_reverse()
        hours.hours = 3.0
        again = self._propose() - entry
        self.assertEqual(again.amount, 45.0)

    def test_hours_changed_after_the_proposal(self):
        hours = self._hours(2.0)
        entry = self._propose()
        hours.hours = 4.0
        with self.assertRaisesRegex(UserError, "Propose it again"):
            entry.action_post()
        self._propose()
        entry.action_post()
        self.assertEqual(entry.amount, 60.0)

    def test_dossiers_apart(self):
        dossier = self._new_dossier()
        self._hours(2.0, dossier_id=dossier.id)
        self._hours(3.0)
        entries = self._propose()
        self.assertEqual(
            {entry.dossier_id: entry.amount for entry in entries},
            {dossier: 30.0, self.env["conciergerie.dossier"]: 45.0},
        )

    def test_without_accounts(self):
        self.company.subsidy_volunteer_use_account_id = False
        self._hours(1.0)
        with self.assertRaisesRegex(UserError, "associations can have theirs added"):
            self._propose()

    @freeze_time("2026-06-10 18:00:00")
    def test_taken_from_shifts(self):
        """From arrival to leaving, once, and not those of employees."""
        paid = self._new_user("counter", login="test_paid", name="Lucie")
        self.env["hr.employee"].sudo().create(
            {"name": "Lucie", "user_id": paid.id, "company_id": self.company.id}
        )
        shifts = self.env["conciergerie.shift"]
        for user, left in ((self.counter, 11), (paid, 12)):
            shifts |= shifts.create(
                {
                    "site_id": self.site.id,
                    "user_id": user.id,
                    "start": datetime(2026, 6, 9, 8),
                    "stop": datetime(2026, 6, 9, 12),
                    "taken_at": datetime(2026, 6, 9, 8, 30),
                    "left_at": datetime(2026, 6, 9, left),
                }
            )
        shifts.create(
            {
                "site_id": self.site.id,
                "user_id": self.counter.id,
                "start": datetime(2026, 6, 8, 8),
                "stop": datetime(2026, 6, 8, 12),
            }
        )
        wizard = Form(
            self.env["conciergerie.volunteer.import.wizard"]
            .with_user(self.manager)
            .with_company(self.company)
        )
        self.assertEqual(wizard.shift_count, 1)
        wizard = wizard.save()
        self.assertEqual(wizard.user_ids, self.counter)
        lines = self.env["conciergerie.volunteer.hours"].search(
            wizard.action_import()["domain"]
        )
        self.assertEqual(lines.hours, 2.5)
        self.assertEqual(lines.amount, 37.5)
        self.assertEqual(lines.partner_id, self.counter.partner_id)
        self.assertEqual(lines.date, date(2026, 6, 9))
        again = wizard.copy()
        with self.assertRaisesRegex(UserError, "all were taken already"):
            again.action_import()
