from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PayerPortalCase


@tagged("post_install", "-at_install")
class TestPortalConvention(PayerPortalCase):
    """The payer reads, signs or declines its convention on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(
            sign=False,
            term_end="2027-12-31",
            contract_line_ids=[
                Command.create(
                    {"name": "Yearly fee", "quantity": 1, "price_unit": 1200.0}
                )
            ],
            rules=[{"share": 50.0, "cap_operation": 10.0}],
            user_id=cls.manager.id,
        )
        cls.path = f"/my/conventions/{cls.convention.id}"

    def _propose(self):
        self.convention.with_user(self.manager).action_propose()

    def test_proposal_sends_a_link(self):
        self._propose()
        mail = self.env["mail.mail"].search(
            [("model", "=", "contract.contract"), ("res_id", "=", self.convention.id)],
            order="id desc",
            limit=1,
        )
        self.assertIn(self.path, mail.body_html)
        self.assertNotIn("access_token", mail.body_html)

    def test_proposal_without_address(self):
        self.employer.email = False
        self._propose()
        self.assertIn("no e-mail address", self.convention.message_ids[0].body)

    def test_draft_is_not_shown(self):
        self._login(self.factory_user)
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.assertEqual(self.url_open("/my/conventions").status_code, 404)
        self.assertNotIn("/my/conventions", self.url_open("/my").text)

    def test_read_and_sign(self):
        self._propose()
        self._login(self.factory_user)
        self.assertIn("/my/conventions", self.url_open("/my").text)
        self.assertIn("To sign", self.url_open("/my/conventions").text)
        text = self.url_open(self.path).text
        for told in (
            "Biscuiterie du Val",
            "50 % of the price",
            "at most €\N{NO-BREAK SPACE}10.00 per sale"
            if self.company.currency_id.position == "before"
            else "at most 10.00\N{NO-BREAK SPACE}€ per sale",
            "Yearly fee",
            "01/01/2026",
            "gives notice",
            "GDPR",
        ):
            with self.subTest(told=told):
                self.assertIn(told, text)
        sign = self._sign_path(self.path)
        answer = self._rpc(sign, name="", signature=self.signature)
        self.assertIn("Write your name", answer["result"]["error"])
        answer = self._rpc(sign, name="Ana", signature="eA==")
        self.assertIn("could not be read", answer["result"]["error"])
        answer = self._rpc(sign, name="Ana Martin", signature=self.signature)
        self.assertEqual(answer["result"]["redirect_url"], f"{self.path}?done=signed")
        self.assertEqual(self.convention.state, "running")
        self.assertEqual(self.convention.signed_by, "Ana Martin")
        message = self.convention.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")
        self.assertIn("is signed", self.url_open(f"{self.path}?done=signed").text)
        answer = self._rpc(sign, name="Ana", signature=self.signature)
        self.assertIn("at the state", answer["result"]["error"])

    def test_what_changed_after_it_was_read_is_not_signed(self):
        """Any agreed word that changes on the proposal: it is to be read again."""
        self._propose()
        self._login(self.factory_user)
        fee, rule = self.convention.contract_line_ids, self.convention.copay_rule_ids
        for record, values in (
            (fee, {"specific_price": 12000.0}),
            (rule, {"share": 5.0}),
            (self.convention, {"term_end": "2036-12-31"}),
            (self.convention, {"is_family_included": True}),
            (self.convention, {"legal_terms": "All is yours to pay."}),
        ):
            with self.subTest(changed=values):
                sign = self._sign_path(self.path)
                record.with_user(self.manager).write(values)
                answer = self._rpc(sign, name="Ana", signature=self.signature)
                self.assertIn("was changed after", answer["result"]["error"])
                self.assertEqual(self.convention.state, "proposed")
        for seen in ("", "?seen=", "?seen=0"):
            answer = self._rpc(
                f"{self.path}/sign{seen}", name="Ana", signature=self.signature
            )
            self.assertIn("was changed after", answer["result"]["error"])
        answer = self._rpc(
            self._sign_path(self.path), name="Ana", signature=self.signature
        )
        self.assertIn("done=signed", answer["result"]["redirect_url"])

    def test_decline(self):
        self._propose()
        self._login(self.factory_user)
        self.assertIn("Say what", self._post(f"{self.path}/decline", reason=" ").text)
        page = self._post(f"{self.path}/decline", reason="50 % is <b>too</b> little")
        self.assertIn("Your remark was sent", page.text)
        self.assertEqual(self.convention.state, "draft")
        self.assertEqual(self.convention.decline_reason, "50 % is <b>too</b> little")
        activity = self.convention.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("&lt;b&gt;", activity.note)
        self._propose()
        self.assertFalse(self.convention.decline_reason)

    def test_print(self):
        self._propose()
        self._login(self.factory_user)
        answer = self.url_open(f"{self.path}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_contract_pages_show_no_convention(self):
        """OCA's pages and tokens, and the ORM, are closed even to a follower."""
        self._propose()
        self.convention.message_subscribe(self.factory_user.partner_id.ids)
        self.assertEqual(self.convention._portal_ensure_token(), "")
        self.cr.execute(
            "UPDATE contract_contract SET access_token = 'token' WHERE id = %s",
            [self.convention.id],
        )
        self.convention.invalidate_recordset()
        path = f"/my/contracts/{self.convention.id}?access_token=token"
        with mute_logger("odoo.http"):
            self.assertNotIn("Yearly fee", self.url_open(path).text)
        self._login(self.factory_user)
        self.assertEqual(
            self.url_open(path).url.partition("?")[0][-len(self.path) :], self.path
        )
        self.assertNotIn(self.convention.name, self.url_open("/my/contracts").text)
        as_user = self.env["contract.contract"].with_user(self.factory_user)
        self.assertFalse(as_user.search([]))
        self.assertFalse(as_user.env["contract.line"].search([]))
        self.assertFalse(as_user.env["contract.modification"].search([]))
        found = as_user._get_thread_with_access(self.convention.id, token="token")
        self.assertFalse(found)

    def test_other_contracts_stay_open_to_their_follower(self):
        contract = self.env["contract.contract"].create(
            {
                "name": "Hire of a machine",
                "partner_id": self.employer.id,
                "contract_line_ids": [Command.create({"name": "Hire", "quantity": 1})],
            }
        )
        contract.message_subscribe(self.factory_user.partner_id.ids)
        as_user = self.env["contract.contract"].with_user(self.factory_user)
        self.assertEqual(as_user.search([]), contract)
        self.assertTrue(contract.with_user(self.factory_user).contract_line_ids.name)
        self._login(self.factory_user)
        self.assertIn("Hire", self.url_open(f"/my/contracts/{contract.id}").text)

    def test_invoices_of_the_payer_only(self):
        self._propose()
        self.convention.action_sign()
        line = self.convention.contract_line_ids
        invoices = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-02-01",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Fee",
                                "price_unit": 100.0,
                                "contract_line_id": line.id,
                            }
                        )
                    ],
                }
                for partner in (self.employer, self.town)
            ]
        )
        invoices.action_post()
        self._login(self.factory_user)
        text = self.url_open(self.path).text
        self.assertIn(f"/my/invoices/{invoices[0].id}", text)
        self.assertNotIn(f"/my/invoices/{invoices[1].id}", text)
        self.assertEqual(
            self.url_open(f"/my/invoices/{invoices[0].id}").url.rpartition("/")[2],
            str(invoices[0].id),
        )

    def test_use_without_anybody(self):
        """Counts and amounts of the months that are over; no name, no day."""
        self._propose()
        self.convention.action_sign()
        self.env["conciergerie.copay.use"].sudo().create(
            {
                "convention_id": self.convention.id,
                "company_id": self.company.id,
                "payer_id": self.employer.id,
                "partner_id": self.beneficiary.id,
                "product_id": self.ironing.id,
                "date": "2026-03-17",
                "quantity": 1.0,
                "price_total": 24.0,
                "share_amount": 12.34,
            }
        )
        self._login(self.factory_user)
        text = self.url_open(self.path).text
        self.assertIn("Mar 2026", text)
        self.assertIn("12.34", text)
        for hidden in (self.beneficiary.name, self.ironing.name, "17"):
            use = text[text.index('id="use"') : text.index('id="invoices"')]
            self.assertNotIn(hidden, use)

    def test_statements(self):
        """Where there are statements, they alone tell the services apart."""
        self._propose()
        self.convention.action_sign()
        people = self.env["res.partner"].create(
            [{"name": f"Person {i}"} for i in range(5)]
        )
        use_sudo = self.env["conciergerie.copay.use"].sudo()
        use_sudo.create(
            [
                {
                    "convention_id": self.convention.id,
                    "company_id": self.company.id,
                    "payer_id": self.employer.id,
                    "partner_id": person.id,
                    "product_id": self.ironing.id,
                    "date": "2026-03-17",
                    "quantity": 1.0,
                    "price_total": 10.0,
                    "share_amount": 5.0,
                }
                for person in people
            ]
        )
        self._login(self.factory_user)
        self.assertIn("Ironing", self.url_open(self.path).text)
        statement = (
            self.env["conciergerie.copay.statement"]
            .sudo()
            .create(
                {
                    "name": "PAY/2026/1",
                    "company_id": self.company.id,
                    "convention_id": self.convention.id,
                    "payer_id": self.employer.id,
                    "date": "2026-04-01",
                    "period_end": "2026-03-31",
                    "share_amount": 25.0,
                }
            )
        )
        text = self.url_open(self.path).text
        self.assertIn("PAY/2026/1", text)
        self.assertNotIn("Ironing", text)
        answer = self.url_open(f"{self.path}/statements/{statement.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        answer = self.url_open(f"{self.path}/statements/{statement.id + 1}")
        self.assertEqual(answer.status_code, 404)

    def test_legal_terms_are_those_of_the_proposal(self):
        self.assertIn("GDPR", self.convention.legal_terms)
        self._propose()
        self.company.convention_legal_terms = "Another text"
        self.assertIn("GDPR", self.convention.legal_terms)

    def test_staff_still_signs(self):
        self._propose()
        self.convention.with_user(self.manager).action_sign()
        self.assertFalse(self.convention.signed_by)
        with self.assertRaises(UserError):
            self.convention._portal_decline("Too late")

    def test_fees_in_words(self):
        """Each kind of fee says what it costs, for what."""
        convention = self._new_convention(
            sign=False,
            contract_line_ids=[
                Command.create({"quantity": 1, **values})
                for values in (
                    {"name": "Flat", "price_unit": 100.0},
                    {
                        "name": "Heads",
                        "price_unit": 6.5,
                        "fee_kind": "head",
                        "head_minimum": 10,
                    },
                    {"name": "Uses", "price_unit": 2.0, "fee_kind": "use"},
                    {
                        "name": "Steps",
                        "fee_kind": "step",
                        "fee_step_ids": [
                            Command.create({"from_uses": 0, "amount": 50.0}),
                            Command.create({"from_uses": 20, "amount": 80.0}),
                        ],
                    },
                )
            ],
        )
        words = " ".join(convention._fee_in_words())
        for told in (
            "for each period",
            "for each person and month, for 10 people at least",
            "for each sale covered",
            "from 0 uses",
            "from 20 uses",
        ):
            with self.subTest(told=told):
                self.assertIn(told, words)
