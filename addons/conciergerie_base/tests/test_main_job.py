from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestMainJob(ConciergerieCommon):
    """From request to invoice, as the counter user."""

    def test_relayed_with_three_pieces(self):
        task = self._new_request(pieces=3, quantity=3)
        self.assertEqual(task.step, "todo")
        self.assertRegex(task.reference, r"^VAL-\d{4}-\d{4}$")
        self.assertEqual(task.provider_id, self.laundry)
        self.assertEqual(
            task.piece_ids.mapped("label"),
            [f"{task.reference}-{n}" for n in (1, 2, 3)],
        )
        self.assertEqual(set(task.piece_ids.mapped("holder")), {"counter"})

        task.action_send_to_provider()
        self.assertEqual(task.step, "provider")
        self.assertEqual(task.piece_ids.holder_partner_id, self.laundry)

        with self.assertRaisesRegex(UserError, "cannot be handed over: it is with"):
            task._hand_over(task.piece_ids[0])
        with self.assertRaisesRegex(UserError, "No piece carries the label"):
            self.env["conciergerie.piece"].with_user(self.counter)._get_by_label("X-1")

        task._receive_pieces(task.piece_ids[:2])
        self.assertEqual(task.step, "provider", "one piece is still away")
        task._receive_pieces(task.piece_ids[2])
        self.assertEqual(task.step, "ready")
        mail = self.env["mail.mail"].search(
            [("model", "=", "project.task"), ("res_id", "=", task.id)], order="id"
        )
        self.assertEqual(len(mail), 2, "registered, then ready")
        mail = mail[-1]
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(task.reference, mail.subject)

        task._hand_over(task.piece_ids[:2])
        line = task.sale_line_id
        self.assertEqual(task.step, "ready")
        self.assertEqual(line.qty_delivered, 2)
        self.assertEqual(line.qty_to_invoice, 2)
        with self.assertRaisesRegex(UserError, "name of the person"):
            task._hand_over(task.piece_ids[2], is_proxy=True)
        task._hand_over(task.piece_ids[2], receiver_name="Jean Petit", is_proxy=True)
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(task.state, "1_done")
        self.assertEqual(line.qty_delivered, 3)
        event = task.piece_ids[2].event_ids[-1]
        self.assertEqual(event.holder, "proxy")
        self.assertEqual(event.proof_id.receiver_name, "Jean Petit")

        wizard = (
            self.env["conciergerie.collect.wizard"]
            .with_user(self.counter)
            .create({"task_ids": task.ids})
        )
        self.assertEqual(wizard.amount_total, 36.0)
        action = wizard.action_confirm()
        invoice = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(invoice.amount_total, 36.0)
        self.assertEqual(task.payment_status, "paid")

    def test_no_provider(self):
        service = self._new_service("Clock repair", 40.0)
        task = self._new_request(service)
        self.assertFalse(task.provider_id)
        with self.assertRaisesRegex(UserError, "has no provider"):
            task.action_send_to_provider()
        self.assertEqual(task.step, "todo")
        task.provider_id = self.cobbler
        self.assertEqual(task.sale_line_id.provider_id, self.cobbler)
        task.action_send_to_provider()
        self.assertEqual(task.step, "provider")

    def test_paid_before_hand_over(self):
        task = self._new_request(pieces=3, quantity=3)
        self.env["conciergerie.collect.wizard"].with_user(self.counter).create(
            {"task_ids": task.ids}
        ).action_confirm()
        line = task.sale_line_id
        self.assertEqual(line.qty_invoiced, 3)
        self.assertEqual(line.qty_to_invoice, 0)
        self.assertEqual(line.invoice_status, "invoiced")
        self.assertEqual(task.payment_status, "paid")
        task._cancel_request("Changed her mind")
        self.assertEqual(line.qty_to_invoice, -3, "a credit note is due")

    def test_non_market(self):
        task = self._new_request(self.paperwork)
        self.assertFalse(task.sale_line_id)
        self.assertEqual(task.payment_status, "free")
        task.action_hand_over()
        self.assertEqual(task.step, "handed_over")
