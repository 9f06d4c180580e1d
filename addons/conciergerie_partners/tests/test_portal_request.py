from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.portal_common import picture

from .portal_common import ProviderPortalCase


@tagged("post_install", "-at_install")
class TestPortalRequest(ProviderPortalCase):
    """A provider answers what is asked of it; it never learns for whom it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.beneficiary.write({"phone": "+33 6 11 22 33 44"})
        cls.ironing.seller_ids = [
            (0, 0, {"partner_id": cls.cobbler.id, "price": 9.0, "delay": 4})
        ]
        cls._new_agreement(cls.cobbler)
        cls.task = cls._new_request(remarks="Internal: she pays late")
        cls.task.provider_note = "Delicate silk"
        cls.url = f"/my/provider/requests/{cls.task.id}"

    def setUp(self):
        super().setUp()
        self._login(self.laundry_user)

    def _day(self, days):
        return fields.Date.to_string(self._today() + timedelta(days=days))

    def test_asked(self):
        self.assertEqual(self.task.provider_id, self.laundry)
        self.assertEqual(self.task.provider_answer, "waiting")
        self.assertTrue(self.task.provider_answer_deadline)
        home = self.url_open("/my/provider").text
        self.assertRegex(home, r'(?s)/my/provider/requests".*?rounded-pill[^>]*>1<')
        text = self.url_open("/my/provider/requests").text
        self.assertIn(self.task.reference, text)

    def test_what_it_reads(self):
        text = self.url_open(self.url).text
        for words in (
            "Ironing",
            self.task.reference,
            self.task.piece_ids.label,
            "Delicate silk",
            self.site.name,
        ):
            self.assertIn(words, text)
        for words in ("Camille", "camille@", "11 22 33 44", "pays late"):
            self.assertNotIn(words, text)

    def test_not_asked_without_login(self):
        self.laundry_user.active = False
        task = self._new_request()
        self.assertFalse(task.provider_answer)

    def test_accept(self):
        for date, words in (
            ("", "Choose the day"),
            ("rubbish", "Choose the day"),
            (self._day(-1), "is not possible"),
            (self._day(400), "is not possible"),
        ):
            self.assertIn(words, self._post(f"{self.url}/accept", date=date).text)
        self.assertEqual(self.task.provider_answer, "waiting")
        self._post(f"{self.url}/accept", date=self._day(1))
        self.assertEqual(self.task.provider_answer, "accepted")
        self.assertEqual(str(self.task.provider_date), self._day(1))
        self.assertEqual(
            self.task.message_ids[0].author_id, self.laundry_user.partner_id
        )
        self.assertFalse(self.task.activity_ids)
        self.assertNotIn(self.laundry_user.partner_id, self.task.message_partner_ids)
        later = (self.task.promised_date - self._today()).days + 5
        self._post(f"{self.url}/accept", date=self._day(later))
        self.assertIn("later than promised", self.task.activity_ids.summary)

    def test_picked_up_and_done(self):
        self.assertIn("Accept", self._post(f"{self.url}/done").text)
        self.assertFalse(self.task.provider_done_date)
        self._post(f"{self.url}/accept", date=self._day(1))
        self._post(f"{self.url}/picked")
        self.assertTrue(self.task.provider_picked_date)
        self._post(f"{self.url}/done")
        self.assertTrue(self.task.provider_done_date)
        self.assertEqual(self.task.step, "todo", "ready comes from custody only")
        self.assertIn("is done already", self._post(f"{self.url}/done").text)
        self.assertIn(
            "is done already", self._post(f"{self.url}/decline", reason="x").text
        )
        listed = self.url_open("/my/provider/requests?filterby=done").text
        self.assertIn(self.task.reference, listed)

    def test_decline_and_next(self):
        self.assertIn("Say why", self._post(f"{self.url}/decline", reason=" ").text)
        self._post(f"{self.url}/decline", reason="The press is broken")
        task = self.task.with_user(self.counter)
        self.assertEqual(task.provider_answer, "declined")
        self.assertEqual(task.provider_id, self.laundry, "not changed silently")
        self.assertEqual(task.activity_ids.user_id, self.counter)
        self.assertIn("The press is broken", task.activity_ids.note)
        self.assertEqual(task.next_provider_id, self.cobbler)
        self.assertIn(
            "was declined", self._post(f"{self.url}/accept", date=self._day(1)).text
        )
        task.action_offer_next_provider()
        self.assertEqual(task.provider_id, self.cobbler)
        self.assertEqual(task.sale_line_id.provider_id, self.cobbler)
        self.assertEqual(task.provider_answer, "waiting")
        self.assertFalse(task.provider_decline_reason)
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.task._provider_decline("Neither can I")
        self.assertFalse(task.next_provider_id)
        with self.assertRaisesRegex(UserError, "Nobody else offers"):
            task.action_offer_next_provider()

    def test_next_waits_for_the_pieces(self):
        self.task.action_send_to_provider()
        self._post(f"{self.url}/decline", reason="Too many")
        with self.assertRaisesRegex(UserError, "receive them first"):
            self.task.with_user(self.counter).action_offer_next_provider()

    def _run_cron(self):
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1
        ):
            self.env["project.task"].sudo()._cron_provider_answers()

    def test_told_then_late(self):
        mails = self.env["mail.mail"].search([])
        self._run_cron()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.laundry)
        self.assertIn(self.url, mail.body_html)
        self.assertNotIn("Camille", mail.body_html)
        self._run_cron()
        self.assertEqual(self.env["mail.mail"].search([]) - mails, mail, "told once")
        self.assertEqual(self.task.provider_answer, "waiting")
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self._run_cron()
        self.assertEqual(self.task.provider_answer, "late")
        self.assertIn("No answer", self.task.activity_ids.summary)
        self.assertEqual(self.task.next_provider_id, self.cobbler)
        self._post(f"{self.url}/accept", date=self._day(1))
        self.assertEqual(self.task.provider_answer, "accepted", "late is not too late")

    def test_photo(self):
        def send(content, name="my stain.png"):
            return self._post(f"{self.url}/photo", files={"photo": (name, content)})

        self.assertIn("Send a photo", send(b"<svg onload='x'/>").text)
        self.assertIn("Send a photo", send(b"%PDF-1.4").text)
        self.assertIn("cannot be read", send(picture()[:40]).text)
        self.assertIn("over 10 MB", send(picture() + b"0" * 10 * 1024 * 1024).text)
        self.assertFalse(self._photos())
        self.assertIn("my stain.jpg", send(picture((4000, 10))).text)
        photo = self._photos()
        self.assertEqual(photo.mimetype, "image/jpeg")
        self.assertIn(photo, self.task.message_ids.attachment_ids)
        self.assertTrue(photo.with_user(self.counter).raw)

    def _photos(self):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "project.task"), ("res_id", "=", self.task.id)]
        )

    def test_closed_request(self):
        self.task._set_step("cancelled", "Cancelled")
        self.assertIn(
            "not possible", self._post(f"{self.url}/accept", date=self._day(1)).text
        )

    def test_another_provider(self):
        self._login(self.cobbler_user)
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertNotIn(
            self.task.reference, self.url_open("/my/provider/requests").text
        )
        for path in ("accept", "decline", "picked", "done", "photo"):
            response = self._post(f"{self.url}/{path}", date=self._day(1), reason="x")
            self.assertEqual(response.status_code, 404, path)
        self.assertEqual(self.task.provider_answer, "waiting")

    def test_written_by_nobody(self):
        task = self.task.with_user(self.counter)
        for fname in ("provider_answer", "provider_done_date", "provider_date"):
            with self.assertRaises(UserError):
                task.write({fname: False})
        with self.assertRaises(AccessError):
            self.task.with_user(self.laundry_user).read(["reference"])
        with self.assertRaises(AccessError):
            self.task.with_user(self.laundry_user).action_offer_next_provider()
