from datetime import date, datetime, timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestPromisedDate(ConciergerieCommon):
    """The counter is open from Tuesday to Saturday."""

    def _promised(self, day, lead_days=0, delay=None):
        service = self.alteration
        service.lead_days = lead_days
        provider = self.env["res.partner"]
        if delay is not None:
            service = self.ironing
            service.lead_days = lead_days
            service.seller_ids.delay = delay
            provider = self.laundry
        return service._get_promised_date(self.site, provider, date=day)

    def test_opening_days(self):
        for day, lead, expected in (
            # Wednesday 10 June 2026
            (date(2026, 6, 10), 0, date(2026, 6, 10)),
            (date(2026, 6, 10), 1, date(2026, 6, 11)),
            (date(2026, 6, 10), 3, date(2026, 6, 13)),
            (date(2026, 6, 10), 4, date(2026, 6, 16)),  # Sunday and Monday skipped
            (date(2026, 6, 14), 0, date(2026, 6, 16)),  # taken on a Sunday
            (date(2026, 6, 14), 1, date(2026, 6, 17)),
            (date(2026, 12, 30), 3, date(2027, 1, 2)),  # across the year's end
            (date(2028, 2, 26), 1, date(2028, 2, 29)),  # leap year
            (date(2026, 3, 28), 1, date(2026, 3, 31)),  # the clocks change on the 29th
            (date(2026, 10, 24), 1, date(2026, 10, 27)),
        ):
            with self.subTest(day=day, lead=lead):
                self.assertEqual(self._promised(day, lead), expected)

    def test_delay_of_the_provider(self):
        """Calendar days of the provider, then opening days of the counter."""
        for day, delay, lead, expected in (
            (date(2026, 6, 10), 2, 0, date(2026, 6, 12)),
            (date(2026, 6, 10), 4, 0, date(2026, 6, 16)),  # back on a Sunday
            (date(2026, 6, 10), 4, 1, date(2026, 6, 17)),
            (date(2026, 6, 10), 0, 0, date(2026, 6, 10)),
        ):
            with self.subTest(delay=delay, lead=lead):
                self.assertEqual(self._promised(day, lead, delay), expected)

    def test_closed_days(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holidays",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 6, 10, 22),
                "date_to": datetime(2026, 6, 17, 21, 59),
            }
        )
        self.assertEqual(self._promised(date(2026, 6, 10), 0), date(2026, 6, 10))
        self.assertEqual(self._promised(date(2026, 6, 10), 1), date(2026, 6, 18))
        self.assertEqual(self._promised(date(2026, 6, 12), 0), date(2026, 6, 18))
        self.assertFalse(self.site._is_open_on(date(2026, 6, 16)))
        self.assertTrue(self.site._is_open_on(date(2026, 6, 18)))

    def test_calendar_without_hours(self):
        self.calendar.attendance_ids.unlink()
        self.assertEqual(self._promised(date(2026, 6, 10), 4), date(2026, 6, 14))
        self.assertTrue(self.site._is_open_on(date(2026, 6, 14)))

    def test_refused_dates(self):
        with freeze_time("2026-06-10 10:00:00"):
            task = self._new_request(self.alteration)
            self.assertEqual(task.promised_date, date(2026, 6, 13))
            with self.assertRaisesRegex(ValidationError, "is in the past"):
                task.promised_date = date(2026, 6, 9)
            with self.assertRaisesRegex(
                ValidationError,
                "closed on 14/06/2026. The next opening day is 16/06/2026",
            ):
                task.promised_date = date(2026, 6, 14)
            task.promised_date = date(2026, 6, 10)
            self.assertFalse(task.is_late)
        with freeze_time("2026-06-11 10:00:00"):
            task.invalidate_recordset()
            self.assertTrue(task.is_late)
            domain = [("id", "=", task.id), ("is_late", "=", True)]
            self.assertTrue(task.search_count(domain))
            task._mark_ready()
            self.assertFalse(task.is_late)
            self.assertFalse(task.search_count(domain))


@tagged("post_install", "-at_install")
class TestServices(ConciergerieCommon):
    def test_proposed_provider(self):
        """The cheapest, then the fastest, among the offers that are valid."""
        offers = {
            "dear": (self.laundry, 9.0, 1),
            "cheap": (self.cobbler, 6.0, 5),
        }
        service = self._new_service("Shoes", 20.0, sellers=list(offers.values()))
        self.assertEqual(service._propose_provider(), self.cobbler)
        dear, cheap = service.seller_ids.sorted("price", reverse=True)
        cheap.price = 9.0
        self.assertEqual(service._propose_provider(), self.laundry, "faster")
        dear.date_end = fields.Date.today() - timedelta(days=1)
        self.assertEqual(service._propose_provider(), self.cobbler)
        self.assertEqual(
            service._propose_provider(fields.Date.today() - timedelta(days=2)),
            self.laundry,
        )
        cheap.date_start = fields.Date.today() + timedelta(days=1)
        self.assertFalse(service._propose_provider())
        dear.date_end = cheap.date_start = False
        self.laundry.active = False
        self.assertEqual(service._propose_provider(), self.cobbler)
        cheap.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(service._propose_provider())
        self.assertFalse(self.copies._propose_provider(), "done by ourselves")

    def test_offered_at_some_sites(self):
        self.copies.site_ids = self.site_2
        with self.assertRaisesRegex(UserError, "does not offer “Copies”"):
            self._new_request(self.copies)
        self.assertEqual(
            self._new_request(self.copies, site_id=self.site_2.id).site_id, self.site_2
        )

    def test_form_refusals(self):
        with self.assertRaisesRegex(UserError, "Who is it for"):
            self._new_request(self.copies, partner_id=False)
        with self.assertRaisesRegex(UserError, "How many pieces are left"):
            self._new_request(self.ironing, pieces=0)
        for quantity in (0, -1, 10001):
            with self.assertRaisesRegex(UserError, "must be more than zero"):
                self._new_request(self.copies, quantity=quantity)

    def test_request_opens_by_an_action_of_its_own(self):
        """Else the browser shows the form where it is asked for the list again."""
        task = self._new_request(self.copies)
        opened = task._action_open_request()
        board = self.env.ref("conciergerie_base.project_task_action_request")
        self.assertNotEqual((opened["id"], opened["path"]), (board.id, board.path))
        self.assertEqual((opened["res_id"], opened["view_mode"]), (task.id, "form"))

    def test_what_makes_a_service(self):
        template = self.copies.product_tmpl_id
        for values in (
            {"project_id": self.site.project_id.id},
            {"type": "consu"},
            {"service_tracking": "no"},
            {"invoice_policy": "order"},
            {"service_type": "manual"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                template.write(values)
        for values in ({"piece_count": -1}, {"lead_days": -1}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.env.cr.savepoint(),
            ):
                template.write(values)
                template.flush_recordset()
        plain = self.env["product.template"].create(
            {"name": "Jam", "type": "consu", "invoice_policy": "order"}
        )
        plain.is_conciergerie_service = True
        self.assertEqual(
            (plain.type, plain.service_policy), ("service", "delivered_handover")
        )


@tagged("post_install", "-at_install")
class TestSites(ConciergerieCommon):
    def _new_site(self, **values):
        return self.env["conciergerie.site"].create(
            {"name": "New", "company_id": self.company.id, **values}
        )

    def test_codes(self):
        for code in ("A", "TOOLONG", "É12", "A-B", "A B", "..", "É"):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self._new_site(code=code)
        self.assertEqual(self._new_site(code=" ab1 ").code, "AB1")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            with self.env.cr.savepoint():
                self._new_site(code="val")

    def test_insee_codes(self):
        commune = self.env["conciergerie.commune"]
        for code in ("2636", "263621", "ABCDE", "26A62", "2C004", "26 62", "2٣362"):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                commune.create({"name": "Somewhere", "insee_code": code})
        for code in ("01001", "2A004", "2B033", "97105"):
            commune.search([("insee_code", "=", code)]).unlink()
            commune.create({"name": "Somewhere", "insee_code": code})

    def test_own_project(self):
        self.assertNotEqual(self.site.project_id, self.site_2.project_id)
        self.assertEqual(self.site.project_id.privacy_visibility, "employees")
        self.assertEqual(self.site.analytic_account_id.company_id, self.company)
        self.assertEqual(
            self.site.project_id.type_ids,
            self.env["project.task.type"]._request_stages(),
        )
        self.assertEqual(len(self.site.project_id.type_ids), 6)

    def test_closing_with_open_requests(self):
        task = self._new_request(self.copies)
        for values in ({"phase": "closed"}, {"active": False}):
            with self.assertRaisesRegex(ValidationError, "still has 1 open requests"):
                self.site.write(values)
        with self.assertRaisesRegex(UserError, "has requests, which are kept"):
            self.site.unlink()
        task._cancel_request("The counter moves")
        self.site.phase = "closed"
        with self.assertRaisesRegex(UserError, "takes no new requests"):
            self._new_request(self.copies)
        with self.assertRaisesRegex(UserError, "takes no new requests"):
            self._new_request(self.paperwork)
        self.site.phase = "paused"
        self.site.active = False
        with self.assertRaisesRegex(UserError, "takes no new requests"):
            self._new_request(self.paperwork)

    def test_stages_are_protected(self):
        for stage in self.env["project.task.type"]._request_stages():
            for function in (
                stage.action_archive,
                stage.unlink,
                lambda stage=stage: stage.write({"step": False}),
                lambda stage=stage: stage.write(
                    {"project_ids": [Command.unlink(self.site.project_id.id)]}
                ),
                lambda stage=stage: self.site.project_id.write(
                    {"type_ids": [Command.unlink(stage.id)]}
                ),
            ):
                with self.subTest(stage=stage.step):
                    # What is refused after the write is undone by the savepoint.
                    with self.assertRaises(UserError) as refusal:
                        function()
                    self.assertIn("is a step of the", str(refusal.exception))
            stage.name = f"{stage.name} (renamed)"
        project = self.env["project.project"].create({"name": "Garden"})
        stage = self.env["project.task.type"]._stage_of_step("todo")
        stage.project_ids = [Command.link(project.id)]
        stage.project_ids = [Command.unlink(project.id)]

    def test_references(self):
        """One numbering for each site and year."""
        with freeze_time("2027-12-31 10:00:00"):
            first = [self._new_request(self.copies).reference for _n in range(2)]
            other = self._new_request(self.copies, site_id=self.site_2.id).reference
        with freeze_time("2028-01-01 10:00:00"):
            after = self._new_request(self.copies).reference
        self.assertEqual(first, ["VAL-2027-0001", "VAL-2027-0002"])
        self.assertEqual(other, "COL-2027-0001")
        self.assertEqual(after, "VAL-2028-0001")
        # 23:30 UTC on New Year's Eve is already the new year in France.
        self.counter.tz = "Europe/Paris"
        with freeze_time("2028-12-31 23:30:00"):
            self.assertEqual(self._new_request(self.copies).reference, "VAL-2029-0001")

    def test_scanning(self):
        task = self._new_request(self.ironing, pieces=2)
        piece = self.env["conciergerie.piece"].with_user(self.counter)
        for code in (
            task.reference,
            task.piece_ids[1].label,
            f" {task.reference.lower()}\n",
        ):
            self.assertEqual(piece.action_open_code(code)["res_id"], task.id)
        for code in ("", None, "VAL", "%", task.reference + "-9", "<script>"):
            self.assertFalse(piece.action_open_code(code))
        with self.assertRaisesRegex(UserError, "No piece carries the label “X”"):
            piece._get_by_label("x")

    def test_label_scanned_twice(self):
        task = self._new_request(self.ironing, pieces=2)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        wizard = (
            self.env["conciergerie.custody.wizard"]
            .with_user(self.counter)
            .with_context(default_operation="hand_over", default_task_ids=task.ids)
            .create({})
        )
        other = self._new_request(self.ironing)
        for label, warning in (
            (task.piece_ids[0].label, None),
            (task.piece_ids[0].label, "was already scanned"),
            ("NOPE-1", "No piece carries the label"),
            (other.piece_ids.label, "is not in this list"),
        ):
            wizard.scan = label
            result = wizard._onchange_scan()
            if warning:
                self.assertIn(warning, result["warning"]["message"])
            else:
                self.assertIsNone(result)
        self.assertEqual(
            wizard.line_ids.filtered("selected").piece_id, task.piece_ids[0]
        )
