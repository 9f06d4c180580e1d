from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestDropOffOfSavedTicket(DropOffCase):
    """A ticket saved at one till and paid elsewhere: its requests are made, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_till = cls._new_config("Second till", cls.site, cls.card)
        cls.config.trusted_config_ids = cls.other_till
        cls.other_till.trusted_config_ids = cls.config
        cls.other_till.with_user(cls.counter).open_ui()
        cls.other_session = cls.other_till.current_session_id
        cls.payload = cls._payload(
            cls._line(cls.ironing, 2, piece_notes=["Shirt", "Sheet"], remarks="Starch"),
            cls._line(cls.alteration, 1),
            is_paid=True,
        )
        cls.sold = cls._ticket(cls.payload)
        cls.sold["payment_ids"][0][2]["payment_method_id"] = cls.card.id

    def _sync(self, ticket, user=None, **values):
        """Send a ticket as a till does; what was sent is not changed."""
        sent = {
            **ticket,
            "lines": [(c[0], c[1], dict(c[2])) for c in ticket["lines"]],
            **values,
        }
        model = self.env["pos.order"].with_user(user or self.counter)
        result = model.sync_from_ui([sent])
        self.env.invalidate_all()
        return result

    def _save(self, **values):
        """Save the ticket, as the till that took the things does."""
        saved = {"state": "draft", "payment_ids": [], "amount_paid": 0.0}
        result = self._sync(
            self.sold, **{**saved, "conciergerie_drop_offs": [self.payload], **values}
        )
        return self.env["pos.order"].browse(result["pos.order"][0]["id"]), result

    def _pay(self, order, **values):
        """Pay the saved ticket at the other till."""
        lines = [Command.update(line.id, {"qty": line.qty}) for line in order.lines]
        self.env["pos.order"].with_user(self.counter).sync_from_ui(
            [
                {
                    **self.sold,
                    "id": order.id,
                    "session_id": self.other_session.id,
                    "lines": lines,
                    **values,
                }
            ]
        )
        self.env.invalidate_all()
        self.assertEqual(order.state, "paid")

    def _drop_off(self):
        return self.env["conciergerie.drop.off"].search(
            [("uuid", "=", self.payload["uuid"])]
        )

    def _check_taken(self, order):
        drop_off = self._drop_off()
        self.assertEqual(drop_off.state, "done", drop_off.failure)
        self.assertTrue(drop_off.is_paid)
        self.assertFalse(drop_off.order_id)
        self.assertEqual(drop_off.config_id, self.config, "where the things were left")
        self.assertEqual(len(drop_off.task_ids), 2)
        self.assertEqual(drop_off.task_ids.pos_line_id, order.lines)
        self.assertEqual(set(drop_off.task_ids.mapped("payment_status")), {"paid"})
        self.assertEqual(
            sorted(drop_off.task_ids.piece_ids.mapped("label")),
            [f"VAL-T1P1-0001-{n}" for n in (1, 2, 3)],
        )
        ironing = drop_off.task_ids.filtered(lambda t: t.service_id == self.ironing)
        self.assertEqual(ironing.piece_ids.mapped("description"), ["Shirt", "Sheet"])
        self.assertIn("Starch", ironing.description)
        sold = order.lines.filtered(lambda ln: ln.product_id == self.ironing)
        self.assertEqual(len(sold.commission_line_ids), 1)
        return drop_off

    def test_saved_ticket_brings_along_what_was_left(self):
        order, result = self._save()
        drop_off = self._drop_off()
        self.assertEqual(drop_off.state, "waiting")
        self.assertFalse(drop_off.task_ids)
        self.assertFalse(
            self.env["conciergerie.piece"].search([("label", "like", "VAL-T1")])
        )
        # The other till gets it with the ticket…
        [sent] = result["conciergerie.drop.off"]
        self.assertEqual((sent["uuid"], sent["state"]), (drop_off.uuid, "waiting"))
        self.assertEqual(
            [(line["uuid"], line["piece_count"]) for line in sent["lines"]],
            [(line["uuid"], line["piece_count"]) for line in self.payload["lines"]],
        )
        other = self.other_till.with_user(self.counter)
        read = other.read_config_open_orders({"pos.order": [("id", "=", order.id)]}, {})
        [sent] = read["dynamic_records"]["conciergerie.drop.off"]
        self.assertEqual(sent["lines"][0]["remarks"], "Starch")
        # … and the first one finds it again when it is opened.
        loaded = self.till_session.with_user(self.counter).load_data([])
        self.assertIn(drop_off.id, [r["id"] for r in loaded["conciergerie.drop.off"]])
        # Saved again, it is the same.
        self._save(lines=[])
        self.assertEqual(self._drop_off(), drop_off)
        self.assertEqual(len(drop_off.line_ids), 2)

    def test_paid_at_a_till_that_knows_nothing_of_it(self):
        order, _result = self._save()
        self._pay(order)
        self.assertEqual(order.session_id, self.other_session)
        drop_off = self._check_taken(order)
        # Both tills send it when they hear of it: nothing more.
        self.assertEqual(self._send(self.payload), drop_off)
        other = {**self.payload, "config_id": self.other_till.id}
        self.assertEqual(self._send(other), drop_off)
        self.assertEqual(len(drop_off.task_ids), 2)

    def test_sent_by_the_till_that_was_paid(self):
        """Its own call first, then the ticket: without network it may be so."""
        order, _result = self._save()
        other = {**self.payload, "config_id": self.other_till.id}
        drop_off = self._send(other)
        self.assertEqual(drop_off.state, "done")
        self._pay(order)
        self.assertEqual(self._check_taken(order), drop_off)

    def test_paid_in_the_back_office(self):
        order, _result = self._save()
        manager = self.manager
        manager.group_ids |= self.env.ref("point_of_sale.group_pos_manager")
        payment = (
            self.env["pos.make.payment"]
            .with_user(manager)
            .with_context(active_id=order.id, active_ids=order.ids)
            .create({"payment_method_id": self.cash.id, "amount": order.amount_total})
        )
        payment.check()
        self.env.invalidate_all()
        self.assertEqual(order.state, "paid")
        self._check_taken(order)

    def test_as_the_ticket_says_it(self):
        """A service that was taken off the ticket is not left."""
        order, _result = self._save()
        ironing, alteration = order.lines
        self.sold["amount_total"] -= alteration.price_subtotal_incl
        self.sold["amount_tax"] = 0.0
        self.sold["amount_paid"] = 24.0
        self.sold["amount_total"] = 24.0
        self.sold["payment_ids"][0][2]["amount"] = 24.0
        self._pay(
            order,
            lines=[
                Command.delete(alteration.id),
                Command.update(
                    ironing.id,
                    {"qty": 2, "price_subtotal": 24.0, "price_subtotal_incl": 24.0},
                ),
            ],
        )
        drop_off = self._drop_off()
        self.assertEqual(drop_off.line_ids.product_id, self.ironing)
        self.assertEqual(drop_off.line_ids.quantity, 2)
        self.assertEqual(drop_off.line_ids.price_told, 24.0)
        self.assertEqual(drop_off.task_ids.service_id, self.ironing)
        self.assertEqual(drop_off.task_ids.pos_line_id, ironing)

    def test_taken_off_the_ticket(self):
        """She pays when she collects: what waited is forgotten, or finished unpaid."""
        order, _result = self._save()
        copies = self._ticket(self._payload(self._line(self.copies, 0)))["lines"]
        for line in copies:
            line[2].update(drop_off_uuid=False, drop_off_line_uuid=False)
        removed = [Command.delete(line.id) for line in order.lines]
        self._save(lines=removed + copies, conciergerie_drop_offs=[])
        self.assertFalse(self._drop_off())
        drop_off = self._send({**self.payload, "is_paid": False})
        self.assertEqual(len(drop_off.task_ids), 2)
        self.assertEqual(len(drop_off.order_id.order_line), 2)

    def test_finished_unpaid_while_its_ticket_is_saved(self):
        self._save()
        waiting = self._drop_off()
        drop_off = self._send({**self.payload, "is_paid": False})
        self.assertEqual(drop_off, waiting)
        self.assertFalse(drop_off.is_paid)
        self.assertEqual(
            drop_off.order_id.order_line.product_id, drop_off.line_ids.product_id
        )

    def test_cancelled_ticket(self):
        order, _result = self._save()
        order.with_user(self.counter).action_pos_order_cancel()
        self.assertFalse(self._drop_off())
        # Saved again in another ticket.
        for line in self.sold["lines"]:
            line[2]["uuid"] = line[2]["uuid"][::-1]
        self._save(uuid=self.sold["uuid"][::-1])
        self.assertEqual(self._drop_off().state, "waiting")

    def test_deleted_ticket(self):
        """What waits for nothing is forgotten after a day."""
        order, _result = self._save()
        order.lines.unlink()
        drop_off_model = self.env["conciergerie.drop.off"]
        drop_off_model._gc_waiting()
        self.assertTrue(self._drop_off(), "too young to be forgotten")
        self.env.cr.execute(
            "UPDATE conciergerie_drop_off SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=2), self._drop_off().id],
        )
        self.env.invalidate_all()
        drop_off_model._gc_waiting()
        self.assertFalse(self._drop_off())

    def test_only_what_the_ticket_pays_for(self):
        """A till cannot leave things in the name of a ticket that does not say so."""
        stranger = self._payload(number="VAL-T1P1-0099")
        self._save(conciergerie_drop_offs=[stranger])
        self.assertFalse(
            self.env["conciergerie.drop.off"].search([("uuid", "=", stranger["uuid"])])
        )

    def test_refused_request_does_not_stop_the_ticket(self):
        order, _result = self._save()
        self.alteration.active = False
        self._pay(order)
        drop_off = self._drop_off()
        self.assertEqual(drop_off.state, "failed")
        self.assertTrue(drop_off.sudo().activity_ids)
        self.assertFalse(drop_off.task_ids)
        self.alteration.active = True
        drop_off.with_user(self.manager).action_retry()
        self._check_taken(order)
