import uuid
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestDropOffTracking(DropOffCase, HttpCase):
    """The code of a deposit ticket: it opens its own requests, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_person = cls.beneficiary.copy({"name": "Alix Bonnet"})
        cls.mine = cls._send(cls._payload())
        cls.others = cls._send(
            cls._payload(
                cls._line(cls.ironing),
                cls._line(cls.alteration),
                number="VAL-T1P1-0002",
                partner_id=cls.other_person.id,
                partner_name=cls.other_person.name,
            )
        )
        cls.references = (cls.mine | cls.others).task_ids.mapped("reference")

    def _open_code(self, code, **options):
        self.env.flush_all()
        self.authenticate(None, None)
        return self.url_open(f"/suivi/depot/{code}", **options)

    def _assert_shut(self, code):
        """Say no word about anybody's request."""
        response = self._open_code(code)
        self.assertEqual(response.status_code, 404, code)
        for reference in self.references:
            self.assertNotIn(reference, response.text)
        for person in (self.beneficiary, self.other_person):
            self.assertNotIn(person.name, response.text)
        return response

    def _assert_shows(self, response, tasks):
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            {ref for ref in self.references if ref in response.text},
            set(tasks.mapped("reference")),
        )
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_each_code_opens_its_own(self):
        self.assertEqual(len(self.mine.task_ids), 1)
        self.assertEqual(len(self.others.task_ids), 2)
        redirect = self._open_code(self.mine.uuid, allow_redirects=False)
        self.assertEqual(
            redirect.headers["Location"], self.mine.task_ids.sudo().tracking_url
        )
        self.assertIn("no-store", redirect.headers["Cache-Control"])
        self._assert_shows(self._open_code(self.mine.uuid), self.mine.task_ids)
        self._assert_shows(self._open_code(self.others.uuid), self.others.task_ids)

    def test_what_opens_nothing(self):
        code = self.mine.uuid
        ticket = self._ticket(self._payload(number="VAL-T1P1-0003"))
        self.env["pos.order"].with_user(self.counter).sync_from_ui([ticket])
        for wrong in (
            str(uuid.uuid4()),
            code.upper() if code.upper() != code else f"A{code[1:]}",
            code[:-1],
            f"{code}0",
            f"{code}%00",
            f"%20{code}",
            f"{code[:35]}%25",
            "-" * 36,
            "False",
            # Of a line, of a ticket, of the request itself.
            self.mine.line_ids.uuid,
            ticket["uuid"],
            self.mine.task_ids.sudo().tracking_token,
            str(self.mine.id),
        ):
            with self.subTest(code=wrong):
                self._assert_shut(wrong)

    def test_a_till_finds_it(self):
        """The number and the code of the paper open its requests at any till."""
        tasks = self.env["project.task"].with_user(self.counter)
        for code in (self.others.name, f"HTTP://X/SUIVI/DEPOT/{self.others.uuid}"):
            with self.subTest(code=code):
                found = tasks.pos_find_code(self.config.id, code)
                self.assertEqual(
                    {row["id"] for row in found["rows"]}, set(self.others.task_ids.ids)
                )
                self.assertEqual(found["person"], self.other_person.id)

    def test_expired(self):
        """Of two requests the one that is open is shown; both closed, nothing is."""
        long_ago = fields.Datetime.now() - timedelta(days=61)
        first, second = self.others.task_ids.sudo()
        first.closed_date = long_ago
        self._assert_shows(self._open_code(self.others.uuid), second)
        second.closed_date = long_ago
        self._assert_shut(self.others.uuid)
        self._assert_shows(self._open_code(self.mine.uuid), self.mine.task_ids)

    def test_replaced(self):
        """Whoever replaces a link has told that what was given out opens nothing."""
        first, second = self.others.task_ids
        first.with_user(self.counter).action_renew_tracking_link()
        self._assert_shows(self._open_code(self.others.uuid), second)
        second.with_user(self.counter).action_renew_tracking_link()
        self._assert_shut(self.others.uuid)
        path = f"/suivi/{first.sudo().tracking_token}"
        self._assert_shows(self.url_open(path), first)

    def test_not_received(self):
        """A code printed without network opens nothing until the till has sent it."""
        payload = self._payload(number="VAL-T1P1-0004", is_paid=True)
        self._assert_shut(payload["uuid"])
