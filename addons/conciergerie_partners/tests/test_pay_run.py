from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestPayRun(SettleCommon):
    """Payouts: A13, A14, A15, new account numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.term_ids.rate = 0.0
        cls._new_agreement(cls.cobbler, terms=[cls._mandate_term(rate=0.0)])
        cls.sole = cls._new_service("Sole", 40.0, sellers=[(cls.cobbler, 0.0, 2)])
        for provider, number in (
            (cls.laundry, "FR7630006000011234567890189"),
            (cls.cobbler, "FR7630004000031234567890143"),
        ):
            cls.env["res.partner.bank"].create(
                {"partner_id": provider.id, "acc_number": number}
            )
        cls.banks = (cls.laundry | cls.cobbler).bank_ids
        cls._age(cls.banks, 30)

    @classmethod
    def _age(cls, banks, days):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner_bank SET number_changed_on = %s WHERE id IN %s",
            (fields.Datetime.now() - timedelta(days=days), tuple(banks.ids)),
        )
        banks.invalidate_recordset()

    def _sell(self, price, date, product=None, provider=None):
        invoice = self._new_invoice(
            [(product or self.ironing, provider or self.laundry, price)], date=date
        )
        self._pay(invoice, date=date)
        return invoice

    def _give_back(self, invoice, amount, date):
        refund = invoice._reverse_moves([{"invoice_date": date}])
        refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        self._pay(refund, date=date)

    def _run(self, user=None, **values):
        return (
            self.env["conciergerie.pay.run"]
            .with_user(user or self.accountant)
            .create(
                {
                    "company_id": self.company.id,
                    "due_until": "2026-12-31",
                    "date": "2026-12-31",
                    "journal_id": self.bank.id,
                    **values,
                }
            )
        )

    def test_a15_pay_run_with_credits(self):
        """P1: due 300.00 and credit 40.00; P2: −20.00."""
        sale = self._sell(100.0, "2026-01-05")
        other = self._sell(20.0, "2026-01-05", self.sole, self.cobbler)
        for statement in self._settle("2026-01-31"):
            self._payout(statement)
        self._give_back(sale, 40.0, "2026-02-05")
        self._give_back(other, 20.0, "2026-02-05")
        february = self._settle("2026-02-28")
        self.assertEqual(sorted(february.mapped("net_amount")), [-40.0, -20.0])
        # March is due before February's credit was known to its statement.
        self._sell(300.0, "2026-03-05")
        march = self._settle("2026-03-31")
        self.assertEqual(march.payable_amount, 260.0, "netted by the statement")
        run = self._run()
        lines = {line.provider_id: line for line in run.line_ids}
        self.assertEqual(lines[self.laundry].net_amount, 260.0)
        self.assertFalse(lines[self.cobbler].to_pay)
        self.assertIn("Carried over", lines[self.cobbler].reason)
        run.action_pay()
        payment = self.env["account.payment"].search(
            [("is_provider_payout", "=", True)]
        )
        self.assertEqual(
            (payment.partner_id, payment.amount, payment.payment_type),
            (self.laundry, 260.0, "outbound"),
        )
        self.assertEqual(payment.partner_bank_id, self.laundry.bank_ids)
        self.assertEqual(march.payment_state, "paid")
        self.assertEqual(self._balance(self.payable), 0.0)
        self.assertEqual(self._balance(self.payable, self.cobbler), 20.0)

    def test_credit_known_after_the_statement(self):
        """A credit that comes after the statement is deducted by the run."""
        agreement = self._new_agreement(
            self.laundry.copy({"name": "Resold laundry", "bank_ids": []}),
            terms=[self._mandate_term(mode="own_name", rate=0.0)],
        )
        provider = agreement.partner_id
        bank = self.env["res.partner.bank"].create(
            {"partner_id": provider.id, "acc_number": "FR7610107001011234567890129"}
        )
        self._age(bank, 30)
        duvet = self._new_service("Duvet", 40.0, sellers=[(provider, 0.0, 2)])
        sale = self._new_invoice([(duvet, provider, 340.0)], date="2026-01-05")
        self._settle("2026-01-31").bill_move_id.action_post()
        refund = sale._reverse_moves([{"invoice_date": "2026-02-05"}])
        refund.invoice_line_ids.price_unit = 40.0
        refund.action_post()
        self._settle("2026-02-28").correction_move_id.action_post()
        run = self._run()
        line = run.line_ids
        self.assertEqual(
            (line.owed_amount, line.credit_amount, line.net_amount),
            (340.0, 40.0, 300.0),
        )
        run.action_pay()
        self.assertEqual(self._balance(self.payable, provider), 0.0)

    def test_a14_part_and_return(self):
        self._sell(300.0, "2026-01-05")
        statement = self._settle("2026-01-31")
        self._payout(statement, 200.0)
        self.assertEqual(self._run().line_ids.net_amount, 100.0)
        self._run().action_pay()
        self.assertEqual(statement.payment_state, "paid")
        payment = self.env["account.payment"].search(
            [("is_provider_payout", "=", True)]
        )
        payment.with_user(self.accountant).action_returned_by_bank()
        self.assertEqual(statement.amount_open, 100.0)
        self.assertEqual(payment.move_id.state, "posted", "both events are kept")
        with self.assertRaisesRegex(UserError, "recorded already"):
            payment.action_returned_by_bank()
        self.assertEqual(self._run().line_ids.net_amount, 100.0, "owed again")

    def test_paid_once(self):
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        first, second = self._run(), self._run()
        first.action_pay()
        with self.assertRaisesRegex(UserError, "has changed"):
            second.action_pay()
        with self.assertRaisesRegex(UserError, "Nothing to pay"):
            self._run().action_pay()

    def test_not_due_yet(self):
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        self.assertFalse(self._run(due_until="2026-02-01").line_ids)

    def test_minimum_payout(self):
        self.agreement.minimum_payout = 50.0
        self._sell(49.99, "2026-01-05")
        self._settle("2026-01-31")
        line = self._run().line_ids
        self.assertFalse(line.to_pay)
        self.assertIn("below the minimum payout", line.reason)

    def test_no_bank_account(self):
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        self.laundry.bank_ids.active = False
        line = self._run().line_ids
        self.assertIn("No bank account", line.reason)
        cash = self.company_data["default_journal_cash"]
        self.assertTrue(self._run(journal_id=cash.id).line_ids.to_pay)

    def test_new_account_number(self):
        """A payout to a freshly changed IBAN needs a manager's word."""
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        bank = self.laundry.bank_ids
        bank.acc_number = "FR7610107001011234567890129"
        run = self._run()
        line = run.line_ids
        self.assertIn("a manager confirms", line.reason)
        line.to_pay = True
        with self.assertRaisesRegex(UserError, "a manager confirms"):
            run.action_pay()
        with self.assertRaisesRegex(UserError, "A manager confirms"):
            line.action_confirm_number()
        bank.with_user(self.manager).action_confirm_number()
        self.assertEqual(bank.confirmed_by_id, self.manager)
        self.assertIn("is confirmed by", self.laundry.message_ids[0].body)
        self.assertTrue(self._run().line_ids.to_pay)
        bank.allow_out_payment = False  # core refuses to change a trusted number
        bank.acc_number = "FR7630006000011234567890189"
        self.assertFalse(bank.confirmed_on, "a new number, a new confirmation")

    def test_manager_learns_of_a_held_payout(self):
        """The pay run gives one task; its button is on the forms of the manager."""
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        bank = self.laundry.bank_ids
        bank.acc_number = "FR7610107001011234567890129"
        kind = "conciergerie_partners.mail_activity_type_confirm_account"
        self.agreement.user_id = self.accountant
        form = Form(self.env["conciergerie.pay.run"].with_user(self.accountant))
        form.due_until = fields.Date.to_date("2026-12-31")
        self.assertTrue(self.laundry.activity_search([kind]), "opening tells it")
        self._run()
        activity = self.laundry.activity_search([kind])
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager, "not the administrator")
        for user in (self.manager, self.accountant):
            arch = bank.with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual("action_confirm_number" in arch, user == self.manager)
        partner = self.laundry.with_user(self.manager)
        self.assertIn("account_to_confirm_ids", partner.get_view()["arch"])
        self.assertEqual(partner.account_to_confirm_ids, bank)
        partner.account_to_confirm_ids.action_confirm_number()
        self.assertFalse(partner.account_to_confirm_ids)
        self.assertFalse(self.laundry.activity_search([kind]))
        self.assertTrue(self._run().line_ids.to_pay)
        self.assertFalse(self.laundry.activity_search([kind]))

    def test_confirming_keeps_the_account(self):
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        new = self.env["res.partner.bank"].create(
            {"partner_id": self.laundry.id, "acc_number": "FR7610107001011234567890129"}
        )
        run = self._run(self._new_user("administrator"))
        run.line_ids.bank_account_id = self.cobbler.bank_ids
        run.line_ids.to_pay = True
        with self.assertRaisesRegex(UserError, "belongs to Cobbler Martin"):
            run.action_pay()
        (self.laundry.bank_ids - new).with_user(self.manager).action_confirm_number()
        run.line_ids.bank_account_id = new
        with self.assertRaisesRegex(UserError, "a manager confirms"):
            run.action_pay()
        run.line_ids.action_confirm_number()
        self.assertEqual(run.line_ids.bank_account_id, new)
        run.action_pay()
        payment = self.env["account.payment"].search(
            [("is_provider_payout", "=", True)]
        )
        self.assertEqual(payment.partner_bank_id, new)

    def test_confirmation_cannot_be_typed(self):
        bank = self.env["res.partner.bank"].create(
            {
                "partner_id": self.laundry.id,
                "acc_number": "FR7610107001011234567890129",
                "confirmed_on": "2020-01-01 00:00:00",
            }
        )
        self.assertFalse(bank.confirmed_on)

    def test_counter_does_not_redirect(self):
        """Neither by the order, nor by dates, nor by archiving the good account."""
        self._sell(300.0, "2026-01-05")
        self._settle("2026-01-31")
        good = self.laundry.bank_ids
        other = (
            self.env["res.partner.bank"]
            .with_user(self.counter)
            .create(
                {
                    "partner_id": self.laundry.id,
                    "acc_number": "FR7610107001011234567890129",
                    "sequence": -5,
                }
            )
        )
        for values in (
            {"number_changed_on": "2020-01-01 00:00:00"},
            {"confirmed_on": "2020-01-01 00:00:00"},
            {"confirmed_by_id": self.manager.id},
        ):
            with self.assertRaisesRegex(UserError, "is not typed"):
                other.write(values)
            with self.assertRaisesRegex(UserError, "is not typed"):
                other.partner_id.write({"bank_ids": [(1, other.id, values)]})
        self._age(other.sudo(), 20)
        self.assertEqual(self._run().line_ids.bank_account_id, good, "the older one")
        good.with_user(self.manager).action_confirm_number()
        good.with_user(self.counter).sequence = good.sequence
        self.assertTrue(good.confirmed_on, "nothing has changed")
        other.sequence = -6
        line = self._run().line_ids
        self.assertEqual((line.bank_account_id, line.to_pay), (good, True))
        self._age(other.sudo(), 20)
        good.with_user(self.counter).active = False
        line = self._run().line_ids
        self.assertEqual(line.bank_account_id, other.sudo())
        self.assertIn("a manager confirms", line.reason, "it was put aside early")

    def test_manager_orders_accounts(self):
        good = self.laundry.bank_ids
        good.with_user(self.manager).action_confirm_number()
        good.with_user(self.manager).sequence = 3
        self.assertTrue(good.confirmed_on)
        good.with_user(self.counter).sequence = 4
        self.assertFalse(good.confirmed_on)
        good.with_user(self.manager).action_confirm_number()
        good.sudo().allow_out_payment = False
        self.assertTrue(good.confirmed_on)
        good.with_user(self.counter).write(
            {"sanitized_acc_number": "FR7610107001011234567890129"}
        )
        self.assertTrue(good._is_fresh(self.company))

    def test_counter_may_not(self):
        with self.assertRaises(AccessError):
            self._run(user=self.counter)

    def test_a13_button(self):
        self.agreement.term_ids.write({"rate": 15.0, "base": "net"})
        sale = self._new_invoice(
            [(self.ironing, self.laundry, 120.0)], date="2026-01-05"
        )
        action = sale.with_user(self.accountant).action_paid_to_provider()
        wizard = (
            self.env["conciergerie.direct.payment"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({"date": "2026-01-06"})
        )
        self.assertEqual((wizard.provider_id, wizard.amount), (self.laundry, 120.0))
        wizard.amount = 120.01
        with self.assertRaisesRegex(UserError, "between nothing and"):
            wizard.action_confirm()
        wizard.amount = 120.0
        wizard.action_confirm()
        self.assertEqual(sale.payment_state, "paid")
        statement = self._settle("2026-01-31")
        self.assertEqual(statement.direct_amount, 120.0)
        self.assertEqual(statement.net_amount, -18.0)

    def test_a13_mixed_invoice(self):
        """What the provider received falls on its own lines only."""
        sale = self._new_invoice(
            [(self.ironing, self.laundry, 120.0), (self.copies, None, 6.0)],
            date="2026-01-05",
        )
        wizard = self.env["conciergerie.direct.payment"].create(
            {"move_id": sale.id, "date": "2026-01-06"}
        )
        self.assertEqual(wizard.amount, 120.0, "its own part")
        wizard.action_confirm()
        self.assertEqual(sale.amount_residual, 6.0)
        self.assertEqual(sale.commission_line_ids.direct_amount, 120.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
