import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.portal_common import picture

from .portal_common import ProviderPortalCase


@tagged("post_install", "-at_install")
class TestPortalAgreement(ProviderPortalCase):
    """The provider reads, signs or declines what is proposed to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proposal = cls._new_agreement(
            cls.cobbler,
            sign=False,
            terms=[cls._mandate_term(rate=12.5, minimum_amount=1.0)],
            billing_mandate_date="2026-01-01",
            paper_ids=[(0, 0, {"kind": "insurance"})],
        )
        cls.cobbler.email = "cobbler@example.com"

    def _page(self, agreement):
        return f"/my/agreements/{agreement.id}"

    def test_draft_is_not_the_providers_yet(self):
        self._login(self.cobbler_user)
        self.assertEqual(self.url_open("/my/provider").status_code, 404)
        self.assertEqual(self.url_open(self._page(self.proposal)).status_code, 404)
        self.assertNotIn("/my/provider", self.url_open("/my").text)

    def test_proposed_by_mail_with_a_link(self):
        mails = self.env["mail.mail"].search([])
        self.proposal.with_user(self.manager).action_propose()
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.cobbler)
        self.assertIn(self._page(self.proposal), mail.body_html)
        self._login(self.cobbler_user)
        home = self.url_open("/my/provider")
        self.assertRegex(home.text, r'(?s)/my/agreements".*?rounded-pill[^>]*>1<')
        self.assertIn("/my/provider", self.url_open("/my").text)
        self.assertIn("To sign", self.url_open("/my/agreements").text)

    def test_proposed_without_address(self):
        self.cobbler.email = False
        self.proposal.with_user(self.manager).action_propose()
        self.assertIn("no e-mail address", self.proposal.message_ids[0].body)

    def test_read(self):
        self.proposal.action_propose()
        self._login(self.cobbler_user)
        text = self.url_open(self._page(self.proposal)).text
        for words in (
            "All services, from",
            "We sell in your name and collect for you",
            "12.50 % of the price with VAT, our VAT included, at least",
            "We settle every month.",
            "You are paid 15 days after the statement.",
            "You accept or decline a request within 24 hours.",
            "we give our commission back",
            "art. 242 nonies",
            "Liability insurance",
        ):
            self.assertIn(words, text)
        self.assertNotIn(self.laundry.name, text)

    def test_sign(self):
        self.proposal.action_propose()
        self._login(self.cobbler_user)
        sign = self._sign_path(self._page(self.proposal))
        answer = self._rpc(sign, name="Ana", signature=self.signature)
        self.assertIn("done=signed", answer["result"]["redirect_url"])
        self.assertEqual(self.proposal.state, "running")
        self.assertEqual(self.proposal.signed_by, "Ana")
        self.assertEqual(base64.b64decode(self.proposal.signature), picture())
        self.assertTrue(self.proposal.signed_on)
        self.assertTrue(self.cobbler._third_party_account(self.company))
        message = self.proposal.message_ids.filtered("attachment_ids")
        self.assertEqual(message.author_id, self.cobbler_user.partner_id)
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")
        self.assertNotIn(
            self.cobbler_user.partner_id, self.proposal.message_partner_ids
        )
        pdf = self.url_open(f"{self._page(self.proposal)}/pdf")
        self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
        again = self._rpc(sign, name="Ana", signature=self.signature)
        self.assertIn("Running", again["result"]["error"])

    def test_sign_refused(self):
        self.proposal.action_propose()
        self._login(self.cobbler_user)
        page = self._sign_path(self._page(self.proposal))
        for name, signature in (
            ("", self.signature),
            ("Ana", ""),
            ("Ana", "not base 64!"),
            ("Ana", base64.b64encode(b"<svg/>").decode()),
        ):
            answer = self._rpc(page, name=name, signature=signature)
            self.assertTrue(answer["result"]["error"], (name, signature))
        self.proposal.legal_basis = False
        page = self._sign_path(self._page(self.proposal))
        answer = self._rpc(page, name="Ana", signature=self.signature)
        self.assertIn("legal basis", answer["result"]["error"])
        self.assertEqual(self.proposal.state, "proposed")
        self.assertFalse(self.proposal.signature)

    def test_what_changed_after_it_was_read_is_not_signed(self):
        self.proposal.action_propose()
        self._login(self.cobbler_user)
        sign = self._sign_path(self._page(self.proposal))
        self.proposal.payment_delay = 90
        for path in (sign, f"{self._page(self.proposal)}/sign"):
            answer = self._rpc(path, name="Ana", signature=self.signature)
            self.assertIn("was changed after", answer["result"]["error"])
        self.assertEqual(self.proposal.state, "proposed")

    def test_decline(self):
        self.proposal.user_id = self.manager
        self.proposal.action_propose()
        self._login(self.cobbler_user)
        page = f"{self._page(self.proposal)}/decline"
        self.assertIn("Say what should be changed", self._post(page, reason=" ").text)
        self.assertEqual(self.proposal.state, "proposed")
        self._post(page, reason="<b>10 %</b>, not 12.5")
        self.assertEqual(self.proposal.state, "draft")
        self.assertEqual(self.proposal.decline_reason, "<b>10 %</b>, not 12.5")
        activity = self.proposal.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("&lt;b&gt;", activity.note)
        self.proposal.action_propose()
        self.assertFalse(self.proposal.decline_reason)

    def test_another_provider(self):
        self.proposal.action_propose()
        self._login(self.laundry_user)
        for path in ("", "/pdf", "/decline"):
            response = self.url_open(f"{self._page(self.proposal)}{path}")
            self.assertIn(response.status_code, (404, 405), path)
        answer = self._rpc(
            f"{self._page(self.proposal)}/sign", name="Ana", signature=self.signature
        )
        self.assertIn("error", answer)
        self.assertEqual(self.proposal.state, "proposed")

    def test_colleague_is_no_provider(self):
        self.authenticate("test_manager", "test_manager")
        self.assertEqual(self.url_open("/my/provider").status_code, 404)

    def test_staff_still_signs_on_paper(self):
        self.proposal.with_user(self.manager).action_propose()
        self.proposal.with_user(self.manager).action_sign()
        self.assertEqual(self.proposal.state, "running")
        with self.assertRaises(UserError):
            self.proposal._portal_sign("Ana", self.signature)
