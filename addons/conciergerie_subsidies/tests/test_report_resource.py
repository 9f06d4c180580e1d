from datetime import date

from odoo import Command
from odoo.tests import tagged

from .test_financial_report import ReportCommon


@tagged("post_install", "-at_install")
class TestReportResource(ReportCommon):
    """What funders gave, with a dossier here or without, and what they cut."""

    def _give(self, partner, amount, day=date(2026, 6, 1), analytic=None, share=100):
        """Book what a funder gives as an invoice on income."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": partner.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Gift",
                            "price_unit": amount,
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(analytic.id): share}
                            if analytic
                            else False,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def test_what_a_funder_without_dossier_gave(self):
        """Its income on the project's analytic account, in the time of the report."""
        report = self._new_report()
        gift = self._line(report, "74_private")
        plan = self.env["account.analytic.plan"].sudo().search([], limit=1)
        project, other = (
            self.env["account.analytic.account"]
            .sudo()
            .create(
                [
                    {"name": name, "plan_id": plan.id, "company_id": self.company.id}
                    for name in ("Counter of the Val", "Round")
                ]
            )
        )
        contact = self.env["res.partner"].create(
            {"name": "Treasurer", "parent_id": self.foundation.id}
        )
        self._give(contact, 2000.0, analytic=project, share=75)
        self._give(self.foundation, 300.0, analytic=other)
        self._give(self.foundation, 70.0)
        self._give(self.foundation, 900.0, date(2027, 1, 2), project)
        self._give(self.beneficiary, 40.0, analytic=project)
        self._give(self.foundation, 10.0, analytic=project).button_draft()
        report.action_refresh()
        self.assertEqual(gift.actual_amount, 0.0, "no account of the project yet")
        self.dossier.sudo().analytic_account_id = project
        report.action_refresh()
        self.assertEqual(gift.actual_amount, 1500.0)
        gift.actual_amount = 1800.0
        self._give(self.foundation, 100.0, analytic=project)
        report.action_refresh()
        self.assertEqual(gift.actual_amount, 1800.0, "typed stays")

    def _new_co_funder(self):
        """Return the foundation's dossier on the same costs, awarded 2 000."""
        other = self.env["conciergerie.dossier"].create(
            {
                "name": "Foundation's share",
                "programme_id": self._new_programme_of(self.foundation).id,
                "company_id": self.company.id,
                "main_dossier_id": self.dossier.id,
                "requested_amount": 2000.0,
            }
        )
        self._award(other, 2000.0, date(2026, 2, 1))
        return other

    def test_co_funders_stand_in_each_others_reports(self):
        """With a dossier here, whether or not the plan's line names it."""
        other = self._new_co_funder()
        report = self._new_report()
        self.assertEqual(self._line(report, "74_private").actual_amount, 2000.0)
        self.assertEqual(self._line(report, "74_region").actual_amount, 24000.0)
        theirs = self._new_report(dossier_id=other.id)
        self.assertEqual(self._line(theirs, "74_private").actual_amount, 2000.0)
        self.assertEqual(self._line(theirs, "74_region").actual_amount, 24000.0)

    def _new_programme_of(self, funder):
        return self.env["conciergerie.programme"].create(
            {"name": "Of the funder", "funder_id": funder.id}
        )

    def _cut_bill(self):
        """Return a bill of 1 000, claimed for 600, of which 450 are accepted."""
        bill, claim = self._claimed_bill()
        self._cut(claim)
        return bill, claim

    def _cut(self, claim):
        claim.line_ids.filtered(lambda row: not row.is_flat).write(
            {"accepted_amount": 450.0, "cut_reason": "Too dear"}
        )
        claim.action_answer()

    def _claimed_bill(self):
        self.dossier.sudo().paid_only = False
        bill = self._spend("60_supplies", 1000.0, share=60.0)
        self.env["ir.attachment"].create(
            {"name": "scan", "res_model": bill._name, "res_id": bill.id, "raw": b"scan"}
        )
        claims = self.env["conciergerie.claim"].with_user(self.accountant)
        claim = claims.create({"dossier_id": self.dossier.id})
        claim.action_propose()
        claim.action_submit()
        return bill, claim

    def test_what_was_cut_of_a_reversed_bill_was_not_spent(self):
        bill, _claim = self._cut_bill()
        bill._reverse_moves([{"invoice_date": date(2026, 11, 1)}], cancel=True)
        self.env["conciergerie.cost"].sudo()._refresh(self.company)
        report = self._new_report()
        self.assertEqual(self._line(report, "60_supplies").actual_amount, 0.0)

    def test_what_the_funder_cut_was_spent_all_the_same(self):
        """Actual costs are the project's, the answer of the funder is in its aid."""
        bill, claim = self._cut_bill()
        self.assertLess(claim.accepted_amount, claim.claimed_amount)
        report = self._new_report()
        supplies = self._line(report, "60_supplies")
        self.assertEqual(supplies.actual_amount, 600.0)
        self.assertEqual(
            self._line(report, "74_region").actual_amount, claim.accepted_amount
        )
        self.assertEqual(
            self._line(report, "own").actual_amount, 600.0 - claim.accepted_amount
        )
        # Another project takes some of what was cut: it is that one's.
        other = self._new_dossier(
            5000.0, name="Round", date_from=date(2026, 1, 1), date_to=date(2026, 12, 31)
        )
        cost = self.env["conciergerie.cost"].search([("move_id", "=", bill.id)])
        self.assertEqual(cost.free_amount, 550.0)
        self.env["conciergerie.allocation"].with_user(self.accountant)._allocate(
            [
                {
                    "cost_id": cost.id,
                    "budget_line_id": other.budget_line_ids[0].id,
                    "amount": 500.0,
                }
            ]
        )
        report.action_refresh()
        self.assertEqual(supplies.actual_amount, 500.0)
        other_report = self._new_report(dossier_id=other.id)
        self.assertEqual(other_report.actual_expense, 500.0)

    def _reverse_part(self, bill, amount):
        refund = bill._reverse_moves([{"invoice_date": date(2026, 11, 1)}])
        refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        self.env["conciergerie.cost"].sudo()._refresh(self.company)

    def _assert_spent(self, code, amount):
        """Check that report, plan and analyses tell the same of a line."""
        report = self._new_report()
        self.assertEqual(self._line(report, code).actual_amount, amount)
        report.unlink()
        line = self.lines[code].with_user(self.manager)
        line.invalidate_recordset(["actual_amount"])
        self.assertEqual(line.actual_amount, amount)
        self.assertEqual(self._compared(code).get("actual", 0.0), amount)

    def _compared(self, code):
        rows = (
            self.env["conciergerie.budget.comparison"]
            .with_user(self.manager)
            .search([("budget_line_id", "=", self.lines[code].id)])
        )
        return {row.kind: row.amount for row in rows}

    def test_part_of_a_cut_bill_is_reversed(self):
        """60 % of what is left of the bill, whatever the funder cut of it."""
        bill, _claim = self._cut_bill()
        self._reverse_part(bill, 250.0)
        self._assert_spent("60_supplies", 450.0)
        # Another project takes 40 %: what is left of the cut stays.
        other = self._new_dossier(
            5000.0, name="Round", date_from=date(2026, 1, 1), date_to=date(2026, 12, 31)
        )
        cost = self.env["conciergerie.cost"].search(
            [("move_id", "=", bill.id), ("kind", "!=", "difference")]
        )
        self.env["conciergerie.allocation"].with_user(self.accountant)._allocate(
            [
                {
                    "cost_id": cost.id,
                    "budget_line_id": other.budget_line_ids[0].id,
                    "amount": 500.0,
                }
            ]
        )
        self._assert_spent("60_supplies", 375.0)
        other_report = self._new_report(dossier_id=other.id)
        self.assertEqual(other_report.actual_expense, 375.0)

    def test_part_of_a_bill_is_reversed_before_it_is_cut(self):
        """In the other order the project spent as much."""
        bill, claim = self._claimed_bill()
        self._reverse_part(bill, 250.0)
        self._cut(claim)
        self._assert_spent("60_supplies", 450.0)
        self._reverse_part(bill, 750.0)
        self._assert_spent("60_supplies", 0.0)

    def test_plan_analyses_and_report_tell_the_same(self):
        """Spent is what was spent; what the funder accepted stands beside it."""
        self.dossier.sudo().write({"flat_rate_base": "direct", "flat_rate": 10.0})
        self.lines["indirect_fixed"].sudo().is_flat = True
        _bill, _claim = self._cut_bill()
        self._spend("64_wages", 2000.0)
        self._assert_spent("60_supplies", 600.0)
        self._assert_spent("64_wages", 2000.0)
        self._assert_spent("indirect_fixed", 260.0)
        self._assert_spent("61_rent", 0.0)
        self.assertEqual(
            self._compared("60_supplies"),
            {"planned": 2500.0, "actual": 600.0, "claimed": 450.0},
        )
        position = (
            self.env["conciergerie.dossier.position"]
            .with_user(self.manager)
            .search([("dossier_id", "=", self.dossier.id)])
        )
        report = self._new_report()
        self.assertEqual(position.spent_amount, 2860.0)
        self.assertEqual(report.actual_expense, 2860.0)

    def test_claims_of_a_co_funder_are_not_added(self):
        """It claims the same costs: they are compared once."""
        other = self._new_co_funder()
        other.sudo().paid_only = False
        _bill, _claim = self._claimed_bill()
        theirs = (
            self.env["conciergerie.claim"]
            .with_user(self.accountant)
            .create({"dossier_id": other.id})
        )
        theirs.action_propose()
        theirs.action_submit()
        self.assertEqual(theirs.real_amount, 600.0)
        self.assertEqual(
            self._compared("60_supplies"),
            {"planned": 2500.0, "actual": 600.0, "claimed": 600.0},
        )
