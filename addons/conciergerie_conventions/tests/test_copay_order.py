from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .test_copay_invoice import CopayInvoiceCase


@tagged("post_install", "-at_install")
class TestCopayOrder(CopayInvoiceCase):
    """Order, person's form and collect dialog show what the invoice will book."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-10"))
        cls.convention = cls._new_convention()
        cls._entitle(cls.convention)
        cls.town_convention = cls._new_convention(
            payer=cls.town,
            convention_kind="commune",
            rules=[{"share": 20.0, "cap_month": 5.0}],
        )
        cls._entitle(cls.town_convention)
        cls.service = cls._new_service("At 30.00", 30.0, fulfilment="own")

    def _order(self, *prices, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "site_id": self.site.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.copies.id, "price_unit": price})
                    for price in prices
                ],
                **values,
            }
        )

    def _read(self, text):
        """What is read, whatever the separators of the language."""
        return str(text).replace("\xa0", " ").replace(",00", ".00")

    def _as_counter(self, record):
        record.invalidate_recordset()
        return record.with_user(self.counter)

    def test_who_takes_what(self):
        order = self._as_counter(self._order(30.0))
        self.assertEqual((order.copay_amount, order.copay_rest), (14.0, 16.0))
        self.assertEqual(
            self._read(order.order_line.copay_payers),
            "Biscuiterie du Val: 10.00 €, Commune of Valmont: 4.00 €",
        )
        self.assertFalse(self.env["conciergerie.copay.use"].search([]))

    def test_nobody_pays(self):
        order = self._order(30.0, partner_id=self.cobbler.id)
        self.assertEqual((order.copay_amount, order.copay_rest), (0.0, 30.0))
        self.assertFalse(order.order_line.copay_payers)

    def test_while_it_is_typed(self):
        form = Form(self.env["sale.order"].with_user(self.manager))
        form.partner_id = self.beneficiary
        form.site_id = self.site
        with form.order_line.new() as line:
            line.product_id = self.copies
            line.price_unit = 30.0
        self.assertEqual((form.copay_amount, form.copay_rest), (14.0, 16.0))

    def test_what_is_booked_stays_shown(self):
        """The ceiling that its own invoice has used is not asked again."""
        self.town_convention.copay_rule_ids.cap_month = 4.0
        order = self._order(30.0)
        order.action_confirm()
        invoice = order.with_context(
            conciergerie_invoice_line_ids=order.order_line.ids
        )._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 16.0)
        order.invalidate_recordset()
        self.assertEqual((order.copay_amount, order.copay_rest), (14.0, 16.0))
        self.assertEqual(self._order(30.0).copay_amount, 10.0, "the next one")
        self._reverse(invoice)
        order.invalidate_recordset()
        order.order_line.invalidate_recordset()
        self.assertEqual(order.copay_amount, 0.0, "given back")

    def test_paper_and_portal_page(self):
        order = self._order(30.0)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )
        page = self.env["ir.qweb"]._render(
            "sale.sale_order_portal_content",
            {"sale_order": order, "report_type": "html", "is_html_empty": bool},
        )
        for text in map(self._read, (html.decode(), page)):
            self.assertIn("Taken in charge by", text)
            self.assertIn("Commune of Valmont", text)
            self.assertIn("Left to pay", text)
            self.assertIn("16.00", text)

    def test_queries_do_not_grow_with_lines(self):
        counts = []
        for size in (4, 24):
            order = self._order(*[5.0] * size)
            self.env.flush_all()
            self.env.invalidate_all()
            order.mapped("order_line.price_total")
            start = self.env.cr.sql_log_count
            self.assertTrue(order.copay_amount)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_persons_form(self):
        """Who pays for her, in order, and what is left: read by the counter."""
        self._invoice(10.0)
        cover = self._read(self._as_counter(self.beneficiary).convention_cover)
        self.assertLess(cover.index("Biscuiterie"), cover.index("Valmont"))
        self.assertIn("50 % of all services, at most 10.00 € per sale", cover)
        self.assertIn("4.00 €", cover, "of 5.00 a month, 1.00 is used")
        self.assertFalse(self._as_counter(self.cobbler).convention_cover)

    def _collect(self, tasks, **values):
        return (
            self.env["conciergerie.collect.wizard"]
            .with_user(self.counter)
            .create({"task_ids": [Command.set(tasks.ids)], **values})
        )

    def test_counter_collects_what_is_left(self):
        task = self._new_request(self.service)
        wizard = self._collect(task)
        self.assertEqual(
            (
                wizard.amount_to_invoice,
                wizard.amount_taken_in_charge,
                wizard.amount_total,
            ),
            (30.0, 14.0, 16.0),
        )
        self.assertIn(
            "Biscuiterie du Val: 10.00", self._read(wizard.taken_in_charge_by)
        )
        wizard.action_confirm()
        invoice = task.sudo()._request_invoices()
        self.assertEqual((invoice.amount_total, invoice.payment_state), (30.0, "paid"))
        payment = invoice.sudo().matched_payment_ids
        self.assertEqual(payment.amount, 16.0)
        self.assertEqual(self._owed(self.beneficiary), 0.0)
        self.assertEqual(task.payment_status, "paid")

    def test_another_amount_than_told_is_not_taken(self):
        """The last of the ceiling goes to another counter while the dialog is open."""
        task = self._new_request(self.service)
        form = Form(
            self.env["conciergerie.collect.wizard"]
            .with_user(self.counter)
            .with_context(default_task_ids=task.ids)
        )
        self._invoice(30.0, 30.0)
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            wizard.action_confirm()
        self.assertFalse(task.sale_line_id.invoice_lines)
        self._collect(task).action_confirm()
        self.assertEqual(task.sale_line_id.invoice_lines.move_id.amount_residual, 0.0)

    def test_counter_collects_later(self):
        task = self._new_request(self.service)
        self._collect(task, pay_now=False).action_confirm()
        wizard = self._collect(task)
        self.assertEqual((wizard.amount_residual, wizard.amount_total), (16.0, 16.0))
        self.assertEqual(self._owed(self.beneficiary), 16.0, "nothing more is asked")
        self.assertEqual(self.beneficiary.credit, 16.0)

    def test_nothing_left_to_collect(self):
        self.convention.copay_rule_ids.write({"share": 100.0, "cap_operation": 0.0})
        task = self._new_request(self.service)
        wizard = self._collect(task)
        self.assertEqual(wizard.amount_total, 0.0)
        wizard.action_confirm()
        self.assertEqual(task.payment_status, "paid")

    def test_several_requests_share_what_is_left(self):
        """Two requests collected at once are one sale: one ceiling for both."""
        tasks = self._new_request(self.service) + self._new_request(self.service)
        wizard = self._collect(tasks)
        announced = wizard.amount_total
        self.assertEqual(wizard.amount_taken_in_charge, 15.0)
        wizard.action_confirm()
        invoice = tasks.sudo()._request_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.sudo().matched_payment_ids.amount, announced)
