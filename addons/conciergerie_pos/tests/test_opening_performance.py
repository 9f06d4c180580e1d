from odoo.tests import tagged

from .drop_off_common import DropOffCase

# What `_traits` tells in a few bytes, where it is not what a plain product has.
OURS = (
    *("is_conciergerie_service", "fulfilment", "is_market", "needs_deposit"),
    *("piece_count", "lead_days", "membership", "is_disbursement"),
)


@tagged("post_install", "-at_install")
class TestOpeningPerformance(DropOffCase):
    """Opening a till reads next to nothing more of each product."""

    def _load(self, product):
        data = self.env["product.template"].with_user(self.counter)
        [values] = data._load_pos_data_read(
            product.product_tmpl_id.with_user(self.counter),
            self.till_session.config_id.with_user(self.counter),
        )
        return values

    def test_one_short_key_for_a_product(self):
        plain = self.env["product.product"].create(
            {"name": "Soap", "available_in_pos": True}
        )
        values = self._load(plain)
        self.assertEqual(set(OURS) & values.keys(), set())
        self.assertEqual(values["_traits"], 0)

    def test_what_is_special_is_told(self):
        self.assertEqual(
            self._load(self.ironing)["_traits"],
            {
                "service": 1,
                "deposit": 1,
                "pieces": self.ironing.piece_count,
                "days": self.ironing.lead_days,
            },
        )
        self.ironing.is_market = False
        self.assertEqual(self._load(self.ironing)["_traits"]["free"], 1)
        stamps = self.env["product.product"].create(
            {"name": "Stamps", "is_disbursement": True, "available_in_pos": True}
        )
        self.assertEqual(self._load(stamps)["_traits"], {"disbursement": 1})

    def test_what_is_no_service_any_more_is_told(self):
        self.ironing.write({"is_conciergerie_service": False, "needs_deposit": False})
        self.assertEqual(self._load(self.ironing)["_traits"], 0)
