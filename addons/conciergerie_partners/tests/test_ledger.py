from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PartnersCommon


@tagged("post_install", "-at_install")
class TestLedger(PartnersCommon):
    """Mandate sales by invoice: CASES A1, A5 to A8, A11, A12, A17, A22."""

    def setUp(self):
        super().setUp()
        self.account = self.laundry._third_party_account(self.company)

    def test_a1_sale_entry(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        receivable = self.company_data["default_account_receivable"].code
        self.assertEntry(
            invoice, [(receivable, 100.0, 0.0), (self.account.code, 0.0, 100.0)]
        )
        self.assertFalse(invoice.invoice_line_ids.tax_ids)
        line = invoice.commission_line_ids
        self.assertEqual(line.commission_amount, 15.0)
        self.assertEqual(line.price_total, 100.0)
        self.assertEqual(line.provider_id, self.laundry)
        self.assertEqual(self._due(line), [], "nothing is due before it is paid")
        self._pay(invoice)
        self._derive()
        self.assertEqual(self._due(line), [("2026-11-03", 100.0, 15.0)])
        self.assertEqual(self.laundry._third_party_balance(self.company), 100.0)

    def test_from_an_order(self):
        """The counter's own path: short form, hand-over, collect."""
        task = self._new_request(pieces=2, quantity=2)
        self.assertFalse(task.sale_line_id.tax_ids, "no VAT of ours on the order")
        self.assertEqual(task.price_total, 24.0)
        task.action_send_to_provider()
        task._receive_pieces(task.piece_ids)
        task._hand_over(task.piece_ids)
        action = (
            self.env["conciergerie.collect.wizard"]
            .with_user(self.counter)
            .create({"task_ids": task.ids})
            .action_confirm()
        )
        invoice = self.env["account.move"].browse(action["res_id"])
        line = invoice.commission_line_ids
        self.assertEqual(invoice.invoice_line_ids.account_id, self.account)
        self.assertEqual(line.task_id, task)
        self.assertEqual(line.order_line_id, task.sale_line_id)
        self.assertEqual(line.commission_amount, 3.6)
        self._derive()
        self.assertEqual(line.collected_amount, 24.0)
        self.assertEqual(line.due_commission, 3.6)

    def test_a5_a6_refund_mirrors(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        self._pay(invoice)
        refund = self._refund(invoice)
        self._pay(refund, date="2026-11-11")
        self._derive()
        sold, back = invoice.commission_line_ids, refund.commission_line_ids
        self.assertEqual(back.refunded_line_id, sold)
        self.assertEqual((back.price_total, back.commission_amount), (-100.0, -15.0))
        self.assertEqual(
            self._due(sold | back),
            [("2026-11-03", 100.0, 15.0), ("2026-11-11", -100.0, -15.0)],
        )
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_a6_refund_of_an_unpaid_invoice(self):
        """Never −15 alone: sale and credit note become due by the same match."""
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        refund = self._refund(invoice)  # core matches it with its invoice
        self.assertEqual(invoice.payment_state, "reversed")
        self._derive()
        due = self._due(invoice.commission_line_ids | refund.commission_line_ids)
        self.assertEqual(sorted(row[2] for row in due), [-15.0, 15.0])
        self.assertEqual(sum(row[1] for row in due), 0.0)

    def test_a7_half_refunded(self):
        self.agreement.term_ids.base = "net"
        invoice = self._new_invoice([(self.ironing, self.laundry, 120.0)])
        self.assertEqual(invoice.commission_line_ids.commission_amount, 15.0)
        self._pay(invoice)
        refund = invoice._reverse_moves([{"invoice_date": "2026-11-10"}])
        refund.invoice_line_ids.price_unit = 60.0
        refund.action_post()
        self._pay(refund, date="2026-11-11")
        self._derive()
        line = refund.commission_line_ids
        self.assertEqual((line.price_total, line.commission_amount), (-60.0, -7.5))
        # −60.00 + 7.50 × 1.20 = −51.00 for the provider.
        self.assertEqual(self._due(line), [("2026-11-11", -60.0, -7.5)])

    def test_a8_commission_kept(self):
        self.agreement.refund_policy = "kept"
        invoice = self._new_invoice([(self.ironing, self.laundry, 120.0)])
        line = self._refund(invoice).commission_line_ids
        self.assertEqual((line.price_total, line.commission_amount), (-120.0, 0.0))

    def test_a11_part_payments(self):
        self.agreement.term_ids.write({"base": "net", "rate": 10.0})
        invoice = self._new_invoice([(self.ironing, self.laundry, 1200.0)])
        line = invoice.commission_line_ids
        self.assertEqual(line.commission_amount, 100.0)
        self._pay(invoice, 500.0)
        self._derive()
        self._pay(invoice, 700.0, date="2026-11-05")
        self._derive()
        self.assertEqual(
            self._due(line),
            [("2026-11-03", 500.0, 41.67), ("2026-11-05", 700.0, 58.33)],
        )

    def test_a11_spread_over_lines(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)] * 3)
        self._pay(invoice, 100.0)
        self._derive()
        lines = invoice.commission_line_ids.sorted("move_line_id")
        self.assertEqual(lines.mapped("collected_amount"), [33.33, 33.33, 33.34])
        self._pay(invoice, 200.0, date="2026-11-06")
        self._derive()
        lines.invalidate_recordset()
        self.assertEqual(lines.mapped("collected_amount"), [100.0, 100.0, 100.0])
        self.assertEqual(lines.mapped("due_commission"), [15.0, 15.0, 15.0])

    def test_a12_period_of_the_payment(self):
        invoice = self._new_invoice(
            [(self.ironing, self.laundry, 100.0)], date="2026-04-27"
        )
        self._pay(invoice, date="2026-05-03")
        self._derive()
        self.assertEqual(
            self._due(invoice.commission_line_ids), [("2026-05-03", 100.0, 15.0)]
        )

    def test_derive_twice_inserts_nothing(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        self._pay(invoice, 33.33)
        self.assertGreater(self._derive(), 0)
        self.assertEqual(self._derive(), 0)

    def test_returned_payment(self):
        """A payment taken back to draft is an entry of its own, both kept."""
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        payment = self._pay(invoice)
        self._derive()
        payment.action_draft()
        self._derive()
        self.assertEqual(
            self._due(invoice.commission_line_ids),
            [("2026-11-03", 100.0, 15.0), ("2026-11-03", -100.0, -15.0)],
        )

    def test_a17_terms_by_date_of_sale(self):
        self.agreement.term_ids.date_to = "2026-11-14"
        before = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        self.env["conciergerie.deal.term"].create(
            {
                "agreement_id": self.agreement.id,
                **self._mandate_term(rate=12.0),
                "date_from": "2026-11-15",
            }
        )
        after = self._new_invoice(
            [(self.ironing, self.laundry, 100.0)], date="2026-11-15"
        )
        self.assertEqual(before.commission_line_ids.commission_amount, 15.0)
        self.assertEqual(after.commission_line_ids.commission_amount, 12.0)
        self.agreement.term_ids.rate = 50.0
        self.assertEqual(
            before.commission_line_ids.rate, 15.0, "frozen lines do not move"
        )

    def _transfer(self, invoice, amount, employer, date="2026-11-03"):
        """Move a share of an invoice, or of a credit note, to an employer (A22)."""
        receivable = self.company_data["default_account_receivable"]
        transfer = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "is_neutral_transfer": True,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": partner.id,
                            "balance": balance,
                        }
                    )
                    for partner, balance in (
                        (self.beneficiary, -amount),
                        (employer, amount),
                    )
                ],
            }
        )
        transfer.action_post()
        (invoice | transfer).line_ids.filtered(
            lambda ln: (
                ln.account_id == receivable
                and ln.partner_id == self.beneficiary
                and not ln.reconciled
            )
        ).reconcile()
        return transfer.line_ids.filtered(lambda ln: ln.partner_id == employer)

    def _employer_pays(self, item, amount, date):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": item.partner_id.id,
                "amount": amount,
                "date": date,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        (
            item
            | payment.move_id.line_ids.filtered(
                lambda ln: ln.account_id == item.account_id
            )
        ).reconcile()

    def _shared_sale(self, employer):
        """Sell for 30.00 under the mandate; the employer owes 10.00 of it."""
        invoice = self._new_invoice([(self.ironing, self.laundry, 30.0)])
        self._pay(invoice, 20.0)
        return invoice, self._transfer(invoice, 10.0, employer)

    def _give_back(self, invoice, employer):
        """Credit the whole sale: 20.00 in cash, 10.00 to the employer."""
        credit_note = invoice._reverse_moves(
            [{"invoice_date": "2026-11-10", "date": "2026-11-10"}]
        )
        credit_note.action_post()
        item = self._transfer(credit_note, -10.0, employer, "2026-11-10")
        self._pay(credit_note, 20.0, date="2026-11-10")
        return credit_note, item

    def test_a22_neutral_transfer(self):
        """The employer's 10.00 of 30.00 count when the employer has paid."""
        employer = self.env["res.partner"].create({"name": "Employer"})
        invoice, item = self._shared_sale(employer)
        line = invoice.commission_line_ids
        self._derive()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self._due(line), [("2026-11-03", 20.0, 3.0)])
        self._employer_pays(item, 10.0, "2026-12-02")
        self._derive()
        self.assertEqual(
            self._due(line), [("2026-11-03", 20.0, 3.0), ("2026-12-02", 10.0, 1.5)]
        )

    def test_a22_given_back_before_the_employer_paid(self):
        """What never came in is not given back: 20.00 less 20.00, 10.00 less 10.00."""
        employer = self.env["res.partner"].create({"name": "Employer"})
        invoice, item = self._shared_sale(employer)
        self._derive()
        credit_note, back = self._give_back(invoice, employer)
        self._derive()
        refund = credit_note.commission_line_ids
        self.assertEqual(self._due(refund), [("2026-11-10", -20.0, -3.0)])
        (item | back).reconcile()
        self._derive()
        self.assertEqual(
            self._total_due(invoice.commission_line_ids | refund), (0.0, 0.0)
        )

    def test_a22_given_back_after_the_employer_paid(self):
        """The employer's credit counts once it is used, here on another sale."""
        employer = self.env["res.partner"].create({"name": "Employer"})
        invoice, item = self._shared_sale(employer)
        self._employer_pays(item, 10.0, "2026-11-05")
        credit_note, back = self._give_back(invoice, employer)
        other, owed = self._shared_sale(employer)
        self._derive()
        first = invoice.commission_line_ids | credit_note.commission_line_ids
        self.assertEqual(self._total_due(first), (10.0, 1.5))
        self.assertEqual(self._total_due(other.commission_line_ids), (20.0, 3.0))
        (owed | back).reconcile()
        self._derive()
        self.assertEqual(self._total_due(first), (0.0, 0.0))
        self.assertEqual(self._total_due(other.commission_line_ids), (30.0, 4.5))

    def _total_due(self, lines):
        entries = self.env["conciergerie.due.entry"].search(
            [("line_id", "in", lines.ids)]
        )
        currency = self.company.currency_id
        return (
            currency.round(sum(entries.mapped("collected_amount"))),
            currency.round(sum(entries.mapped("commission_amount"))),
        )

    def test_own_name_is_due_at_the_sale(self):
        self._new_agreement(self.cobbler, terms=[self._mandate_term(mode="own_name")])
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        invoice = self._new_invoice([(sole, self.cobbler, 100.0)])
        self.assertEqual(invoice.amount_tax, 16.67)
        self.assertEqual(
            self._due(invoice.commission_line_ids), [("2026-11-02", 100.0, 15.0)]
        )

    def test_ledger_is_append_only(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        line = invoice.commission_line_ids
        with self.assertRaisesRegex(UserError, "never changed"):
            line.sudo().rate = 1.0
        with self.assertRaisesRegex(UserError, "never changed"):
            line.sudo().unlink()
        with self.assertRaisesRegex(UserError, "Make a credit note"):
            invoice.button_draft()

    def test_wrong_account_is_refused(self):
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)], post=False)
        revenue = self.company_data["default_account_revenue"]
        invoice.invoice_line_ids.account_id = revenue
        with self.assertRaisesRegex(UserError, "without VAT of ours"):
            invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_global_amounts_are_refused(self):
        order = self._new_request(pieces=1).sale_order_id.sudo()
        wizard = self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "amount",
                "discount_amount": 5.0,
            }
        )
        with self.assertRaisesRegex(UserError, "A global discount is not possible"):
            wizard.action_apply_discount()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 10.0,
            }
        )
        with self.assertRaisesRegex(UserError, "A down payment is not possible"):
            wizard.create_invoices()

    def test_provider_without_agreement(self):
        """A service of a provider without terms is sold as before, no ledger line."""
        invoice = self._new_invoice([(self.ironing, self.cobbler, 12.0)])
        self.assertFalse(invoice.commission_line_ids)
        self.assertEqual(invoice.amount_tax, 2.0)

    def test_queries_of_posting_do_not_grow(self):
        """Posting 40 provider lines takes as many queries as posting 4."""

        def queries(count):
            invoice = self._new_invoice(
                [(self.ironing, self.laundry, 10.0 + n) for n in range(count)],
                post=False,
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            invoice.action_post()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)  # warms the caches
        few, many = queries(4), queries(40)
        self.assertLessEqual(many, few + 3)

    def test_invoice_names_the_provider(self):
        """The paper says for whom the money of a mandate line is collected."""
        invoice = self._new_invoice([(self.ironing, self.laundry, 100.0)])
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", invoice.ids
        )
        self.assertIn("Collected on behalf of", html.decode())
        self.assertIn(self.laundry.name, html.decode())
        own = self._new_invoice([(self.copies, None, 6.0)])
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", own.ids
        )
        self.assertNotIn("Collected on behalf of", html.decode())
