from freezegun import freeze_time

from odoo.tests import tagged

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 10:00:00")
class TestThirdParty(PosCommon):
    """Cases A1, A5 to A7, A22: a provider's money through the till, whole entries."""

    def _cash_move(self, session):
        return session.statement_line_ids.move_id

    def test_mandate_in_cash_until_payout(self):
        """A1: closing, statement and payout, after which nothing is left."""
        order = self._sell(self._line(self.ironing, 100.0))
        line = order.lines
        self.assertEqual((line.provider_id, line.deal_mode), (self.laundry, "mandate"))
        self.assertFalse(line.tax_ids)
        self.assertEqual((line.price_subtotal, order.amount_tax), (100.0, 0.0))
        session = self._close()
        self.assertEntry(
            session.move_id,
            [(self.pos_receivable, 100.0, 0.0), (self.third_party, 0.0, 100.0)],
        )
        self.assertEntry(
            self._cash_move(session),
            [(self.cash_account, 100.0, 0.0), (self.pos_receivable, 0.0, 100.0)],
        )
        sold = self._seller(order)
        self.assertEqual(
            (sold.price_total, sold.commission_amount, sold.site_id),
            (100.0, 15.0, self.site),
        )
        statement = self._settle("2026-01-31")
        income = self.company._get_commission_product().property_account_income_id
        self.assertTrue(income.code.startswith("7082"))
        vat = self.company_data["default_account_tax_sale"].code
        self.assertEntry(
            statement.commission_move_id,
            [(self.receivable, 15.0, 0.0), (income.code, 0.0, 12.5), (vat, 0.0, 2.5)],
        )
        self.assertEntry(
            statement.settlement_move_id,
            [
                (self.third_party, 100.0, 0.0),
                (self.receivable, 0.0, 15.0),
                (self.payable, 0.0, 85.0),
            ],
        )
        self._payout(statement)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
        self.assertEqual(self._balance(self.receivable), 0.0)
        self.assertEqual(self._balance(self.payable), 0.0)

    def test_refund_after_payout(self):
        """A5: the provider owes 85.00, netted with the next."""
        order = self._sell(self._line(self.ironing, 100.0), payments=[(self.card, 100)])
        self._close()
        first = self._settle("2026-01-31")
        self._payout(first)
        before = first.settlement_move_id.line_ids.mapped("balance")
        with freeze_time("2026-02-03 10:00:00"):
            self.pos_session = self._open()
            refund = self._give_back(order)
            self.assertEqual(refund.lines.provider_id, self.laundry)
            session = self._close()
        self.assertEntry(
            session.move_id,
            [(self.third_party, 100.0, 0.0), (self.pos_receivable, 0.0, 100.0)],
        )
        back = self._seller(refund)
        self.assertEqual(back.refunded_line_id, self._seller(order))
        self.assertEqual((back.price_total, back.commission_amount), (-100.0, -15.0))
        with freeze_time("2026-03-01 10:00:00"):
            second = self._settle("2026-02-28")
        self.assertEntry(
            second.settlement_move_id,
            [
                (self.receivable, 15.0, 0.0),
                (self.payable, 85.0, 0.0),
                (self.third_party, 0.0, 100.0),
            ],
        )
        self.assertEqual(self._balance(self.payable), 85.0)
        self.assertEqual(first.settlement_move_id.line_ids.mapped("balance"), before)

    def test_refund_before_the_statement_shows_both(self):
        """A6: +15 and -15, never -15 alone."""
        order = self._sell(self._line(self.ironing, 100.0))
        self._give_back(order)
        self._close()
        statement = self._settle("2026-01-31")
        entries = statement.due_entry_ids.sorted("id")
        self.assertEqual(entries.mapped("commission_amount"), [15.0, -15.0])
        self.assertEqual(entries.mapped("collected_amount"), [100.0, -100.0])
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_half_refunded(self):
        """A7: one of two given back after the payout."""
        order = self._sell(self._line(self.ironing, 60.0, qty=2))
        self._close()
        first = self._settle("2026-01-31")
        self._payout(first)
        with freeze_time("2026-02-03 10:00:00"):
            self.pos_session = self._open()
            half = self._give_back(order, qty=1)
            self.assertEqual(half.lines.refunded_orderline_id, order.lines)
            self._close()
        self.assertEqual(self._seller(half).commission_amount, -9.0)
        with freeze_time("2026-03-01 10:00:00"):
            self._settle("2026-02-28")
        self.assertEqual(self._balance(self.payable), 51.0)

    def test_sent_twice_makes_one(self):
        data = self._ticket_data([self._line(self.ironing, 100.0)])
        self._send(data)
        self._send(data)
        order = self.env["pos.order"].search([("uuid", "=", data["uuid"])])
        self.assertEqual(len(order), 1)
        self.assertEqual(len(self._seller(order)), 1)
        self.assertEqual(len(order.seal_ids), 1)

    def test_open_till_is_not_settled(self):
        """The books do not know the money yet: the statement waits, and says so."""
        order = self._sell(self._line(self.ironing, 100.0))
        self._derive()
        sold = self._seller(order)
        self.assertEqual(self._due(sold), [("2026-01-20", 100.0, 15.0)])
        self.assertFalse(self._settle("2026-01-31"))
        statements = self.env["conciergerie.statement"]
        today = self._today()
        _ready, waiting = statements._sort_entries(sold.due_entry_ids, today)
        self.assertEqual(
            waiting[sold.due_entry_ids], "the till Val till is not closed yet"
        )
        self._close()
        self.assertEqual(self._settle("2026-01-31").due_entry_ids, sold.due_entry_ids)

    def test_invoice_in_the_session(self):
        """The invoice is the customer's whole bill; the ledger has the sale once."""
        order = self._sell(
            self._line(self.ironing, 100.0),
            self._line(self.copies, 6.0),
            partner_id=self.beneficiary.id,
            to_invoice=True,
        )
        invoice = order.account_move
        sales = self.copies.product_tmpl_id._get_product_accounts()["income"].code
        vat = self.company_data["default_account_tax_sale"].code
        self.assertEntry(
            invoice,
            [
                (self.receivable, 106.0, 0.0),
                (self.third_party, 0.0, 100.0),
                (sales, 0.0, 5.0),
                (vat, 0.0, 1.0),
            ],
        )
        self.assertEqual(invoice.payment_state, "paid")
        ours = invoice.invoice_line_ids.filtered("provider_id")
        self.assertEqual(ours.deal_mode, "mandate")
        self.assertFalse(invoice.commission_line_ids)
        sold = self._seller(order)
        self.assertEqual(len(sold), 1)
        self.assertEqual(self._settle("2026-01-31").due_entry_ids, sold.due_entry_ids)
        self._close()
        self._derive()
        self.assertEqual(self._due(sold), [("2026-01-20", 100.0, 15.0)])
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_late_invoice_and_its_refund(self):
        order = self._sell(
            self._line(self.ironing, 100.0), partner_id=self.beneficiary.id
        )
        self._close()
        with freeze_time("2026-01-22 10:00:00"):
            order.with_user(self.counter).with_context(
                generate_pdf=False
            ).action_pos_order_invoice()
        invoice = order.account_move
        self.assertEntry(
            invoice, [(self.receivable, 100.0, 0.0), (self.third_party, 0.0, 100.0)]
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self.laundry._third_party_balance(self.company), 100.0)
        self._derive()
        self.assertEqual(self._due(self._seller(order)), [("2026-01-20", 100.0, 15.0)])
        with freeze_time("2026-01-23 10:00:00"):
            self.pos_session = self._open()
            refund = self._give_back(
                order, partner_id=self.beneficiary.id, to_invoice=True
            )
            self._close()
        self.assertEqual(refund.account_move.move_type, "out_refund")
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
        statement = self._settle("2026-01-31")
        self.assertEqual(
            statement.due_entry_ids.sorted("id").mapped("commission_amount"),
            [15.0, -15.0],
        )

    def test_on_account_is_due_as_it_is_paid(self):
        """A pay-later ticket counts as its item is matched, in parts as well."""
        order = self._sell(
            self._line(self.ironing, 100.0),
            payments=[(self.later, 60.0), (self.cash, 40.0)],
            partner_id=self.beneficiary.id,
        )
        session = self._close()
        self.assertEntry(
            session.move_id,
            [
                (self.receivable, 60.0, 0.0),
                (self.pos_receivable, 40.0, 0.0),
                (self.third_party, 0.0, 100.0),
            ],
        )
        sold = self._seller(order)
        self.assertEqual(self._due(sold), [("2026-01-20", 40.0, 6.0)])
        item = order.payment_ids.receivable_item_id
        self.assertEqual((item.balance, item.partner_id), (60.0, self.beneficiary))
        payment = self._bank_payment(self.beneficiary, 25.0, "2026-02-02")
        (payment | item).reconcile()
        self._derive()
        self.assertEqual(
            self._due(sold), [("2026-01-20", 40.0, 6.0), ("2026-02-02", 25.0, 3.75)]
        )
        rest = self._bank_payment(self.beneficiary, 35.0, "2026-02-04")
        (rest | item).reconcile()
        self._derive()
        self.assertEqual(self._due(sold)[2], ("2026-02-04", 35.0, 5.25))
        # A payment taken back takes back what it made due.
        rest.remove_move_reconcile()
        self._derive()
        self.assertEqual(
            sum(sold.due_entry_ids.mapped("collected_amount")),
            65.0,
        )

    def test_on_account_invoiced(self):
        """The same where the ticket is invoiced, at once or later."""
        orders = self.env["pos.order"]
        for late in (False, True):
            orders |= self._sell(
                self._line(self.ironing, 100.0),
                payments=[(self.later, 60.0), (self.cash, 40.0)],
                partner_id=self.beneficiary.id,
                to_invoice=not late,
            )
        self._close()
        orders[1].with_context(generate_pdf=False).action_pos_order_invoice()
        sold = self._seller(orders)
        for line in sold:
            self._derive()
            self.assertEqual(self._due(line), [("2026-01-20", 40.0, 6.0)])
        for order, line in zip(orders, sold, strict=True):
            item = order.account_move.line_ids.filtered(
                lambda ln: ln.display_type == "payment_term" and not ln.reconciled
            )
            payment = self._bank_payment(self.beneficiary, 60.0, "2026-02-02")
            (payment | item).reconcile()
            self._derive()
            self.assertEqual(self._due(line)[1:], [("2026-02-02", 60.0, 9.0)])
        self.assertEqual(self.laundry._third_party_balance(self.company), 200.0)

    def test_share_of_a_payer(self):
        """A22: 20.00 now, 10.00 when the employer has paid."""
        employer = self.env["res.partner"].create(
            {"name": "Employer", "is_company": True}
        )
        order = self._sell(
            self._line(self.ironing, 30.0),
            payments=[(self.later, 10.0), (self.card, 20.0)],
            partner_id=employer.id,
        )
        self._close()
        sold = self._seller(order)
        self.assertEqual(self._due(sold), [("2026-01-20", 20.0, 3.0)])
        payment = self._bank_payment(employer, 10.0, "2026-03-05")
        (payment | order.payment_ids.receivable_item_id).reconcile()
        self._derive()
        self.assertEqual(
            self._due(sold), [("2026-01-20", 20.0, 3.0), ("2026-03-05", 10.0, 1.5)]
        )

    def test_part_is_spread_over_the_ticket(self):
        """A11 at the till: three lines of 100.00, 100.00 paid."""
        order = self._sell(
            *(self._line(self.ironing, 100.0) for _number in range(3)),
            payments=[(self.cash, 100.0), (self.later, 200.0)],
            partner_id=self.beneficiary.id,
        )
        self._close()
        self.assertEqual(
            [self._due(line)[0][1] for line in self._seller(order)],
            [33.33, 33.33, 33.34],
        )

    def _bank_payment(self, partner, amount, date):
        """Return the receivable item of a posted payment."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "date": date,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(
            lambda ln: ln.account_id.account_type == "asset_receivable"
        )
