from datetime import date

from odoo.tests import tagged

from .test_copay_invoice import CopayInvoiceCase


@tagged("post_install", "-at_install")
class TestIndicator(CopayInvoiceCase):
    """What conventions add to the activity indicators."""

    def test_people_and_shares(self):
        self._entitle(self._new_convention())
        self._invoice(30.0)
        given_back = self._invoice(30.0, day="2026-11-12")
        self._reverse(given_back, cancel=True)
        self._invoice(30.0, day="2027-01-05")
        found = {
            row["code"]: (row["unit"], row["total"])
            for row in self.env["conciergerie.indicator"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=self.company.ids)
            ._measure(self.company, date(2026, 1, 1), date(2026, 12, 31))
        }
        self.assertEqual(found["convention_people"], ("count", 1))
        self.assertEqual(found["convention_shares"], ("money", 10.0))
