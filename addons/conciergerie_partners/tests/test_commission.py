from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.conciergerie_partners.models.commission import (
    band_rate,
    commission_amount,
    resale_margin,
)

NO_VAT, VAT_10, VAT_20 = 0, 10, 20


def terms(**values):
    return {
        "base": "all_in",
        "rate": 15,
        "vat_rate": VAT_20,
        "fixed": 0,
        "minimum": 0,
        "maximum": 0,
        **values,
    }


@tagged("post_install", "-at_install")
class TestCommission(BaseCase):
    """The arithmetic of CASES A2, A3, A9 and A10."""

    def test_a2_base_is_explicit(self):
        cases = (("net", "15.00"), ("gross", "16.50"), ("all_in", "16.50"))
        for base, expected in cases:
            amount = commission_amount(110, terms(base=base, vat_rate=VAT_10))
            self.assertEqual(amount, Decimal(expected), base)

    def test_a2_provider_without_vat(self):
        amount = commission_amount(100, terms(base="net", vat_rate=NO_VAT))
        self.assertEqual(amount, Decimal("15.00"))
        amount = commission_amount(100, terms(vat_rate=NO_VAT))
        self.assertEqual(amount, Decimal("15.00"))

    def test_a3_resale_margin(self):
        self.assertEqual(resale_margin(100, 15, "all_in", 20, 20), Decimal("12.50"))
        self.assertEqual(resale_margin(100, 15, "all_in", 20, 0), Decimal("-1.67"))

    def test_a9_rounding_per_line(self):
        amounts = [commission_amount("3.35", terms()) for _ in range(3)]
        self.assertEqual(amounts, [Decimal("0.50")] * 3)
        self.assertEqual(commission_amount("10.05", terms()), Decimal("1.51"))

    def test_a10_minimum_and_fixed(self):
        rule = terms(base="net", rate=5, vat_rate=NO_VAT, minimum=1, fixed="0.50")
        self.assertEqual(commission_amount(10, rule), Decimal("1.50"))
        self.assertEqual(
            commission_amount(10, rule, first=False),
            Decimal("0.50"),
            "minimum and fixed part once per order line",
        )

    def test_a10_bands(self):
        bands = [(0, 10), (100, 15)]
        self.assertEqual(band_rate(Decimal("99.99"), bands), 10)
        self.assertEqual(band_rate(Decimal("100"), bands), 15)
        rate = band_rate(Decimal("100.50"), bands)
        amount = commission_amount(
            "100.50", terms(base="net", rate=rate, vat_rate=NO_VAT)
        )
        self.assertEqual(amount, Decimal("15.08"))

    @given(
        price=st.decimals("0.00", "99999.99", places=2),
        rate=st.decimals("0", "100", places=2),
        minimum=st.decimals("0", "50", places=2),
        maximum=st.decimals("0", "50", places=2),
    )
    def test_within_bounds(self, price, rate, minimum, maximum):
        """Whatever the terms: cents only, and the maximum is never passed."""
        amount = commission_amount(
            price, terms(rate=rate, minimum=minimum, maximum=maximum)
        )
        self.assertEqual(amount, amount.quantize(Decimal("0.01")))
        self.assertGreaterEqual(amount, 0)
        if maximum:
            self.assertLessEqual(amount, maximum)
