from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestCrm(ConciergerieCommon):
    """Prospects in their pipelines, their playbook, and what becomes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commune = cls.env["conciergerie.commune"].create(
            {"name": "Valmont", "insee_code": "99903", "zip": "99100"}
        )
        cls.site.commune_ids = cls.commune
        cls.audience = {
            code: cls.env.ref(f"conciergerie_base.audience_{code}")
            for code in ("company", "commune", "landlord", "inhabitant", "provider")
        }
        cls.team = {
            code: cls.env.ref(f"conciergerie_base.crm_team_{code}")
            for code in ("company", "commune", "landlord", "inhabitant")
        }

    def _new_lead(self, code="inhabitant", user=None, **values):
        return (
            self.env["crm.lead"]
            .with_user(user or self.counter)
            .create(
                {
                    "name": "Ironing every week",
                    "contact_name": "Nadia Roux",
                    "phone": "06 39 98 55 01",
                    "email_from": "nadia.roux@example.com",
                    "commune_id": self.commune.id,
                    "audience_id": self.audience[code].id,
                    "type": "opportunity",
                    **values,
                }
            )
        )

    def _wizard(self, lead, **values):
        """Open the short form as the button does, change ``values``, and save."""
        action = lead.action_make_request()
        form = Form(
            self.env["conciergerie.request.wizard"]
            .with_user(lead.env.user)
            .with_context(**action["context"]),
            view="conciergerie_base.conciergerie_request_wizard_view_form",
        )
        for fname, value in values.items():
            form[fname] = value
        return form.save()

    def test_pipelines(self):
        for code, team in self.team.items():
            lead = self._new_lead(code)
            self.assertEqual(lead.team_id, team)
            self.assertEqual(lead.stage_id.team_ids, team, "a stage of its own")
            columns = lead.with_context(default_team_id=team.id)._read_group_stage_ids(
                self.env["crm.stage"], []
            )
            self.assertEqual(columns.team_ids, team, "no shared stage")
            self.assertTrue(columns[-1].is_won)
            lead.action_set_won()
            self.assertEqual(lead.stage_id.team_ids, team)
            self.assertEqual(lead.won_status, "won")

    def test_change_of_audience(self):
        lead = self._new_lead("inhabitant")
        lead.audience_id = self.audience["landlord"]
        self.assertEqual(lead.team_id, self.team["landlord"])
        self.assertEqual(lead.stage_id.team_ids, self.team["landlord"])
        lead.team_id = self.team["commune"]
        self.assertEqual(lead.audience_id, self.audience["commune"])
        lead.user_id = self.manager
        self.assertEqual(lead.team_id, self.team["commune"], "whoever is in charge")

    def test_other_leads_are_left_alone(self):
        lead = self._new_lead(audience_id=False)
        self.assertFalse(lead.team_id.audience_id)
        self.assertFalse(lead.stage_id.team_ids)
        self.assertFalse(lead.playbook_id)
        provider = self._new_lead("provider")
        self.assertFalse(provider.team_id.audience_id, "no pipeline of its own")

    def test_team_of_the_company_first(self):
        own = self.team["company"].copy(
            {"company_id": self.company.id, "audience_id": self.audience["company"].id}
        )
        self.assertEqual(self._new_lead("company").team_id, own)

    def test_site_of_the_commune(self):
        self.assertEqual(self._new_lead().site_id, self.site)
        self.assertFalse(self._new_lead(commune_id=False).site_id)
        self.assertEqual(self._new_lead(site_id=self.site_2.id).site_id, self.site_2)

    def test_playbook(self):
        lead = self._new_lead("company")
        playbook = self.team["company"].playbook_id
        self.assertTrue(playbook.template_ids)
        self.assertEqual(lead.playbook_id, playbook)
        self.assertEqual(
            lead.activity_ids.sorted("date_deadline").mapped("summary"),
            playbook.template_ids.mapped("summary"),
        )
        self.assertEqual(lead.activity_ids.user_id, self.counter)
        self.assertIn(playbook.name, str(lead.message_ids.mapped("body")))
        self.assertFalse(lead.can_start_playbook)
        with self.assertRaisesRegex(UserError, "no playbook to start"):
            lead.action_start_playbook()

    def test_playbook_waits_for_somebody(self):
        lead = self._new_lead("inhabitant", user_id=False)
        self.assertFalse(lead.activity_ids)
        with self.assertRaisesRegex(UserError, "Nobody is in charge"):
            lead.action_start_playbook()
        lead.user_id = self.manager
        count = len(self.team["inhabitant"].playbook_id.template_ids)
        self.assertEqual(len(lead.activity_ids), count)
        self.assertEqual(lead.activity_ids.user_id, self.manager)
        lead.user_id = self.counter
        self.assertEqual(len(lead.activity_ids), count, "started once")

    def test_playbook_of_another_pipeline(self):
        lead = self._new_lead("inhabitant")
        before = lead.activity_ids
        lead.audience_id = self.audience["commune"]
        self.assertEqual(lead.activity_ids, before, "not by itself")
        lead.action_start_playbook()
        self.assertEqual(lead.playbook_id, self.team["commune"].playbook_id)
        self.assertGreater(len(lead.activity_ids), len(before))

    def test_request_for_an_unknown_inhabitant(self):
        lead = self._new_lead(
            service_id=self.ironing.id, description="<p>Two shirts,<br>no starch</p>"
        )
        wizard = self._wizard(lead)
        self.assertEqual(wizard.site_id, self.site)
        self.assertEqual(wizard.service_id, self.ironing)
        self.assertEqual(wizard.new_name, "Nadia Roux")
        self.assertEqual(wizard.new_commune_id, self.commune)
        self.assertTrue(wizard.is_lead_won)
        task = wizard._create_request()
        partner = task.partner_id
        self.assertEqual(partner.name, "Nadia Roux")
        self.assertEqual(partner.email, "nadia.roux@example.com")
        self.assertEqual(partner.phone_key, "33639985501")
        self.assertEqual(partner.commune_id, self.commune)
        self.assertEqual(partner.city, "Valmont")
        self.assertEqual(partner.zip, "99100")
        self.assertEqual(partner.audience_ids, self.audience["inhabitant"])
        self.assertEqual(partner.company_id, self.company)
        self.assertEqual(lead.partner_id, partner)
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(lead.request_ids, task)
        self.assertEqual(lead.request_count, 1)
        self.assertEqual(task.lead_id, lead)
        self.assertEqual(task.sale_order_id.opportunity_id, lead)
        self.assertIn("no starch", str(task.description))
        self.assertEqual(task.action_view_lead()["res_id"], lead.id)
        self.assertEqual(lead.action_view_requests()["res_id"], task.id)

    def test_typed_again_wins(self):
        lead = self._new_lead()
        wizard = self._wizard(
            lead,
            service_id=self.paperwork,
            new_name="Nadia Roux-Petit",
            new_phone="06 39 98 55 02",
        )
        partner = wizard._create_request().partner_id
        self.assertEqual(partner.name, "Nadia Roux-Petit")
        self.assertEqual(partner.phone_key, "33639985502")
        self.assertEqual(lead.contact_name, "Nadia Roux-Petit")

    def test_service_changed_in_the_form(self):
        """The service of the prospect is a proposal, not a default of the request."""
        lead = self._new_lead(service_id=self.ironing.id)
        task = self._wizard(lead, service_id=self.copies)._create_request()
        self.assertEqual(task.service_id, self.copies)

    def test_request_for_a_known_person(self):
        lead = self._new_lead(contact_name=False, email_from=False, phone=False)
        wizard = self._wizard(
            lead, partner_id=self.beneficiary, service_id=self.paperwork
        )
        task = wizard._create_request()
        self.assertEqual(task.partner_id, self.beneficiary)
        self.assertEqual(lead.partner_id, self.beneficiary)
        self.assertEqual(task.lead_id, lead)

    def test_trial_request_of_an_employer(self):
        """An employer's trial leaves the prospect open, unless the user says so."""
        lead = self._new_lead("company", partner_name="Scierie du Val")
        wizard = self._wizard(lead, service_id=self.copies)
        self.assertFalse(wizard.is_lead_won)
        partner = wizard._create_request().partner_id
        self.assertEqual(partner.name, "Nadia Roux")
        self.assertEqual(partner.parent_id.name, "Scierie du Val")
        self.assertEqual(partner.parent_id.audience_ids, self.audience["company"])
        self.assertFalse(partner.audience_ids)
        self.assertTrue(partner.parent_id.is_company)
        self.assertEqual(lead.won_status, "pending")
        self._wizard(lead, service_id=self.copies, is_lead_won=True)._create_request()
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(lead.request_count, 2)

    def test_company_without_contact(self):
        lead = self._new_lead(
            "landlord", contact_name=False, partner_name="Habitat des Collines"
        )
        partner = (
            self._wizard(lead, service_id=self.copies)._create_request().partner_id
        )
        self.assertEqual(partner.name, "Habitat des Collines")
        self.assertTrue(partner.is_company)
        self.assertFalse(partner.child_ids)

    def test_quotation_in_one_click(self):
        lead = self._new_lead("commune", service_id=self.ironing.id)
        action = lead.action_sale_quotations_new()
        self.assertEqual(action["res_model"], "sale.order")
        self.assertEqual(lead.partner_id.audience_ids, self.audience["commune"])
        form = Form(
            self.env["sale.order"]
            .with_user(self.counter)
            .with_context(**action["context"])
        )
        order = form.save()
        self.assertEqual(order.partner_id, lead.partner_id)
        self.assertEqual(order.opportunity_id, lead)
        self.assertEqual(order.site_id, self.site)
        self.assertEqual(order.order_line.product_id, self.ironing)
        self.assertEqual(order.order_line.price_unit, 12.0)
        order.action_confirm()
        self.assertEqual(lead.request_ids, order.order_line.task_id)

    def test_quotation_for_somebody_known(self):
        lead = self._new_lead(email_from="CAMILLE@example.com")
        action = lead.action_sale_quotations_new()
        self.assertEqual(action["res_model"], "crm.quotation.partner")
        self.assertEqual(action["context"]["default_partner_id"], self.beneficiary.id)
        self.assertFalse(lead.partner_id)

    def test_merge_keeps_the_requests(self):
        lead, other = self._new_lead(), self._new_lead(name="The same again")
        task = self._wizard(
            other, service_id=self.copies, is_lead_won=False
        )._create_request()
        merged = (lead | other).with_user(self.manager).merge_opportunity()
        self.assertEqual(task.lead_id, merged)
        self.assertEqual(merged.audience_id, self.audience["inhabitant"])

    def test_removal_keeps_the_prospects(self):
        """Removing the software leaves every lead, in a stage of the same kind."""
        lead, won = self._new_lead("company"), self._new_lead("commune")
        won.action_set_won()
        self.env["crm.team"].sudo()._remove_shipped()
        self.assertFalse(lead.team_id or lead.audience_id or won.team_id)
        self.assertFalse((lead | won).stage_id.team_ids)
        self.assertEqual(lead.won_status, "pending")
        self.assertEqual(won.won_status, "won")
        self.assertFalse(self.team["company"].exists())

    def test_rights(self):
        lead = self._new_lead()
        outsider = new_test_user(
            self.env, login="outsider", groups="project.group_project_user"
        )
        with self.assertRaises(AccessError):
            lead.with_user(outsider).read(["name"])
        with self.assertRaises(AccessError):
            lead.with_user(outsider).action_make_request()
        other = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="conciergerie_base.group_counter",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            lead.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.team["company"].with_user(self.counter).playbook_id = False
        self.team["company"].with_user(self.manager).playbook_id = False

    def test_playbooks_in_one_batch(self):
        def count(amount):
            leads = (
                self.env["crm.lead"]
                .with_user(self.counter)
                .create(
                    [
                        {
                            "name": f"Prospect {n}",
                            "audience_id": self.audience["inhabitant"].id,
                            "user_id": False,
                        }
                        for n in range(amount)
                    ]
                )
            )
            self.env.flush_all()
            start = self.cr.sql_log_count
            leads.write({"user_id": self.counter.id})
            self.env.flush_all()
            self.assertEqual(len(leads.activity_ids), 2 * amount)
            return self.cr.sql_log_count - start

        count(2)
        few, many = count(5), count(25)
        self.assertLess(many - few, 5 * 20, (few, many))
