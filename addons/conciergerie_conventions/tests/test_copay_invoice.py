from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_copay_engine import CopayCase


class CopayInvoiceCase(CopayCase):
    def _invoice(self, *prices, day="2026-11-10", post=True, user=None, **values):
        """Create an invoice with a line of copies for each price."""
        invoice = (
            self.env["account.move"]
            .with_user(user or self.accountant)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": self.copies.id, "price_unit": price}
                        )
                        for price in prices
                    ],
                    **values,
                }
            )
        )
        if post:
            invoice.action_post()
        return invoice

    def _items(self, move):
        """The entry line by line: account, partner, debit, credit."""
        return sorted(
            (line.account_id.code[:3], line.partner_id.name, line.debit, line.credit)
            for line in move.line_ids
        )

    def _uses(self, move):
        return (
            self.env["conciergerie.copay.use"]
            .search([("move_id", "=", move.id)])
            .sorted("id")
        )

    def _reverse(self, invoice, price=None, cancel=False, day="2026-11-20"):
        values = [{"invoice_date": day, "date": day}]
        refund = invoice._reverse_moves(values, cancel=cancel)
        if price is not None:
            refund.invoice_line_ids[1:].unlink()
            refund.invoice_line_ids.price_unit = price
        if not cancel:
            refund.action_post()
        return refund

    def _pay(self, invoice):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
        )
        wizard._create_payments()
        return wizard.amount

    def _owed(self, partner):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("amount_residual")))


@tagged("post_install", "-at_install")
class TestCopayInvoice(CopayInvoiceCase):
    """The entries of CASES B2, at the invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention()
        cls._entitle(cls.convention)

    def test_entry_line_by_line(self):
        self.company._set_service_account()
        self.copies.categ_id = self.env.ref(
            "conciergerie_base.product_category_service"
        )
        invoice = self._invoice(30.0)
        self.assertEqual(
            self._items(invoice),
            [
                ("411", "Camille Morel", 30.0, 0.0),
                ("445", "Camille Morel", 0.0, 5.0),
                ("706", "Camille Morel", 0.0, 25.0),
            ],
        )
        use = self._uses(invoice)
        transfer = use.transfer_move_id
        self.assertEqual(
            self._items(transfer),
            [
                ("411", "Biscuiterie du Val", 10.0, 0.0),
                ("411", "Camille Morel", 0.0, 10.0),
            ],
        )
        self.assertTrue(transfer.is_neutral_transfer)
        self.assertEqual((transfer.state, transfer.date), ("posted", invoice.date))
        self.assertEqual(transfer.journal_id.type, "general")
        self.assertEqual(
            (invoice.amount_total, invoice.amount_residual, invoice.payment_state),
            (30.0, 20.0, "partial"),
        )
        self.assertEqual(self._pay(invoice), 20.0)
        self.assertEqual(
            (invoice.amount_total, invoice.amount_residual, invoice.payment_state),
            (30.0, 0.0, "paid"),
            "a late invoice stays 30.00, paid",
        )
        self.assertEqual(self._owed(self.beneficiary), 0.0)
        self.assertEqual(self._owed(self.employer), 10.0)
        self.assertEqual((use.price_total, use.share_amount), (30.0, 10.0))
        self.assertEqual(
            (use.partner_id, use.payer_id), (self.beneficiary, self.employer)
        )

    def test_payers_ledger_names_nobody(self):
        """Its items say the convention and the month, and are due as agreed."""
        self.convention.payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        invoice = self._invoice(30.0)
        transfer = self._uses(invoice).transfer_move_id
        item = transfer.line_ids.filtered(lambda item: item.partner_id == self.employer)
        self.assertEqual(item.name, "Convention Biscuiterie du Val, 11/2026")
        self.assertEqual(item.date_maturity, fields.Date.to_date("2026-12-30"))
        shown = " ".join(str(v) for v in (item.name, transfer.ref, transfer.name))
        for secret in ("Camille", "Copies", invoice.name):
            self.assertNotIn(secret, shown)

    def test_two_payers_of_one_invoice(self):
        town = self._new_convention(
            payer=self.town, convention_kind="commune", rules=[{"share": 20.0}]
        )
        self._entitle(town)
        invoice = self._invoice(30.0)
        self.assertEqual(self._uses(invoice).mapped("share_amount"), [10.0, 4.0])
        self.assertEqual(
            self._items(self._uses(invoice).transfer_move_id),
            [
                ("411", "Biscuiterie du Val", 10.0, 0.0),
                ("411", "Camille Morel", 0.0, 14.0),
                ("411", "Commune of Valmont", 4.0, 0.0),
            ],
        )
        self.assertEqual(invoice.amount_residual, 16.0)

    def test_wholly_taken_in_charge(self):
        self.convention.copay_rule_ids.write({"share": 100.0, "cap_operation": 0.0})
        invoice = self._invoice(30.0)
        self.assertEqual(
            (invoice.amount_residual, invoice.payment_state), (0.0, "paid")
        )

    def test_fee_by_use_alone_is_counted(self):
        self.convention.copay_rule_ids.unlink()
        invoice = self._invoice(30.0)
        use = self._uses(invoice)
        self.assertEqual((use.price_total, use.share_amount), (30.0, 0.0))
        self.assertFalse(use.transfer_move_id)
        self.assertEqual(invoice.amount_residual, 30.0)

    def test_what_is_invoiced_to_the_payer_is_its_own(self):
        """A person's order that the employer pays whole: nothing is moved."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "partner_invoice_id": self.employer.id,
                "site_id": self.site.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.copies.id, "price_unit": 30.0})
                ],
            }
        )
        order.action_confirm()
        order.order_line.request_ids._hand_over()
        invoice = order._create_invoices()
        invoice.action_post()
        use = self._uses(invoice)
        self.assertEqual((use.partner_id, use.site_id), (self.beneficiary, self.site))
        self.assertEqual((use.share_amount, invoice.amount_residual), (0.0, 30.0))

    def test_posted_invoice_with_shares_stays(self):
        invoice = self._invoice(30.0)
        transfer = self._uses(invoice).transfer_move_id
        for move, method in (
            (invoice, "button_draft"),
            (invoice, "button_cancel"),
            (transfer, "button_draft"),
        ):
            with (
                self.subTest(move=move.name, method=method),
                self.assertRaisesRegex(UserError, "Make a credit note"),
            ):
                getattr(move, method)()
        other = self._invoice(30.0, partner_id=self.cobbler.id)
        other.button_draft()
        self.assertEqual(other.state, "draft", "nothing was taken in charge of it")

    def test_ceiling_is_used_and_given_back_in_its_month(self):
        rule = self.convention.copay_rule_ids
        rule.write({"cap_operation": 0.0, "cap_month": 12.0, "cap_year": 25.0})
        invoice = self._invoice(30.0)
        self.assertEqual(self._uses(invoice).share_amount, 12.0)
        self.assertEqual(self._uses(self._invoice(30.0)).share_amount, 0.0)
        december = self._invoice(30.0, day="2026-12-02")
        self.assertEqual(self._uses(december).share_amount, 12.0)
        self._reverse(invoice, day="2026-12-05")
        rows = self.env["conciergerie.copay.ceiling"].search(
            [("rule_id", "=", rule.id)], order="period"
        )
        self.assertEqual(
            [(r.period, r.used_amount) for r in rows],
            [("2026", 12.0), ("2026-11", 0.0), ("2026-12", 12.0)],
        )

    def test_journal_of_the_company(self):
        journal = self.env["account.journal"].create(
            {"name": "Shares", "code": "SHR", "type": "general"}
        )
        self.company.conciergerie_copay_journal_id = journal
        transfer = self._uses(self._invoice(30.0)).transfer_move_id
        self.assertEqual(transfer.journal_id, journal)

    def test_queries_do_not_grow_with_lines(self):
        self._invoice(5.0)
        counts = []
        for size in (5, 25):
            invoice = self._invoice(*[5.0] * size, post=False)
            plain = self._invoice(*[5.0] * size, post=False, partner_id=self.cobbler.id)
            self.env.flush_all()
            found = []
            for move in (invoice, plain):
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                move.action_post()
                self.env.flush_all()
                found.append(self.env.cr.sql_log_count - start)
            counts.append(found[0] - found[1])
            self.assertEqual(len(self._uses(invoice)), size)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)


@tagged("post_install", "-at_install")
class TestCopayRefund(CopayInvoiceCase):
    """A credit note gives both shares back, and the ceiling too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(
            rules=[{"share": 50.0, "cap_operation": 10.0, "cap_year": 25.0}]
        )
        cls._entitle(cls.convention)

    def _used(self):
        return self.env["conciergerie.copay.ceiling"].search([]).used_amount

    def test_whole_refund_of_a_paid_invoice(self):
        invoice = self._invoice(30.0)
        self._pay(invoice)
        refund = self._reverse(invoice)
        use = self._uses(refund)
        self.assertEqual((use.price_total, use.share_amount), (-30.0, -10.0))
        self.assertEqual(
            self._items(use.transfer_move_id),
            [
                ("411", "Biscuiterie du Val", 0.0, 10.0),
                ("411", "Camille Morel", 10.0, 0.0),
            ],
        )
        self.assertTrue(use.transfer_move_id.is_neutral_transfer)
        self.assertEqual(refund.amount_residual, 20.0, "what she paid is hers")
        self.assertEqual(self._owed(self.employer), 0.0)
        payer_items = (
            self._uses(invoice).transfer_move_id + use.transfer_move_id
        ).line_ids.filtered(lambda item: item.partner_id == self.employer)
        self.assertTrue(all(payer_items.mapped("reconciled")))
        self.assertEqual(self._used(), 0.0)

    def test_whole_refund_of_an_unpaid_invoice(self):
        for cancel in (False, True):
            invoice = self._invoice(30.0)
            refund = self._reverse(invoice, cancel=cancel)
            with self.subTest(cancel=cancel):
                self.assertEqual(invoice.amount_residual, 0.0)
                self.assertEqual(refund.amount_residual, 0.0)
                items = (invoice + refund).copay_use_ids.transfer_move_id.line_ids
                self.assertEqual(set(items.mapped("reconciled")), {True})
                self.assertEqual(self._owed(self.beneficiary), 0.0)
                self.assertEqual(self._owed(self.employer), 0.0)

    def test_refunded_in_parts_closes_exactly(self):
        """15.35 (7.68 / 7.67) given back in three parts."""
        invoice = self._invoice(15.35)
        parts = [
            -self._uses(self._reverse(invoice, price)).share_amount
            for price in (5.0, 5.0, 5.35)
        ]
        self.assertEqual(parts, [2.50, 2.50, 2.68])
        self.assertEqual(self._owed(self.employer), 0.0)
        self.assertEqual(self._owed(self.beneficiary), 0.0)
        self.assertEqual(self._used(), 0.0)

    def test_one_line_of_two(self):
        """15.00 gets 7.50, then 10.00 the 2.50 left of the sale's ceiling."""
        invoice = self._invoice(15.0, 10.0)
        self.assertEqual(self._uses(invoice).mapped("share_amount"), [7.5, 2.5])
        refund = self._reverse(invoice, 10.0)
        self.assertEqual(self._uses(refund).share_amount, -2.5, "the one that fits")
        gesture = invoice._reverse_moves([{"invoice_date": "2026-11-20"}])
        gesture.invoice_line_ids[1:].unlink()
        gesture.invoice_line_ids.write({"product_id": False, "price_unit": 5.0})
        gesture.action_post()
        self.assertEqual(self._uses(gesture).share_amount, -2.5, "5.00 of 15.00")

    def test_never_more_than_was_given(self):
        invoice = self._invoice(30.0)
        self._reverse(invoice)
        again = self._reverse(invoice)
        self.assertFalse(self._uses(again))
        self.assertEqual(self._owed(self.employer), 0.0)

    def test_after_the_employer_has_paid(self):
        """Its 10.00 is then a credit that its next document takes into account."""
        invoice = self._invoice(30.0)
        transfer = self._uses(invoice).transfer_move_id
        item = transfer.line_ids.filtered(lambda item: item.partner_id == self.employer)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.employer.id,
                "amount": 10.0,
                "journal_id": self.bank.id,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        (payment.move_id.line_ids + item).filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self._reverse(invoice)
        self.assertEqual(self._owed(self.employer), -10.0)

    def test_cancelled_request_credited_by_its_order(self):
        """The sales flow makes a credit note without naming the invoice."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "site_id": self.site.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.copies.id, "price_unit": 30.0})
                ],
            }
        )
        order.action_confirm()
        invoice = order.with_context(
            conciergerie_invoice_line_ids=order.order_line.ids
        )._create_invoices()
        invoice.action_post()
        self.assertEqual(self._uses(invoice).share_amount, 10.0)
        order.order_line.request_ids._cancel_request("Broken")
        refund = order._create_invoices(final=True)
        refund.action_post()
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(self._uses(refund).share_amount, -10.0)
        self.assertEqual(self._owed(self.employer), 0.0)
        self.assertEqual(self._owed(self.beneficiary), 0.0)

    def test_the_dialog_of_credit_notes(self):
        invoice = self._invoice(30.0)
        wizard = Form(
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
        ).save()
        action = wizard.with_user(self.accountant).reverse_moves()
        refund = self.env["account.move"].browse(action["res_id"])
        refund.with_user(self.accountant).action_post()
        self.assertEqual(self._uses(refund).share_amount, -10.0)
