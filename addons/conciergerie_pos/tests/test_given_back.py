import uuid

from odoo import Command
from odoo.tests import tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestGivenBack(DropOffCase):
    """A refund at the till leaves a trace on the requests that it pays less for."""

    def _refund_data(self, ticket, line, quantity):
        """Return what the till sends to give back a part of a line, in cash."""
        price = line.price_unit
        amount = round(price * quantity, 2)
        net = amount if not line.tax_ids else round(amount / 1.2, 2)
        return {
            "uuid": str(uuid.uuid4()),
            "access_token": str(uuid.uuid4()),
            "pos_reference": "2601-001-0099",
            "sequence_number": 99,
            "session_id": self.till_session.id,
            "company_id": self.company.id,
            "user_id": self.counter.id,
            "partner_id": ticket.partner_id.id,
            "date_order": "2026-11-29 11:00:00",
            "amount_total": -amount,
            "amount_tax": net - amount,
            "amount_paid": -amount,
            "amount_return": 0,
            "fiscal_position_id": False,
            "to_invoice": False,
            "is_refund": True,
            "state": "paid",
            "lines": [
                Command.create(
                    {
                        "uuid": str(uuid.uuid4()),
                        "product_id": line.product_id.id,
                        "full_product_name": line.full_product_name,
                        "qty": -quantity,
                        "price_unit": price,
                        "price_subtotal": -net,
                        "price_subtotal_incl": -amount,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                        "provider_id": line.provider_id.id,
                        "deal_mode": line.deal_mode,
                        "refunded_orderline_id": line.id,
                    }
                )
            ],
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid.uuid4()),
                        "payment_method_id": self.cash.id,
                        "amount": -amount,
                        "name": "2026-11-29 11:00:00",
                    }
                )
            ],
        }

    def _notes(self, task):
        return [
            message.body for message in task.message_ids if "Given back" in message.body
        ]

    def test_part_of_a_paid_drop_off(self):
        """One service of two, and half of it: the other request says nothing."""
        payload = self._payload(
            self._line(self.ironing, 2), self._line(self.alteration, 1), is_paid=True
        )
        ticket = self._sell(payload)
        drop_off = self._send(payload)
        ironed = drop_off.task_ids.filtered(lambda t: t.service_id == self.ironing)
        other = drop_off.task_ids - ironed
        self.assertFalse(self._notes(ironed))
        data = self._refund_data(ticket, ironed.pos_line_id, 0.5)
        model = self.env["pos.order"].with_user(self.counter)
        for _twice in range(2):
            model.sync_from_ui([dict(data)])
        [note] = self._notes(ironed)
        # Figures follow the language of the company.
        note = note.replace(",", ".")
        for words in ("2601-001-0099", "6.00", "0.50 ×", ticket.pos_reference):
            self.assertIn(words, note)
        self.assertFalse(self._notes(other))
        # As after a credit note: nothing is asked again.
        self.assertEqual(ironed.payment_status, "paid")
        self.assertEqual(other.payment_status, "paid")
