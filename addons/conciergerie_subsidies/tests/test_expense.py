import io

from pypdf import PdfReader, PdfWriter

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .subsidy_common import SubsidyCommon


@tagged("post_install", "-at_install")
class TestExpense(SubsidyCommon):
    """What the staff advances or pays by card, from the expense to the claim."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = new_test_user(
            cls.env,
            login="sacha",
            name="Sacha Petit",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.payer = new_test_user(
            cls.env,
            login="payer",
            groups="hr_expense.group_hr_expense_manager,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Sacha Petit",
                "company_id": cls.company.id,
                "user_id": cls.worker.id,
                "work_contact_id": cls.worker.partner_id.id,
                "expense_manager_id": cls.payer.id,
            }
        )
        cls.travel = cls.env["product.product"].create(
            {
                "name": "Travel",
                "can_be_expensed": True,
                "standard_price": 0.0,
                "property_account_expense_id": cls.expense_account.id,
                "supplier_taxes_id": [Command.set(cls.purchase_vat.ids)],
            }
        )

    def _as(self, record, user):
        return record.with_env(self.env(user=user, su=False))

    def _expense(self, amount, mode="own_account", receipt=True, **values):
        """An expense of the worker, approved and posted by who pays expenses.

        Its receipt is on the expense, where the worker puts it. The accountant who
        claims it has no rights on expenses.
        """
        expenses = self._as(self.env["hr.expense"], self.worker)
        expense = expenses.with_company(self.company).create(
            {
                "name": "Train to the funder",
                "employee_id": self.employee.id,
                "product_id": self.travel.id,
                "total_amount_currency": amount,
                "date": "2026-03-10",
                "payment_mode": mode,
                **values,
            }
        )
        if receipt:
            self._attach(expense, b"ticket", "ticket.txt")
        expense.action_submit()
        theirs = self._as(expense, self.payer).with_company(self.company)
        theirs.action_approve()
        action = theirs.action_post()
        if mode == "own_account":
            wizard = Form(
                self._as(self.env[action["res_model"]], self.payer)
                .with_company(self.company)
                .with_context(**action["context"])
            )
            wizard.accounting_date = "2026-03-15"
            wizard.save().action_post_entry()
        return expense.with_env(self.env)

    def test_advanced_by_the_staff(self):
        """Unpaid until it is paid back; the VAT that is recovered is no cost."""
        expense = self._expense(120.0)
        move = expense.account_move_id
        cost = self._cost(move)
        self.assertRecordValues(
            cost,
            [
                {
                    "kind": "expense",
                    "employee_id": self.employee.id,
                    "cap_amount": 100.0,
                    "recoverable": 20.0,
                    "is_paid": False,
                    "has_evidence": True,
                }
            ],
        )
        self._allocate(cost, self.line)
        claim = self._new_claim()
        self.assertFalse(claim.line_ids)
        self.assertEqual(claim.left_out_ids.mapped("reason"), ["unpaid"])
        self._pay(move, "2026-03-31")
        claim.action_propose()
        self.assertRecordValues(
            claim.line_ids,
            [{"amount": 100.0, "paid_date": claim.line_ids.date.replace(day=31)}],
        )
        claim.action_submit()
        self.assertEqual(claim.claimed_amount, 80.0)
        self.assertTrue(cost.frozen)

    def test_ticked_in_the_list_bills_expenses_and_hours_at_once(self):
        """One dialog for what is ticked in the list of costs, of whatever kind."""
        staff = self._new_line(self.dossier, "Staff", 5000.0, self.staff_kind)
        rate = self._new_employee("Robin Blanc", d2026_01_01=21.0)
        ticked = (
            self._cost(self._new_bill(300.0))
            | self._cost(self._expense(120.0).account_move_id)
            | self._new_hours(rate, 10.0)
        )
        self.assertEqual(
            sorted(ticked.mapped("kind")), ["bill", "expense", "timesheet"]
        )
        action = ticked.action_allocate()
        dialog = (
            self.env["conciergerie.allocation.dialog"]
            .with_user(self.accountant)
            .browse(action["res_id"])
        )
        dialog.dossier_id = self.dossier
        for row in dialog.line_ids:
            row.budget_line_id = staff if row.cost_id.hours else self.line
        self.assertEqual(
            dialog.action_allocate(), {"type": "ir.actions.act_window_close"}
        )
        self.assertEqual(ticked.mapped("free_amount"), [0.0, 0.0, 0.0])
        self.assertEqual(self.line.allocated_amount, 400.0)
        self.assertEqual(staff.allocated_amount, 210.0)

    def test_paid_by_the_card_of_the_house(self):
        """Paid at once: what is booked on the bank proves it."""
        method = self.bank.outbound_payment_method_line_ids[:1]
        method.payment_account_id = self.bank.default_account_id
        expense = self._expense(
            60.0, "company_account", payment_method_line_id=method.id
        )
        cost = self._cost(expense.account_move_id)
        self.assertRecordValues(
            cost, [{"kind": "expense", "cap_amount": 50.0, "is_paid": True}]
        )
        self._allocate(cost, self.line, 30.0)
        claim = self._new_claim()
        claim.action_submit()
        self.assertEqual(claim.line_ids.mapped("amount"), [30.0])

    def test_without_a_receipt(self):
        expense = self._expense(120.0, receipt=False)
        move = expense.account_move_id
        self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        ).unlink()
        self._pay(move)
        self._allocate(self._cost(move), self.line)
        claim = self._new_claim()
        self.assertEqual(claim.left_out_ids.mapped("reason"), ["no_evidence"])

    def test_evidence_is_the_receipt(self):
        """Its receipt is in the bundle, which the accountant may make."""
        expense = self._expense(120.0)
        move = expense.account_move_id
        self._pay(move)
        self._allocate(self._cost(move), self.line)
        claim = self._new_claim()
        [piece] = claim._pieces()
        self.assertIn("ticket.txt", piece["attachments"].mapped("name"))
        cover, writer = io.BytesIO(), PdfWriter()
        writer.add_blank_page(595, 842)
        writer.write(cover)
        self.patch(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            lambda *args, **kwargs: (cover.getvalue(), "pdf"),
        )
        bundle = PdfReader(io.BytesIO(claim._make_bundle()))
        self.assertIn("ticket.txt", bundle.pages[-1].extract_text())

    def test_month_of_pay_is_not_an_expense(self):
        """An expense does not keep the hours of its month from being claimed."""
        expense = self._expense(120.0)
        self._pay(expense.account_move_id)
        self._allocate(self._cost(expense.account_move_id), self.line)
        self._new_rate(self.employee, "2026-01-01", 20.0)
        hours = self._new_hours(self.employee, 5.0, "2026-03-12")
        staff = self._new_line(self.dossier, "Staff", 5000.0, self.staff_kind)
        self._allocate(hours, staff)
        self.assertEqual(self._new_claim().eligible_amount, 200.0)
