from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestBackOffice(SettleCommon):
    """Balances by age, the provider's form, and what is refused."""

    def _sell(self, price=100.0, date="2026-01-05", paid=True):
        invoice = self._new_invoice([(self.ironing, self.laundry, price)], date=date)
        if paid:
            self._pay(invoice, date=date)
        return invoice

    def _owed(self, user=None):
        self.env.flush_all()
        return (
            self.env["conciergerie.provider.balance"]
            .with_user(user or self.accountant)
            .search([("provider_id", "=", self.laundry.id)])
        )

    def test_what_we_owe_by_age(self):
        self.assertFalse(self._owed())
        self._sell()
        held = self._owed()
        self.assertEqual((held.held_amount, held.total_amount), (100.0, 100.0))
        statement = self._settle("2026-01-31")
        for day, field in (
            ("2026-02-15", "not_due_amount"),
            ("2026-02-16", "late_30_amount"),
            ("2026-03-17", "late_30_amount"),
            ("2026-03-18", "late_60_amount"),
            ("2026-04-17", "late_90_amount"),
            ("2026-06-17", "late_more_amount"),
        ):
            with self.subTest(day=day), freeze_time(day):
                self.env.invalidate_all()
                owed = self._owed()
                self.assertEqual(owed[field], 85.0)
                self.assertEqual((owed.held_amount, owed.total_amount), (0.0, 85.0))
        self._payout(statement)
        self.assertFalse(self._owed())

    def test_it_owes_us(self):
        sale = self._sell()
        self._payout(self._settle("2026-01-31"))
        self._pay(self._refund(sale, date="2026-02-10"), date="2026-02-11")
        self._settle("2026-02-28")
        owed = self._owed()
        self.assertEqual((owed.credit_amount, owed.total_amount), (-85.0, -85.0))

    def test_balances_are_for_manager_and_accountant(self):
        self._sell()
        self.assertTrue(self._owed(self.manager))
        with self.assertRaises(AccessError):
            self._owed(self.counter)

    def test_dialogs_of_another_company(self):
        """What they read with elevated rights is refused by RPC as well."""
        company = self.env["res.company"].create({"name": "Another conciergerie"})
        user = self._new_user("accountant", company, login="accountant_elsewhere")
        for name in ("conciergerie.settlement.wizard", "conciergerie.pay.run"):
            dialog = self.env[name].with_user(user).new({"company_id": self.company.id})
            with (
                self.subTest(name),
                self.assertRaisesRegex(AccessError, "You do not work for"),
            ):
                dialog.line_ids  # noqa: B018

    def test_balances_of_another_company(self):
        self._sell()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self._new_user("accountant", company=other, login="elsewhere")
        self.assertFalse(self._owed(user))

    def test_provider_form(self):
        with freeze_time("2026-02-20"):
            self._sell()
            provider = self.laundry.with_user(self.manager)
            self.assertEqual(provider.provider_turnover, 100.0)
            self.assertEqual(str(provider.provider_next_settlement), "2026-02-28")
            self.agreement.settlement_period = "half_month"
            self.env.invalidate_all()
            self.assertEqual(str(provider.provider_next_settlement), "2026-02-28")
            self.agreement.settlement_period = "week"
            self.env.invalidate_all()
            self.assertEqual(str(provider.provider_next_settlement), "2026-02-22")
            self.assertFalse(provider.provider_paper_state)
            self.agreement.paper_ids = [Command.create({"kind": "insurance"})]
            self.env.invalidate_all()
            self.assertEqual(provider.provider_paper_state, "expired")
            paper = self.agreement.paper_ids
            paper.write({"document": b"Zm9v", "expiry_date": "2026-03-01"})
            self.env.invalidate_all()
            self.assertEqual(provider.provider_paper_state, "expiring")
            paper.expiry_date = "2027-03-01"
            self.env.invalidate_all()
            self.assertEqual(provider.provider_paper_state, "valid")

    def test_requests_in_hand(self):
        task = self._new_request(pieces=1)
        provider = self.laundry.with_user(self.counter)
        self.assertEqual(provider.provider_request_count, 1)
        task._cancel_request("No longer needed")
        provider.invalidate_recordset()
        self.assertEqual(provider.provider_request_count, 0)

    def test_dispatch_to_another_provider(self):
        """By drag on the board: before it is sent, not after."""
        self.ironing.seller_ids = [
            Command.create({"partner_id": self.cobbler.id, "price": 7.0})
        ]
        task = self._new_request(pieces=1).with_user(self.counter)
        task.provider_id = self.cobbler
        self.assertEqual(task.sudo().sale_line_id.provider_id, self.cobbler)
        task.provider_id = self.laundry
        task.action_send_to_provider()
        with self.assertRaisesRegex(UserError, "cannot change any more"):
            task.provider_id = self.cobbler

    def test_provider_of_a_frozen_line(self):
        invoice = self._sell()
        with self.assertRaisesRegex(UserError, "in the ledger of its provider"):
            invoice.invoice_line_ids.provider_id = self.cobbler

    def test_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        with self.assertRaisesRegex(UserError, "is held in EUR"):
            self._new_invoice(
                [(self.ironing, self.laundry, 100.0)], currency_id=dollar.id
            )

    def test_ending_an_agreement_with_money_owed(self):
        self._sell()
        with self.assertRaisesRegex(UserError, "of third-party money"):
            self.agreement.action_end()
        statement = self._settle("2026-01-31")
        with self.assertRaisesRegex(UserError, "85.00.*open on statements"):
            self.agreement.action_end()
        self._payout(statement)
        self.agreement.action_end()
        self.assertEqual(self.agreement.state, "ended")
