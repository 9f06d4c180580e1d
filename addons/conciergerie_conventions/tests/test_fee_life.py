from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .fee_common import FeeCommon

CRON = "odoo.addons.contract.models.contract"


@tagged("post_install", "-at_install")
class TestFeeLife(FeeCommon):
    """What is said after the invoice, when invoices come, and the end."""

    # Months put right

    def test_late_join_and_back_dated_leave(self):
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        people = self._people(convention, 4, "2026-06-01")
        self._invoice(convention, "2026-07-01")
        self._people(convention, 1, "2026-06-16")
        people[0].date_to = "2026-06-15"
        people[1].date_to = "2026-06-20"
        invoice = self._invoice(convention, "2026-08-01")
        # June again: 2 × 6.50 + 3.25 + 3.25 + 4.33 = 23.83 for 26.00; July: 3 people.
        self.assertEqual(
            self._figures(invoice), [("2026-07-31", [(1, -2.17), (3, 6.5)])]
        )
        money = convention.currency_id.with_context(lang="en_US").format
        self.assertIn(
            f"{money(23.83)} instead of {money(26.0)}",
            invoice.invoice_line_ids[0].name,
        )
        self.assertFalse(self._invoice(convention, "2026-08-01"))
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-09-01")),
            [("2026-08-31", [(3, 6.5)])],
        )

    def test_more_given_back_than_due_is_a_credit_note(self):
        convention = self._fee_convention(self._fee(), day="2026-06-01")
        people = self._people(convention, 3, "2026-06-01")
        self._invoice(convention, "2026-07-01")
        people.date_to = "2026-06-10"
        refund = self._invoice(convention, "2026-08-01")
        self.assertEqual(refund.move_type, "out_refund")
        # 3 × 2.17 instead of 19.50
        self.assertEqual(self._figures(refund), [("2026-07-31", [(-1, -12.99)])])
        self.assertEqual(refund.amount_untaxed, 12.99)
        self.assertFalse(self._invoice(convention, "2026-09-01"))

    def test_a_deleted_or_cancelled_invoice_comes_again(self):
        convention = self._fee_convention(self._fee("use", 2.0), day="2026-06-01")
        self._use(convention, "2026-06-03", count=4)
        self._invoice(convention, "2026-07-01").unlink()
        self._use(convention, "2026-07-03", count=1)
        invoice = self._invoice(convention, "2026-08-01")
        self.assertEqual(self._figures(invoice), [("2026-07-31", [(1, 8.0), (1, 2.0)])])
        invoice.button_cancel()
        self._use(convention, "2026-08-03", count=1)
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-09-01")),
            [("2026-08-31", [(1, 8.0), (1, 2.0), (1, 2.0)])],
        )

    def test_a_use_given_back_in_a_later_month(self):
        convention = self._fee_convention(
            self._fee("use", 2.0), self._fee("flat", 10), day="2026-06-01"
        )
        self._use(convention, "2026-06-03", count=4)
        self._invoice(convention, "2026-07-01")
        self._use(convention, "2026-07-02", quantity=-1)
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-08-01")),
            [("2026-07-31", [(-1, 2.0), (1, 10)])],
        )

    # Invoices dated as agreed

    def test_each_missed_period_has_its_invoice(self):
        convention = self._fee_convention(
            self._fee("flat", 100), day="2026-01-01", fee_offset_days=5
        )
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-04-04")),
            [("2026-02-05", [(1, 100)]), ("2026-03-05", [(1, 100)])],
        )
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-04-05")),
            [("2026-04-05", [(1, 100)])],
        )

    def test_in_advance_at_the_beginning(self):
        convention = self._fee_convention(
            self._fee("flat", 100),
            day="2026-01-01",
            recurring_invoicing_type="pre-paid",
            recurring_rule_type="quarterly",
        )
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-04-01")),
            [("2026-01-01", [(1, 100)]), ("2026-04-01", [(1, 100)])],
        )

    def test_only_what_runs_is_invoiced(self):
        with freeze_time("2026-01-01"):
            draft = self._new_convention(
                sign=False, contract_line_ids=[Command.create(self._fee("flat", 10))]
            )
            signed = self._fee_convention(
                self._fee("flat", 10), day="2026-01-01", start_date="2027-01-01"
            )
        self.assertEqual(signed.state, "signed")
        self.assertFalse(self._invoice(draft | signed, "2026-06-01"))
        with self.assertRaisesRegex(UserError, "is at the state “Draft”"):
            draft.recurring_create_invoice()

    def test_posted_by_itself_where_agreed(self):
        convention = self._fee_convention(
            self._fee("flat", 10), day="2026-01-01", is_fee_posted=True
        )
        invoice = self._invoice(convention, "2026-02-01")
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(str(invoice.date), "2026-01-31")

    def test_one_bad_convention_does_not_stop_the_others(self):
        good = self._fee_convention(self._fee("flat", 10), day="2026-06-01")
        bad = self._fee_convention(
            self._fee("flat", 20), payer=self.town, day="2026-06-01"
        )
        bad.invoice_partner_id = False
        bad.contract_type = "purchase"
        bad.journal_id = False
        self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "purchase")]
        ).write({"active": False, "type": "general"})
        with mute_logger(CRON):
            self._invoice(good, "2026-07-01")
        self.assertEqual(good.invoice_count, 1)
        self.assertIn("journal", bad.invoice_generation_error)
        self.assertTrue(bad.activity_ids)

    # Nobody, and the end

    def test_headcount_of_zero(self):
        """Said once, no empty invoice; a figure that comes later is invoiced."""
        convention = self._fee_convention(
            self._fee(head_source="declared"), day="2026-06-01"
        )
        self.assertFalse(self._invoice(convention, "2026-07-01"))
        self.assertFalse(self._invoice(convention, "2026-07-02"))
        notes = convention.message_ids.filtered(
            lambda m: "nobody to invoice in" in (m.body or "")
        )
        self.assertEqual(len(notes), 1)
        self.assertEqual(convention.activity_ids.summary, "Headcount of zero")
        convention.headcount_ids = [
            Command.create({"month": "2026-06-01", "number": 3}),
            Command.create({"month": "2026-07-01", "number": 4}),
        ]
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-08-01")),
            [("2026-07-31", [(1, 19.5), (4, 6.5)])],
        )

    def test_ended_with_uses_not_invoiced(self):
        """The last invoice still comes, cut at the end; the form says so."""
        convention = self._fee_convention(
            self._fee("use", 2.0),
            self._fee("flat", 30),
            day="2026-06-01",
            is_fee_prorated=True,
        )
        self._use(convention, "2026-06-03", count=4)
        with freeze_time("2026-06-10"):
            convention.with_user(self.manager).action_end()
        self.assertIn("Still to invoice", convention.message_ids[0].body)
        self.assertRegex(convention.fee_left, "Fee use from .*2026: invoice of")
        self.assertFalse(self._invoice(convention, "2026-06-10"))
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-06-11")),
            [("2026-06-10", [(4, 2.0), (1, 10.0)])],
        )
        self.assertFalse(convention.fee_left)
        self.assertFalse(self._invoice(convention, "2026-08-01"))

    def test_last_invoice_dated_after_the_end(self):
        convention = self._fee_convention(
            self._fee("flat", 30), day="2026-06-01", fee_offset_days=3
        )
        convention._end(self._day("2026-06-15"))
        self.assertFalse(self._invoice(convention, "2026-06-17"))
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-06-18")),
            [("2026-06-18", [(1, 30)])],
        )

    def test_said_after_the_last_invoice(self):
        convention = self._fee_convention(self._fee("use", 2.0), day="2026-06-01")
        self._use(convention, "2026-06-03", count=4)
        convention._end(self._day("2026-06-15"))
        self._invoice(convention, "2026-06-16")
        self.assertFalse(convention.can_invoice_left)
        self._use(convention, "2026-06-14", count=1)
        convention.invalidate_recordset()
        money = convention.currency_id.format
        self.assertIn(f"{money(10.0)} instead of {money(8.0)}", convention.fee_left)
        self.assertTrue(convention.can_invoice_left)
        action = convention.with_user(self.manager).action_invoice_left()
        invoice = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(invoice.amount_untaxed, 2.0)
        convention.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            convention.action_invoice_left()

    def test_ended_within_a_period_invoiced_in_advance(self):
        convention = self._fee_convention(
            self._fee("flat", 100),
            day="2026-01-01",
            recurring_invoicing_type="pre-paid",
        )
        self._invoice(convention, "2026-01-01")
        convention._end(self._day("2026-01-15"))
        self.assertIn("make a credit note", convention.message_ids[0].body)
        self.assertFalse(self._invoice(convention, "2026-06-01"))

    def test_term_over_is_not_invoiced_in_advance(self):
        """Whichever of the two scheduled actions comes first; cut where agreed."""
        convention = self._fee_convention(
            self._fee("flat", 90),
            day="2026-01-01",
            term_end="2026-05-15",
            is_tacit_renewal=False,
            is_fee_prorated=True,
            recurring_invoicing_type="pre-paid",
            recurring_rule_type="quarterly",
        )
        self.assertEqual(
            self._figures(self._invoice(convention, "2026-04-01")),
            # 90 × 45 ÷ 91
            [("2026-01-01", [(1, 90)]), ("2026-04-01", [(1, 44.51)])],
        )
        self.assertFalse(self._invoice(convention, "2026-07-01"))
        self.assertEqual(convention.state, "ended")
