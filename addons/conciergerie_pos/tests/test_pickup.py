from odoo.exceptions import UserError
from odoo.tests import tagged

from .pickup_common import SIGNATURE, PickupCommon


@tagged("post_install", "-at_install")
class TestPickup(PickupCommon):
    """Handing over at the till: whole, in parts, paid before or with it (CASES B6)."""

    def _tasks(self, user=None):
        return (
            self.env["project.task"]
            .with_user(user or self.counter)
            .with_company(self.company)
        )

    def test_settle_and_hand_over_in_one_transaction(self):
        task = self._ready_request()
        line = task.sale_line_id
        ticket = self._sync(
            self._ticket(
                [self._settle_line(line)], conciergerie_pickup=self._payload(task)
            )
        )
        self.assertEqual(ticket.state, "paid")
        self.assertEqual(ticket.amount_total, 12.0)
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(task.piece_ids.holder, "beneficiary")
        self.assertEqual(line.qty_invoiced, 1.0)
        self.assertEqual(line.qty_to_invoice, 0.0)
        self.assertEqual(line.order_id.amount_unpaid, 0.0)
        event = task.custody_event_ids[-1]
        self.assertEqual(event.user_id, self.counter)
        self.assertTrue(event.proof_id.signature)
        self.assertEqual(event.proof_id.receiver_name, "Camille Morel")

    def test_the_signature_is_not_stored_with_the_ticket(self):
        task = self._ready_request()
        ticket = self._sync(
            self._ticket(
                [self._settle_line(task.sale_line_id)],
                conciergerie_pickup=self._payload(task),
            )
        )
        for record in (ticket, ticket.lines, ticket.payment_ids):
            self.assertNotIn(SIGNATURE[:40], str(record.read()))

    def test_three_pieces_one_taken(self):
        """Only that one is closed; the two others wait and are reminded (B6)."""
        task = self._ready_request(pieces=3, quantity=3)
        first = task.piece_ids[0]
        line = task.sale_line_id
        self.assertEqual(line._pos_quantity_to_settle(), 3.0)
        self._sync(
            self._ticket(
                [self._settle_line(line, 1.0)],
                conciergerie_pickup=self._payload(
                    task, first, proxy=True, receiver="Léa Morel"
                ),
            )
        )
        self.assertEqual(
            task.piece_ids.mapped("holder"), ["proxy", "counter", "counter"]
        )
        self.assertEqual(task.step, "ready")
        event = first.event_ids.sorted("id")[-1]
        self.assertEqual(event.proof_id.receiver_name, "Léa Morel")
        self.assertTrue(event.proof_id.signature)
        self.assertEqual(line.qty_delivered, 1.0)
        self.assertEqual(line._pos_quantity_to_settle(), 2.0)
        row = task.with_user(self.counter)._pos_rows()[0]
        self.assertEqual(row["sale"]["unpaid"], 24.0)
        self._sync(
            self._ticket(
                [self._settle_line(line)],
                conciergerie_pickup=self._payload(task, task.piece_ids[1:]),
            )
        )
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(line.order_id.amount_unpaid, 0.0)

    def test_prepaid_is_handed_over_at_once_with_a_signature(self):
        task = self._ready_request()
        self._sync(self._ticket([self._settle_line(task.sale_line_id)]))
        self.assertEqual(task.step, "ready")
        line = task.sale_line_id
        self.assertEqual(line.qty_to_invoice, 0.0)
        self.assertNotEqual(line.invoice_status, "to invoice")
        payload = self._payload(task)
        rows = self._tasks().pos_hand_over(self.config.id, payload)
        self.assertEqual(rows[0]["step"], "handed_over")
        self.assertTrue(task.custody_event_ids[-1].proof_id.signature)
        # The answer was lost: the till sends it again.
        rows = self._tasks().pos_hand_over(self.config.id, payload)
        self.assertEqual(rows[0]["step"], "handed_over")
        self.assertEqual(
            len(task.custody_event_ids.filtered(lambda e: e.holder == "beneficiary")), 1
        )

    def test_nothing_leaves_unpaid_without_its_ticket(self):
        task = self._ready_request()
        with self.assertRaisesRegex(UserError, "is not paid"):
            self._tasks().pos_hand_over(self.config.id, self._payload(task))
        self.assertEqual(task.step, "ready")

    def test_one_of_three_prepaid_pieces(self):
        """What was paid for one piece lets one leave, not two."""
        task = self._ready_request(pieces=3, quantity=3)
        self._sync(self._ticket([self._settle_line(task.sale_line_id, 1.0)]))
        with self.assertRaisesRegex(UserError, "is not paid"):
            self._tasks().pos_hand_over(
                self.config.id, self._payload(task, task.piece_ids[:2])
            )
        self._tasks().pos_hand_over(
            self.config.id, self._payload(task, task.piece_ids[:1])
        )
        self.assertEqual(task.piece_ids[0].holder, "beneficiary")

    def test_a_proxy_has_a_name(self):
        task = self._ready_request()
        ticket = self._ticket(
            [self._settle_line(task.sale_line_id)],
            conciergerie_pickup=self._payload(task, proxy=True),
        )
        with self.assertRaisesRegex(UserError, "name of the person"):
            self._sync(ticket)

    def test_scan_of_something_handed_over(self):
        task = self._ready_request()
        self._sync(
            self._ticket(
                [self._settle_line(task.sale_line_id)],
                conciergerie_pickup=self._payload(task),
            )
        )
        found = self._tasks().pos_find_code(self.config.id, task.piece_ids.label)
        self.assertEqual(found["rows"][0]["step"], "handed_over")
        self.assertTrue(found["rows"][0]["closed"])
        with self.assertRaisesRegex(UserError, "already been handed over|Handed over"):
            self._tasks().pos_check_hand_over(self._payload(task))

    def test_codes_lead_to_the_request(self):
        task = self._ready_request()
        self.beneficiary.barcode = "0420000000017"
        for code in (
            task.reference.lower(),
            task.piece_ids.label,
            task.tracking_url,
            "0420000000017",
        ):
            found = self._tasks().pos_find_code(self.config.id, code)
            self.assertEqual([r["id"] for r in found["rows"]], task.ids, code)
            self.assertEqual(found["person"], self.beneficiary.id)
        with self.assertRaisesRegex(UserError, "Nothing carries the code"):
            self._tasks().pos_find_code(self.config.id, "VAL-1999-0001")

    def test_a_closed_request_is_not_handed_over(self):
        task = self._ready_request(self.copies)
        task._hand_over()
        with self.assertRaisesRegex(UserError, "Handed over"):
            self._tasks().pos_check_hand_over(self._payload(task))

    def test_a_cancelled_request_gives_its_things_back(self):
        task = self._ready_request()
        task._cancel_request("Torn")
        rows = self._tasks().pos_refresh_requests(self.config.id)["rows"]
        self.assertIn(task.id, [row["id"] for row in rows])
        self._tasks().pos_hand_over(self.config.id, self._payload(task))
        self.assertEqual(task.piece_ids.holder, "beneficiary")
        self.assertEqual(task.step, "cancelled")

    def test_a_portal_user_and_an_accountant_are_refused(self):
        task = self._ready_request(self.copies)
        for user in (self.accountant,):
            with self.assertRaises(UserError):
                self._tasks(user).pos_hand_over(self.config.id, self._payload(task))

    def test_request_without_an_order(self):
        """One taken in the back office gets its order when it is paid."""
        task = self._tasks().create(
            {
                "name": "Alteration",
                "project_id": self.site.project_id.id,
                "service_id": self.alteration.id,
                "partner_id": self.beneficiary.id,
            }
        )
        task._deposit(1)
        task._mark_ready()
        row = task.with_user(self.counter)._pos_rows()[0]
        self.assertEqual(row["mode"], "none")
        self.assertEqual(row["price"], 18.0)
        rows = self._tasks().pos_prepare(self.config.id, task.ids)
        self.assertEqual(rows[0]["mode"], "order")
        self.assertEqual(rows[0]["sale"]["unpaid"], 18.0)
        self.assertEqual(rows[0]["sale"]["line"]["left"], 1.0)
