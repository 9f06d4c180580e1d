from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestFee(FeeCommon):
    """Fees by head, by use and by steps: case C1 and its like."""

    def test_by_head_prorated_in_a_month_of_30_days(self):
        """Case C1: 40 × 6.50 + 3 × 3.25 = 269.75."""
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        self._people(convention, 40, "2026-06-01")
        self._people(convention, 3, "2026-06-16")
        invoice = self._invoice(convention, "2026-07-01")
        self.assertEqual(
            self._figures(invoice), [("2026-06-30", [(40, 6.5), (3, 3.25)])]
        )
        self.assertEqual(invoice.amount_untaxed, 269.75)
        self.assertIn("15 of 30 days", invoice.invoice_line_ids[1].name)

    def test_by_head_prorated_in_a_month_of_31_days(self):
        """Case C1: 270.05, where a fraction of quantity would give 270.08."""
        convention = self._fee_convention(self._fee(), day="2026-07-01")
        self._people(convention, 40, "2026-07-01")
        self._people(convention, 3, "2026-07-16")
        invoice = self._invoice(convention, "2026-08-01")
        self.assertEqual(
            self._figures(invoice), [("2026-07-31", [(40, 6.5), (3, 3.35)])]
        )
        self.assertEqual(invoice.amount_untaxed, 270.05)
        account = invoice.invoice_line_ids.account_id
        self.assertTrue(account.code.startswith("706"))
        self.assertEqual(invoice.invoice_line_ids.tax_ids.amount, 20)

    def test_who_is_a_head(self):
        """Not the family, nor who waits; who came back in the month is one."""
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        one = self._people(convention, 1, "2026-06-01", "2026-06-10")
        self._entitle(convention, one.partner_id, date_from="2026-06-11")
        convention.is_family_included = True
        self._people(convention, 1, "2026-06-01").family_of_id = one
        self._people(convention, 1).state = "pending"
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-07-01")),
            [("2026-06-30", [(1, 6.5)])],
        )

    def test_least_number_of_heads(self):
        convention = self._fee_convention(self._fee(head_minimum=10), day="2026-06-01")
        self._people(convention, 2, "2026-06-16")
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-07-01")),
            [("2026-06-30", [(8, 6.5), (2, 3.25)])],
        )

    def test_declared_headcount(self):
        convention = self._fee_convention(
            self._fee(head_source="declared"), day="2026-06-01"
        )
        self._people(convention, 5, "2026-06-16")
        convention.with_user(self.manager).headcount_ids = [
            Command.create({"month": "2026-06-17", "number": 12})
        ]
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-07-01")),
            [("2026-06-30", [(12, 6.5)])],
        )

    def test_by_use(self):
        convention = self._fee_convention(self._fee("use", 2.0), day="2026-06-01")
        self._use(convention, "2026-06-03", quantity=3, count=4)
        self._use(convention, "2026-06-30", quantity=-3)
        self._use(convention, "2026-07-01", count=9)
        invoice = self._invoice(convention, "2026-07-01")
        self.assertEqual(self._figures(invoice), [("2026-06-30", [(3, 2.0)])])

    def test_merged_contacts_are_one_head(self):
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        lines = self._people(convention, 2, "2026-06-01")
        self.env.cr.execute(
            "UPDATE conciergerie_entitlement SET partner_id = %s WHERE id = %s",
            (lines[0].partner_id.id, lines[1].id),
        )
        lines.invalidate_recordset()
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-07-01")),
            [("2026-06-30", [(1, 6.5)])],
        )

    def test_a_negative_fee(self):
        for values in ({"specific_price": -8.0}, {"quantity": -1}):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, "is negative"),
            ):
                self._fee_convention({**self._fee("flat"), **values})

    def test_by_steps(self):
        """A count on the boundary belongs to the upper step."""
        fee = self._fee("step", 0, steps=[(0, 50), (10, 90), (20, 150)])
        for uses, amount in ((0, 50), (9, 50), (10, 90), (20, 150), (31, 150)):
            convention = self._fee_convention(fee, day="2026-06-01")
            if uses:
                self._use(convention, "2026-06-12", count=uses)
            with self.subTest(uses=uses):
                self.assertEqual(
                    self._figures(self._invoice(convention, "2026-07-01")),
                    [("2026-06-30", [(1, amount)])],
                )

    def test_steps_with_a_gap(self):
        with self.assertRaisesRegex(ValidationError, "have a gap"):
            self._fee_convention(self._fee("step", 0, steps=[(5, 50)]))

    def test_counted_fees_are_not_invoiced_in_advance(self):
        with self.assertRaisesRegex(ValidationError, "choose “Post-paid”"):
            self._fee_convention(self._fee(), recurring_invoicing_type="pre-paid")

    def test_counted_fees_go_by_calendar_months(self):
        with self.assertRaisesRegex(ValidationError, "let it begin on the 1st"):
            self._fee_convention(self._fee(), day="2026-06-15")
        convention = self._fee_convention(
            self._fee(), day="2026-06-16", recurring_rule_type="monthlylastday"
        )
        self._people(convention, 2)
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-08-01")),
            [("2026-06-30", [(2, 3.25)]), ("2026-07-31", [(2, 6.5)])],
        )

    def test_a_quarter_has_a_line_for_each_month(self):
        convention = self._fee_convention(
            self._fee(), day="2026-04-01", recurring_rule_type="quarterly"
        )
        self._people(convention, 4, "2026-04-01")
        self._people(convention, 1, "2026-05-01")
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-07-01")),
            [("2026-06-30", [(4, 6.5), (5, 6.5), (5, 6.5)])],
        )

    def test_by_hand_before_the_end_of_the_month(self):
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        with (
            freeze_time("2026-06-30"),
            self.assertRaisesRegex(UserError, "counts people"),
        ):
            convention.with_user(self.manager).recurring_create_invoice()
        self._people(convention, 1)
        with freeze_time("2026-07-01"):
            convention.with_user(self.manager).recurring_create_invoice()
        self.assertEqual(convention.invoice_count, 1)

    def test_the_past_of_a_fee_is_not_rewritten(self):
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        self._people(convention, 1)
        self._invoice(convention, "2026-07-01")
        with self.assertRaisesRegex(UserError, "invoiced until 30/06/2026"):
            convention.with_user(self.manager).contract_line_ids.specific_price = 7
        convention.contract_line_ids.name = "Fee for each employee"

    def test_what_the_next_invoice_will_say(self):
        """Shown without making anything."""
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        self._people(convention, 2, "2026-06-16")
        action = convention.with_user(self.manager).action_preview_fee()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.total, 6.5)
        self.assertEqual(preview.line_ids.quantity, 2)
        self.assertFalse(convention.invoice_count)
        self.assertFalse(convention.contract_line_ids.last_date_invoiced)

    def test_form_of_a_fee_in_the_managers_hands(self):
        convention = self._new_convention(sign=False)
        with Form(
            convention.with_user(self.manager),
            "conciergerie_conventions.contract_contract_view_form_convention",
        ) as form:
            form.recurring_invoicing_type = "post-paid"
            with form.contract_line_ids.new() as line:
                line.fee_kind = "head"
                line.specific_price = 6.5
                line.name = "Fee for each employee"
        fee = convention.contract_line_ids
        self.assertEqual(fee.product_id, self.fee_product)
        self.assertEqual(str(fee.date_start), "2026-01-01")
        self.assertEqual(fee.recurring_invoicing_type, "post-paid")
