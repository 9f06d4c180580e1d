from odoo import Command
from odoo.tests import tagged

from .pickup_common import PickupCommon


@tagged("post_install", "-at_install")
class TestDownPayment(PickupCommon):
    """Down payments at the till: booked on 4191, deducted to the cent (CASES B8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat_5 = cls.vat_20.copy({"name": "5.5 %", "amount": 5.5})
        cls.vat_5.price_include_override = "tax_included"
        cls.goods_20 = cls._new_service("Visit", 33.33, fulfilment="own")
        cls.goods_5 = cls._new_service("Basket", 66.67, fulfilment="own")
        cls.goods_5.taxes_id = [Command.set(cls.vat_5.ids)]
        cls.down_product = cls.config.down_payment_product_id

    def _down_line(self, order, amount, tax):
        taxes = tax.compute_all(amount, order.currency_id, 1.0, self.down_product)
        return Command.create(
            {
                "uuid": f"down-{order.id}-{amount}",
                "product_id": self.down_product.id,
                "qty": 1.0,
                "price_unit": amount,
                "discount": 0.0,
                "tax_ids": [Command.set(tax.ids)],
                "price_subtotal": taxes["total_excluded"],
                "price_subtotal_incl": taxes["total_included"],
                "sale_order_origin_id": order.id,
                "pack_lot_ids": [],
            }
        )

    def _close(self):
        self.register.close_session_from_ui()
        return self.env["pos.session"].browse(self.register.id).move_id

    def test_a_down_payment_is_deducted_to_the_cent(self):
        order = self._order([(self.goods_20, 1), (self.goods_5, 1)])
        self.assertEqual(order.amount_total, 100.0)
        ticket = self._sync(
            self._ticket(
                [
                    self._down_line(order, 6.67, self.vat_20),
                    self._down_line(order, 13.33, self.vat_5),
                ]
            )
        )
        self.assertEqual(ticket.amount_total, 20.0)
        self.assertEqual(order.amount_unpaid, 80.0)
        lines = order.order_line.filtered(lambda line: not line.display_type)
        self.assertEqual(
            lines.mapped(lambda line: line._pos_quantity_to_settle()),
            [1.0, 1.0, -1.0, -1.0],
        )
        task = order.order_line.request_ids[0]
        row = task.with_user(self.counter)._pos_rows()[0]
        self.assertEqual(
            sorted(line["total"] * line["left"] for line in row["sale"]["others"]),
            [-13.33, -6.67],
        )
        balance = self._sync(self._ticket([self._settle_line(line) for line in lines]))
        self.assertEqual(balance.amount_total, 80.0)
        self.assertEqual(order.amount_unpaid, 0.0)
        self.assertFalse(any(line._pos_quantity_to_settle() for line in lines))

    def test_down_payments_are_booked_on_4191_and_back(self):
        """Income and VAT of 100.00 in all; what 4191 held is back at zero."""
        order = self._order([(self.goods_20, 1), (self.goods_5, 1)])
        self._sync(
            self._ticket(
                [
                    self._down_line(order, 6.67, self.vat_20),
                    self._down_line(order, 13.33, self.vat_5),
                ]
            )
        )
        self.assertEqual(
            self._entry(self._close()),
            [
                ("411101", 20.0),
                ("419100", -12.64),
                ("419100", -5.56),
                ("445710", -1.11),
                ("445710", -0.69),
            ],
        )
        self.register = self._open(self.config)
        lines = order.order_line.filtered(lambda line: not line.display_type)
        self._sync(self._ticket([self._settle_line(line) for line in lines]))
        self.assertEqual(
            self._entry(self._close()),
            [
                ("411101", 80.0),
                ("419100", 5.56),
                ("419100", 12.64),
                ("445710", -5.56),
                ("445710", -3.48),
                ("445710", 0.69),
                ("445710", 1.11),
                ("707000", -63.18),
                ("707000", -27.78),
            ],
        )

    def _entry(self, move):
        """Return an entry as (account, balance), in order."""
        return sorted((line.account_id.code, line.balance) for line in move.line_ids)

    def test_other_goods_on_the_ticket_do_not_pay_the_order(self):
        """A down payment of 12 with other goods leaves 108 of 120 (ODOO row 3)."""
        order = self._order([(self.copies, 20)])
        self.assertEqual(order.amount_total, 120.0)
        other = self._order([(self.alteration, 10)])
        self._sync(
            self._ticket(
                [
                    self._down_line(order, 12.0, self.vat_20),
                    self._settle_line(other.order_line),
                ]
            )
        )
        self.assertEqual(order.amount_unpaid, 108.0)
        self.assertEqual(other.amount_unpaid, 0.0)

    def test_a_draft_pays_nothing(self):
        order = self._order([(self.alteration, 1)])
        ticket = self._ticket([self._settle_line(order.order_line)], state="draft")
        draft = self._sync(ticket)
        self.assertEqual(draft.state, "draft")
        self.assertEqual(order.amount_unpaid, 18.0)
        self.assertEqual(order.order_line._pos_quantity_to_settle(), 1.0)

    def test_a_down_payment_is_not_deducted_twice(self):
        order = self._order([(self.copies, 20)])
        self._sync(self._ticket([self._down_line(order, 12.0, self.vat_20)]))
        lines = order.order_line.filtered(lambda line: not line.display_type)
        down = lines.filtered("is_downpayment")
        self._sync(self._ticket([self._settle_line(line) for line in lines]))
        self.assertTrue(down._is_settled_twice(-1.0, before=True))
        self.assertFalse(down._is_settled_twice(1.0, before=True))

    def test_a_refund_gives_the_quantity_back(self):
        """And nothing is asked again: it was somebody's decision."""
        order = self._order([(self.alteration, 1)])
        line = order.order_line
        ticket = self._sync(self._ticket([self._settle_line(line)]))
        self._sync(
            self._ticket(
                [self._settle_line(line, -1.0, refunded_orderline_id=ticket.lines.id)]
            )
        )
        self.assertEqual(line.qty_invoiced, 0.0)
        self.assertEqual(line._pos_quantity_to_settle(), 0.0)

    def test_a_refund_with_other_goods_is_no_payment(self):
        """The till sends what is given back with positive prices."""
        order = self._order([(self.alteration, 1)])
        other = self._order([(self.copies, 3)])
        ticket = self._sync(self._ticket([self._settle_line(order.order_line)]))
        self.assertEqual(order.amount_unpaid, 0.0)
        given_back = self._settle_line(
            order.order_line,
            -1.0,
            refunded_orderline_id=ticket.lines.id,
            price_subtotal=15.0,
            price_subtotal_incl=18.0,
        )
        exchanged = self._ticket(
            [given_back, self._settle_line(other.order_line)],
            **{"amount_total": 0.0, "amount_tax": 0.0, "amount_paid": 0.0},
            payment_ids=[],
        )
        self._sync(exchanged)
        self.assertEqual(order.amount_unpaid, 18.0)
        self.assertEqual(other.amount_unpaid, 0.0)
