from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PartnersCommon


@tagged("post_install", "-at_install")
class TestAgreement(PartnersCommon):
    """Life cycle, terms, papers, accounts and rights of agreements."""

    def test_first_words_of_its_history(self):
        self.assertEqual(
            self.agreement._creation_message(),
            "Agreement with Laundry of the Bridge created",
        )

    def test_life_cycle(self):
        agreement = self._new_agreement(self.cobbler, sign=False)
        self.assertEqual(agreement.state, "draft")
        with self.assertRaisesRegex(UserError, "at the state “Draft”"):
            agreement.action_sign()
        agreement.action_propose()
        agreement.action_sign()
        self.assertEqual(agreement.state, "running")
        self.assertTrue(agreement.signature_date)
        agreement.action_end()
        self.assertEqual(agreement.state, "ended")

    def test_signed_before_its_first_day(self):
        tomorrow = self._today() + timedelta(days=1)
        agreement = self._new_agreement(self.cobbler, start_date=tomorrow)
        self.assertEqual(agreement.state, "signed")
        with freeze_time(tomorrow):
            self.env["agreement"]._cron_follow()
        self.assertEqual(agreement.state, "running")

    def test_mandate_needs_its_legal_basis(self):
        agreement = self._new_agreement(self.cobbler, sign=False, legal_basis=False)
        agreement.action_propose()
        with self.assertRaisesRegex(UserError, "legal basis for holding"):
            agreement.action_sign()
        self.assertEqual(agreement.state, "proposed")

    def test_one_account_for_each_provider(self):
        account = self.laundry._third_party_account(self.company)
        self.assertTrue(account.code.startswith("467"))
        self.assertEqual(account.account_type, "liability_current")
        self.assertTrue(account.reconcile)
        self._new_agreement(self.cobbler)
        other = self.cobbler._third_party_account(self.company)
        self.assertTrue(other)
        self.assertNotEqual(account, other)

    def test_third_party_account_speaks_the_company_language(self):
        """Made by whoever signs, in English too: the books are in French."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        provider = self.env["res.partner"].create({"name": "Le Fournil"})
        account = provider._ensure_third_party_account(self.company)
        name = account.with_context(lang="fr_FR").name
        self.assertTrue(name.startswith("Fonds de tiers"), name)

    def test_same_scope_and_dates(self):
        with self.assertRaisesRegex(ValidationError, "Two terms for the same thing"):
            self.env["conciergerie.deal.term"].create(
                {
                    "agreement_id": self.agreement.id,
                    **self._mandate_term(rate=10.0),
                    "date_from": "2026-06-01",
                }
            )

    def test_most_precise_rule_wins(self):
        terms = self.env["conciergerie.deal.term"]
        by_category = terms.create(
            {
                "agreement_id": self.agreement.id,
                **self._mandate_term(rate=12.0),
                "scope": "2_category",
                "categ_id": self.env.ref(
                    "conciergerie_base.product_category_service"
                ).id,
                "date_from": "2026-01-01",
            }
        )
        self.ironing.categ_id = by_category.categ_id
        date = fields.Date.to_date("2026-11-02")
        found = terms._get_term(self.laundry, self.ironing, date, self.company)
        self.assertEqual(found, by_category)
        by_service = terms.create(
            {
                "agreement_id": self.agreement.id,
                **self._mandate_term(rate=10.0),
                "scope": "1_service",
                "product_tmpl_id": self.ironing.product_tmpl_id.id,
                "date_from": "2026-06-01",
            }
        )
        found = terms._get_term(self.laundry, self.ironing, date, self.company)
        self.assertEqual(found, by_service)
        before = fields.Date.to_date("2026-05-31")
        found = terms._get_term(self.laundry, self.ironing, before, self.company)
        self.assertEqual(found, by_category)

    def test_one_vat_family_for_a_service(self):
        service = {
            "scope": "1_service",
            "product_tmpl_id": self.ironing.product_tmpl_id.id,
        }
        self.env["conciergerie.deal.term"].create(
            {
                "agreement_id": self.agreement.id,
                **self._mandate_term(),
                **service,
                "date_from": "2026-01-01",
            }
        )
        with self.assertRaisesRegex(ValidationError, "already sold as"):
            self._new_agreement(
                self.cobbler, terms=[{**self._mandate_term(mode="resale"), **service}]
            )

    def test_a3_warning(self):
        term = self._mandate_term(mode="resale", provider_vat_rate=0.0)
        agreement = self._new_agreement(self.cobbler, sign=False, terms=[term])
        self.assertIn("lose money", agreement.term_ids.warning)
        self.assertRegex(agreement.term_ids.warning, r"1[.,]67")
        agreement.term_ids.provider_vat_rate = 20.0
        self.assertFalse(agreement.term_ids.warning)

    def test_rate_above_hundred(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.agreement.term_ids.rate = 101.0
            self.env.flush_all()

    def test_bands_start_at_zero(self):
        with self.assertRaisesRegex(ValidationError, "first band starts at 0"):
            self.agreement.term_ids.band_ids = [
                Command.create({"amount_from": 10.0, "rate": 10.0})
            ]

    def test_closing_with_money_owed(self):
        self._new_invoice([(self.ironing, self.laundry, 100.0)])
        with self.assertRaisesRegex(UserError, "still to be settled"):
            self.agreement.action_end()

    def test_a19_expired_paper_blocks_new_requests_only(self):
        running = self._new_request()
        running.action_send_to_provider()
        paper = self.env["conciergerie.provider.paper"].create(
            {
                "agreement_id": self.agreement.id,
                "kind": "insurance",
                "document": b"UERG",
                "expiry_date": self._today() - timedelta(days=1),
            }
        )
        self.assertEqual(paper.state, "expired")
        task = self._new_request()
        with self.assertRaisesRegex(UserError, "Liability insurance"):
            task.action_send_to_provider()
        self.assertEqual(task.step, "todo")
        running._receive_pieces(running.piece_ids)
        self.assertEqual(running.step, "ready")
        paper.expiry_date = self._today() + timedelta(days=90)
        task.action_send_to_provider()
        self.assertEqual(task.step, "provider")

    def test_papers_asked_for_are_known_at_once(self):
        """Which papers are asked for is kept in memory: each change clears it."""
        provider = self.agreement.commercial_partner_id
        today = self._today()

        def wrong():
            return provider._wrong_papers(self.agreement.company_id, today).get(
                provider
            )

        self.assertFalse(wrong())
        papers = self.env["conciergerie.provider.paper"].create(
            [
                {"agreement_id": self.agreement.id, "expiry_date": today, "name": name}
                for name in ("later", "first")
            ]
        )
        self.assertEqual(wrong(), papers[0])
        papers[1].expiry_date = today - timedelta(days=1)
        self.assertEqual(wrong(), papers[1])
        papers[1].is_blocking = False
        self.assertEqual(wrong(), papers[0])
        papers[0].document = b"cGFwZXI="
        self.assertFalse(wrong())
        papers[0].document = False
        papers[0].unlink()
        self.assertFalse(wrong())
        papers[1].is_blocking = True
        self.assertEqual(wrong(), papers[1])
        self.agreement.action_end()
        self.assertFalse(wrong())

    def test_papers_are_asked_for_once(self):
        paper = self.env["conciergerie.provider.paper"].create(
            {
                "agreement_id": self.agreement.id,
                "document": b"UERG",
                "expiry_date": self._today() + timedelta(days=10),
            }
        )
        self.env["conciergerie.provider.paper"]._cron_remind()
        self.env["conciergerie.provider.paper"]._cron_remind()
        self.assertEqual(len(paper.activity_ids), 1)
        self.assertEqual(paper.activity_ids.date_deadline, paper.expiry_date)

    def test_merge_is_refused(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaisesRegex(UserError, "cannot be merged"):
            wizard._merge((self.laundry | self.beneficiary).ids, self.laundry)

    def test_rights(self):
        for user in (self.counter, self.accountant):
            with self.assertRaises(AccessError):
                self.agreement.with_user(user).name = "Changed"
            with self.assertRaises(AccessError):
                self.agreement.term_ids.with_user(user).rate = 1.0
        self.assertTrue(self.agreement.with_user(self.counter).name)
        self.agreement.with_user(self.manager).name = "Changed by the manager"
        ledger = self.env["conciergerie.commission.line"]
        with self.assertRaises(AccessError):
            ledger.with_user(self.counter).search([])
        with self.assertRaises(AccessError):
            ledger.with_user(self.accountant).create({})
        self.assertFalse(ledger.with_user(self.accountant).search([]))

    def test_no_rights_from_the_library_addon(self):
        """OCA's agreement lets every internal user do everything: ours does not."""
        user = self._new_user("counter", login="with_agreement_group")
        user.group_ids |= self.env.ref("agreement.group_agreement_user")
        with self.assertRaises(AccessError):
            self.agreement.with_user(user).write({"name": "Changed"})
        with self.assertRaises(AccessError):
            self.agreement.with_user(user).unlink()
