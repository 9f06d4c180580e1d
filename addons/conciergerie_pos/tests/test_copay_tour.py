from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.tests import HttpCase, tagged

from .copay_common import PosCopayCommon
from .offline import network


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

    def _entitle_twice(self):
        """Two payers for somebody, the commune's convention made first (C3)."""
        town = self._new_convention(
            payer=self.town, convention_kind="commune", rules=[{"share": 20.0}]
        )
        employer = self._new_convention(
            code="LATER", rules=[{"share": 50.0, "cap_operation": 10.0}]
        )
        for convention in (town, employer):
            self._entitle(convention, self.stranger)
        return employer, town

    def _c3(self):
        """Return C3 by hand: the employer's part, the commune's, the customer's."""
        cent, price = Decimal("0.01"), Decimal(30)
        employer = min((price / 2).quantize(cent, ROUND_HALF_UP), Decimal(10))
        town = ((price - employer) / 5).quantize(cent, ROUND_HALF_UP)
        return [float(part) for part in (employer, town, price - employer - town)]

    def _paid_by(self, order):
        """Return who pays what: the payers as they come, then the customer."""
        return [
            (payment.copay_partner_id, payment.amount)
            for payment in order.payment_ids.sorted(
                lambda payment: (not payment.copay_partner_id, payment.id)
            )
        ]

    def _shared_by_two(self, sign=1):
        """Return the closing entry of C3, sold (1) or given back (-1)."""
        employer, town, customer = self._c3()
        net = float((Decimal(30) / Decimal("1.2")).quantize(Decimal("0.01")))
        till = self.company.account_default_pos_receivable_account_id.code[:6]
        rows = [
            (till, "", customer),
            (
                *(self.employer.property_account_receivable_id.code[:6],),
                *(self.employer.name, employer),
            ),
            (
                *(self.town.property_account_receivable_id.code[:6],),
                *(self.town.name, town),
            ),
            (self.services_account.code[:6], "", -net),
            ("445710", "", net - 30.0),
        ]
        return sorted(
            (code, name, max(sign * amount, 0.0), max(-sign * amount, 0.0))
            for code, name, amount in rows
        )

    def test_two_payers(self):
        """C3: the employer before the commune; both given back in the next session."""
        conventions = self._entitle_twice()
        employer, town, customer = self._c3()
        nobody = self.env["res.partner"]
        sold = self._tour("conciergerie_pos_copay_two_payers")
        self.assertEqual(
            self._paid_by(sold),
            [(self.employer, employer), (self.town, town), (nobody, customer)],
        )
        self.assertEqual(sold.lines.copay_amount, employer + town)
        self.assertEqual(
            self._uses(sold).mapped(lambda use: (use.convention_id, use.share_amount)),
            list(zip(conventions, (employer, town), strict=True)),
        )
        self.assertEqual(self._entry(self._close()), self._shared_by_two())
        self._open()
        back = self._tour("conciergerie_pos_copay_two_payers_back")
        self.assertEqual(
            self._paid_by(back),
            [(self.employer, -employer), (self.town, -town), (nobody, -customer)],
        )
        self.assertEqual(self._entry(self._close()), self._shared_by_two(-1))
        for convention in conventions:
            uses = (sold | back).mapped(self._uses)
            given = uses.filtered(lambda use, c=convention: use.convention_id == c)
            self.assertEqual(sum(given.mapped("share_amount")), 0.0)
        for payer in (self.employer, self.town):
            self.assertEqual(self._open_items(payer), [])

    def test_given_back_without_network(self):
        """Refused and told why, also where all is paid in cash; later both parts."""
        with network():
            orders = self._tour("conciergerie_pos_copay_back_offline")
        sold, back = orders.filtered(lambda order: order.state == "paid")
        self.assertCountEqual(sold.payment_ids.mapped("amount"), [10.0, 20.0])
        self.assertCountEqual(back.payment_ids.mapped("amount"), [-10.0, -20.0])
        self.assertFalse(back.session_id.activity_ids, "nothing was kept")
        self.assertEqual(
            [(used, reserved) for _year, used, reserved in self._ceiling(self.rule)],
            [(0.0, 0.0)],
        )
        self._close(cash=0.0)
        self.assertEqual(self._open_items(self.employer), [])

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
