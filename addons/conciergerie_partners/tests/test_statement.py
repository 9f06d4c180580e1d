from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestStatement(SettleCommon):
    """Settlement by mandate: CASES A1, A2, A5, A7, A9, A13, A14, A16."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.laundry._third_party_account(cls.company)

    def _sell(self, price, date="2026-01-05", paid="2026-01-06"):
        invoice = self._new_invoice([(self.ironing, self.laundry, price)], date=date)
        if paid:
            self._pay(invoice, date=paid)
        return invoice

    def test_a1_whole_cycle(self):
        self._sell(100.0)
        statement = self._settle("2026-01-31").sudo()
        self.assertEqual(len(statement), 1)
        invoice = statement.commission_move_id
        tax_code = self.vat_20.invoice_repartition_line_ids.account_id.code
        income = self.company.commission_product_id.product_tmpl_id
        income = income.get_product_accounts()["income"].code
        self.assertEntry(
            invoice,
            [
                (self.receivable, 15.0, 0.0),
                (income, 0.0, 12.5),
                (tax_code, 0.0, 2.5),
            ],
        )
        self.assertTrue(income.startswith("7082"))
        self.assertEntry(
            statement.settlement_move_id,
            [
                (self.account.code, 100.0, 0.0),
                (self.receivable, 0.0, 15.0),
                (self.payable, 0.0, 85.0),
            ],
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(statement.payable_amount, 85.0)
        self.assertEqual(statement.payment_state, "to_pay")
        self._payout(statement)
        self.assertEqual(statement.payment_state, "paid")
        for code in (self.receivable, self.payable):
            self.assertEqual(self._balance(code), 0.0, code)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_a2_bases(self):
        for base, untaxed, total in (
            ("net", 15.0, 18.0),
            ("gross", 16.5, 19.8),
            ("all_in", 13.75, 16.5),
        ):
            with self.subTest(base=base):
                self.agreement.term_ids.write({"base": base, "provider_vat_rate": 10.0})
                self._sell(110.0)
                statement = self._settle("2026-01-31").sudo()
                self.assertEqual(statement.commission_untaxed, untaxed)
                self.assertEqual(statement.commission_total, total)
                self.assertEqual(statement.net_amount, round(110.0 - total, 2))

    def test_a2_conciergerie_without_vat(self):
        self.company.commission_tax_id = False
        self._sell(100.0)
        statement = self._settle("2026-01-31").sudo()
        self.assertEqual(statement.commission_total, 15.0)
        self.assertEqual(statement.commission_tax, 0.0)
        self.assertFalse(statement.commission_move_id.line_ids.tax_line_id)

    def test_a5_refund_after_payout(self):
        sale = self._sell(100.0)
        first = self._settle("2026-01-31").sudo()
        self._payout(first)
        totals = (first.collected_amount, first.net_amount, first.due_entry_ids.ids)
        refund = self._refund(sale, date="2026-02-10")
        self._pay(refund, date="2026-02-11")
        second = self._settle("2026-02-28").sudo()
        self.assertEqual(second.commission_move_id.move_type, "out_refund")
        self.assertEntry(
            second.settlement_move_id,
            [
                (self.receivable, 15.0, 0.0),
                (self.payable, 85.0, 0.0),
                (self.account.code, 0.0, 100.0),
            ],
        )
        self.assertEqual(second.payment_state, "carried")
        self.assertEqual(second.payable_amount, 0.0)
        self.assertEqual(
            totals,
            (first.collected_amount, first.net_amount, first.due_entry_ids.ids),
            "the first statement is unchanged",
        )
        self.assertEqual(self._balance(self.payable), 85.0, "the provider owes us")

    def test_a7_carried_over(self):
        self.agreement.term_ids.base = "net"
        sale = self._sell(120.0)
        january = self._settle("2026-01-31").sudo()
        self.assertEqual(january.payable_amount, 102.0)
        self._payout(january)
        refund = sale._reverse_moves([{"invoice_date": "2026-02-10"}])
        refund.invoice_line_ids.price_unit = 60.0
        refund.action_post()
        self._pay(refund, date="2026-02-11")
        # 47.06 less 15 % of its net price with VAT leaves 40.00 for the provider.
        self._sell(47.06, date="2026-02-15", paid="2026-02-16")
        february = self._settle("2026-02-28").sudo()
        self.assertEqual(february.net_amount, -11.0)
        self.assertEqual(february.payable_amount, 0.0)
        with self.assertRaisesRegex(UserError, "Nothing is to be paid"):
            february.action_pay()
        self._sell(120.0, date="2026-03-02", paid="2026-03-03")
        march = self._settle("2026-03-31").sudo()
        self.assertEqual(march.opening_balance, -11.0)
        self.assertEqual(march.net_amount, 102.0)
        self.assertEqual(march.payable_amount, 91.0)
        self.assertEqual(march.amount_open, 91.0)
        self.assertEqual(february.amount_open, 0.0, "netted")

    def test_a9_vat_once(self):
        for _number in range(3):
            self._sell(3.35)
        statement = self._settle("2026-01-31").sudo()
        self.assertEqual(statement.commission_untaxed, 1.25)
        self.assertEqual(statement.commission_tax, 0.25)
        self.assertEqual(statement.commission_total, 1.5)

    def test_a13_cash_kept_by_the_provider(self):
        self.agreement.term_ids.base = "net"
        sale = self._sell(120.0, paid=None)
        receivable = self.company_data["default_account_receivable"]
        direct = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-01-06",
                "is_provider_direct": True,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": balance,
                        }
                    )
                    for account, partner, balance in (
                        (self.account, self.laundry, 120.0),
                        (receivable, self.beneficiary, -120.0),
                    )
                ],
            }
        )
        direct.action_post()
        (sale | direct).line_ids.filtered(
            lambda ln: ln.account_id == receivable
        ).reconcile()
        statement = self._settle("2026-01-31").sudo()
        self.assertEqual(statement.direct_amount, 120.0)
        self.assertEqual(statement.collected_amount, 0.0)
        self.assertEqual(statement.net_amount, -18.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)

    def test_a14_partial_and_returned_payout(self):
        self.agreement.term_ids.rate = 0.0
        self._sell(300.0)
        statement = self._settle("2026-01-31").sudo()
        payment = self._payout(statement, 200.0)
        self.assertEqual(statement.amount_open, 100.0)
        self.assertEqual(statement.payment_state, "partial")
        back = payment.move_id._reverse_moves(
            [{"date": "2026-02-20", "ref": "Returned by the bank"}], cancel=True
        )
        self.assertEqual(statement.amount_open, 300.0)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(back.state, "posted", "both events are kept")

    def test_a16_empty_settlement_says_why(self):
        self.agreement.hold_days = 10
        self._sell(100.0, date="2026-01-28", paid="2026-01-28")
        self._derive()
        statements = self.env["conciergerie.statement"]
        until = fields.Date.to_date("2026-01-31")
        entries = statements._open_entries(self.company, until)
        ready, waiting = statements._sort_entries(entries, until)
        self.assertFalse(ready)
        self.assertEqual(list(waiting.values()), ["held until 07/02/2026"])
        self.assertFalse(self._settle("2026-01-31"))
        wizard = (
            self.env["conciergerie.settlement.wizard"]
            .with_user(self.accountant)
            .create({"company_id": self.company.id, "period_end": until})
        )
        self.assertEqual(wizard.line_ids.entry_count, 1, "the hold has run out by now")
        wizard.action_settle()
        with self.assertRaisesRegex(UserError, "Nothing is left to settle"):
            wizard.action_settle()

    def test_a_preview_without_sales_shows_no_zeros(self):
        """A table without rows sums up to 0.00: it is hidden, and so is the button."""
        self._sell(100.0, date="2026-01-28", paid="2026-01-28")
        wizards = self.env["conciergerie.settlement.wizard"]
        wizards = wizards.with_user(self.accountant).with_company(self.company)
        form = Form(wizards)
        form.period_end = "2026-01-31"
        self.assertEqual(len(form.line_ids), 1)
        self.assertFalse(form._get_modifier("line_ids", "invisible"))
        form.period_end = "2025-12-31"
        self.assertEqual(len(form.line_ids), 0)
        self.assertTrue(form.is_empty)
        self.assertTrue(form._get_modifier("line_ids", "invisible"))

    def test_waits_for_hand_over(self):
        task = self._new_request(pieces=1)
        self.env["conciergerie.collect.wizard"].with_user(self.counter).create(
            {"task_ids": task.ids}
        ).action_confirm()
        today = self._today()
        self.assertFalse(self._settle(str(today)))
        entries = self.env["conciergerie.statement"]._open_entries(self.company, today)
        _ready, waiting = self.env["conciergerie.statement"]._sort_entries(
            entries, today
        )
        self.assertEqual(list(waiting.values()), ["not handed over yet"])
        task.action_send_to_provider()
        task._receive_pieces(task.piece_ids)
        task._hand_over(task.piece_ids)
        self.assertEqual(len(self._settle(str(today))), 1)

    def test_given_back_before_hand_over_waits_with_its_sale(self):
        """Never -12.00 alone (A6): both are settled once the request is closed."""
        task = self._new_request(pieces=1)
        self.env["conciergerie.collect.wizard"].with_user(self.counter).create(
            {"task_ids": task.ids}
        ).action_confirm()
        invoice = task.sudo().sale_line_id.invoice_lines.move_id.with_user(
            self.accountant
        )
        note = invoice._reverse_moves([{}])
        note.action_post()
        self._pay(note, date=str(self._today()))
        self.assertFalse(self._settle(str(self._today())))
        task._cancel_request("Given back")
        statement = self._settle(str(self._today()))
        self.assertEqual(
            sorted(statement.due_entry_ids.mapped("collected_amount")), [-12.0, 12.0]
        )
        self.assertEqual(statement.net_amount, 0.0)

    def test_settled_once(self):
        self._sell(100.0)
        first = self._settle("2026-01-31")
        self.assertFalse(self._settle("2026-01-31"))
        self.assertEqual(len(first.due_entry_ids), 1)

    def test_period_in_the_future(self):
        with self.assertRaisesRegex(UserError, "settle it when it is over"):
            self._settle("2026-02-28", date="2026-02-10")

    def test_closed_statement_never_changes(self):
        self._sell(100.0)
        statement = self._settle("2026-01-31").sudo()
        with self.assertRaisesRegex(UserError, "never changes"):
            statement.period_end = "2026-02-28"
        with self.assertRaisesRegex(UserError, "is kept"):
            statement.unlink()

    def test_rights(self):
        self._sell(100.0)
        for user in (self.counter, self.manager):
            with self.assertRaises(AccessError):
                self.env["conciergerie.settlement.wizard"].with_user(user).create(
                    {"company_id": self.company.id}
                )
        statement = self._settle("2026-01-31")
        with self.assertRaises(AccessError):
            statement.with_user(self.counter).read(["name"])
        self.assertTrue(statement.with_user(self.manager).name)

    def test_printed(self):
        self._sell(100.0)
        statement = self._settle("2026-01-31").sudo()
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_statement", statement.ids
        )
        text = html.decode()
        self.assertIn(statement.name, text)
        self.assertIn("85.00", text.replace(",", "."))

    def test_sent_with_its_documents(self):
        self._sell(100.0)
        statement = self._settle("2026-01-31")
        self.laundry.email = False
        with self.assertRaisesRegex(
            UserError, f"No e-mail address for {self.laundry.name}"
        ):
            statement.with_user(self.accountant).action_send()
        self.laundry.email = "laundry@example.org"
        statement.with_user(self.accountant).action_send()
        mail = self.env["mail.mail"].search(
            [("model", "=", statement._name), ("res_id", "=", statement.id)]
        )
        self.assertEqual(mail.recipient_ids, self.laundry)
        names = sorted(mail.attachment_ids.mapped("name"))
        commission = statement.commission_move_id.name.replace("/", "-")
        self.assertEqual(
            names,
            sorted([f"{commission}.pdf", f"REL-2026-{statement.name[-4:]}.pdf"]),
        )
        self.assertTrue(statement.sent_date)

    def test_locked_month(self):
        """The period belongs to the statement; entries go to the next open month."""
        self._sell(100.0)
        self.company.fiscalyear_lock_date = "2026-01-31"
        statement = self._settle("2026-01-31")
        self.assertEqual(str(statement.period_end), "2026-01-31")
        for move in statement._document_moves():
            self.assertGreater(str(move.date), "2026-01-31")
            self.assertEqual(move.state, "posted")

    def test_bases_of_opposite_signs(self):
        """-10.00 + 20 % and 10.50 with VAT in it: a credit note of 1.50."""
        term = self.agreement.term_ids
        term.base = "net"
        sale = self._sell(80.0)
        self._settle("2026-01-31")
        term.date_to = "2026-01-31"
        term.copy({"base": "all_in", "date_from": "2026-02-01", "date_to": False})
        self._pay(self._refund(sale, date="2026-02-10"), date="2026-02-10")
        self._sell(70.0, date="2026-02-05", paid="2026-02-06")
        statement = self._settle("2026-02-28")
        credit = statement.commission_move_id
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 1.5))
        self.assertEqual(statement.commission_total, -1.5)
        self.assertEqual(statement.net_amount, -8.5)

    def test_numbers_in_one_go_are_cores(self):
        """Several numbers at once continue core's own, however its form is set."""
        sequence = self.env.ref("conciergerie_partners.sequence_statement")
        statements = self.env["conciergerie.statement"]
        day = fields.Date.to_date("2027-05-04")
        for implementation, by_year in (
            ("standard", True),
            ("standard", False),
            ("no_gap", True),
            ("no_gap", False),
        ):
            with self.subTest(implementation=implementation, by_year=by_year):
                sequence.write(
                    {
                        "implementation": implementation,
                        "use_date_range": by_year,
                        "prefix": "REL/%(range_year)s/" if by_year else "R",
                        "number_increment": 2,
                    }
                )
                first = sequence.next_by_code(sequence.code, sequence_date=day)
                names = statements._next_numbers(self.company, day, 3)
                names += statements._next_numbers(self.company, day, 1)
                last = sequence.next_by_code(sequence.code, sequence_date=day)
                start = int(first[-4:])
                self.assertEqual(
                    [first, *names, last],
                    [f"{first[:-4]}{start + 2 * n:04}" for n in range(6)],
                )
                self.assertEqual("/2027/" in first, by_year)
        self.assertEqual(statements._next_numbers(self.company, day, 0), [])
