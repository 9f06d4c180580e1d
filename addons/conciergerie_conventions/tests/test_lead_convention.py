from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestLeadConvention(FeeCommon):
    """Issue 5: from a won prospect to its convention, and back before its end."""

    def _won_lead(self, audience="company", **values):
        lead = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": "Biscuits, 80 people",
                "partner_name": "Biscuits of the Hills",
                "company_id": self.company.id,
                "audience_id": self.env.ref(
                    f"conciergerie_base.audience_{audience}"
                ).id,
                "user_id": self.manager.id,
                "site_id": self.site.id,
                "description": "<p>Works council on Thursday</p>",
                **values,
            }
        )
        lead.action_set_won()
        return lead.with_user(self.manager)

    def _renewals(self, convention):
        return self.env["crm.lead"].search(
            [("convention_id", "=", convention.id), ("renewal_term_end", "!=", False)]
        )

    def _cron(self, day):
        with freeze_time(f"{day} 10:00:00"), self.enter_registry_test_mode():
            self.env.ref(
                "conciergerie_conventions.ir_cron_propose_renewals"
            ).method_direct_trigger()
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Won prospect
    # ------------------------------------------------------------------

    @freeze_time("2026-03-10")
    def test_won_lead_to_first_invoice(self):
        lead = self._won_lead(
            headcount=80,
            fee_wished=6.5,
            fee_wished_kind="head",
            convention_start="2026-03-16",
        )
        self.assertTrue(lead.can_make_convention)
        action = lead.action_make_convention()
        convention = lead.convention_id
        self.assertEqual(action["res_id"], convention.id)
        self.assertRecordValues(
            convention,
            [
                {
                    "state": "draft",
                    "is_convention": True,
                    "convention_kind": "employer",
                    "name": "Biscuits of the Hills 2026",
                    "start_date": date(2026, 3, 16),
                    "user_id": self.manager.id,
                    "company_id": self.company.id,
                    "site_ids": self.site.ids,
                    "partner_id": lead.partner_id.id,
                    "lead_ids": lead.ids,
                    "lead_count": 1,
                }
            ],
        )
        self.assertTrue(lead.partner_id.is_company)
        self.assertIn("80", convention.note)
        self.assertIn("Works council on Thursday", convention.note)
        self.assertFalse(lead.can_make_convention)
        self.assertEqual(lead.action_make_convention()["res_id"], convention.id)
        self.assertEqual(convention.action_view_leads()["res_id"], lead.id)
        form = self.env.ref(
            "conciergerie_conventions.contract_contract_view_form_convention"
        )
        self.assertEqual(convention.get_formview_id(), form.id)

        convention.action_propose()
        convention.action_sign()
        self.assertEqual(convention.state, "signed")
        self._people(convention.sudo(), 2, date_from="2026-03-16")
        with freeze_time("2026-03-16"):
            convention.sudo()._cron_follow_conventions()
        self.assertEqual(convention.state, "running")
        invoice = self._invoice(convention.sudo(), "2026-04-01")
        # 6.50 × 16/31 days, rounded, for two people
        self.assertEqual(self._figures(invoice), [("2026-03-31", [(2.0, 3.35)])])

    @freeze_time("2026-03-10")
    def test_flat_fee_and_no_date(self):
        for audience, kind in (
            ("commune", "commune"),
            ("landlord", "landlord"),
            ("institution", "institution"),
        ):
            with self.subTest(audience=audience):
                lead = self._won_lead(
                    audience,
                    team_id=False,
                    fee_wished=300.0,
                    fee_wished_kind="flat",
                    contact_name="Ana Martin",
                )
                lead.action_make_convention()
                convention = lead.convention_id
                self.assertEqual(convention.convention_kind, kind)
                # The payer is the organisation, not the person met.
                self.assertEqual(convention.partner_id.name, "Biscuits of the Hills")
                self.assertEqual(convention.start_date, date(2026, 4, 1))
                self.assertRecordValues(
                    convention.contract_line_ids,
                    [
                        {
                            "fee_kind": "flat",
                            "price_unit": 300.0,
                            "date_start": date(2026, 4, 1),
                            "product_id": self.fee_product.id,
                        }
                    ],
                )

    def test_refused(self):
        nameless = self._won_lead(partner_name=False)
        with self.assertRaisesRegex(UserError, "name of the company"):
            nameless.action_make_convention()
        inhabitant = self._won_lead("inhabitant")
        self.assertFalse(inhabitant.can_make_convention)
        with self.assertRaisesRegex(UserError, "mark it as won"):
            inhabitant.action_make_convention()
        with self.assertRaises(AccessError):
            self._won_lead().with_user(self.counter).action_make_convention()

    def test_no_fee_wished(self):
        lead = self._won_lead(partner_id=self.employer.id)
        lead.action_make_convention()
        self.assertEqual(lead.convention_id.partner_id, self.employer)
        self.assertFalse(lead.convention_id.contract_line_ids)

    # ------------------------------------------------------------------
    # Renewals
    # ------------------------------------------------------------------

    def _termed(self, *fees, **values):
        return self._fee_convention(
            *fees,
            **{
                "term_end": "2026-12-31",
                "notice_months": 3,
                "user_id": self.manager.id,
                "site_ids": [Command.set(self.site.ids)],
                **values,
            },
        )

    def test_renewal_once_per_term(self):
        convention = self._termed(self._fee("flat", 100.0))
        self.assertEqual(convention.notice_date, date(2026, 9, 30))
        self._cron("2026-07-31")
        self.assertFalse(self._renewals(convention))
        self._cron("2026-08-01")
        self._cron("2026-08-02")
        renewal = self._renewals(convention)
        self.assertRecordValues(
            renewal,
            [
                {
                    "type": "opportunity",
                    "partner_id": self.employer.id,
                    "user_id": self.manager.id,
                    "team_id": self.env.ref("conciergerie_base.crm_team_company").id,
                    "renewal_term_end": date(2026, 12, 31),
                    "date_deadline": date(2026, 9, 30),
                    "expected_revenue": 1200.0,
                    "playbook_id": False,
                    "can_make_convention": False,
                    "site_id": self.site.id,
                }
            ],
        )
        self.assertEqual(renewal.activity_ids.user_id, self.manager)
        # Deleted, it does not come back; the next term has its own.
        renewal.unlink()
        self._cron("2026-08-03")
        self.assertFalse(self._renewals(convention))
        with freeze_time("2027-01-02"):
            convention._cron_follow_conventions()
        self._cron("2027-08-05")
        self.assertEqual(
            self._renewals(convention).renewal_term_end, date(2027, 12, 31)
        )

    def test_revenue_of_invoices(self):
        convention = self._termed(self._fee("flat", 100.0), is_fee_posted=True)
        with freeze_time("2026-03-01"):
            self._invoice(convention, "2026-03-01")
        moves = self._fee_invoices(convention)
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(moves.mapped("amount_untaxed"), [100.0, 100.0])
        self._cron("2026-08-15")
        self.assertEqual(self._renewals(convention).expected_revenue, 200.0)

    def test_no_revenue_but_heads(self):
        convention = self._termed(self._fee("head", 6.5))
        self._people(convention, 10)
        self._cron("2026-08-15")
        self.assertEqual(self._renewals(convention).expected_revenue, 780.0)

    def test_not_due(self):
        """Too far, too late, no end, turned off, a notice given: no opportunity."""
        late = self._termed(self._fee("flat"), term_end="2026-09-30")
        endless = self._termed(self._fee("flat"), term_end=False)
        told = self._termed(self._fee("flat"))
        with freeze_time("2026-08-01"):
            told._give_notice("payer", date(2026, 8, 1))
        due = self._termed(self._fee("flat"))
        self.company.renewal_lead_days = 0
        self._cron("2026-08-15")
        self.assertFalse(self._renewals(due))
        self.company.renewal_lead_days = 60
        self._cron("2026-08-15")
        self.assertTrue(self._renewals(due))
        for convention in late, endless, told:
            self.assertFalse(self._renewals(convention))

    # ------------------------------------------------------------------
    # Notice
    # ------------------------------------------------------------------

    def _notice(self, convention, user=None, **values):
        convention = convention.with_user(user or self.manager)
        action = convention.action_give_notice()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .with_context(**action["context"])
            .create(values)
        )
        wizard.action_confirm()
        return wizard

    def test_notice_in_time(self):
        convention = self._termed(self._fee("flat", 100.0))
        self._cron("2026-08-15")
        with freeze_time("2026-09-30"):
            self._notice(convention, reason="The site closes")
        self.assertFalse(convention.is_tacit_renewal)
        self.assertEqual(convention.state, "running")
        self.assertIn("The site closes", convention.message_ids[0].body)
        self.assertIn("The site closes", self._renewals(convention).message_ids[0].body)
        with self.assertRaisesRegex(UserError, "already"):
            convention.action_give_notice()
        with freeze_time("2027-01-01"):
            convention._cron_follow_conventions()
        self.assertEqual(convention.state, "ended")
        self.assertEqual(convention.term_end, date(2026, 12, 31))

    @freeze_time("2026-10-01")
    def test_notice_too_late(self):
        convention = self._termed(self._fee("flat", 100.0))
        with self.assertRaisesRegex(UserError, "Too late"):
            self._notice(convention, reason="Late")
        with self.assertRaisesRegex(UserError, "Too late"):
            self._notice(convention, is_agreed=True, reason=" ")
        self.assertTrue(convention.is_tacit_renewal)
        wizard = self._notice(convention, is_agreed=True, reason="Merger")
        self.assertTrue(wizard.is_late)
        self.assertFalse(convention.is_tacit_renewal)
        # They agree to go on after all.
        convention.is_tacit_renewal = True
        self.assertFalse(convention.notice_given_date)

    @freeze_time("2026-08-01")
    def test_notice_refused(self):
        convention = self._termed(self._fee("flat", 100.0))
        with self.assertRaisesRegex(UserError, "today or earlier"):
            self._notice(convention, date="2026-08-02")
        endless = self._termed(self._fee("flat"), term_end=False)
        with self.assertRaisesRegex(UserError, "no end of term"):
            endless.action_give_notice()
        with self.assertRaises(AccessError):
            self._notice(convention, user=self.counter)
        with self.assertRaises(AccessError):
            convention.with_user(self.counter)._give_notice("us", date(2026, 8, 1))
