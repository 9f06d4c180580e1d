from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.tests import HttpCase, tagged

from .pickup_common import PickupCommon
from .pos_common import PosCommon

RATES = (Decimal(20), Decimal("5.5"))


def cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@tagged("post_install", "-at_install")
class TestDownPaymentTour(PickupCommon, HttpCase):
    """Down payments in core's own dialog: of a part, fixed, of a part of the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"
        vat_5 = cls.vat_20.copy({"name": "5.5 %", "amount": 5.5})
        vat_5.price_include_override = "tax_included"
        cls.taxes = dict(zip(RATES, (cls.vat_20, vat_5), strict=True))
        cls.prices = dict(zip(RATES, (Decimal("33.33"), Decimal("66.67")), strict=True))
        cls.goods = {
            rate: cls._new_service(f"At {rate} %", float(price), fulfilment="own")
            for rate, price in cls.prices.items()
        }
        for rate, product in cls.goods.items():
            product.taxes_id = [Command.set(cls.taxes[rate].ids)]

    def _parts(self, amount):
        """Return the part of each rate of a down payment, by the prices."""
        parts = {rate: cents(amount * self.prices[rate] / 100) for rate in RATES}
        self.assertEqual(sum(parts.values()), amount)
        return parts

    def _vat(self, parts):
        return {rate: cents(part * rate / (100 + rate)) for rate, part in parts.items()}

    def _told(self, ticket):
        """Return what the lines of a ticket come to, VAT included, by rate."""
        return {
            rate: cents(
                sum(
                    Decimal(str(line.price_subtotal_incl))
                    for line in ticket.lines.filtered(
                        lambda ln, tax=self.taxes[rate]: ln.tax_ids == tax
                    )
                )
            )
            for rate in RATES
        }

    def test_three_down_payments_and_the_rest(self):
        order = self._order([(product, 1) for product in self.goods.values()])
        self.env.flush_all()
        self.start_tour(
            f"/pos/ui/{self.config.id}",
            "conciergerie_pos_down_payments",
            login=self.counter.login,
            timeout=240,
        )
        self.env.invalidate_all()
        tickets = self.env["pos.order"].search(
            [("session_id", "=", self.register.id), ("state", "=", "paid")], order="id"
        )
        downs = [self._parts(Decimal(amount)) for amount in (20, 30, 5)]
        # Lines of the settlement are rounded one by one: its entry tells, below.
        self.assertEqual([self._told(t) for t in tickets[:3]], downs)
        self.assertEqual(tickets.mapped("amount_total"), [20.0, 30.0, 5.0, 45.0])
        self.assertEqual(order.amount_unpaid, 0.0)
        lines = order.order_line.filtered(lambda line: not line.display_type)
        self.assertFalse([ln.id for ln in lines if ln._pos_quantity_to_settle()])
        self._check_entry(downs)

    def _check_entry(self, downs):
        """4191 holds the down payments without their VAT, and is back at zero."""
        self.register.close_session_from_ui()
        items = self.env["pos.session"].browse(self.register.id).move_id.line_ids
        held = sum(
            sum(parts.values()) - sum(self._vat(parts).values()) for parts in downs
        )
        down_items = items.filtered(lambda item: item.account_id.code == "419100")
        # Core takes of each a part of the order's VAT: a cent of a down payment more.
        self.assertAlmostEqual(
            sum(down_items.mapped("credit")),
            float(held),
            delta=0.01 * len(downs) + 1e-6,
        )
        vat = sum(self._vat(self.prices).values())
        balances = {}
        for item in items:
            code = item.account_id.code
            balances[code] = round(balances.get(code, 0.0) + item.balance, 2)
        self.assertEqual(
            balances,
            {
                "411101": 100.0,
                "419100": 0.0,
                "445710": -float(vat),
                "707000": -float(100 - vat),
            },
        )


@tagged("post_install", "-at_install")
class TestSettledTour(PosCommon, HttpCase):
    """An order settled by core's own dialog, with a mandate on it, and given back."""

    def test_settled_and_given_back(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.counter.lang = "en_US"
        order = (
            self.env["sale.order"]
            .with_user(self.counter)
            .create(
                {
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "order_line": [
                        Command.create({"product_id": product.id})
                        for product in (self.ironing, self.copies)
                    ],
                }
            )
        )
        order.action_confirm()
        task = order.order_line.request_ids.filtered(
            lambda t: t.service_id == self.ironing
        )
        task._deposit(1)
        step = task.step
        self.env.flush_all()
        self.start_tour(
            f"/pos/ui/{self.till.id}",
            "conciergerie_pos_settled_and_back",
            login=self.counter.login,
            timeout=240,
        )
        self.env.invalidate_all()
        sold, back = (
            self.pos_session.order_ids.sudo()
            .filtered(lambda ticket: ticket.state == "paid")
            .sorted("id")
        )
        self.assertEqual((sold.amount_total, back.amount_total), (18.0, -18.0))
        self._check_mirrored(sold, back)
        self._check_order(order, task, step)
        self._check_books()

    def _check_mirrored(self, sold, back):
        """A1 of 12.00: commission 1.80 all-in, and the same taken back."""
        taken, given = self._seller(sold), self._seller(back)
        for line, sign in ((taken, 1), (given, -1)):
            self.assertEqual(line.provider_id, self.laundry)
            self.assertEqual(line.price_total, sign * 12.0)
            self.assertEqual(line.commission_amount, sign * 1.8)
        self._derive()
        for line, sign in ((taken, 1), (given, -1)):
            entries = line.due_entry_ids
            self.assertEqual(sum(entries.mapped("collected_amount")), sign * 12.0)
            self.assertEqual(sum(entries.mapped("commission_amount")), sign * 1.8)

    def _check_order(self, order, task, step):
        """The things are still here: to be handed over, with nothing to pay.

        Core does not link what its refund gives back to the order, which stays settled.
        """
        self.assertEqual(task.step, step)
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [1.0, 1.0])
        self.assertEqual(order.amount_unpaid, 0.0)
        self.assertEqual(
            [line._pos_quantity_to_settle() for line in task.sale_line_id], [0.0]
        )

    def _check_books(self):
        """Sold and given back in one session: every account is back at zero."""
        self._close()
        move = self.pos_session.sudo().move_id
        balances = {}
        for item in move.line_ids:
            code = item.account_id.code
            balances[code] = round(balances.get(code, 0.0) + item.balance, 2)
        self.assertFalse(any(balances.values()), balances)
        self.assertIn(self.third_party, balances)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
