from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestAccountantTour(SettleCommon, BackendTourCase):
    """The accountant's month in the browser: preview, settle, pay, print."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tour reads sentences: they are those of the source language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.accountant.lang = "en_US"
        cls.last_month = fields.Date.today().replace(day=1) - timedelta(days=2)
        cls._new_agreement(cls.cobbler, hold_days=60)
        cls.sole = cls._new_service("Sole", 40.0, sellers=[(cls.cobbler, 0.0, 2)])
        account = cls.env["res.partner.bank"].create(
            {"partner_id": cls.laundry.id, "acc_number": "FR7630006000011234567890189"}
        )
        account.with_user(cls.manager).action_confirm_number()
        cls.agreement.term_ids.date_from = cls.last_month - timedelta(days=300)
        cls._sell_last_month(cls.ironing, cls.laundry, 100.0)
        cls._sell_last_month(cls.sole, cls.cobbler, 40.0)
        # Paid in advance: it waits until the customer has it.
        with freeze_time(cls.last_month):
            task = cls._new_request()
            cls.env["conciergerie.collect.wizard"].create(
                {"task_ids": task.ids, "journal_id": cls.bank.id}
            ).action_confirm()

    @classmethod
    def _sell_last_month(cls, service, provider, price):
        invoice = cls._new_invoice([(service, provider, price)], cls.last_month)
        cls._pay(invoice, date=cls.last_month)

    def test_preview_settle_pay_print(self):
        self.start_tour(
            "/odoo",
            "conciergerie_accountant_tour",
            login=self.accountant.login,
            timeout=300,
        )
        statement = self.env["conciergerie.statement"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(statement.provider_id, self.laundry)
        self.assertEqual(statement.create_uid, self.accountant)
        self.assertEqual(statement.payment_state, "paid")
        self.assertEqual(self._balance(self.payable), 0.0)
        payment = self.env["account.payment"].search(
            [("partner_id", "=", self.laundry.id), ("payment_type", "=", "outbound")]
        )
        self.assertEqual(payment.amount, 85.0)
        self.assertTrue(payment.is_provider_payout)

    def _open_pay_run(self, statement):
        action = statement.with_user(self.accountant).action_pay()
        return (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({})
        )

    def test_pay_from_a_statement(self):
        """The same rules as the pay run: a fresh number waits for a manager."""
        statement = self._settle(self.last_month, date=fields.Date.today())
        run = self._open_pay_run(statement)
        self.assertEqual(run.due_until, statement.due_date)
        self.assertEqual(run.line_ids.provider_id, self.laundry)
        self.laundry.bank_ids.allow_out_payment = False
        self.laundry.bank_ids.acc_number = "FR7630004000031234567890143"
        line = self._open_pay_run(statement).line_ids
        self.assertFalse(line.to_pay)
        self.assertIn("new since", line.reason)

    def test_paid_in_part(self):
        statement = self._settle(self.last_month, date=fields.Date.today())
        for wrong in (0.0, -1.0, 85.01):
            run = self._open_pay_run(statement)
            run.line_ids.amount = wrong
            with self.subTest(amount=wrong), self.assertRaisesRegex(UserError, "85.00"):
                run.action_pay()
        run = self._open_pay_run(statement)
        run.line_ids.amount = 30.0
        self.assertEqual(run.total, 30.0)
        run.action_pay()
        self.assertEqual(statement.payment_state, "partial")
        self.assertEqual(statement.amount_open, 55.0)
        run = self._open_pay_run(statement)
        self.assertEqual(run.line_ids.amount, 55.0)
        run.action_pay()
        self.assertEqual(statement.payment_state, "paid")
