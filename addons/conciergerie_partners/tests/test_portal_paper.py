from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.portal_common import picture

from .portal_common import ProviderPortalCase

PDF = b"%PDF-1.4\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestPortalPaper(ProviderPortalCase):
    """A provider sends its papers; what they blocked is free at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.user_id = cls.manager
        cls.agreement.paper_ids = [
            Command.create({"kind": "insurance", "expiry_date": "2026-01-31"})
        ]
        cls.url = f"/my/papers/{cls.agreement.id}/upload"
        cls.next_year = str(cls._today() + timedelta(days=365))

    def setUp(self):
        super().setUp()
        self._login(self.laundry_user)

    def _send(self, content=PDF, name="insurance.pdf", **values):
        return self._post(
            self.url,
            files={"document": (name, content)},
            **{"kind": "insurance", "expiry_date": self.next_year, **values},
        )

    def test_renew(self):
        task = self._new_request()
        with self.assertRaisesRegex(UserError, "missing or has run out"):
            task.action_send_to_provider()
        self.assertRegex(
            self.url_open("/my/provider").text,
            r'(?s)/my/papers".*?rounded-pill[^>]*>1<',
        )
        self.assertIn("is received", self._send().text)
        paper = self.agreement.paper_ids
        self.assertEqual(len(paper), 1, "the former one is replaced")
        self.assertEqual(paper.state, "valid")
        self.assertEqual(paper.document_name, "insurance.pdf")
        self.assertEqual(paper.activity_ids.user_id, self.manager)
        self.assertTrue(paper.message_ids.attachment_ids, "each one sent is kept")
        task.action_send_to_provider()
        self.assertEqual(task.step, "provider")

    def test_another_kind(self):
        self._send(picture(), "id.png", kind="identity", expiry_date="")
        paper = self.agreement.paper_ids.filtered(lambda p: p.kind == "identity")
        self.assertEqual(paper.state, "valid")
        self.assertFalse(paper.is_blocking)

    def test_refused(self):
        yesterday = str(fields.Date.today() - timedelta(days=1))
        for words, values in (
            ("ran out on", {"expiry_date": yesterday}),
            ("until when", {"expiry_date": ""}),
            ("until when", {"expiry_date": "rubbish"}),
            ("which paper", {"kind": "nonsense"}),
            ("Send a PDF", {"content": b"MZ\x90\x00 exe", "name": "a.pdf"}),
            ("Send a PDF", {"content": b""}),
            ("over 10 MB", {"content": PDF + b"0" * 10 * 1024 * 1024}),
        ):
            self.assertIn(words, self._send(**values).text, values)
        self.assertEqual(self.agreement.paper_ids.state, "missing")

    def test_another_provider(self):
        self._new_agreement(self.cobbler)
        self._login(self.cobbler_user)
        self.assertEqual(self._send().status_code, 404)
        self.assertEqual(self.agreement.paper_ids.state, "missing")


@tagged("post_install", "-at_install")
class TestPortalReferral(ProviderPortalCase):
    """A provider declares its sales; staff check them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.repair = cls._new_service("Repair", 0.0, sellers=[(cls.cobbler, 0, 1)])
        cls.own = cls._new_agreement(
            cls.cobbler,
            terms=[cls._mandate_term(mode="referral", base="net")],
            user_id=cls.manager.id,
        )
        cls.key = f"{cls.company.id}-{cls.repair.id}"

    def setUp(self):
        super().setUp()
        self._login(self.cobbler_user)

    def _declare(self, **values):
        return self._post(
            "/my/referrals/declare",
            **{
                "service": self.key,
                "date": "2026-02-03",
                "price": "120,00",
                "reference": "F-12",
                **values,
            },
        )

    def test_declare(self):
        self.assertIn("Repair", self.url_open("/my/referrals").text)
        self.assertIn("is declared", self._declare().text)
        referral = self.env["conciergerie.referral"].search(
            [("provider_id", "=", self.cobbler.id)]
        )
        self.assertEqual(referral.price_total, 120.0)
        self.assertEqual(referral.state, "declared")
        self.assertEqual(referral.activity_ids.user_id, self.manager)
        referral.with_user(self.accountant).action_check()
        text = self.url_open("/my/referrals").text
        self.assertIn("Checked", text)
        self.assertIn("15.00", text)
        self._declare(reference="F-13")
        other = self.env["conciergerie.referral"].search([], limit=1)
        other.with_user(self.accountant).refusal_reason = "Not one of ours"
        other.with_user(self.accountant).action_refuse()
        self.assertIn("Not one of ours", self.url_open("/my/referrals").text)

    def test_refused(self):
        self._declare()
        tomorrow = str(self._today() + timedelta(days=1))
        for words, values in (
            ("is declared already", {}),
            ("date and the price", {"price": "nan", "reference": "x"}),
            ("date and the price", {"price": "-5", "reference": "x"}),
            ("date and the price", {"date": "", "reference": "x"}),
            ("Nothing was agreed", {"date": "2025-12-31", "reference": "x"}),
            ("not before", {"date": tomorrow, "reference": "x"}),
            ("Choose the service", {"service": "1-1", "reference": "x"}),
        ):
            text = self._declare(**values).text.replace("&#39;", "'")
            self.assertIn(words, text, values)
        self.assertEqual(
            self.env["conciergerie.referral"].search_count(
                [("provider_id", "=", self.cobbler.id)]
            ),
            1,
        )

    def test_another_provider(self):
        self._login(self.laundry_user)
        text = self.url_open("/my/referrals").text
        self.assertIn("has no service", text)
        self.assertIn("Choose the service", self._declare().text)


@tagged("post_install", "-at_install")
class TestPortalProposal(ProviderPortalCase):
    """A provider proposes a price; the manager answers."""

    def setUp(self):
        super().setUp()
        self.offer = self.ironing.seller_ids
        self.url = f"/my/proposals/{self.offer.id}/propose"
        self._login(self.laundry_user)

    def _proposal(self):
        return self.env["conciergerie.price.proposal"].search([])

    def test_accept(self):
        self.laundry.lang = "en_US"
        self.assertIn("Ironing", self.url_open("/my/proposals").text)
        self._post(self.url, price="7,50", delay="3", reason="Energy")
        proposal = self._proposal()
        self.assertEqual((proposal.price, proposal.former_price), (7.5, 6.0))
        self.assertEqual(self.offer.price, 6.0, "nothing changes by itself")
        again = self._post(self.url, price="8", delay="3")
        self.assertIn("waits for an answer already", again.text)
        for user in (self.counter, self.accountant, self.laundry_user):
            with self.assertRaises(AccessError):
                proposal.with_user(user).action_accept()
        mails = self.env["mail.mail"].search([])
        proposal.with_user(self.manager).action_accept()
        self.assertEqual((self.offer.price, self.offer.delay), (7.5, 3))
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.laundry)
        self.assertIn("We accept", mail.body_html)
        with self.assertRaises(UserError):
            proposal.with_user(self.manager).action_refuse()
        with self.assertRaises(UserError):
            proposal.with_user(self.manager).write({"price": 1})

    def test_refuse(self):
        self._post(self.url, price="9", delay="2")
        proposal = self._proposal().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Write in"):
            proposal.action_refuse()
        proposal.answer = "Not this year"
        proposal.action_refuse()
        self.assertEqual(self.offer.price, 6.0)
        self.assertIn("Not this year", self.url_open("/my/proposals").text)

    def test_bad_input(self):
        for price, delay in (
            ("", "2"),
            ("x", "2"),
            ("7", ""),
            ("7", "400"),
            ("7", "-1"),
        ):
            text = self._post(self.url, price=price, delay=delay).text
            self.assertIn("Write a price", text, (price, delay))
        self.assertIn("you have now", self._post(self.url, price="6", delay="2").text)
        self.assertFalse(self._proposal())

    def test_another_provider(self):
        self._new_agreement(self.cobbler)
        self._login(self.cobbler_user)
        response = self._post(self.url, price="1", delay="1")
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self._proposal())
