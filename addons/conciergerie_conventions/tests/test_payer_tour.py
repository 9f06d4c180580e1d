from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .portal_common import PayerPortalCase


@tagged("post_install", "-at_install")
class TestPayerTour(PayerPortalCase):
    """The employer's work on a phone, from the signature to the poster."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factory_user.password = cls.factory_user.login
        cls.running = cls._new_convention(name="Biscuits 2026")
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {i}"} for i in range(6)]
        )
        last_month = fields.Date.start_of(cls._today(), "month") - timedelta(days=1)
        for person in cls.people:
            cls._entitle(cls.running, person)
            cls.env["conciergerie.copay.use"].sudo().create(
                {
                    "convention_id": cls.running.id,
                    "company_id": cls.company.id,
                    "payer_id": cls.employer.id,
                    "partner_id": person.id,
                    "product_id": cls.ironing.id,
                    "date": last_month,
                    "quantity": 1.0,
                    "price_total": 10.0,
                    "share_amount": 5.0,
                }
            )
        cls.proposed = cls._new_convention(
            sign=False, name="Biscuits 2027", start_date=cls._today()
        )
        cls.proposed.action_propose()

    def test_employer(self):
        self.start_tour(
            "/my",
            "conciergerie_payer_tour",
            login=self.factory_user.login,
            timeout=180,
        )
        self.assertEqual(self.proposed.state, "running")
        self.assertEqual(self.proposed.signed_by, "Ana Martin")
        lines = self.running.entitlement_ids
        added = lines.filtered(lambda e: e.given_name == "Lou Blanc")
        self.assertEqual(added.partner_id.employer_id, self.employer)
        left = lines.filtered(lambda e: e.partner_id == self.people[3])
        self.assertEqual(left.date_to, self._today())
        self.assertEqual(lines.filtered("date_to"), left)
