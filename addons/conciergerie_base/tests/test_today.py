from datetime import datetime, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..models.conciergerie_site_today import REQUEST_FILTERS
from .common import ConciergerieCommon

# Tuesday, 10 o'clock in the site's time zone.
NOW = datetime(2031, 1, 14, 9, 0)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestToday(ConciergerieCommon):
    """The home screen of a site, as the counter user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.site.with_user(cls.counter)

    def _requests(self):
        """One request in each of the situations that the screen tells apart."""
        today = self._today()
        with freeze_time(NOW - timedelta(days=10)):
            late = self._new_request(
                self.copies, promised_date=today - timedelta(days=3)
            )
            waiting = self._new_request(self.alteration)
            waiting.action_mark_ready()
        due = self._new_request(self.copies, promised_date=today)
        ready = self._new_request(self.alteration)
        ready.action_mark_ready()
        provider = self._new_request(self.ironing)
        provider.action_send_to_provider()
        problem = self._new_request(
            self.copies, promised_date=today + timedelta(days=1)
        )
        problem._report_problem("Printer broken")
        done = self._new_request(self.paperwork)
        done.action_hand_over()
        self.env.invalidate_all()
        return {
            "open": late | waiting | due | ready | provider | problem,
            "due_today": due,
            "late": late,
            "ready": ready | waiting,
            "waiting": waiting,
            "provider": provider,
            "problem": problem,
        }

    def test_counts_are_what_their_links_open(self):
        expected = self._requests()
        arch = etree.fromstring(
            self.env.ref("conciergerie_base.project_task_view_search_request").arch
        )
        tasks = self.env["project.task"].with_user(self.counter)
        for name, requests in expected.items():
            self.assertEqual(self.mine[f"{name}_request_count"], len(requests), name)
            context = self.mine.with_context(only=name).action_view_requests()[
                "context"
            ]
            self.assertEqual(
                context,
                {"search_default_site_id": self.site.id, f"search_default_{name}": 1},
            )
            domain = safe_eval(arch.find(f".//filter[@name='{name}']").get("domain"))
            found = tasks.search([("site_id", "=", self.site.id), *domain])
            self.assertEqual(found, requests, name)
        self.assertFalse(self.site_2.with_user(self.counter).open_request_count)
        self.assertEqual(set(REQUEST_FILTERS), set(expected))

    def test_opening_hours(self):
        self.assertTrue(self.mine.is_open_today)
        self.assertEqual(self.mine.opening_today, "09:00–17:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2031, 1, 14, 11, 0),
                "date_to": datetime(2031, 1, 14, 13, 0),
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.mine.opening_today, "09:00–12:00, 14:00–17:00")
        with freeze_time(NOW - timedelta(days=1)):
            self.env.invalidate_all()
            self.assertFalse(self.mine.is_open_today, "closed on Monday")

    def test_closure(self):
        closures = self.env["conciergerie.closure"].with_user(self.counter)
        today = self._today()
        day = timedelta(days=1)
        coming = closures._close(self.mine, today + 2 * day, today + 3 * day, "Fair")
        self.env.invalidate_all()
        self.assertIn("Will be closed", self.mine.closure_notice)
        self.assertTrue(self.mine.is_open_today)
        coming.action_cancel()
        closures._close(self.mine, today, today + day, "Flood")
        self.env.invalidate_all()
        self.assertRegex(self.mine.closure_notice, "^Closed until .*: Flood$")
        self.assertFalse(self.mine.is_open_today)

    def test_duty_and_log(self):
        self.env["conciergerie.shift"].create(
            {
                "site_id": self.site.id,
                "user_id": self.manager.id,
                "start": NOW - timedelta(hours=1),
                "stop": NOW + timedelta(hours=3),
            }
        )
        self.assertEqual(self.mine.expected_names, self.manager.name)
        self.assertFalse(self.mine.is_on_duty)
        self.mine.action_take_over()
        self.env.invalidate_all()
        self.assertTrue(self.mine.is_on_duty)
        self.assertEqual(self.mine.duty_names, self.counter.name)
        log = self.env["conciergerie.shift.log"].with_user(self.manager)
        notes = log.create(
            [
                {"site_id": self.site.id, "body": body, "is_todo": n == 1}
                for n, body in enumerate(("One", "Two\nlines", "Three " * 40, "Four"))
            ]
        )
        notes[0].is_pinned = True
        self.env.invalidate_all()
        self.assertEqual(self.mine.unread_log_count, 4)
        self.assertEqual(self.mine.open_log_count, 1)
        preview = self.mine.log_preview.split("\n")
        self.assertEqual(len(preview), 3)
        self.assertEqual(preview[0], f"• {self.manager.name}: One")
        self.assertEqual(preview[1], f"• {self.manager.name}: Two lines")
        notes.with_user(self.counter).action_mark_read()
        self.env.invalidate_all()
        self.assertFalse(self.mine.unread_log_count)
        self.assertEqual(len(self.mine.log_preview.split("\n")), 2, "pinned, to do")

    def test_keys(self):
        keys = self.env["conciergerie.key"].with_user(self.counter)
        for tag in ("1", "2"):
            key = keys.create(
                {
                    "tag": tag,
                    "partner_id": self.beneficiary.id,
                    "site_id": self.site.id,
                }
            )
        key._take_out(user=self.counter, due_back=self._today())
        with freeze_time(NOW + timedelta(days=1)):
            self.env.invalidate_all()
            self.assertEqual(self.mine.overdue_key_count, 1)
            self.assertEqual(self.mine.kept_key_count, 2)

    def test_number_of_queries(self):
        """Twelve sites, each with its own hours, cost what two do."""
        self._requests()
        fnames = [
            name
            for name, field in self.site._fields.items()
            if field._module == "conciergerie_base"
            and field.compute
            and not field.related
        ]
        self.assertGreater(len(fnames), 15)

        def cost(sites):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            sites.with_user(self.counter).read(["name", *fnames])
            return self.cr.sql_log_count - start

        two = self.site | self.site_2
        more = self.env["conciergerie.site"].create(
            [
                {
                    "name": f"Site {n}",
                    "code": f"S{n:02}",
                    "company_id": self.company.id,
                    "resource_calendar_id": self.calendar.copy().id,
                }
                for n in range(10)
            ]
        )
        self.env["conciergerie.shift.log"].create(
            [{"site_id": site.id, "body": "Read me"} for site in two | more]
        )
        cost(two)
        few = cost(two)
        many = cost(two | more)
        self.assertLessEqual(many, few)

    def test_rights(self):
        as_accountant = self.site.with_user(self.accountant)
        self.assertFalse(as_accountant.open_request_count)
        self.assertFalse(as_accountant.overdue_key_count)
        self.assertTrue(as_accountant.opening_today)
        with self.assertRaises(AccessError):
            as_accountant.action_take_over()
        company = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = self._new_user("counter", company, login="stranger_today")
        with self.assertRaises(AccessError):
            self.site.with_user(stranger).read(["open_request_count"])
        with self.assertRaises(AccessError):
            self.site.with_user(stranger).action_take_over()
