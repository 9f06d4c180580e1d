from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .membership_common import MembershipCommon


@tagged("post_install", "-at_install")
class TestMembership(MembershipCommon):
    """Memberships: sold, followed by each other, given back."""

    def assertPeriod(self, line, first, last):
        self.assertEqual(
            (line.date_from, line.date_to),
            (fields.Date.to_date(first), fields.Date.to_date(last)),
        )

    def test_manager_makes_one_in_the_form(self):
        """No VAT, the category booked on 756, and no dates asked for."""
        form = Form(
            self.env["product.template"]
            .with_user(self.manager)
            .with_company(self.company)
            .with_context(default_membership=True, default_membership_period="rolling"),
            "conciergerie_conventions.product_template_view_form_membership",
        )
        form.name = "Yearly membership"
        form.list_price = 50.0
        product = form.save()
        self.assertFalse(product.taxes_id)
        self.assertEqual(product.type, "service")
        self.assertEqual(
            product.categ_id,
            self.env.ref("conciergerie_conventions.product_category_membership"),
        )

    def test_fixed_dates_are_asked_for(self):
        with self.assertRaisesRegex(ValidationError, "start date and an end date"):
            self._new_membership("Season", 20.0, membership_period="fixed")

    def test_tax_stays_possible(self):
        product = self._new_membership(
            "Membership with VAT", 12.0, taxes_id=[Command.set(self.vat_20.ids)]
        )
        self.assertEqual(product.taxes_id, self.vat_20)
        self.assertFalse(self.membership.taxes_id)

    def test_a_second_click_sells_nothing_more(self):
        wizard = (
            self.env["conciergerie.membership.wizard"]
            .with_user(self.counter)
            .with_company(self.company)
            .create(
                {"partner_id": self.beneficiary.id, "product_id": self.membership.id}
            )
        )
        wizard.action_sell()
        with self.assertRaisesRegex(UserError, "is sold already"):
            wizard.action_sell()
        self.assertEqual(len(self.beneficiary.member_line_ids), 1)

    @freeze_time("2026-11-02 10:00:00")
    def test_counter_sells_and_the_price_follows(self):
        """Sold, invoiced and paid by the counter; the members' price next day."""
        order_vals = {
            "partner_id": self.beneficiary.id,
            "order_line": [Command.create({"product_id": self.copies.id})],
        }
        orders = (
            self.env["sale.order"].with_user(self.counter).with_company(self.company)
        )
        before = orders.create(order_vals)
        self.assertEqual(before.order_line.price_unit, 6.0)
        line = self._sell()
        self.assertPeriod(line, "2026-11-02", "2027-11-01")
        invoice = line.account_invoice_id
        self.assertEqual(line.state, "paid")
        self.assertEqual(invoice.amount_total, 15.0)
        fee = invoice.invoice_line_ids.account_id.with_company(self.company)
        self.assertEqual(fee.code, "756000")
        with freeze_time("2026-11-03 10:00:00"):
            self.beneficiary.invalidate_recordset()
            after = orders.create(order_vals)
        self.assertEqual(after.pricelist_id, self.members_pricelist)
        self.assertEqual(after.order_line.price_total, 4.8)

    @freeze_time("2026-11-02 10:00:00")
    def test_begins_next_month(self):
        """It counts from its first day to its last, no cron having run."""
        line = self._sell(date_from="2026-12-01")
        self.assertPeriod(line, "2026-12-01", "2027-11-30")
        for day, member in (
            ("2026-11-30", False),
            ("2026-12-01", True),
            ("2027-11-30", True),
            ("2027-12-01", False),
        ):
            with freeze_time(f"{day} 10:00:00"):
                self.assertEqual(
                    self._pricelist() == self.members_pricelist, member, day
                )
                current = self.lines.search(self.lines._valid_domain(self._today()))
                self.assertEqual(line in current, member, day)

    @freeze_time("2026-11-02 10:00:00")
    def test_cron_turns_the_stored_state_on(self):
        self._sell(date_from="2026-12-01")
        self.assertEqual(self.beneficiary.membership_state, "old")
        with freeze_time("2026-12-01 10:00:00"):
            self.env["res.partner"]._cron_update_membership()
        self.assertEqual(self.beneficiary.membership_state, "paid")

    def test_order_of_a_later_date(self):
        self._book("2026-12-01")
        orders = self.env["sale.order"].with_user(self.counter)
        orders = orders.with_company(self.company)
        order = orders.create(
            {"partner_id": self.beneficiary.id, "date_order": "2026-12-05 10:00:00"}
        )
        self.assertEqual(order.pricelist_id, self.members_pricelist)
        order = orders.create(
            {"partner_id": self.beneficiary.id, "date_order": "2026-11-05 10:00:00"}
        )
        self.assertNotEqual(order.pricelist_id, self.members_pricelist)
        order.date_order = "2026-12-05 10:00:00"
        order._onchange_date_order_members()
        self.assertEqual(order.pricelist_id, self.members_pricelist)

    def test_renewed_early_no_day_lost(self):
        """Whatever the days of the renewals: each begins on the day after the last."""
        day = fields.Date.to_date("2024-02-29")
        previous = self._book("2024-02-29")
        self.assertPeriod(previous, "2024-02-29", "2025-02-27")
        for early in (0, 1, 30, 59, 364):
            day = fields.Date.subtract(previous.date_to, days=early)
            following = self._book(fields.Date.to_string(day))
            self.assertEqual(
                following.date_from, fields.Date.add(previous.date_to, days=1)
            )
            self.assertTrue(previous.is_renewed)
            previous = following
        late = self._book(fields.Date.add(previous.date_to, days=10))
        self.assertEqual(late.date_from, fields.Date.add(previous.date_to, days=10))

    @freeze_time("2026-11-02 10:00:00")
    def test_order_invoiced_later(self):
        """The days follow the date of the invoice, also when set back to draft."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.membership.id})],
            }
        )
        order.action_confirm()
        invoice = order._create_invoices()
        line = invoice.invoice_line_ids.membership_line_ids
        self.assertEqual(line.state, "waiting")
        self.assertNotEqual(self._pricelist(), self.members_pricelist)
        invoice.invoice_date = "2026-11-10"
        invoice.with_user(self.accountant).action_post()
        self.assertPeriod(line, "2026-11-10", "2027-11-09")
        self.assertEqual(line.state, "invoiced")
        invoice.button_draft()
        invoice.invoice_date = "2026-11-05"
        invoice.action_post()
        self.assertPeriod(line, "2026-11-05", "2027-11-04")
        self.assertEqual(line.company_id, self.company)

    def _refund(self, move, date, **values):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": date})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if values:
            refund.write(values)
        refund.action_post()
        return refund

    @freeze_time("2026-11-02 10:00:00")
    def test_refund_ends_it(self):
        line = self._sell()
        self.assertEqual(self._pricelist(), self.members_pricelist)
        self._refund(line.account_invoice_id, "2026-11-02")
        self.assertEqual(line.state, "canceled")
        self.assertNotEqual(self._pricelist(), self.members_pricelist)
        again = self._sell()
        self.assertPeriod(again, "2026-11-02", "2027-11-01")

    @freeze_time("2026-11-02 10:00:00")
    def test_cancelled_invoice_ends_it(self):
        line = self._sell(pay_now=False)
        self.assertEqual(line.state, "invoiced")
        line.account_invoice_id.button_draft()
        line.account_invoice_id.button_cancel()
        self.assertEqual(line.state, "canceled")
        self.assertNotEqual(self._pricelist(), self.members_pricelist)

    @freeze_time("2026-11-02 10:00:00")
    def test_refund_of_something_else_keeps_it(self):
        """Copies of the same invoice are given back: the person stays a member."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.beneficiary.id,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": product.id})
                    for product in (self.membership, self.copies)
                ],
            }
        )
        move.action_post()
        line = move.invoice_line_ids.membership_line_ids
        keep = self.copies
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": "2026-11-02"})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.invoice_line_ids.filtered(lambda m: m.product_id != keep).unlink()
        refund.action_post()
        self.assertFalse(line.date_cancel)
        (move | refund).line_ids.filtered(
            lambda m: m.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"journal_id": self.bank.id})._create_payments()
        self.assertEqual(line.state, "paid")
        self.assertEqual(self._pricelist(), self.members_pricelist)

    def test_ticket(self):
        """The register's way: booked with no invoice, given back, for a customer."""
        with freeze_time("2026-11-02 10:00:00"):
            line = self._book("2026-11-02")
            self.assertEqual((line.state, line.company_id), ("paid", self.company))
            self.assertEqual(self._pricelist(), self.members_pricelist)
            line._cancel_sale(fields.Date.to_date("2026-11-02"))
            self.assertNotEqual(self._pricelist(), self.members_pricelist)
        with self.assertRaisesRegex(UserError, "choose the customer"):
            self._book("2026-11-02", partner=None, product=self.copies)

    def test_solidarity_asks_for_a_reason(self):
        with self.assertRaisesRegex(UserError, "gives the right"):
            self._sell(self.solidarity)
        line = self._sell(self.solidarity, reason="RSA certificate seen")
        self.assertEqual(line.membership_reason, "RSA certificate seen")
        self.assertEqual(line.member_price, 5.0)
        self.assertNotIn("RSA", line.account_invoice_id.invoice_line_ids.name)

    def test_dialog_shows_price_and_days(self):
        with freeze_time("2026-11-02 10:00:00"):
            form = Form(
                self.env["conciergerie.membership.wizard"]
                .with_user(self.counter)
                .with_company(self.company)
                .with_context(default_partner_id=self.beneficiary.id)
            )
            form.product_id = self.membership
            self.assertEqual(form.price, 15.0)
            self.assertEqual(form.period, "from 02/11/2026 to 01/11/2027")
