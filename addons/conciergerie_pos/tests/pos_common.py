from uuid import uuid4

from odoo import Command, fields

from odoo.addons.conciergerie_partners.tests.settle_common import SettleCommon


class PosCommon(SettleCommon):
    """A till of the first site, its counter user, providers sold under each mode."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash_journal = cls.env["account.journal"].create(
            {
                "name": "Till",
                "type": "cash",
                "code": "TILL",
                "company_id": cls.company.id,
            }
        )
        cls.cash, cls.card, cls.later = cls.env["pos.payment.method"].create(
            [
                {"name": "Cash", "journal_id": cls.cash_journal.id},
                {"name": "Card", "journal_id": cls.bank.id},
                {"name": "On account", "split_transactions": True},
            ]
        )
        cls.till = cls.env["pos.config"].create(
            {
                "name": "Val till",
                "site_id": cls.site.id,
                "company_id": cls.company.id,
                "payment_method_ids": [
                    Command.set((cls.cash | cls.card | cls.later).ids)
                ],
            }
        )
        cls.third_party = cls.laundry._third_party_account(cls.company).code
        cls.cash_account = cls.cash_journal.default_account_id.code
        cls.pos_receivable = cls.company.account_default_pos_receivable_account_id.code
        # Known when the queries of a test are counted.
        cls.env["res.currency"].search([]).mapped("rounding")

    def setUp(self):
        super().setUp()
        self.pos_session = self._open()

    def _open(self, till=None):
        till = (till or self.till).with_user(self.counter)
        till.open_ui()
        session = till.current_session_id
        session.set_opening_control(0, None)
        return session

    def _close(self, session=None):
        """Count what is in the drawer and close, as the counter does."""
        session = session or self.pos_session
        session = session.with_user(self.counter)
        paid = session.order_ids.payment_ids.filtered(
            lambda p: p.payment_method_id.is_cash_count
        )
        session.post_closing_cash_details(sum(paid.mapped("amount")))
        answer = session.close_session_from_ui()
        self.assertTrue(answer["successful"], answer)
        return session.sudo()

    def _line(self, product, price=None, qty=1.0, provider=None, **values):
        """Return what the till sends of a line; ``price`` is for one unit, with VAT.

        What is given back has positive prices as well: only its quantity is negative.
        """
        price = product.lst_price if price is None else price
        discount = values.get("discount", 0.0)
        taxes = values.pop("taxes", None)
        if taxes is None:
            taxes = product.taxes_id.filtered(lambda t: t.company_id == self.company)
        amounts = taxes.compute_all(
            price * (1 - discount / 100), self.company.currency_id, abs(qty)
        )
        return Command.create(
            {
                "product_id": product.id,
                "price_unit": price,
                "qty": qty,
                "price_subtotal": amounts["total_excluded"],
                "price_subtotal_incl": amounts["total_included"],
                "tax_ids": [Command.set(taxes.ids)],
                "uuid": str(uuid4()),
                **({"provider_id": provider.id} if provider else {}),
                **values,
            }
        )

    def _signed(self, line, name):
        return line[2][name] * (-1 if line[2]["qty"] < 0 else 1)

    def _ticket_data(self, lines, payments=None, session=None, **values):
        """Return a ticket as the till sends it; paid in cash by default."""
        session = session or self.pos_session
        total = sum(self._signed(line, "price_subtotal_incl") for line in lines)
        untaxed = sum(self._signed(line, "price_subtotal") for line in lines)
        if payments is None:
            payments = [(self.cash, total)]
        return {
            "amount_paid": sum(payment[1] for payment in payments),
            "amount_return": 0,
            "amount_tax": total - untaxed,
            "amount_total": total,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "pricelist_id": session.config_id.pricelist_id.id,
            "lines": lines,
            "partner_id": False,
            "session_id": session.id,
            "payment_ids": [
                Command.create(
                    {
                        "payment_method_id": method.id,
                        "amount": amount,
                        "name": fields.Datetime.now(),
                        "uuid": str(uuid4()),
                        **(more[0] if more else {}),
                    }
                )
                for method, amount, *more in payments
            ],
            "uuid": str(uuid4()),
            "user_id": self.counter.id,
            "to_invoice": False,
            "state": "paid",
            "last_order_preparation_change": "{}",
            **values,
        }

    def _send(self, *tickets):
        """Send tickets as the counter user's till does; return them."""
        result = (
            self.env["pos.order"]
            .with_user(self.counter)
            .with_company(self.company)
            .with_context(generate_pdf=False)
            .sync_from_ui(list(tickets))
        )
        uuids = [ticket["uuid"] for ticket in tickets if "uuid" in ticket]
        orders = self.env["pos.order"].browse(
            order["id"] for order in result["pos.order"]
        )
        return orders.filtered(lambda o: o.uuid in uuids) if uuids else orders

    def _sell(self, *lines, payments=None, **values):
        data = self._ticket_data(list(lines), payments, **values)
        uuid = data["uuid"]
        self._send(data)
        order = self.env["pos.order"].search([("uuid", "=", uuid)])
        self.assertEqual(order.state, "done" if order.account_move else "paid")
        return order

    def _give_back(self, order, payments=None, qty=None, **values):
        """Refund a ticket as the till does, whole or so many of its first line."""
        lines = [
            self._line(
                line.product_id,
                line.price_unit,
                -(qty or line.qty),
                taxes=line.tax_ids,
                discount=line.discount,
                refunded_orderline_id=line.id,
            )
            for line in order.lines
        ]
        if payments:
            return self._sell(*lines, payments=payments, is_refund=True, **values)
        return self._sell(*lines, is_refund=True, **values)

    def _seller(self, order):
        return self.env["conciergerie.commission.line"].search(
            [("pos_line_id", "in", order.lines.ids)], order="id"
        )
