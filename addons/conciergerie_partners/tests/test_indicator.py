from datetime import date

from odoo.tests import tagged

from .common import PartnersCommon


@tagged("post_install", "-at_install")
class TestIndicator(PartnersCommon):
    """What sales for local professionals add to the activity indicators."""

    def test_sold_for_local_professionals(self):
        self._new_invoice([(self.ironing, self.laundry, 100.0)])
        invoice = self._new_invoice([(self.ironing, self.laundry, 40.0)])
        self._refund(invoice)
        day = invoice.date
        indicators = (
            self.env["conciergerie.indicator"]
            .with_user(self.accountant)
            .with_context(allowed_company_ids=self.company.ids)
        )
        for year, total in ((day.year, 100.0), (day.year - 1, 0)):
            [row] = (
                row
                for row in indicators._measure(
                    self.company, date(year, 1, 1), date(year, 12, 31)
                )
                if row["code"] == "provider_sales"
            )
            self.assertEqual((row["unit"], row["total"]), ("money", total))
