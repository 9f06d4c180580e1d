from datetime import date, datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ConciergerieCommon

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@tagged("post_install", "-at_install")
class TestIndicator(ConciergerieCommon):
    """What was done in a period, site by site."""

    def _measure(self, user=None, period=YEAR, **values):
        indicators = self.env["conciergerie.indicator"].with_context(
            allowed_company_ids=(user or self.manager).company_ids.ids
        )
        rows = indicators.with_user(user or self.manager)._measure(
            self.company, *period, **values
        )
        return {row["code"]: row for row in rows}

    def _done(self, day, provider=None, **values):
        """A request of a service of our own, handed over on a day."""
        with freeze_time(day):
            task = self._new_request(self.copies, **values)
            if provider:
                task.provider_id = provider
            task._hand_over()
            task.flush_recordset()
        # The clock of the database is not frozen.
        self.env.cr.execute(
            "UPDATE project_task SET create_date = closed_date WHERE id = %s", task.ids
        )
        return task

    def _hours(self, site, hours, day):
        employee = self.env["hr.employee"].sudo()
        employee = employee.create(
            {"name": "Sacha Petit", "company_id": self.company.id}
        )
        self.env["account.analytic.line"].sudo().create(
            {
                "name": "Counter",
                "employee_id": employee.id,
                "project_id": site.project_id.id,
                "company_id": self.company.id,
                "date": day,
                "unit_amount": hours,
            }
        )

    def test_requests_and_people(self):
        other = self.beneficiary.copy({"name": "Sam Leroy"})
        self._done("2026-03-10 10:00:00")
        self._done("2026-04-10 10:00:00", site_id=self.site_2.id)
        self._done("2026-05-12 10:00:00", self.laundry, partner_id=other.id)
        self._done("2027-01-05 10:00:00")
        with freeze_time("2026-06-02 10:00:00"):
            self._new_request(self.copies)
        self.env.cr.execute(
            "UPDATE project_task SET create_date = '2026-06-02 10:00:00'"
            " WHERE company_id = %s AND closed_date IS NULL",
            [self.company.id],
        )
        rows = self._measure()
        self.assertEqual(
            {
                code: (rows[code]["total"], rows[code]["by_site"])
                for code in (
                    *("requests_received", "requests_handed_over"),
                    *("beneficiaries", "providers"),
                )
            },
            {
                "requests_received": (4, {self.site: 3, self.site_2: 1}),
                "requests_handed_over": (3, {self.site: 2, self.site_2: 1}),
                # Camille went to both: one person.
                "beneficiaries": (2, {self.site: 2, self.site_2: 1}),
                "providers": (1, {self.site: 1, self.site_2: 0}),
            },
        )
        rows = self._measure(sites=self.site_2)
        self.assertEqual(rows["beneficiaries"]["total"], 1)
        self.assertEqual(rows["requests_received"]["by_site"], {self.site_2: 1})

    def test_days_are_those_of_the_company(self):
        """Half past midnight of 1 January in Paris is still December in UTC."""
        self.company.resource_calendar_id = self.calendar
        task = self._done("2026-03-10 10:00:00")
        task.sudo().write({"closed_date": datetime(2025, 12, 31, 23, 30)})
        self.assertEqual(self._measure()["requests_handed_over"]["total"], 1)
        before = date(2025, 1, 1), date(2025, 12, 31)
        self.assertEqual(
            self._measure(period=before)["requests_handed_over"]["total"], 0
        )

    def test_hours_of_the_sites(self):
        self._hours(self.site, 2.5, "2026-03-10")
        self._hours(self.site_2, 4.0, "2026-03-11")
        self._hours(self.site_2, 8.0, "2025-12-31")
        row = self._measure()["hours"]
        self.assertEqual((row["unit"], row["total"]), ("hours", 6.5))
        self.assertEqual(row["by_site"], {self.site: 2.5, self.site_2: 4.0})
        self.assertEqual(self._measure(sites=self.site)["hours"]["total"], 2.5)

    def test_a_closed_site_counts(self):
        self._hours(self.site_2, 4.0, "2026-03-11")
        self._done("2026-03-10 10:00:00", site_id=self.site_2.id)
        self.site_2.active = False
        rows = self._measure()
        self.assertEqual(rows["hours"]["by_site"], {self.site_2: 4.0})
        self.assertEqual(rows["requests_handed_over"]["by_site"], {self.site_2: 1})

    def test_nothing_is_zero(self):
        for row in self._measure(period=(date(2020, 1, 1), date(2020, 1, 31))).values():
            self.assertEqual((row["total"], row["by_site"]), (0, {}))

    def test_who_reads(self):
        for user in (self.manager, self.accountant):
            self.assertTrue(self._measure(user))
        with self.assertRaises(AccessError):
            self._measure(self.counter)
        other = self.setup_other_company()["company"]
        stranger = self._new_user("manager", company=other, login="stranger")
        with self.assertRaises(AccessError):
            self._measure(stranger)

    def test_another_company_is_not_counted(self):
        self._done("2026-03-10 10:00:00")
        other = self.setup_other_company()["company"]
        stranger = self._new_user("manager", company=other, login="stranger")
        rows = (
            self.env["conciergerie.indicator"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            ._measure(other, *YEAR)
        )
        self.assertFalse([row for row in rows if row["total"]])

    def test_one_query_each(self):
        self._done("2026-03-10 10:00:00")
        self._done("2026-03-10 10:00:00", site_id=self.site_2.id)
        self._measure()
        indicators = self.env["conciergerie.indicator"].sudo()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        indicators._measure(self.company, *YEAR)
        count = self.env.cr.sql_log_count - before
        self.assertLessEqual(count, len(indicators._get_sources()))

    def test_an_addon_adds_its_own(self):
        """The hook: one row more is one indicator more."""
        indicators = type(self.env["conciergerie.indicator"])
        sources = indicators._get_sources

        def more(model):
            return [
                *sources(model),
                {
                    "code": "notes",
                    "name": "Notes",
                    "unit": "count",
                    "model": "conciergerie.shift.log",
                    "domain": [],
                    "date": "date",
                    "site": "site_id",
                    "aggregate": "__count",
                },
            ]

        today = self._today()
        self.env["conciergerie.shift.log"].with_user(self.counter).create(
            [{"site_id": self.site.id, "body": f"Note {n}"} for n in range(3)]
        )
        with patch.object(indicators, "_get_sources", more):
            rows = self._measure(period=(today, today))
        self.assertEqual(rows["notes"]["by_site"], {self.site: 3})
