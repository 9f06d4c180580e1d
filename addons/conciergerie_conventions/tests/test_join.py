import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import contract_join
from .portal_common import PayerPortalCase


@tagged("post_install", "-at_install")
class TestJoin(PayerPortalCase):
    """A new employee puts herself on the list; nobody learns who is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(
            email_domains="factory.example", join_code="Biscuit 42"
        )
        cls.token = cls.convention._get_join_token()
        cls.path = f"/join/{cls.token}"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _send(self, **values):
        values = {"name": "Lou Blanc", "consent": "1", **values}
        return self._post(f"{self.path}/send", **values).text

    def _link(self):
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        found = re.search(r"/join/address/[\w-]+", mail.body_html)
        return mail, found and found.group()

    def _lines(self):
        return self.convention.entitlement_ids

    def test_page(self):
        text = self.url_open(self.path).text
        self.assertIn("Biscuiterie du Val", text)
        self.assertIn("Come to the counter", text)
        self.assertNotIn("Biscuit 42", text)

    def test_code(self):
        self.assertIn("You are on the list", self._send(code=" biscuit 42 "))
        line = self._lines()
        self.assertEqual((line.state, line.source), ("confirmed", "code"))
        self.assertTrue(line.consent_date)
        self.assertEqual(line.partner_id.employer_id, self.employer)

    def test_wrong_code(self):
        self.assertIn("is not the code", self._send(code="Biscuit 41"))
        self.assertFalse(self._lines())
        for _i in range(contract_join.MAX_WRONG_CODES_AN_HOUR):
            self._send(code="x")
        self.assertIn("come back in an hour", self._send(code="Biscuit 42"))
        # Without a code, the page still works.
        self.assertIn("wait for a confirmation", self._send(email="lou@home.example"))

    def test_address_of_a_domain(self):
        """Nothing is made before the link is used, and the link works once."""
        text = self._send(email="Lou@Factory.example")
        self.assertIn("Look into your e-mails", text)
        self.assertFalse(self._lines())
        person = [("email_normalized", "=", "lou@factory.example")]
        self.assertFalse(self.env["res.partner"].search_count(person))
        mail, link = self._link()
        self.assertEqual(mail.email_to, "lou@factory.example")
        self.assertIn("This address is mine", self.url_open(link).text)
        self.assertFalse(self._lines())
        self.assertIn("You are on the list", self._post(f"{link}/confirm").text)
        line = self._lines()
        self.assertEqual((line.state, line.source), ("confirmed", "domain"))
        self.assertEqual(line.partner_id, self.env["res.partner"].search(person))
        self.assertEqual(self.url_open(link).status_code, 404)
        self.assertEqual(self._post(f"{link}/confirm").status_code, 404)

    def test_address_that_entitles_elsewhere(self):
        """Else one would be entitled there by writing another's address here."""
        self._new_convention(payer=self.town, email_domains="town.example")
        text = self._send(email="mayor@town.example", code="Biscuit 42")
        self.assertIn("Look into your e-mails", text)
        self.assertFalse(self._lines())
        _mail, link = self._link()
        self._post(f"{link}/confirm")
        self.assertEqual(self._lines().source, "code")

    def test_link_that_is_too_old(self):
        self._send(email="lou@factory.example")
        _mail, link = self._link()
        self.env["conciergerie.join.request"].search([]).sudo().write(
            {"expiry": fields.Datetime.now() - timedelta(minutes=1)}
        )
        self.assertEqual(self._post(f"{link}/confirm").status_code, 404)
        self.assertFalse(self._lines())

    def test_another_address_waits(self):
        self.assertIn("wait for a confirmation", self._send(email="lou@home.example"))
        line = self._lines()
        self.assertEqual((line.state, line.source), ("pending", "join"))
        self.assertFalse(line.partner_id._conventions_on(self.company, self._today()))

    def test_known_or_not_the_answer_is_the_same(self):
        pages = [
            re.sub(r'csrf_token: "[^"]*"', "", self._send(email=email))
            for email in ("camille@example.com", "nobody@example.com")
        ]
        self.assertEqual(*pages)
        camille = self._lines().filtered(lambda e: e.partner_id == self.beneficiary)
        self.assertEqual(camille.given_name, "Lou Blanc")
        self.assertEqual(self.beneficiary.name, "Camille Morel")
        # And once more: on the list already.
        again = re.sub(
            r'csrf_token: "[^"]*"', "", self._send(email="camille@example.com")
        )
        self.assertEqual(again, pages[0])
        self.assertEqual(len(self._lines()), 2)

    def test_who_waits_is_told_and_so_is_who_confirms(self):
        """An activity, once, for the responsible; an e-mail once it is confirmed."""
        self.convention.user_id = self.manager
        self._send(email="lou@example.com")
        self._send(email="max@example.com", name="Max Roux")
        activity = self.convention.activity_ids
        self.assertEqual(activity.mapped("summary"), ["People to confirm"])
        self.assertEqual(activity.user_id, self.manager)
        before = self.env["mail.mail"].search([])
        lou, max_ = self._lines().sorted("id")
        lou.with_user(self.manager).state = "confirmed"
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, lou.partner_id)
        self.assertIn("You are on the list of Biscuiterie du Val", mail.subject)
        # Confirmed twice, refused, or put on the list by the payer: no e-mail.
        before = self.env["mail.mail"].search([])
        lou.with_user(self.manager).state = "confirmed"
        max_.sudo()._portal_refuse()
        self.convention.sudo()._portal_add("Zoé", "zoe@example.com")
        self.assertFalse(self.env["mail.mail"].search([]) - before)

    def test_steps_to_join_fit_who_pays(self):
        """An inhabitant has no address at work; what staff wrote stays."""
        self.assertIn("at work", self.convention.join_text)
        town = self._new_convention(
            payer=self.town, sign=False, convention_kind="commune"
        )
        self.assertNotIn("at work", town.join_text)
        town.convention_kind = "employer"
        self.assertIn("at work", town.join_text)
        town.join_text = "Come and see us."
        town.convention_kind = "landlord"
        self.assertEqual(town.join_text, "Come and see us.")

    def test_pending_then_code(self):
        self._send(email="lou@home.example")
        self._send(email="lou@home.example", code="Biscuit 42")
        self.assertEqual(self._lines().state, "confirmed")

    def test_what_is_missing(self):
        for values, told in (
            ({"name": " "}, "Write the name"),
            ({"consent": ""}, "Tick that you agree"),
            ({}, "Write your e-mail address"),
            ({"email": "no address"}, "is not an e-mail"),
        ):
            with self.subTest(told=told):
                self.assertIn(told, self._send(**values))
        self.assertFalse(self._lines())

    def test_programs(self):
        self.assertIn("Thank you", self._send(code="Biscuit 42", company_website="x"))
        self.assertFalse(self._lines())
        for _i in range(contract_join.MAX_LINKS_A_DAY):
            self._send(email="lou@factory.example")
        self.assertIn("come back", self._send(email="lou@factory.example"))

    def test_many_requests(self):
        self.env["conciergerie.join.request"].sudo().create(
            [{"convention_id": self.convention.id, "state": "done"}]
            * contract_join.MAX_REQUESTS_AN_HOUR
        )
        self.assertIn("come back", self._send(email="lou@home.example"))

    def test_link_renewed_or_closed(self):
        self.convention.with_user(self.manager).action_renew_join_link()
        self.assertEqual(self.url_open(self.path).status_code, 404)
        path = f"/join/{self.convention._get_join_token()}"
        self.assertEqual(self.url_open(path).status_code, 200)
        self.convention.with_user(self.manager).action_close_join_link()
        self.assertEqual(self.url_open(path).status_code, 404)
        with self.assertRaises(UserError):
            self.convention.action_print_join_poster()
        with self.assertRaises(AccessError):
            self.convention.with_user(self.counter).action_renew_join_link()

    def test_not_running(self):
        self.convention.action_end()
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.assertEqual(
            self._post(f"{self.path}/send", name="Lou", code="Biscuit 42").status_code,
            404,
        )

    def test_poster(self):
        self.assertTrue(self.convention._join_qr())
        self._login(self.factory_user)
        path = f"/my/conventions/{self.convention.id}"
        text = self.url_open(path).text
        self.assertIn(f"{path}/poster", text)
        self.assertIn(self.path, text)
        answer = self.url_open(f"{path}/poster")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        action = self.convention.with_user(self.manager).action_print_join_poster()
        self.assertEqual(action["type"], "ir.actions.report")

    def test_old_requests_are_erased(self):
        self._send(email="lou@home.example")
        request = self.env["conciergerie.join.request"].search([])
        self.cr.execute(
            "UPDATE conciergerie_join_request SET create_date = now() - interval "
            "'31 days'"
        )
        request.invalidate_recordset()
        request._gc_requests()
        self.assertFalse(request.exists())
        self.assertTrue(self._lines())
