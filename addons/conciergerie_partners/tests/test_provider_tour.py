from odoo import fields
from odoo.tests import tagged

from .portal_common import ProviderPortalCase


@tagged("post_install", "-at_install")
class TestProviderTour(ProviderPortalCase):
    """The provider's work in the browser, from the request to the signature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.laundry_user.password = cls.laundry_user.login
        cls.task = cls._new_request()
        cls.task.provider_note = "Delicate silk"
        cls.january = cls._new_statement(100.0, "2026-01-05")
        cls.february = cls._new_statement(20.0, "2026-02-05")
        # Sent today, so that its lines can be disputed.
        (cls.january | cls.february).write({"sent_date": fields.Datetime.now()})
        cls.second = cls._new_agreement(
            cls.laundry,
            sign=False,
            code="SECOND",
            terms=[
                cls._mandate_term(
                    scope="1_service", product_tmpl_id=cls.ironing.product_tmpl_id.id
                )
            ],
        )
        cls.second.action_propose()

    @classmethod
    def _new_statement(cls, price, date):
        invoice = cls._new_invoice([(cls.ironing, cls.laundry, price)], date)
        cls._pay(invoice, date=date)
        last = fields.Date.end_of(fields.Date.to_date(date), "month")
        return (
            cls.env["conciergerie.statement"]
            .with_user(cls.accountant)
            ._settle(cls.company, last, date=last)
            .sudo()
        )

    def test_provider(self):
        self.start_tour(
            "/my/provider",
            "conciergerie_provider_tour",
            login=self.laundry_user.login,
            timeout=180,
        )
        self.assertEqual(self.task.provider_answer, "accepted")
        self.assertEqual(self.task.provider_date, self.task.promised_date)
        self.assertTrue(self.task.provider_picked_date)
        self.assertTrue(self.task.provider_done_date)
        self.assertEqual(self.task.step, "todo")
        self.assertEqual(self.january.dispute_ids.text, "It was 90")
        self.assertFalse(self.january.approved_date)
        self.assertTrue(self.february.approved_date)
        self.assertEqual(self.second.state, "running")
        self.assertEqual(self.second.signed_by, "Ana Martin")
        self.assertTrue(self.second.signature)
