from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .portal_common import ProviderPortalCase


@tagged("post_install", "-at_install")
class TestPortalStatement(ProviderPortalCase):
    """A provider reads its statement line by line, disputes, approves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        invoice = cls._new_invoice(
            [(cls.ironing, cls.laundry, 100.0), (cls.ironing, cls.laundry, 20.0)],
            "2026-01-05",
        )
        cls._pay(invoice, date="2026-01-06")
        last = fields.Date.to_date("2026-01-31")
        cls.statement = (
            cls.env["conciergerie.statement"]
            .with_user(cls.accountant)
            ._settle(cls.company, last, date=last)
            .sudo()
        )
        cls.url = f"/my/statements/{cls.statement.id}"
        cls.entry = cls.statement.due_entry_ids.sorted("id")[0]

    def setUp(self):
        super().setUp()
        self._login(self.laundry_user)

    def test_read(self):
        self.assertIn(self.statement.name, self.url_open("/my/statements").text)
        text = self.url_open(self.url).text
        for words in ("Ironing", "100.00", "15.00", "85.00", "17.00", "102.00"):
            self.assertIn(words, text)
        self.assertNotIn("Camille", text)
        for number in range(2):
            pdf = self.url_open(f"{self.url}/document/{number}")
            self.assertEqual(pdf.headers["Content-Type"], "application/pdf", number)
        self.assertEqual(self.url_open(f"{self.url}/document/9").status_code, 404)

    def test_waits_within_the_window(self):
        with freeze_time("2026-02-15"):
            self._login(self.laundry_user)
            home = self.url_open("/my/provider").text
        self.assertRegex(home, r'(?s)/my/statements".*?rounded-pill[^>]*>1<')

    def test_dispute_answer_approve(self):
        with freeze_time("2026-02-15"):
            self._login(self.laundry_user)
            page = f"{self.url}/dispute/{self.entry.id}"
            self.assertIn("Say what is wrong", self._post(page, text=" ").text)
            self._post(page, text="It was <b>90</b>")
            self.assertIn("disputed already", self._post(page, text="again").text)
            approve = self._post(f"{self.url}/approve")
            self.assertIn("wait for the answer", approve.text)
        dispute = self.statement.dispute_ids
        self.assertEqual(dispute.text, "It was <b>90</b>")
        self.assertEqual(dispute.activity_ids.user_id, self.accountant)
        self.assertIn("&lt;b&gt;", dispute.activity_ids.note)
        self.assertFalse(self.statement.approved_date)

        as_accountant = dispute.with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "Write the answer"):
            as_accountant.action_answer()
        as_accountant.answer = "The deposit ticket says 100."
        self.assertNotIn("ticket says", self.url_open(self.url).text, "not given yet")
        mails = self.env["mail.mail"].search([])
        as_accountant.action_answer()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.laundry_user.partner_id)
        self.assertFalse(dispute.activity_ids)
        self.assertIn("ticket says", self.url_open(self.url).text)
        for values in ({"text": "x"}, {"state": "open"}, {"answer": "other"}):
            with self.assertRaises(UserError):
                as_accountant.write(values)
        with self.assertRaises(AccessError):
            dispute.with_user(self.manager).write({"answer": "x"})
        with self.assertRaises(AccessError):
            dispute.with_user(self.counter).read(["text"])

        self.assertIn("You approved", self._post(f"{self.url}/approve").text)
        self.assertEqual(self.statement.approved_by_id, self.laundry_user.partner_id)
        self.assertIn("was approved", self._post(f"{self.url}/approve").text)

    def test_dispute_too_late(self):
        page = f"{self.url}/dispute/{self.entry.id}"
        with freeze_time("2026-02-16"):
            self._login(self.laundry_user)
            text = self._post(page, text="It was 90").text
        self.assertIn("could be disputed until 02/15/2026", text)
        self.assertNotIn("Dispute this line", text)
        self.assertFalse(self.statement.dispute_ids)

    def test_window_from_the_day_it_was_sent(self):
        self.statement.action_send()
        self.assertGreater(str(self.statement.dispute_end_date), "2026-02-15")

    def test_reversed(self):
        self.statement.with_user(self.accountant).action_reverse()
        self.assertIn("is taken back", self._post(f"{self.url}/approve").text)

    def test_another_provider(self):
        self._new_agreement(self.cobbler)
        self._login(self.cobbler_user)
        self.assertNotIn(self.statement.name, self.url_open("/my/statements").text)
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertEqual(self.url_open(f"{self.url}/document/0").status_code, 404)
        for path in ("approve", f"dispute/{self.entry.id}"):
            response = self._post(f"{self.url}/{path}", text="x")
            self.assertEqual(response.status_code, 404)
        self.assertFalse(self.statement.dispute_ids)
        self.assertFalse(self.statement.approved_date)

    def test_line_of_another_statement(self):
        self._new_agreement(self.cobbler)
        invoice = self._new_invoice([(self.ironing, self.cobbler, 50.0)], "2026-01-05")
        self._pay(invoice, date="2026-01-06")
        other = self._settle("2026-01-31")
        page = f"{self.url}/dispute/{other.due_entry_ids.id}"
        self.assertEqual(self._post(page, text="x").status_code, 404)
