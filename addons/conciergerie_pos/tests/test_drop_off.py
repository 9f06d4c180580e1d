from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestDropOff(DropOffCase):
    """B7, B9: what a till sends becomes requests, once, whatever happens."""

    def test_unpaid_makes_one_order_and_its_request(self):
        """B7: without payment there is an order to settle, and no ticket."""
        drop_off = self._send(
            self._payload(
                self._line(
                    self.ironing,
                    3,
                    piece_notes=["Blue shirt", "", "Sheet"],
                    remarks="No starch",
                    promised_date="2026-12-04",
                    price_told=12.0,
                )
            )
        )
        self.assertEqual(drop_off.state, "done", drop_off.failure)
        self.assertEqual(drop_off.site_id, self.site)
        self.assertEqual(drop_off.user_id, self.counter)
        order = drop_off.order_id
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.partner_id, self.beneficiary)
        self.assertEqual(order.site_id, self.site)
        self.assertEqual(order.origin, "VAL-T1P1-0001")
        task = drop_off.task_ids
        self.assertEqual(len(task), 1)
        self.assertEqual(task.sale_line_id, order.order_line)
        self.assertEqual(task.provider_id, self.laundry)
        self.assertEqual(task.taken_by_id, self.counter)
        self.assertEqual(task.promised_date, fields.Date.to_date("2026-12-04"))
        self.assertIn("No starch", task.description)
        self.assertEqual(
            task.piece_ids.mapped("label"),
            ["VAL-T1P1-0001-1", "VAL-T1P1-0001-2", "VAL-T1P1-0001-3"],
        )
        self.assertEqual(
            task.piece_ids.mapped("description"), ["Blue shirt", "", "Sheet"]
        )
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"counter"})
        self.assertEqual(task.payment_status, "not_invoiced")
        self.assertFalse(self.till_session.order_ids, "no fiscal ticket")

    def test_labels_of_several_services_are_one_series(self):
        drop_off = self._send(
            self._payload(self._line(self.ironing, 2), self._line(self.alteration, 1))
        )
        self.assertEqual(len(drop_off.order_id), 1)
        self.assertEqual(len(drop_off.order_id.order_line), 2)
        ironing, alteration = drop_off.task_ids.sorted("id")
        self.assertEqual(ironing.service_id, self.ironing)
        self.assertEqual(
            ironing.piece_ids.mapped("label"), ["VAL-T1P1-0001-1", "VAL-T1P1-0001-2"]
        )
        self.assertEqual(alteration.piece_ids.mapped("label"), ["VAL-T1P1-0001-3"])

    def test_sent_twice_is_taken_once(self):
        """B9: three drop-offs, each sent twice, make exactly three requests."""
        payloads = [self._payload(number=f"VAL-T1P1-000{n}") for n in range(1, 4)]
        before = self.env["project.task"].search_count([("site_id", "!=", False)])
        first = [self._send(payload) for payload in payloads]
        second = [self._send(payload) for payload in payloads]
        self.assertEqual(first, second)
        after = self.env["project.task"].search_count([("site_id", "!=", False)])
        self.assertEqual(after - before, 3)

    def test_later_scan_finds_ticket_and_piece(self):
        drop_off = self._send(self._payload())
        piece_model = self.env["conciergerie.piece"].with_user(self.counter)
        for code in ("val-t1p1-0001", "VAL-T1P1-0001-2"):
            action = piece_model.action_open_code(code)
            self.assertEqual(action["res_id"], drop_off.task_ids.id)

    def test_label_used_by_another_till(self):
        """A copied browser profile counts twice: the pieces get base's labels."""
        self._send(self._payload())
        second = self._send(self._payload())
        self.assertEqual(second.state, "done", second.failure)
        reference = second.task_ids.reference
        self.assertEqual(
            second.task_ids.piece_ids.mapped("label"),
            [f"{reference}-1", f"{reference}-2"],
        )

    def test_free_service_has_no_order(self):
        drop_off = self._send(self._payload(self._line(self.paperwork, 0)))
        self.assertEqual(drop_off.state, "done", drop_off.failure)
        self.assertFalse(drop_off.order_id)
        self.assertEqual(drop_off.task_ids.payment_status, "free")

    # ------------------------------------------------------------------
    # Paid at once
    # ------------------------------------------------------------------

    def _check_paid(self, drop_off, ticket):
        task = drop_off.task_ids
        self.assertEqual(len(task), 1, drop_off.failure)
        self.assertFalse(drop_off.order_id)
        self.assertFalse(task.sale_line_id)
        self.assertEqual(task.pos_line_id, ticket.lines)
        self.assertEqual(ticket.lines.request_ids, task)
        self.assertEqual(task.payment_status, "paid")
        self.assertEqual(task.price_total, 12.0)
        self.assertEqual(len(task.piece_ids), 2)
        self.assertEqual(task.provider_id, ticket.lines.provider_id)
        self.assertEqual(len(ticket.lines.commission_line_ids), 1)

    def test_paid_drop_off_comes_first(self):
        payload = self._payload(is_paid=True)
        drop_off = self._send(payload)
        self.assertEqual(drop_off.task_ids.payment_status, "paid")
        self.assertFalse(drop_off.task_ids.pos_line_id)
        ticket = self._sell(payload)
        self._check_paid(drop_off, ticket)

    def test_paid_ticket_comes_first(self):
        payload = self._payload(is_paid=True)
        ticket = self._sell(payload)
        drop_off = self._send(payload)
        self._check_paid(drop_off, ticket)
        self.assertEqual(self._send(payload), drop_off)

    def test_another_provider_on_the_ticket(self):
        """Who is paid for a service does it, whichever of the two calls comes first."""
        hill = self.laundry.copy({"name": "Laundry of the Hill"})
        self._new_agreement(hill, terms=[self._mandate_term()])
        self.ironing.seller_ids = [
            Command.create({"partner_id": hill.id, "price": 90.0})
        ]
        for number, ticket_first in enumerate((True, False)):
            payload = self._payload(is_paid=True, number=f"VAL-T1P1-000{number}")
            self.assertEqual(payload["lines"][0]["provider_id"], self.laundry.id)
            ticket_data = self._ticket(payload)
            ticket_data["lines"][0][2]["provider_id"] = hill.id
            calls = [
                lambda data=ticket_data: (
                    self.env["pos.order"].with_user(self.counter).sync_from_ui([data])
                ),
                lambda data=payload: self._send(data),
            ]
            for call in calls if ticket_first else reversed(calls):
                call()
            task = (
                self.env["conciergerie.drop.off"]
                .search([("uuid", "=", payload["uuid"])])
                .task_ids
            )
            self.assertTrue(task.pos_line_id)
            self.assertEqual(task.pos_line_id.provider_id, hill)
            self.assertEqual(task.provider_id, hill)

    def test_draft_ticket_links_nothing(self):
        """No money on drafts: a basket that is not paid pays for nothing."""
        payload = self._payload(is_paid=True)
        draft = self._ticket(payload) | {"state": "draft", "payment_ids": []}
        draft["amount_paid"] = 0
        model = self.env["pos.order"].with_user(self.counter)
        model.sync_from_ui([draft])
        drop_off = self._send(payload)
        self.assertFalse(drop_off.task_ids.pos_line_id)

    def test_life_of_a_request_of_a_ticket(self):
        """Base's rules hold without an order: sent, back, handed over, closed."""
        payload = self._payload(is_paid=True)
        ticket = self._sell(payload)
        task = self._send(payload).task_ids.with_user(self.counter)
        task._send_to_provider()
        self.assertEqual(task.step, "provider")
        task._receive_pieces(task.piece_ids)
        self.assertEqual(task.step, "ready")
        task._hand_over(task.piece_ids[0])
        self.assertEqual(task.step, "ready", "one piece is left")
        task._hand_over(task.piece_ids[1], "Louis Morel", is_proxy=True)
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(task.payment_status, "paid")
        self.assertEqual(ticket.lines.qty, 1)
        wizard = (
            self.env["conciergerie.collect.wizard"]
            .with_user(self.counter)
            .create({"task_ids": [Command.set(task.ids)]})
        )
        with self.assertRaisesRegex(UserError, "nothing to pay"):
            wizard.action_confirm()
        self.assertFalse(task.sale_line_id, "no second charge")

    def test_cancelled_request_of_a_ticket(self):
        payload = self._payload(is_paid=True)
        ticket = self._sell(payload)
        task = self._send(payload).task_ids.with_user(self.counter)
        task._cancel_request("The person changed her mind")
        self.assertEqual(task.step, "cancelled")
        self.assertIn(ticket.pos_reference, task.message_ids.mapped("body")[0])
        task._hand_over(task.piece_ids)
        self.assertEqual(task.step, "cancelled")
        with self.assertRaises(UserError):
            task.sudo().unlink()

    def test_ticket_of_a_request_is_not_written_by_hand(self):
        ticket = self._sell(self._payload(is_paid=True))
        task = self._send(self._payload(number="VAL-T1P1-0002")).task_ids
        with self.assertRaisesRegex(UserError, "recorded by the till"):
            task.with_user(self.counter).pos_line_id = ticket.lines

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def test_new_person_taken_offline(self):
        drop_off = self._send(
            self._payload(
                partner_id=False, partner_name="Ada Nguyen", partner_phone="0639980012"
            )
        )
        partner = drop_off.partner_id
        self.assertEqual(partner.name, "Ada Nguyen")
        self.assertEqual(partner.company_id, self.company)
        self.assertIn("inhabitant", partner.audience_ids.mapped("code"))
        again = self._send(
            self._payload(
                partner_id=False,
                partner_name="NGUYEN Ada",
                partner_phone="06 39 98 00 12",
                number="VAL-T1P1-0002",
            )
        )
        self.assertEqual(again.partner_id, partner, "same name and phone: known")
        other = self._send(
            self._payload(
                partner_id=False, partner_name="Ada Nguyen", number="VAL-T1P1-0003"
            )
        )
        self.assertNotEqual(other.partner_id, partner, "a homonym is another person")

    def test_person_created_at_the_till(self):
        model = self.env["res.partner"].with_user(self.counter)
        result = model.take_beneficiary_from_ui(
            self.config.id, "Ada Nguyen", "0639980012"
        )
        [values] = result["res.partner"]
        again = model.take_beneficiary_from_ui(
            self.config.id, "Ada Nguyen", "06 39 98 00 12"
        )
        self.assertEqual(again["res.partner"][0]["id"], values["id"])
        with self.assertRaises(ValidationError):
            model.take_beneficiary_from_ui(self.config.id, " ", "0639980012")
        for text in ("ngu", "ada n", "063998", "+33639980012"):
            found = model.find_people_from_ui(self.config.id, text)["res.partner"]
            self.assertIn(values["id"], [row["id"] for row in found], text)
        self.assertFalse(model.find_people_from_ui(self.config.id, "ng")["res.partner"])

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------

    def test_customer_or_service_missing(self):
        for missing in ({"partner_id": False, "partner_name": ""}, {"lines": []}):
            with self.assertRaises(ValidationError):
                self._send(self._payload() | missing)
        with self.assertRaises(ValidationError):
            self._send(self._payload(self._line(self.ironing, 5000)))

    def test_refused_is_kept_for_the_manager(self):
        """The things are at the counter: a service closed meanwhile loses nothing."""
        self.ironing.site_ids = self.site_2
        payload = self._payload()
        drop_off = self._send(payload)
        self.assertEqual(drop_off.state, "failed")
        self.assertIn("does not offer “Ironing”", drop_off.failure)
        self.assertFalse(drop_off.task_ids)
        self.assertEqual(drop_off.sudo().activity_ids.user_id, self.manager)
        self.assertEqual(self._send(payload), drop_off, "sent again: nothing new")
        with self.assertRaises(AccessError):
            drop_off.with_user(self.counter).action_retry()
        self.ironing.site_ids = False
        drop_off.with_user(self.manager).action_retry()
        self.assertEqual(drop_off.state, "done")
        self.assertEqual(len(drop_off.task_ids.piece_ids), 2)
        self.assertFalse(drop_off.sudo().activity_ids)
        with self.assertRaisesRegex(UserError, "registered already"):
            drop_off.with_user(self.manager).action_retry()

    def test_promised_date_gone_by_meanwhile(self):
        """Three days without network: what was printed and promised stays."""
        with freeze_time("2026-11-27 10:00:00"):
            drop_off = self._send(
                self._payload(
                    self._line(self.ironing, promised_date="2026-11-24"),
                    taken_date="2026-11-20 09:00:00",
                )
            )
            self.assertEqual(drop_off.state, "done", drop_off.failure)
            self.assertEqual(
                drop_off.task_ids.promised_date, fields.Date.to_date("2026-11-24")
            )
            self.assertTrue(drop_off.task_ids.is_late)
            wrong = self._send(
                self._payload(
                    self._line(self.ironing, promised_date="2036-11-24"),
                    number="VAL-T1P1-0002",
                )
            )
            self.assertEqual(wrong.state, "failed")

    def test_price_of_the_ticket_and_of_the_order_differ(self):
        drop_off = self._send(self._payload(self._line(self.ironing, price_told=10.0)))
        bodies = " ".join(drop_off.task_ids.message_ids.mapped("body"))
        self.assertRegex(bodies, r"ticket said 10.00.+order says 12.00")
        self.assertEqual(drop_off.order_id.amount_total, 12.0)

    def test_unknown_fields_are_ignored(self):
        order = self._send(self._payload()).order_id
        drop_off = self._send(
            self._payload(number="VAL-T1P1-0002")
            | {"id": 1, "state": "failed", "order_id": order.id, "company_id": 1}
        )
        self.assertEqual(drop_off.state, "done")
        self.assertNotEqual(drop_off.order_id, order)
        self.assertEqual(drop_off.company_id, self.company)

    def test_till_without_site(self):
        self.config.site_id = False
        with self.assertRaisesRegex(ValidationError, "belongs to no site"):
            self._send(self._payload(), self.manager)
        with self.assertRaises(AccessError):
            self._send(self._payload())

    def test_new_services_are_offered_at_tills(self):
        self.assertTrue(self._new_service("Knitting", 5.0).available_in_pos)
        hidden = self._new_service("Advice", 5.0, available_in_pos=False)
        self.assertFalse(hidden.available_in_pos)
