from odoo import Command
from odoo.tests import HttpCase, tagged

from .copay_common import PosCopayCommon


@tagged("post_install", "-at_install")
class TestCopayTour(PosCopayCommon, HttpCase):
    """What the counter user sees of shares and memberships, in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"
        cls.convention = cls._new_convention(
            rules=[{"share": 50.0, "cap_operation": 10.0, "cap_year": 25.0}]
        )
        cls.rule = cls.convention.copay_rule_ids
        cls._entitle(cls.convention)
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Alix Bonnet", "company_id": cls.company.id}
        )
        cls.membership = cls.env["product.product"].create(
            {
                "name": "Yearly membership",
                "list_price": 15.0,
                "membership": True,
                "membership_period": "rolling",
                "taxes_id": [],
            }
        )
        cls.members_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Members",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.copies.product_tmpl_id.id,
                            "compute_price": "percentage",
                            "percent_price": 20.0,
                        }
                    )
                ],
            }
        )
        cls.company.members_pricelist_id = cls.members_pricelist
        (cls.mending | cls.copies | cls.membership).available_in_pos = True

    def _tour(self, name, **options):
        self.start_tour(
            f"/pos/ui/{self.till.id}",
            name,
            login=self.counter.login,
            **{"timeout": 240, **options},
        )
        return self.till.current_session_id.order_ids.sorted("id")

    def test_shared_sale(self):
        """A sale that is taken in charge, its refund, and one to somebody else."""
        orders = self._tour("conciergerie_pos_copay")
        sold, back, plain = orders.filtered(lambda o: o.state == "paid")
        self.assertCountEqual(sold.payment_ids.mapped("amount"), [10.0, 20.0])
        self.assertEqual(sold.lines.copay_amount, 10.0)
        self.assertCountEqual(back.payment_ids.mapped("amount"), [-10.0, -20.0])
        self.assertEqual(plain.payment_ids.mapped("amount"), [30.0])
        self.assertEqual(
            [(used, reserved) for _year, used, reserved in self._ceiling(self.rule)],
            [(0.0, 0.0)],
        )
        self._close(cash=30.0)
        self.assertEqual(self._open_items(self.employer), [])

    def test_ceiling_used_by_the_other_counter(self):
        """B3: told before payment, what is left of it is taken."""
        self.env["conciergerie.copay.ceiling"]._raise(
            self.beneficiary, self.env.cr.now().date(), {self.rule: 17.0}
        )
        order = self._tour("conciergerie_pos_copay_used")
        paid = order.filtered(lambda o: o.state == "paid")
        self.assertCountEqual(paid.payment_ids.mapped("amount"), [3.0, 27.0])

    def test_shares_are_told(self):
        """At the pick-up, on the receipt's screen and on deposit tickets."""
        order = (
            self.env["sale.order"]
            .with_user(self.counter)
            .with_company(self.company)
            .create(
                {
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "order_line": [Command.create({"product_id": self.mending.id})],
                }
            )
        )
        order.action_confirm()
        order.order_line.request_ids._mark_ready()
        orders = self._tour("conciergerie_pos_copay_told")
        paid = orders.filtered(lambda o: o.state == "paid")
        self.assertEqual(
            [sorted(o.payment_ids.mapped("amount")) for o in paid],
            [[10.0, 20.0], [10.0, 20.0]],
        )

    def test_membership_and_prices(self):
        order = self._tour("conciergerie_pos_membership").filtered(
            lambda o: o.state == "paid"
        )
        self.assertEqual(order[0].lines.mapped("price_unit"), [15.0])
        self.assertTrue(
            self.stranger._members_on(self.company, self.env.cr.now().date())
        )
        self.assertEqual(order[1].lines.mapped("price_unit"), [4.8])

    def test_small_screen(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        order = self._tour("conciergerie_pos_copay_small")
        self.assertCountEqual(order.payment_ids.mapped("amount"), [10.0, 20.0])

    def test_without_network(self):
        order = self._tour("conciergerie_pos_copay_offline")
        paid = order.filtered(lambda o: o.state == "paid")
        self.assertEqual(paid.payment_ids.mapped("amount"), [30.0])
        self.assertEqual(self._uses(paid).share_amount, 0.0)

    def test_without_network_somebody_unknown(self):
        """Nobody knows who pays for her: told before payment, and she may go on."""
        self.env["res.partner"].create(
            {"name": "Noa Perrin", "company_id": self.company.id}
        )
        orders = self._tour("conciergerie_pos_copay_unknown")
        paid = orders.filtered(lambda o: o.state == "paid")
        # The first was on its way when the network went: it comes as well.
        self.assertCountEqual(
            paid.mapped("partner_id.name"), ["Alix Bonnet", "Noa Perrin"]
        )
        self.assertEqual(paid.payment_ids.mapped("amount"), [30.0, 30.0])
