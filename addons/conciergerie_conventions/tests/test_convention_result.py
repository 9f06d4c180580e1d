from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .test_copay_invoice import CopayInvoiceCase


@tagged("post_install", "-at_install")
class TestConventionResult(CopayInvoiceCase):
    """Fees and co-pay against time and cost, by convention and month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-10"))
        cls.convention = cls._new_convention(
            rules=[{"share": 50.0}],
            contract_line_ids=[
                Command.create({"name": "Fee", "quantity": 1, "price_unit": 120.0})
            ],
        )
        cls._entitle(cls.convention)
        cls.employee = (
            cls.env["hr.employee"]
            .sudo()
            .create({"name": "Ines", "company_id": cls.company.id, "hourly_cost": 24.0})
        )

    def _fee_invoice(self, price, day):
        """Invoice a fee, at a price with 20 % of VAT in it."""
        return self._invoice(
            day=day,
            partner_id=self.employer.id,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Fee",
                        "price_unit": price,
                        "tax_ids": [Command.set(self.vat_20.ids)],
                        "contract_line_id": self.convention.contract_line_ids.id,
                    }
                )
            ],
        )

    def _sold_request(self, **values):
        """Take a request of 6.00, invoiced."""
        request = self._new_request(self.copies, **values)
        invoice = request.sale_line_id.order_id.with_context(
            conciergerie_invoice_line_ids=request.sale_line_id.ids
        )._create_invoices()
        invoice.action_post()
        self.assertTrue(invoice.copay_use_ids)
        return request, invoice

    def _work(self, request, hours, day="2026-11-10"):
        return (
            self.env["account.analytic.line"]
            .sudo()
            .create(
                {
                    "name": "Work",
                    "project_id": request.project_id.id,
                    "task_id": request.id,
                    "employee_id": self.employee.id,
                    "unit_amount": hours,
                    "date": day,
                }
            )
        )

    def _rows(self, convention=None, user=None):
        """Return by month: fees, shares, uses, people, hours, cost and result."""
        rows = (
            self.env["conciergerie.convention.result"]
            .with_user(user or self.manager)
            .search([("convention_id", "=", (convention or self.convention).id)])
        )
        return {
            str(row.month)[:7]: (
                *(round(row[n], 2) for n in ("fee_amount", "share_amount")),
                *(row.use_count, row.people_count),
                *(round(row[n], 2) for n in ("hours", "cost_amount", "result_amount")),
            )
            for row in rows
        }

    def test_fees_without_vat_less_credit_notes(self):
        self._fee_invoice(120.0, "2026-09-30")
        invoice = self._fee_invoice(240.0, "2026-10-31")
        self._reverse(invoice, price=60.0, day="2026-11-05")
        self._fee_invoice(999.0, "2026-11-06").button_draft()
        self.assertEqual(
            self._rows(),
            {
                "2026-09": (100.0, 0.0, 0, 0, 0.0, 0.0, 100.0),
                "2026-10": (200.0, 0.0, 0, 0, 0.0, 0.0, 200.0),
                "2026-11": (-50.0, 0.0, 0, 0, 0.0, 0.0, -50.0),
            },
        )

    def test_time_and_uses(self):
        self._fee_invoice(120.0, "2026-11-05")
        request, _invoice = self._sold_request()
        self._work(request, 1.5)
        self._work(request, 0.25, "2026-10-30")
        self._sold_request()
        self.assertEqual(
            self._rows(),
            {
                "2026-10": (0.0, 0.0, 0, 0, 0.25, 6.0, -6.0),
                "2026-11": (100.0, 6.0, 2, 1, 1.5, 36.0, 64.0),
            },
        )
        self.convention.invalidate_recordset()
        self.assertEqual(self.convention.with_user(self.manager).result_amount, 58.0)

    def test_given_back(self):
        """The use and the share go; the time was spent all the same."""
        request, invoice = self._sold_request()
        self._work(request, 1.0)
        self._reverse(invoice)
        self.assertEqual(self._rows(), {"2026-11": (0.0, 0.0, 0, 0, 1.0, 24.0, -24.0)})

    def test_time_that_does_not_count(self):
        """Neither of a request not invoiced yet nor of one that nobody covers."""
        self._work(self._new_request(self.copies), 3.0)
        self._work(self._new_request(self.paperwork), 3.0)
        self.assertEqual(self._rows(), {})

    def test_two_payers_share_the_time(self):
        town = self._new_convention(payer=self.town, convention_kind="commune")
        self._entitle(town)
        request, _invoice = self._sold_request()
        self._work(request, 1.0)
        self.assertEqual(self._rows(), {"2026-11": (0.0, 3.0, 1, 1, 0.5, 12.0, -12.0)})
        self.assertEqual(
            self._rows(town), {"2026-11": (0.0, 1.5, 1, 1, 0.5, 12.0, -12.0)}
        )

    def test_twelve_months(self):
        self._fee_invoice(120.0, "2025-11-30")
        self._fee_invoice(240.0, "2025-12-01")
        self._fee_invoice(12.0, "2026-11-09")
        contract = self.convention.with_user(self.accountant)
        self.assertEqual(contract.result_amount, 210.0)
        action = contract.action_view_result()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(
            rows.mapped("month"),
            [fields.Date.to_date("2026-11-01"), fields.Date.to_date("2025-12-01")],
        )

    def test_who_reads(self):
        self._fee_invoice(120.0, "2026-11-05")
        self.assertTrue(self._rows(user=self.accountant))
        portal = new_test_user(self.env, "result_portal", groups="base.group_portal")
        for user in (self.counter, portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._rows(user=user)
        with self.assertRaises(AccessError):
            self.convention.with_user(self.counter).read(["result_amount"])
        other = self.env["res.company"].create({"name": "Another conciergerie"})
        stranger = self._new_user("manager", company=other, login="other_manager")
        self.assertEqual(self._rows(user=stranger), {})
