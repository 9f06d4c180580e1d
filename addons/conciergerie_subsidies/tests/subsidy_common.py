import base64

from odoo import Command, fields

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class SubsidyCommon(ConciergerieCommon):
    """A running dossier with a plan, bills, and an accountant who claims.

    Tests work as the accountant unless they say otherwise.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        funder = cls.env.ref("conciergerie_base.audience_funder")
        cls.region, cls.foundation = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "audience_ids": [Command.set(funder.ids)],
                    "funder_kind": kind,
                }
                for name, kind in (
                    ("Region of the Hills", "region"),
                    ("Foundation of the Mill", "foundation"),
                )
            ]
        )
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Printer Duval", "is_company": True}
        )
        kinds = cls.env["conciergerie.expense.kind"].sudo()
        cls.staff_kind, cls.other_kind = (
            kinds.search([("code", "=", code)], limit=1)
            or kinds.create({"name": code, "code": code})
            for code in ("staff", "external")
        )
        headings = cls.env["conciergerie.form.heading"].sudo()
        cls.headings = {
            side: headings.search([("side", "=", side)], limit=1)
            for side in ("expense", "resource")
        }
        cls.expense_account = cls.company_data["default_account_expense"]
        cls.journal = cls.company_data["default_journal_purchase"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.purchase_vat = cls.company_data["default_tax_purchase"]
        cls.programme = cls._new_programme("Rural services", cls.region)
        cls.dossier = cls._new_dossier("Val 2026")
        cls.line = cls._new_line(cls.dossier, "External services", 5000.0)
        cls.costs = cls.env["conciergerie.cost"].with_user(cls.accountant)
        cls.allocations = cls.env["conciergerie.allocation"].with_user(cls.accountant)
        cls.claims = cls.env["conciergerie.claim"].with_user(cls.accountant)
        # Enough for everything but tests of rights and of the books.
        cls.env = cls.env(su=True)

    @classmethod
    def _money(cls, amount):
        """Return an amount as messages show it."""
        return cls.company.currency_id.with_env(cls.costs.env).format(amount)

    @classmethod
    def _new_programme(cls, name, funder, **values):
        return (
            cls.env["conciergerie.programme"]
            .sudo()
            .create(
                {
                    "name": name,
                    "funder_id": funder.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "aid_rate": 80.0,
                    "eligible_from_receipt": False,
                    **values,
                }
            )
        )

    @classmethod
    def _new_dossier(cls, name, programme=None, awarded=100_000.0, **values):
        """Return a running dossier; the terms are given, the award is written."""
        dossiers = cls.env["conciergerie.dossier"].sudo()
        dossier = dossiers.create(
            {
                "name": name,
                "programme_id": (programme or cls.programme).id,
                "company_id": cls.company.id,
                "user_id": cls.manager.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
            }
        )
        dossier.write(
            {
                "awarded_amount": awarded,
                "awarded_rate": 80.0,
                "awarded_date": "2026-01-01",
                "state": "running",
                "hours_base": 1720,
                **values,
            }
        )
        return dossier

    @classmethod
    def _new_line(cls, dossier, name, amount, kind=None, **values):
        lines = cls.env["conciergerie.budget.line"].sudo()
        line = lines.create(
            {
                "dossier_id": dossier.id,
                "heading_id": cls.headings[values.get("side", "expense")].id,
                "side": "expense",
                "name": name,
                "expense_kind_id": (kind or cls.other_kind).id,
                "planned_amount": amount,
                **values,
            }
        )
        line.awarded_amount = amount
        return line

    @classmethod
    def _new_bill(cls, amount, day="2026-03-10", taxes=None, post=True, **values):
        """Return a posted bill of one line with its document attached."""
        line = {
            "name": "Leaflets",
            "account_id": cls.expense_account.id,
            "price_unit": amount,
            "tax_ids": [Command.set(taxes.ids if taxes else [])],
            **values.pop("line", {}),
        }
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_refund" if amount < 0 else "in_invoice",
                "partner_id": cls.supplier.id,
                "company_id": cls.company.id,
                "invoice_date": day,
                "date": day,
                "ref": values.pop(
                    "ref", f"F{cls.env['account.move'].search_count([])}"
                ),
                "invoice_line_ids": [
                    Command.create({**line, "price_unit": abs(amount)})
                ],
                **values,
            }
        )
        if post:
            bill.action_post()
            cls._attach(bill)
        return bill

    @classmethod
    def _attach(cls, record, content=b"scan", name="scan.txt"):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "res_model": record._name,
                "res_id": record.id,
                "datas": base64.b64encode(content),
            }
        )

    @classmethod
    def _pay(cls, bill, day="2026-03-20", amount=None):
        """Pay a bill through the bank, matched; return the payment's entry."""
        amount = amount or bill.amount_residual
        payable = bill.line_ids.filtered(lambda r: r.display_type == "payment_term")
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": cls.bank.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": payable.account_id.id,
                            "partner_id": bill.partner_id.id,
                            "balance": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": cls.bank.default_account_id.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        items = entry.line_ids.filtered(lambda r: r.account_id == payable.account_id)
        (payable | items).reconcile()
        return entry

    @classmethod
    def _cost(cls, bill):
        """Return the cost of a bill of one line."""
        cls.costs._refresh(cls.company)
        return cls.costs.search([("move_id", "=", bill.id)])

    @classmethod
    def _paid_cost(cls, amount, day="2026-03-10", **values):
        bill = cls._new_bill(amount, day, **values)
        cls._pay(bill, day)
        return cls._cost(bill)

    @classmethod
    def _allocate(cls, cost, line, amount=None, **values):
        vals = {"cost_id": cost.id, "budget_line_id": line.id, **values}
        if amount is not None:
            vals["amount"] = amount
        return cls.allocations._allocate([vals])

    @classmethod
    def _new_claim(cls, dossier=None, propose=True, **values):
        claim = cls.claims.create({"dossier_id": (dossier or cls.dossier).id, **values})
        if propose:
            claim.action_propose()
        return claim

    @classmethod
    def _new_employee(cls, name="Sacha Petit", **costs):
        """Return an employee; ``costs`` are rates by ISO day, ``d2026_01_01=21.0``."""
        employee = cls.env["hr.employee"].create(
            {"name": name, "company_id": cls.company.id}
        )
        for day, rate in costs.items():
            cls._new_rate(employee, day[1:].replace("_", "-"), rate)
        return employee

    @classmethod
    def _new_rate(cls, employee, day, rate):
        return cls.env["conciergerie.hourly.cost"].create(
            {
                "employee_id": employee.id,
                "company_id": cls.company.id,
                "date_from": day,
                "annual_cost": rate * 1720,
                "hours_base": 1720,
            }
        )

    @classmethod
    def _new_hours(cls, employee, hours, day="2026-06-10", signed=True):
        """Return the cost of a timesheet line, its month signed."""
        hour = cls.env["account.analytic.line"].create(
            {
                "name": "Counter",
                "employee_id": employee.id,
                "project_id": cls.site.project_id.id,
                "company_id": cls.company.id,
                "date": day,
                "unit_amount": hours,
            }
        )
        if signed:
            cls._sign_sheet(employee, day)
        cls.costs._refresh(cls.company)
        return cls.costs.search([("timesheet_id", "=", hour.id)])

    @classmethod
    def _sign_sheet(cls, employee, day):
        month = fields.Date.to_date(day).replace(day=1)
        sheets = cls.env["conciergerie.time.sheet"]
        domain = [("employee_id", "=", employee.id), ("date_from", "=", month)]
        if not sheets.search_count(domain):
            sheets.create(
                {
                    "employee_id": employee.id,
                    "company_id": cls.company.id,
                    "date_from": month,
                    "signed_file": base64.b64encode(b"signed"),
                    "signed_name": "sheet.pdf",
                }
            )


class ClaimCase(SubsidyCommon):
    """Money spent on two lines of a dossier: staff and services."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff_line = cls._new_line(
            cls.dossier, "Staff", 60_000.0, cls.staff_kind, sequence=1
        )
        cls.line.awarded_amount = 60_000.0

    def _spend(self, amount, line, day="2026-03-10"):
        """Spend on a line, paid and proved; staff as an invoiced service."""
        return self._allocate(self._paid_cost(amount, day), line)
