from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestLeadConventionTour(FeeCommon, BackendTourCase):
    """Won prospect, convention, proposal, signature, first invoice."""

    def test_manager(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.manager.lang = "en_US"
        lead = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": "Biscuits, 80 people",
                "partner_name": "Biscuits of the Hills",
                "company_id": self.company.id,
                "audience_id": self.env.ref("conciergerie_base.audience_company").id,
                "user_id": self.manager.id,
                "fee_wished_kind": "flat",
                "convention_start": self._today(),
            }
        )
        lead.action_set_won()
        self.start_tour(
            f"/odoo/crm.lead/{lead.id}",
            "conciergerie_lead_convention_tour",
            login=self.manager.login,
            timeout=200,
        )
        convention = lead.convention_id
        self.assertEqual(convention.state, "running")
        invoice = self._fee_invoices(convention)
        self.assertEqual(invoice.partner_id.name, "Biscuits of the Hills")
        self.assertEqual(invoice.amount_untaxed, 300.0)
