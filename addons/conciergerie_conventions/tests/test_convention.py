from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ConventionsCommon


@tagged("post_install", "-at_install")
class TestConvention(ConventionsCommon):
    """The life of a convention, and whom it entitles."""

    def test_manager_signs_and_it_runs(self):
        convention = self._new_convention(sign=False).with_user(self.manager)
        with freeze_time("2026-11-02"):
            convention.action_propose()
            convention.action_sign()
        self.assertEqual(convention.state, "running")

    def test_nothing_agreed_is_not_proposed(self):
        convention = self._new_convention(sign=False)
        convention.copay_rule_ids.unlink()
        with self.assertRaisesRegex(UserError, "neither a fee nor a co-pay"):
            convention.action_propose()

    def test_counter_reads_and_changes_nothing(self):
        convention = self._new_convention().with_user(self.counter)
        self.assertEqual(convention.convention_kind, "employer")
        with self.assertRaises(AccessError):
            convention.name = "Another"

    def test_tacit_renewal_and_end(self):
        renewed = self._new_convention(term_end="2026-06-30")
        ended = self._new_convention(
            payer=self.town,
            convention_kind="commune",
            term_end="2026-06-30",
            is_tacit_renewal=False,
        )
        with freeze_time("2026-07-01"):
            self.env["contract.contract"]._cron_follow_conventions()
        self.assertEqual(renewed.term_end, fields.Date.to_date("2027-06-30"))
        self.assertEqual(renewed.notice_date, fields.Date.to_date("2027-03-30"))
        self.assertEqual(ended.state, "ended")

    @freeze_time("2026-07-15")
    def test_what_was_agreed_stays(self):
        convention = self._new_convention(term_end="2026-12-31").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "its first day was agreed"):
            convention.start_date = "2025-01-01"
        with self.assertRaisesRegex(UserError, "cannot end in the past"):
            convention.term_end = "2026-06-30"
        convention.term_end = "2026-08-31"
        convention.action_end()
        with self.assertRaisesRegex(ValidationError, "cannot join it on 16/07/2026"):
            self._entitle(convention, date_from="2026-07-16")

    def test_several_terms_later(self):
        convention = self._new_convention(
            start_date="2022-07-01", term_end="2023-06-30"
        )
        with freeze_time("2026-07-01"):
            self.env["contract.contract"]._cron_follow_conventions()
        self.assertEqual(convention.term_end, fields.Date.to_date("2027-06-30"))

    def test_leaving_before_joining(self):
        with self.assertRaisesRegex(ValidationError, "cannot leave on 01/12/2025"):
            self._entitle(self._new_convention(), date_to="2025-12-01")

    def test_nobody_twice_on_a_list(self):
        convention = self._new_convention()
        self._entitle(convention, date_to="2026-03-31")
        self._entitle(convention, date_from="2026-04-01")
        with self.assertRaisesRegex(ValidationError, "already on the list"):
            self._entitle(convention, date_from="2026-03-31", date_to="2026-03-31")

    def test_order_of_payers(self):
        """By the list, the commune and the e-mail domain; the employer pays first."""
        commune = self.env["conciergerie.commune"].create(
            {"name": "Valmont", "zip": "76540", "insee_code": "76719"}
        )
        self.beneficiary.commune_id = commune
        town = self._new_convention(
            payer=self.town,
            convention_kind="commune",
            entitled_commune_ids=commune.ids,
        )
        employer = self._new_convention(email_domains="example.com, @val.example")
        day = fields.Date.to_date("2026-05-01")
        conventions = self.beneficiary._conventions_on(self.company, day)
        self.assertEqual(conventions, employer + town)
        employer.email_domains = "le.com"
        self.assertEqual(self.beneficiary._conventions_on(self.company, day), town)

    def test_form_in_the_managers_hands(self):
        form = Form(
            self.env["contract.contract"]
            .with_user(self.manager)
            .with_context(default_is_convention=True),
            "conciergerie_conventions.contract_contract_view_form_convention",
        )
        form.name = "Convention of the works"
        form.partner_id = self.employer
        form.convention_kind = "commune"
        self.assertEqual(form.payer_rank, 30)
        self.assertEqual(form.save().state, "draft")

    def test_copay_over_100_per_cent(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(CheckViolation, "copay_rule_share_check"),
        ):
            self._new_convention(rules=[{"share": 120.0}])
