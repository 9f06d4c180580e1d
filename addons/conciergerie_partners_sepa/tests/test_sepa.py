from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.conciergerie_partners.tests.settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestSepa(SettleCommon):
    """A run of payments as one SEPA file (A15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.term_ids.rate = 0.0
        own = cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.company.partner_id.id,
                "acc_number": "FR7630004000031234567890143",
            }
        )
        cls.bank.bank_account_id = own
        cls.account = cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.laundry.id,
                "acc_number": "FR7630006000011234567890189",
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner_bank SET number_changed_on = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=30), cls.account.id),
        )
        cls.account.invalidate_recordset()

    def _sell(self, price, date):
        invoice = self._new_invoice([(self.ironing, self.laundry, price)], date=date)
        self._pay(invoice, date=date)
        return invoice

    def _run(self):
        return (
            self.env["conciergerie.pay.run"]
            .with_user(self.accountant)
            .create(
                {
                    "company_id": self.company.id,
                    "due_until": "2026-12-31",
                    "journal_id": self.bank.id,
                }
            )
        )

    def test_a15_file(self):
        sale = self._sell(100.0, "2026-01-05")
        self._payout(self._settle("2026-01-31"))
        refund = sale._reverse_moves([{"invoice_date": "2026-02-05"}])
        refund.invoice_line_ids.price_unit = 40.0
        refund.action_post()
        self._pay(refund, date="2026-02-05")
        self._settle("2026-02-28")
        self._sell(300.0, "2026-03-05")
        march = self._settle("2026-03-31")
        self.assertIn("not confirmed yet", self._run().line_ids.reason)
        self.account.with_user(self.manager).action_confirm_number()
        run = self._run()
        self.assertEqual(run.line_ids.net_amount, 260.0)
        action = run.action_pay()
        order = self.env["account.payment.order"].browse(action["res_id"])
        self.assertEqual(order.state, "open")
        self.assertFalse(self._run().line_ids, "on its way: not proposed twice")
        with self.assertRaisesRegex(UserError, "Nothing to pay"):
            self._run().action_pay()
        order = order.with_user(self.accountant)
        order.open2generated()
        document = etree.fromstring(order.sudo().payment_file_id.raw)
        amounts = document.xpath("//*[local-name()='InstdAmt']/text()")
        self.assertEqual(amounts, ["260.00"])
        ibans = document.xpath(
            "//*[local-name()='CdtrAcct']//*[local-name()='IBAN']/text()"
        )
        self.assertEqual(ibans, ["FR7630006000011234567890189"])
        self.assertEqual(march.amount_open, 260.0, "owed until it is sent")
        order.generated2uploaded()
        self.assertEqual(march.payment_state, "paid")
        self.assertEqual(self._balance(self.payable), 0.0)
        payment = order.payment_ids
        payment.action_returned_by_bank()
        self.assertEqual(march.amount_open, 260.0, "both events kept (A14)")

    def test_account_changed_after_the_order(self):
        """The file is refused until a manager confirms the account again."""
        self._sell(100.0, "2026-01-05")
        self._settle("2026-01-31")
        self.account.with_user(self.manager).action_confirm_number()
        order = self.env["account.payment.order"].browse(
            self._run().action_pay()["res_id"]
        )
        order = order.with_user(self.accountant)
        self.account.allow_out_payment = False
        with self.assertRaisesRegex(UserError, f"{self.laundry.name}: .*confirmed"):
            order.open2generated()
        self.account.acc_number = "FR7610107001011234567890129"
        with self.assertRaisesRegex(UserError, f"{self.laundry.name}: .*new since"):
            order.open2generated()
        self.assertEqual(order.state, "open")
        self.account.with_user(self.manager).action_confirm_number()
        order.open2generated()
        self.assertEqual(order.state, "generated")

    def test_paid_in_part(self):
        self._sell(100.0, "2026-01-05")
        self._sell(50.0, "2026-02-05")
        first = self._settle("2026-01-31")
        second = self._settle("2026-02-28")
        self.account.with_user(self.manager).action_confirm_number()
        run = self._run()
        run.line_ids.amount = 120.0
        order = self.env["account.payment.order"].browse(run.action_pay()["res_id"])
        self.assertEqual(order.payment_line_ids.mapped("amount_currency"), [100, 20])
        order = order.with_user(self.accountant)
        order.open2generated()
        order.generated2uploaded()
        self.assertEqual((first.amount_open, second.amount_open), (0.0, 30.0))
        self.assertEqual(self._run().line_ids.amount, 30.0)

    def test_part_payment_keeps_its_entry(self):
        """With the library, 500.00 paid of 1 200.00 leaves 700.00, not 1 200.00."""
        invoice = self._new_invoice([(self.ironing, self.laundry, 1200.0)])
        payment = self._pay(invoice, 500.0)
        self.assertTrue(payment.move_id)
        self.assertEqual(invoice.amount_residual, 700.0)
