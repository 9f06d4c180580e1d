from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .test_copay_invoice import CopayInvoiceCase


@tagged("post_install", "-at_install")
class TestCopayFaults(CopayInvoiceCase):
    """Faults that were found once; each stays a test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-25 10:00:00"))
        cls.convention = cls._new_convention(rules=[{"share": 100.0, "cap_year": 25.0}])
        cls._entitle(cls.convention)

    def test_cents_do_not_break_the_ceiling(self):
        """10.55, 6.90 and 7.55 of 25.00: their float sum is a trifle above."""
        invoice = self._invoice(10.55, 6.90, 30.0)
        shares = self._uses(invoice).mapped("share_amount")
        self.assertEqual(shares, [10.55, 6.90, 7.55])
        ceiling = self.env["conciergerie.copay.ceiling"].search(
            [("partner_id", "=", self.beneficiary.id)]
        )
        self.assertEqual(ceiling.used_amount, 25.0)
        self._reverse(invoice)
        ceiling.invalidate_recordset()
        self.assertEqual(ceiling.used_amount, 0.0)

    def test_a_discount_on_all_lines_is_the_payers_too(self):
        """30.00 less 10.00 at 50 %: the employer takes 10.00, not 15.00."""
        self.convention.copay_rule_ids.write({"share": 50.0, "cap_year": 0})
        discount = self.env["product.product"].create(
            {"name": "Discount", "type": "service"}
        )
        taxes = [Command.set(self.copies.taxes_id.ids)]
        invoice = self._invoice(
            invoice_line_ids=[
                Command.create({"product_id": self.copies.id, "price_unit": 30.0}),
                Command.create(
                    {
                        "product_id": discount.id,
                        "price_unit": -10.0,
                        "tax_ids": taxes,
                    }
                ),
            ]
        )
        self.assertEqual(invoice.amount_total, 20.0)
        self.assertEqual(self._uses(invoice).share_amount, 10.0)
        self.assertEqual(invoice.amount_residual, 10.0)

    def test_what_no_counter_paid_does_not_stop_an_invoice(self):
        engine = self.env["conciergerie.copay"]
        line = {"product": self.copies, "price_total": 30.0, "quantity": 1}
        day = fields.Date.to_date("2026-11-25")
        engine._reserve(
            "counter", self.beneficiary, self.company, day, [{"key": 1, **line}]
        )
        with freeze_time("2026-11-25 10:16:00"):
            invoice = self._invoice(30.0, day="2026-11-25")
        self.assertEqual(self._uses(invoice).share_amount, 25.0)

    def test_refunded_in_parts_is_one_use_less(self):
        """Three credit notes on one line: one use, given back by the last of them."""
        invoice = self._invoice(15.35)
        uses = self.env["conciergerie.copay.use"]
        for price, closed in ((5.0, 0), (5.0, 0), (5.35, 1)):
            self._reverse(invoice, price)
            back = uses._given_back_whole([("convention_id", "=", self.convention.id)])
            self.assertEqual(len(back), closed)

    def test_the_entry_of_a_share_is_not_reversed_alone(self):
        invoice = self._invoice(20.0)
        transfer = self._uses(invoice).transfer_move_id
        with self.assertRaisesRegex(UserError, "make a credit note of that invoice"):
            transfer._reverse_moves()

    def test_statements_of_another_company(self):
        company = self.env["res.company"].create({"name": "Another conciergerie"})
        user = self._new_user("accountant", company, login="accountant_elsewhere")
        wizards = self.env["conciergerie.copay.settlement.wizard"].with_user(user)
        with self.assertRaisesRegex(AccessError, "You do not work for"):
            wizards.create({"company_id": self.company.id}).line_ids  # noqa: B018
        with self.assertRaisesRegex(AccessError, "You do not work for"):
            wizards.new({"company_id": self.company.id}).action_settle()

    def test_a_statement_ends_with_a_month(self):
        self._invoice(20.0, day="2026-11-10")
        with self.assertRaisesRegex(UserError, "ends with a month"):
            self.env["conciergerie.copay.statement"]._settle(
                self.company, fields.Date.to_date("2026-11-11")
            )

    def test_signed_and_not_begun_goes_back(self):
        convention = self._new_convention(payer=self.town, start_date="2027-01-01")
        self.assertEqual(convention.state, "signed")
        with self.assertRaisesRegex(UserError, "is at the state"):
            convention.action_end()
        convention.action_back_to_draft()
        self.assertEqual(convention.state, "draft")
