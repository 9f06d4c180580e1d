import uuid

from odoo import Command, fields

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon

# One dot, as base64: enough for a signature.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class PickupCommon(ConciergerieCommon):
    """A till of the site, open; tickets are sent as its cashier, a counter user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_down_payment_account()
        cls.cash = cls.env["pos.payment.method"].create(
            {
                "name": "Cash",
                "journal_id": cls.company_data["default_journal_cash"].id,
                "company_id": cls.company.id,
            }
        )
        cls.card = cls.env["pos.payment.method"].create(
            {
                "name": "Card",
                "journal_id": cls.company_data["default_journal_bank"].id,
                "company_id": cls.company.id,
            }
        )
        cls.config = cls._new_till("Counter of the valley")
        cls.register = cls._open(cls.config)

    @classmethod
    def _new_till(cls, name, site=None):
        return (
            cls.env["pos.config"]
            .with_company(cls.company)
            .create(
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "site_id": (site or cls.site).id,
                    "payment_method_ids": [Command.set(cls.card.ids)],
                }
            )
        )

    @classmethod
    def _open(cls, config, user=None):
        config = config.with_user(user or cls.counter).with_company(cls.company)
        config.open_ui()
        session = config.current_session_id
        session.set_opening_control(0, None)
        return session

    def _ready_request(self, service=None, pieces=1, **values):
        """Return a request on a confirmed order whose pieces are back and ready."""
        service = service or self.ironing
        quantity = values.pop("quantity", 1)
        order = self._order([(service, quantity)])
        task = order.order_line.request_ids
        if service.needs_deposit:
            task._deposit(pieces)
            if service.fulfilment == "relayed":
                task._send_to_provider()
                task._receive_pieces(task.piece_ids)
        if task.step != "ready":
            task._mark_ready()
        return task

    def _order(self, lines, confirm=True, **values):
        """Return an order of (service, quantity) as the counter makes it."""
        order = (
            self.env["sale.order"]
            .with_user(self.counter)
            .with_company(self.company)
            .create(
                {
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity}
                        )
                        for product, quantity in lines
                    ],
                    **values,
                }
            )
        )
        if confirm:
            order.action_confirm()
        return order

    def _payload(self, tasks, pieces=None, **values):
        """Return a hand-over as a till sends it."""
        pieces = tasks.piece_ids if pieces is None else pieces
        return {
            "uuid": str(uuid.uuid4()),
            "offline": False,
            "requests": [
                {"id": task.id, "pieces": (pieces & task.piece_ids).ids}
                for task in tasks
            ],
            "receiver": "",
            "proxy": False,
            "signature": SIGNATURE,
            **values,
        }

    def _settle_line(self, line, quantity=None, **values):
        """Return the values of a ticket's line that settles an order line."""
        quantity = line._pos_quantity_to_settle() if quantity is None else quantity
        taxes = line.tax_ids.compute_all(
            line.price_unit, line.currency_id, quantity, line.product_id
        )
        return Command.create(
            {
                "uuid": str(uuid.uuid4()),
                # Core gives a down payment's order line no product.
                "product_id": (
                    line.product_id or self.config.down_payment_product_id
                ).id,
                "qty": quantity,
                "price_unit": line.price_unit,
                "discount": 0.0,
                "tax_ids": [Command.set(line.tax_ids.ids)],
                "price_subtotal": taxes["total_excluded"],
                "price_subtotal_incl": taxes["total_included"],
                "sale_order_line_id": line.id,
                "sale_order_origin_id": line.order_id.id,
                "pack_lot_ids": [],
                **values,
            }
        )

    def _ticket(self, lines, state="paid", session=None, method=None, **values):
        """Return a ticket as the till serialises it, paid with one method."""
        session = session or self.register
        total = sum(command[2]["price_subtotal_incl"] for command in lines)
        net = sum(command[2]["price_subtotal"] for command in lines)
        return {
            "uuid": str(uuid.uuid4()),
            "access_token": str(uuid.uuid4()),
            "state": state,
            "session_id": session.id,
            "company_id": self.company.id,
            "partner_id": self.beneficiary.id,
            "user_id": self.counter.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "pricelist_id": False,
            "last_order_preparation_change": "{}",
            "amount_paid": total if state == "paid" else 0.0,
            "amount_return": 0.0,
            "amount_tax": total - net,
            "amount_total": total,
            "to_invoice": False,
            "lines": lines,
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid.uuid4()),
                        "amount": total,
                        "name": fields.Datetime.to_string(fields.Datetime.now()),
                        "payment_method_id": (method or self.card).id,
                    }
                )
            ]
            if state == "paid"
            else [],
            **values,
        }

    def _sync(self, ticket, user=None):
        """Send a ticket as the till does and return the order."""
        model = (
            self.env["pos.order"]
            .with_user(user or self.counter)
            .with_company(self.company)
        )
        answer = model.sync_from_ui([ticket])
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["pos.order"].browse(answer["pos.order"][0]["id"])
