from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_transitions import TransitionCase


@tagged("post_install", "-at_install")
class TestDeliveredQuantity(TransitionCase):
    """What is handed over is delivered: our own method beside core's."""

    def test_method(self):
        line = self._new_request(self.ironing).sale_line_id
        self.assertEqual(line.qty_delivered_method, "handover")
        self.assertEqual(self.ironing.service_policy, "delivered_handover")
        self.assertEqual(line.qty_to_invoice, 0)

    def test_as_many_pieces_as_units(self):
        task = self._new_request(self.ironing, pieces=3, quantity=3)
        line = task.sale_line_id
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        for count in (1, 2, 3):
            task._hand_over(task.piece_ids[count - 1])
            self.assertEqual((line.qty_delivered, line.qty_to_invoice), (count, count))
        self.assertEqual(line.invoice_status, "to invoice")

    def test_whole_quantity_otherwise(self):
        """Two pieces for 1.5 hours: delivered whole, at the end."""
        task = self._new_request(self.alteration, pieces=2, quantity=1.5)
        line = task.sale_line_id
        task._mark_ready()
        task._hand_over(task.piece_ids[0])
        self.assertEqual(line.qty_delivered, 0)
        task._hand_over(task.piece_ids[1])
        self.assertEqual(line.qty_delivered, 1.5)

    def test_two_requests_of_one_line(self):
        task = self._new_request(self.copies, quantity=4)
        line = task.sale_line_id
        second = task.create(
            {
                "name": "Second half",
                "project_id": task.project_id.id,
                "partner_id": task.partner_id.id,
                "sale_line_id": line.id,
            }
        )
        task._hand_over()
        self.assertEqual(line.qty_delivered, 2)
        second._hand_over()
        self.assertEqual(line.qty_delivered, 4)

    def test_cancelled_delivers_nothing(self):
        task = self._request_at(self.alteration, "ready")
        task._cancel_request("Changed her mind")
        task._hand_over(task.piece_ids)
        self.assertEqual(task.sale_line_id.qty_delivered, 0)
        self.assertEqual(task.sale_line_id.invoice_status, "no")

    def test_lost_piece_leaves_the_others_delivered(self):
        """Two of three were handed over, the third is lost: two are invoiced."""
        task = self._new_request(self.ironing, pieces=3, quantity=3)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids[:2])
        task._hand_over(task.piece_ids[:2])
        task._cancel_request("The third shirt is lost")
        closed = task.closed_date
        task._record({"closed_date": fields.Datetime.add(closed, minutes=1)})
        line = task.sale_line_id
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (2, 2))
        task._record({"closed_date": fields.Datetime.subtract(closed, days=1)})
        self.assertEqual(line.qty_delivered, 0, "given back after the cancellation")


@tagged("post_install", "-at_install")
class TestCollect(TransitionCase):
    def _collect(self, tasks, user=None, **values):
        return (
            self.env["conciergerie.collect.wizard"]
            .with_user(user or self.counter)
            .create({"task_ids": [Command.set(tasks.ids)], **values})
        )

    def _invoice(self, tasks, **values):
        self._collect(tasks, **values).action_confirm()
        return tasks.sudo()._request_invoices()

    def _batch(self, orders):
        """Invoice several orders as the sales menu does; return the new moves."""
        before = orders.invoice_ids
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=orders.ids, active_id=orders[0].id
        ).create({"advance_payment_method": "delivered"}).create_invoices()
        return orders.invoice_ids - before

    def test_paid_before_hand_over_is_never_credited(self):
        """Batch invoicing of several orders makes no credit note."""
        paid = self._new_request(self.ironing, pieces=3, quantity=3)
        invoice = self._invoice(paid)
        self.assertEqual((invoice.amount_total, invoice.payment_state), (36.0, "paid"))
        done = self._request_at(self.copies, "handed_over")
        line = paid.sale_line_id
        self.assertEqual((line.qty_to_invoice, line.invoice_status), (0, "invoiced"))
        self.assertNotEqual(paid.sale_order_id, done.sale_order_id)
        moves = self._batch(paid.sale_order_id | done.sale_order_id)
        self.assertEqual(moves.mapped("move_type"), ["out_invoice"])
        self.assertEqual(moves.amount_total, 6.0)
        # Partly handed over, then wholly: still nothing.
        paid._send_to_provider()
        paid._receive_pieces(paid.piece_ids)
        paid._hand_over(paid.piece_ids[0])
        self.assertEqual(line.qty_to_invoice, 0)
        paid._hand_over(paid.piece_ids[1:])
        self.assertEqual((line.qty_to_invoice, line.invoice_status), (0, "invoiced"))

    def test_paid_and_cancelled_is_credited(self):
        task = self._new_request(self.copies, quantity=2)
        self._invoice(task)
        task._cancel_request("Printer broken")
        line = task.sale_line_id
        self.assertEqual(line.qty_to_invoice, -2)
        # With something to invoice beside it, core takes the difference.
        moves = task.sale_order_id._create_invoices(final=True)
        self.assertEqual(moves.move_type, "out_refund")
        self.assertEqual(moves.amount_total, 12.0)

    def test_credited_is_not_asked_again_from_the_list(self):
        """Chosen in the list with another request, a credited one is left out."""
        given_back = self._new_request(self.ironing, pieces=1)
        invoice = self._invoice(given_back)
        invoice._reverse_moves(
            [{"invoice_date": self._today(), "date": self._today()}], cancel=True
        )
        other = self._new_request(self.copies)
        self.assertEqual(given_back.sudo().sale_line_id._quantity_to_collect(), 0.0)
        wizard = self._collect(given_back + other)
        self.assertEqual(wizard.amount_total, 6.0)
        wizard.action_confirm()
        self.assertEqual(other.sudo()._request_invoices().amount_total, 6.0)

    def test_one_invoice_for_several_requests(self):
        tasks = (
            self._new_request(self.ironing, pieces=2, quantity=2)
            + self._new_request(self.copies)
            + self._new_request(self.paperwork)
        )
        self.assertEqual(len(tasks.sale_order_id), 2)
        wizard = self._collect(tasks)
        self.assertEqual(wizard.amount_total, 30.0)
        wizard.action_confirm()
        invoice = tasks.sudo()._request_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertEqual((invoice.amount_total, invoice.payment_state), (30.0, "paid"))
        self.assertEqual(tasks.mapped("payment_status"), ["paid", "paid", "free"])

    def test_invoiced_request_stays_on_its_order(self):
        """Core's form of a task lets one empty the order line: not charged twice."""
        task = self._new_request(self.copies)
        other = self._new_request(self.copies).sale_line_id
        self._invoice(task)
        for line_id in (False, other.id):
            with self.assertRaisesRegex(UserError, "stays on it"):
                task.with_user(self.counter).write({"sale_line_id": line_id})
        self.assertEqual(task.payment_status, "paid")

    def test_draft_of_the_accountant_is_named(self):
        """Not "everything is paid": the price is on a draft that somebody prepares."""
        task = self._request_at(self.copies, "handed_over")
        task.sale_order_id._create_invoices()
        with self.assertRaisesRegex(UserError, "is being prepared"):
            self._collect(task).action_confirm()
        self.assertEqual(task.payment_status, "not_invoiced")

    def test_invoice_now_pay_later(self):
        task = self._new_request(self.copies)
        invoice = self._invoice(task, pay_now=False)
        self.assertEqual((invoice.state, invoice.payment_state), ("posted", "not_paid"))
        self.assertEqual(task.payment_status, "to_pay")
        wizard = self._collect(task)
        self.assertEqual(
            (wizard.amount_to_invoice, wizard.amount_residual, wizard.amount_total),
            (0.0, 6.0, 6.0),
        )
        wizard.action_confirm()
        self.assertEqual(task.sudo()._request_invoices(), invoice, "no second one")
        self.assertEqual(task.payment_status, "paid")

    def _ready_request(self):
        task = self._new_request(self.ironing, pieces=3, quantity=3)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        return task

    def test_a_part_paid_is_not_all_paid(self):
        """Two pieces of three are handed over and paid: the third is still to pay."""
        task = self._ready_request()
        task._hand_over(task.piece_ids[:2])
        order_sudo = task.sudo().sale_order_id
        invoice_sudo = order_sudo._create_invoices()
        invoice_sudo.action_post()
        self.assertEqual(task.payment_status, "to_pay")
        self._collect(task).action_confirm()
        self.assertEqual(task.payment_status, "paid")
        task._hand_over(task.piece_ids[2])
        self.assertEqual(task.payment_status, "paid", "the dialog takes all of it")

        task = self._ready_request()
        task._hand_over(task.piece_ids[:2])
        invoice_sudo = task.sudo().sale_order_id._create_invoices()
        invoice_sudo.action_post()
        self.env["account.payment.register"].sudo().with_context(
            active_model="account.move", active_ids=invoice_sudo.ids
        ).create({})._create_payments()
        self.assertEqual(task.payment_status, "not_invoiced")
        wizard = self._collect(task)
        self.assertEqual(wizard.amount_total, 12.0)
        wizard.action_confirm()
        self.assertEqual(task.payment_status, "paid")
        task._hand_over(task.piece_ids[2])
        self.assertEqual(task.payment_status, "paid")

    def test_another_person_or_site_is_another_order(self):
        """“Add a service” adds to the order of the same person at the same site."""
        first = self._new_request(self.copies)
        order = first.sale_order_id
        odile = self.env["res.partner"].create({"name": "Odile"})
        same = self._new_request(self.copies, order_id=order.id)
        self.assertEqual(same.sale_order_id, order)
        hers = self._new_request(self.copies, order_id=order.id, partner_id=odile.id)
        self.assertNotEqual(hers.sale_order_id, order)
        self.assertEqual(hers.sale_order_id.partner_id, odile)
        elsewhere = self._new_request(
            self.copies, order_id=order.id, site_id=self.site_2.id
        )
        self.assertNotEqual(elsewhere.sale_order_id, order)
        self.assertEqual(elsewhere.site_id, self.site_2)

    def test_not_more_than_chosen(self):
        """Of an order of two services, the one that is chosen is invoiced."""
        task = self._new_request(self.copies)
        line = self.env["sale.order.line"].create(
            {"order_id": task.sale_order_id.id, "product_id": self.alteration.id}
        )
        invoice = self._invoice(task)
        self.assertEqual(invoice.amount_total, 6.0)
        self.assertEqual(line.qty_invoiced, 0)

    def test_a_cancelled_half_is_not_collected(self):
        """Of two requests of one line one is cancelled: she pays the other one."""
        task = self._new_request(self.copies, quantity=4)
        line = task.sale_line_id
        half = task.price_total / 2
        second = task.create(
            {
                "name": "Second half",
                "project_id": task.project_id.id,
                "partner_id": task.partner_id.id,
                "sale_line_id": line.id,
            }
        )
        second._cancel_request("Not needed any more")
        task._hand_over()
        wizard = self._collect(task)
        self.assertAlmostEqual(wizard.amount_total, half)
        wizard.action_confirm()
        self.assertEqual(line.sudo().qty_to_invoice, 0)
        self.assertEqual(task.payment_status, "paid")

    def test_non_market_counts_and_is_never_invoiced(self):
        task = self._request_at(self.paperwork, "handed_over")
        self.assertFalse(task.sale_line_id)
        self.assertEqual(task.payment_status, "free")
        self.assertEqual(self.beneficiary.with_user(self.counter).request_count, 1)
        with self.assertRaisesRegex(UserError, "There is nothing to pay"):
            self._collect(task).action_confirm()
        # Also on an order, at whatever price somebody wrote.
        order = self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "site_id": self.site.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.paperwork.id, "price_unit": 10.0}
                    )
                ],
            }
        )
        order.action_confirm()
        order.order_line.task_id._hand_over()
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.order_line.qty_to_invoice, 0)

    def test_request_without_order_gets_one(self):
        task = (
            self.env["project.task"]
            .with_user(self.counter)
            .create(
                {
                    "name": "Copies",
                    "project_id": self.site.project_id.id,
                    "partner_id": self.beneficiary.id,
                    "service_id": self.copies.id,
                }
            )
        )
        self.assertFalse(task.sale_line_id)
        before = self.env["project.task"].search_count([])
        invoice = self._invoice(task)
        self.assertEqual(invoice.amount_total, 6.0)
        self.assertEqual(task.sale_line_id.task_id, task)
        self.assertEqual(task.sale_order_id.state, "sale")
        self.assertEqual(self.env["project.task"].search_count([]), before)
        task._hand_over()
        self.assertEqual(task.sale_line_id.qty_delivered, 1)
        nobody = task.create({"name": "?", "project_id": task.project_id.id})
        nobody.service_id = self.copies
        with self.assertRaisesRegex(UserError, "needs a beneficiary and a service"):
            nobody._ensure_order()

    def test_refusals(self):
        task = self._new_request(self.copies)
        other = self._new_request(
            self.copies, partner_id=self.env["res.partner"].create({"name": "Odile"}).id
        )
        with self.assertRaisesRegex(UserError, "requests of one beneficiary"):
            self._collect(task | other).action_confirm()
        cancelled = self._request_at(self.copies, "cancelled")
        with self.assertRaisesRegex(UserError, "is cancelled"):
            self._collect(task | cancelled).action_confirm()
        wizard = self._collect(task)
        for journal in (False, self.company_data["default_journal_misc"]):
            wizard.journal_id = journal
            with self.assertRaisesRegex(UserError, "Choose how it is paid"):
                wizard.action_confirm()
        self.assertFalse(other.sudo()._request_invoices())
        self._invoice(task)
        with self.assertRaisesRegex(UserError, "There is nothing to pay"):
            self._collect(task).action_confirm()
        self.assertEqual(len(task.sudo()._request_invoices()), 1)

    def test_several_amounts_of_one_invoice(self):
        service = self._new_service("At 3.35", 3.35, fulfilment="own")
        tasks = self._new_request(service)
        for _n in range(2):
            tasks += self._new_request(service)
        wizard = self._collect(tasks)
        announced = wizard.amount_total
        wizard.action_confirm()
        self.assertEqual(announced, tasks.sudo()._request_invoices().amount_total)
        self.assertEqual(set(tasks.mapped("payment_status")), {"paid"})

    def test_amounts_include_vat_to_the_cent(self):
        """What is announced is what is invoiced, whatever the rounding."""
        for price, quantity in ((3.35, 3), (0.07, 7), (33.33, 1), (10.01, 1.5)):
            service = self._new_service(f"At {price}", price, fulfilment="own")
            task = self._new_request(service, quantity=quantity)
            wizard = self._collect(task)
            announced = wizard.amount_total
            wizard.action_confirm()
            invoice = task.sudo()._request_invoices()
            with self.subTest(price=price, quantity=quantity):
                self.assertEqual(announced, invoice.amount_total)
                self.assertEqual(invoice.amount_residual, 0)
                self.assertAlmostEqual(announced, price * quantity, delta=0.005001)
                self.assertEqual(task.price_total, announced)
