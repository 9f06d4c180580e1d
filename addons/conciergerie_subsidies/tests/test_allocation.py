from html import unescape

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .subsidy_common import SubsidyCommon


@tagged("post_install", "-at_install")
class TestAllocation(SubsidyCommon):
    """Costs follow the books; no cost is funded twice (CASES D6, D7)."""

    def test_cost_is_without_recoverable_vat(self):
        cost = self._cost(self._new_bill(1000.0, taxes=self.purchase_vat))
        self.assertRecordValues(
            cost,
            [
                {
                    "kind": "bill",
                    "cap_amount": 1000.0,
                    "recoverable": 200.0,
                    "free_amount": 1000.0,
                    "is_paid": False,
                    "has_evidence": True,
                    "frozen": False,
                }
            ],
        )

    def test_vat_that_is_not_recovered_is_a_cost(self):
        """A repartition line without an account of its own stays on the expense."""
        account = self.purchase_vat.invoice_repartition_line_ids.account_id[:1]
        parts = [
            Command.create(values)
            for values in (
                {"repartition_type": "base"},
                {
                    "repartition_type": "tax",
                    "factor_percent": 50,
                    "account_id": account.id,
                },
                {"repartition_type": "tax", "factor_percent": 50},
            )
        ]
        half = self.env["account.tax"].create(
            {
                "name": "20 % half recovered",
                "amount": 20.0,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )
        bill = self._new_bill(100.0, taxes=half, post=False)
        bill.invoice_line_ids = [
            Command.create(
                {
                    "name": name,
                    "account_id": self.expense_account.id,
                    "price_unit": price,
                    "tax_ids": [Command.set(half.ids)],
                }
            )
            for name, price in (("Ink", 33.33), ("Paper", 66.68))
        ]
        bill.action_post()
        costs = self._cost(bill).sorted("move_line_id")
        booked = bill.line_ids.filtered(lambda r: r.account_id == self.expense_account)
        self.assertEqual(len(booked), 4, "the VAT that stays is booked with the cost")
        self.assertAlmostEqual(
            sum(costs.mapped("cap_amount")), sum(booked.mapped("balance"))
        )
        recovered = bill.line_ids.filtered(lambda r: r.account_id == account)
        self.assertAlmostEqual(
            sum(costs.mapped("recoverable")), sum(recovered.mapped("balance"))
        )
        self.assertEqual(costs[0].cap_amount, 110.0)
        self.assertEqual(half._get_non_recoverable_rate(), 0.1)

    def test_private_part_is_no_cost(self):
        bill = self._new_bill(100.0, line={"deductible_amount": 80.0})
        self.assertEqual(self._cost(bill).cap_amount, 80.0)

    def test_paid_by_posted_reconciliations_only(self):
        bill = self._new_bill(1000.0)
        self._pay(bill, "2026-03-15", 400.0)
        self.assertFalse(self._cost(bill).is_paid)
        payment = self._pay(bill, "2026-04-02")
        self.assertRecordValues(
            self._cost(bill),
            [{"is_paid": True, "paid_date": payment.date}],
        )
        payment.button_draft()
        self.assertFalse(self._cost(bill).is_paid)

    def test_standalone_credit_note_is_a_negative_cost(self):
        cost = self._cost(self._new_bill(-50.0))
        self.assertEqual((cost.cap_amount, cost.free_amount), (-50.0, -50.0))
        made = self._allocate(cost, self.line, share=100.0)
        self.assertEqual(made.amount, -50.0)
        self.assertEqual(cost.free_amount, 0.0)
        with self.assertRaises(ValidationError):
            self._allocate(cost, self.line, -1.0)

    def test_amount_on_the_wrong_side(self):
        """Refused for what it is, not as an excess of which something stays free."""
        cost = self._cost(self._new_bill(100.0))
        credit = self._cost(self._new_bill(-50.0))
        made = self._allocate(cost, self.line, 10.0)
        for act, words in (
            (lambda: self._allocate(cost, self.line, -5.0), "enter a positive amount"),
            (lambda: made.write({"amount": -5.0}), "enter a positive amount"),
            (lambda: self._allocate(credit, self.line, 5.0), "enter a negative amount"),
            (lambda: self._allocate(cost, self.line, 0.0), "enter an amount"),
        ):
            with self.assertRaisesRegex(ValidationError, words) as caught:
                act()
            self.assertNotIn("in excess", str(caught.exception))
        self.assertEqual(made.amount, 10.0)

    # ------------------------------------------------------------------
    # D6, D15
    # ------------------------------------------------------------------

    def test_d6_sixty_and_fifty_is_refused_with_both_names(self):
        other = self._new_dossier("Round 2026")
        line_b = self._new_line(other, "Services", 5000.0)
        cost = self._cost(self._new_bill(1000.0))
        made = self._allocate(cost, self.line, share=60.0)
        self.assertEqual(made.amount, 600.0)
        with self.assertRaises(ValidationError) as caught:
            self._allocate(cost, line_b, share=50.0)
        amounts = map(self._money, (500.0, 400.0, 600.0))
        for word in ("Val 2026", "Round 2026", *amounts):
            self.assertIn(word, str(caught.exception))
        self.assertEqual(cost.allocated_amount, 600.0)
        made |= self._allocate(cost, line_b, share=40.0)
        self.assertEqual(made.mapped("amount"), [600.0, 400.0])
        self.assertEqual(cost.free_amount, 0.0)

    def test_d6_also_by_import_and_rpc(self):
        cost = self._cost(self._new_bill(1000.0))
        self._allocate(cost, self.line, share=60.0)
        with self.assertRaisesRegex(ValidationError, "Val 2026"):
            self.allocations.create(
                [{"cost_id": cost.id, "budget_line_id": self.line.id, "amount": 500}]
            )
        result = self.allocations.load(
            ["cost_id/.id", "budget_line_id/.id", "amount"],
            [[str(cost.id), str(self.line.id), "500"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("Val 2026", result["messages"][0]["message"])
        made = self.allocations.search([("cost_id", "=", cost.id)])
        with self.assertRaises(ValidationError):
            made.write({"amount": 1000.01})
        made.write({"amount": 1000.0})
        self.assertEqual(cost.free_amount, 0.0)

    def test_d6_the_database_refuses_what_goes_round(self):
        from psycopg2.errors import CheckViolation

        from odoo.tools import mute_logger

        cost = self._cost(self._new_bill(1000.0))
        made = self._allocate(cost, self.line, share=60.0)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE conciergerie_allocation SET amount = 1100 WHERE id = %s",
                [made.id],
            )

    def test_d15_a_split_is_shown_as_split(self):
        other = self._new_dossier("Round 2026")
        line_b = self._new_line(other, "Services", 5000.0)
        cost = self._paid_cost(1000.0)
        self._allocate(cost, self.line, share=60.0)
        self._allocate(cost, line_b, share=40.0)
        claim = self._new_claim()
        self.assertEqual(claim.real_amount, 600.0)
        self.assertEqual(claim.line_ids.amount, 600.0)
        self.assertEqual(self.dossier.allocated_amount, 600.0)
        self.assertEqual(self.line.actual_amount, 600.0)
        self.assertEqual(self._new_claim(other).real_amount, 400.0)

    # ------------------------------------------------------------------
    # D7
    # ------------------------------------------------------------------

    @freeze_time("2026-05-01")
    def test_d7_available_and_excess(self):
        claimed = self._paid_cost(4000.0)
        self._allocate(claimed, self.line)
        self._new_claim().action_submit()
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "name": "Tables",
                            "product_id": self.copies.id,
                            "product_qty": 8,
                            "price_unit": 100.0,
                            "budget_line_id": self.line.id,
                            "tax_ids": [Command.set(self.purchase_vat.ids)],
                        }
                    )
                ],
            }
        )
        self.line.invalidate_recordset()
        self.assertEqual(self.line.available_amount, 1000.0, "a draft order is none")
        order.button_confirm()
        self.line.invalidate_recordset()
        self.assertRecordValues(
            self.line,
            [
                {
                    "claimed_amount": 4000.0,
                    "ordered_amount": 800.0,
                    "available_amount": 200.0,
                }
            ],
        )
        cost = self._cost(self._new_bill(500.0))
        vals = {"cost_id": cost.id, "budget_line_id": self.line.id, "amount": 500.0}
        [row] = self.allocations._preview([vals])
        self.assertEqual((row["eligible"], row["excess"]), (200.0, 300.0))
        made = self.allocations._allocate([vals])
        self.assertEqual(made.amount, 200.0)
        self.assertEqual(cost.free_amount, 300.0, "free for another dossier")
        late = self._cost(self._new_bill(100.0, "2027-01-05"))
        with self.assertRaisesRegex(ValidationError, "outside the period of Val 2026"):
            self._allocate(late, self.line)

    def test_order_on_the_analytic_account(self):
        account = self.env["account.analytic.account"].create(
            {
                "name": "Val",
                "plan_id": self.env["account.analytic.plan"].search([], limit=1).id,
                "company_id": self.company.id,
            }
        )
        self.dossier.analytic_account_id = account
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "name": "Tables",
                            "product_id": self.copies.id,
                            "product_qty": 4,
                            "price_unit": 100.0,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(account.id): 50.0},
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        self.line.invalidate_recordset()
        self.assertEqual(self.line.ordered_amount, 200.0, "half of it")
        bill_vals = order.order_line._prepare_account_move_line()
        bill = self._new_bill(100.0, post=False)
        bill.invoice_line_ids = [
            Command.clear(),
            Command.create({**bill_vals, "quantity": 1, "tax_ids": [Command.clear()]}),
        ]
        self.line.invalidate_recordset()
        self.assertEqual(self.line.ordered_amount, 200.0, "a draft bill bills nothing")
        bill.action_post()
        self.line.invalidate_recordset()
        self.assertEqual(self.line.ordered_amount, 150.0)

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------

    def test_refusals_say_why(self):
        cost = self._cost(self._new_bill(100.0))
        self.dossier.state = "closed"
        with self.assertRaisesRegex(ValidationError, "in the state “Closed”"):
            self._allocate(cost, self.line)
        self.dossier.state = "running"
        self.line.account_ids = self.company_data["default_account_assets"]
        with self.assertRaisesRegex(ValidationError, "Wrong kind"):
            self._allocate(cost, self.line)
        self.line.account_ids = False
        self.line.is_flat = True
        with self.assertRaisesRegex(ValidationError, "flat rate"):
            self._allocate(cost, self.line)
        self.line.is_flat = False
        early = self._cost(self._new_bill(100.0, "2025-12-31"))
        with self.assertRaisesRegex(ValidationError, "before 01/01/2026"):
            self._allocate(early, self.line)
        self.assertFalse(
            self.allocations.search([("cost_id", "in", (cost | early).ids)])
        )

    def test_smaller_bill_releases_and_tells(self):
        bill = self._new_bill(1000.0)
        cost = self._cost(bill)
        self._allocate(cost, self.line, 900.0)
        bill.button_draft()
        self.assertEqual(cost.allocated_amount, 900.0, "a bill being mended")
        with self.assertRaisesRegex(ValidationError, "not booked"):
            self._allocate(cost, self.line, 10.0)
        bill.invoice_line_ids.price_unit = 800.0
        bill.action_post()
        self.assertRecordValues(
            cost, [{"cap_amount": 800.0, "allocated_amount": 0.0, "free_amount": 800.0}]
        )
        activity = self._told()
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("External services", activity.note)
        self.assertIn(self._money(900.0), unescape(activity.note))
        self._allocate(cost, self.line)
        bill.button_draft()
        bill.button_cancel()
        self.assertFalse(cost.exists(), "a cancelled bill is no cost")
        self.assertEqual(len(self._told()), 2)

    def _told(self):
        """Return what was told about costs, beside the deadlines of the dossier."""
        return self.dossier.activity_ids.filtered(
            lambda a: a.summary == "Costs changed: allocate them again"
        )

    def test_larger_bill_keeps_its_allocations(self):
        bill = self._new_bill(1000.0)
        cost = self._cost(bill)
        self._allocate(cost, self.line, 900.0)
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 1200.0
        bill.action_post()
        self.assertRecordValues(
            cost, [{"cap_amount": 1200.0, "allocated_amount": 900.0}]
        )

    def test_reversal_takes_from_the_bill(self):
        bill = self._new_bill(1000.0)
        cost = self._cost(bill)
        self._allocate(cost, self.line, 900.0)
        bill._reverse_moves([{"invoice_date": "2026-04-01", "date": "2026-04-01"}])
        refund = bill.reversal_move_ids
        refund.invoice_line_ids.price_unit = 300.0
        refund.action_post()
        self.assertEqual(cost.cap_amount, 700.0)
        self.assertFalse(self._cost(refund), "no cost of its own")
        self.assertFalse(cost.allocation_ids)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_rights(self):
        cost = self._cost(self._new_bill(100.0))
        made = self._allocate(cost, self.line)
        vals = {"cost_id": cost.id, "budget_line_id": self.line.id, "amount": 1.0}
        for user in (self.manager, self.counter):
            with self.assertRaises(AccessError):
                self.env["conciergerie.allocation"].with_user(user).with_env(
                    self.env(user=user, su=False)
                ).create([vals])
            with self.assertRaises(AccessError):
                made.with_env(self.env(user=user, su=False)).write({"amount": 1.0})
        self.assertEqual(
            made.with_user(self.manager).with_env(self.env(user=self.manager)).amount,
            100.0,
        )
        with self.assertRaises(AccessError):
            made.with_user(self.counter).read(["amount"])
        with self.assertRaises(AccessError):
            cost.with_user(self.accountant).write({"cap_amount": 500.0})
        with self.assertRaises(UserError):
            made.with_user(self.accountant).write({"budget_line_id": self.line.id + 1})
