from datetime import timedelta
from uuid import uuid4

from odoo import Command, fields

from odoo.addons.conciergerie_conventions.tests.common import ConventionsCommon


class PosCopayCommon(ConventionsCommon):
    """A till with cash, card and shares, sold at by the counter user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A session's opening reads pricelists and accounts as the cashier.
        cash_journal = cls.company_data["default_journal_cash"].copy()
        cls.cash, cls.card = cls.env["pos.payment.method"].create(
            [
                {
                    "name": name,
                    "journal_id": journal.id,
                    "company_id": cls.company.id,
                    "receivable_account_id": (
                        cls.company.account_default_pos_receivable_account_id.id
                    ),
                }
                for name, journal in (("Cash", cash_journal), ("Card", cls.bank))
            ]
        )
        cls.till = cls.env["pos.config"].create(
            {
                "name": "Val till",
                "company_id": cls.company.id,
                "site_id": cls.site.id,
                "payment_method_ids": [Command.set((cls.cash | cls.card).ids)],
            }
        )
        values = cls.till._conciergerie_payment_methods_vals()
        [copay_vals] = [vals for vals in values if vals.get("is_copay")]
        cls.copay = cls.env["pos.payment.method"].create(
            {**copay_vals, "company_id": cls.company.id}
        )
        cls.till.payment_method_ids += cls.copay
        cls.services_account = cls.env["account.account"].search(
            [("code", "=like", "706%"), ("company_ids", "in", cls.company.ids)],
            order="code",
            limit=1,
        )
        cls.mending = cls._new_service(
            "Mending",
            30.0,
            fulfilment="own",
            property_account_income_id=cls.services_account.id,
        )

    def setUp(self):
        super().setUp()
        self._open()

    @classmethod
    def _as_cashier(cls, record):
        return record.with_user(cls.counter).with_company(cls.company)

    def _open(self, till=None):
        till = till or self.till
        self._as_cashier(till).open_ui()
        session = till.current_session_id
        self._as_cashier(session).set_opening_control(0, None)
        return session

    def _close(self, session=None, cash=None):
        session = self._as_cashier(session or self.till.current_session_id)
        counted = session.cash_register_balance_end if cash is None else cash
        session.post_closing_cash_details(counted)
        result = session.close_session_from_ui()
        self.assertTrue(result["successful"], result)
        return session.sudo(False).with_env(self.env).move_id

    def _line(self, product, price=None, qty=1, refunded=None, **values):
        price = product.lst_price if price is None else price
        taxes = product.taxes_id.filtered(lambda tax: tax.company_id == self.company)
        # The till sends what is given back with positive prices.
        found = taxes.compute_all(price, self.company.currency_id, abs(qty))
        return Command.create(
            {
                "uuid": str(uuid4()),
                "product_id": product.id,
                "qty": qty,
                "price_unit": price,
                "price_subtotal": found["total_excluded"],
                "price_subtotal_incl": found["total_included"],
                "tax_ids": [Command.set(taxes.ids)],
                "full_product_name": product.name,
                "pack_lot_ids": [],
                **({"refunded_orderline_id": refunded.id} if refunded else {}),
                **values,
            }
        )

    def _signed(self, line, name):
        return line[2][name] * (-1 if line[2]["qty"] < 0 else 1)

    def _ticket(self, lines, partner=None, till=None, **values):
        """Return what the till sends, without its payments."""
        till = till or self.till
        total = sum(self._signed(line, "price_subtotal_incl") for line in lines)
        net = sum(self._signed(line, "price_subtotal") for line in lines)
        return {
            "uuid": str(uuid4()),
            "name": "Order",
            "session_id": till.current_session_id.id,
            "company_id": self.company.id,
            "user_id": self.counter.id,
            "partner_id": partner and partner.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "state": "paid",
            "lines": lines,
            "payment_ids": [],
            "amount_total": total,
            "amount_tax": total - net,
            "amount_paid": 0.0,
            "amount_return": 0.0,
            "pricelist_id": False,
            "fiscal_position_id": False,
            "to_invoice": False,
            "last_order_preparation_change": "{}",
            "is_refund": any(line[2].get("refunded_orderline_id") for line in lines),
            **values,
        }

    def _asked(self, ticket, till=None, is_paying=False):
        """Ask for the shares of a ticket, as the payment screen does."""
        return self._as_cashier(till or self.till).copay_open(
            ticket["uuid"],
            ticket["partner_id"],
            [
                {
                    "uuid": line[2]["uuid"],
                    "product_id": line[2]["product_id"],
                    "price_total": self._signed(line, "price_subtotal_incl"),
                    "quantity": line[2]["qty"],
                    "refunded_id": line[2].get("refunded_orderline_id"),
                }
                for line in ticket["lines"]
            ],
            ticket["amount_total"],
            is_paying,
        )

    def _pay(self, ticket, *rows, rest=None):
        """Put payments on a ticket: the shares that were asked for, then the rest."""
        payments = [
            {
                "payment_method_id": self.copay.id,
                "copay_key": row["key"],
                "name": row["name"],
                "amount": row["amount"],
            }
            for row in rows
        ]
        left = ticket["amount_total"] - sum(row["amount"] for row in rows)
        if self.company.currency_id.round(left):
            payments.append(
                {
                    "payment_method_id": (rest or self.cash).id,
                    "amount": self.company.currency_id.round(left),
                }
            )
        ticket["payment_ids"] = [
            Command.create({"uuid": str(uuid4()), **payment}) for payment in payments
        ]
        ticket["amount_paid"] = sum(payment["amount"] for payment in payments)
        return ticket

    def _send(self, ticket):
        """Send a ticket as the till does; return the order."""
        orders = self._as_cashier(self.env["pos.order"])
        # The till sends text: what one call has changed must not show in the next.
        copied = {
            **ticket,
            "lines": [(c[0], c[1], dict(c[2])) for c in ticket["lines"]],
            "payment_ids": [(c[0], c[1], dict(c[2])) for c in ticket["payment_ids"]],
        }
        orders.sync_from_ui([copied])
        self.env.invalidate_all()
        return self.env["pos.order"].search([("uuid", "=", ticket["uuid"])])

    def _sell(self, *lines, partner=None, rest=None, till=None, **values):
        """Sell with the shares that there are; return the paid order."""
        ticket = self._ticket(
            list(lines),
            self.beneficiary if partner is None else partner,
            till,
            **values,
        )
        shares = self._asked(ticket, till)["payments"]
        return self._send(self._pay(ticket, *shares, rest=rest))

    def _refund(self, order, *parts, rest=None, **values):
        """Give lines back: (sold line, quantity); all of them by default."""
        parts = parts or [(line, line.qty) for line in order.lines]
        lines = [
            self._line(line.product_id, line.price_unit, -qty, refunded=line)
            for line, qty in parts
        ]
        return self._sell(*lines, partner=order.partner_id, rest=rest, **values)

    def _uses(self, order):
        return self.env["conciergerie.copay.use"].search(
            [("pos_order_id", "=", order.id)], order="id"
        )

    def _ceiling(self, rule, person=None):
        row = self.env["conciergerie.copay.ceiling"].search(
            [
                ("rule_id", "=", rule.id),
                ("person_key", "=", (person or self.beneficiary).id),
            ]
        )
        return [(r.period, r.used_amount, r.reserved_amount) for r in row]

    def _entry(self, move):
        """Return an entry line by line: account, contact, debit, credit."""
        return sorted(
            (
                line.account_id.code[:6],
                line.partner_id.name or "",
                line.debit,
                line.credit,
            )
            for line in move.line_ids
        )

    def _open_items(self, partner):
        """Return what is open on a contact's accounts."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        return sorted(lines.mapped("amount_residual"))

    @classmethod
    def _month_end(cls, day):
        return fields.Date.end_of(day, "month") + timedelta(days=1)
