from datetime import date

from odoo import Command

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon


class BooksCommon(ConciergerieCommon):
    """An association with the optional accounts, a region that gives, one dossier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.subsidy_association_accounts = True
        cls.accountant.group_ids |= cls.env.ref("account.group_account_manager")
        cls.region = cls.env["res.partner"].create(
            {"name": "Region of the Hills", "is_company": True, "funder_kind": "region"}
        )
        cls.foundation = cls.env["res.partner"].create(
            {
                "name": "Foundation of the Valley",
                "is_company": True,
                "funder_kind": "foundation",
            }
        )
        cls.programme = cls.env["conciergerie.programme"].create(
            {"name": "Services in the country", "funder_id": cls.region.id}
        )
        cls.entries = (
            cls.env["conciergerie.subsidy.entry"]
            .with_user(cls.accountant)
            .with_company(cls.company)
        )

    @classmethod
    def _new_dossier(
        cls, award=0.0, award_date=date(2026, 9, 1), plan=100000.0, **values
    ):
        """Create a dossier with its terms; record its award if there is one."""
        terms = {
            name: values.pop(name)
            for name in ("advance_rate", "cap_before_balance")
            if name in values
        }
        dossier = cls.env["conciergerie.dossier"].create(
            {
                "name": "Counter of the Val",
                "programme_id": cls.programme.id,
                "company_id": cls.company.id,
                "site_id": cls.site.id,
                "user_id": cls.manager.id,
                "date_from": date(2026, 10, 1),
                "date_to": date(2027, 9, 30),
                **values,
            }
        )
        dossier.write(terms)
        cls.env["conciergerie.budget.line"].create(
            [
                {
                    "dossier_id": dossier.id,
                    "side": side,
                    "heading_id": cls.env.ref(
                        f"conciergerie_subsidies.heading_12156_{code}"
                    ).id,
                    "funder_id": funder.id,
                    "planned_amount": plan,
                }
                for side, code, funder in (
                    ("expense", "64_wages", cls.env["res.partner"]),
                    ("resource", "74", dossier.funder_id),
                )
            ]
        )
        if award:
            cls._award(dossier, award, award_date)
        return dossier

    @classmethod
    def _award(cls, dossier, amount, award_date=date(2026, 9, 1), kind="award"):
        """Record a decision as the manager; its dossier was filed for as much."""
        if kind == "award":
            dossier.sudo().write({"state": "instructed", "requested_amount": amount})
        return (
            cls.env["conciergerie.award"]
            .with_user(cls.manager)
            .create(
                {
                    "dossier_id": dossier.id,
                    "kind": kind,
                    "date": award_date,
                    "amount": amount,
                }
            )
        )

    def _post_bill(self, amount, day):
        """Book a bill of one line, without VAT."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "company_id": self.company.id,
                "partner_id": self.laundry.id,
                "invoice_date": day,
                "date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Wages lent",
                            "price_unit": amount,
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def _allocate_bill(self, line, amount, day, share=100.0):
        """Book a bill and put a share of it on a budget line."""
        bill = self._post_bill(amount, day)
        costs = self.env["conciergerie.cost"].sudo()
        costs._refresh(self.company)
        cost = costs.search([("move_id", "=", bill.id)])
        self.env["conciergerie.allocation"].with_user(self.accountant)._allocate(
            [{"cost_id": cost.id, "budget_line_id": line.id, "share": share}]
        )
        return bill

    def _entry(self, dossier, kind, period=None):
        """Return the one entry of a kind that was not reversed."""
        entry = self.entries.search(
            [
                ("dossier_id", "=", dossier.id),
                ("kind", "=", kind),
                ("state", "!=", "reversed"),
                *([("period", "=", period)] if period else []),
            ]
        )
        self.assertEqual(len(entry), 1, f"{kind} {period}")
        return entry

    def _post(self, dossier, kind, period=None):
        entry = self._entry(dossier, kind, period)
        entry.action_post()
        return entry

    def _close(self, dossier, day):
        """Propose the year's end as the accountant does; return what she is told."""
        wizard = (
            self.env["conciergerie.subsidy.entry.wizard"]
            .with_user(self.accountant)
            .with_company(self.company)
            .create({"date": day, "dossier_ids": [Command.set(dossier.ids)]})
        )
        wizard.action_propose()
        return wizard.message

    def _lines(self, entry):
        """Return the lines in the books: (code, debit, credit)."""
        return [
            (
                line.account_id.with_company(self.company).code[:4].rstrip("0"),
                line.debit,
                line.credit,
            )
            for line in entry.move_id.line_ids.sorted(lambda item: -item.balance)
        ]

    def _balance(self, code):
        """Return what an account holds in posted entries, credit positive."""
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.code", "=", code.ljust(6, "0")),
                ("parent_state", "=", "posted"),
            ]
        )
        return -sum(items.mapped("balance"))
