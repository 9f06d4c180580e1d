from odoo import Command
from odoo.tests import tagged

from .common import ConventionsCommon


@tagged("post_install", "-at_install")
class TestMembershipAccount(ConventionsCommon):
    """Membership fees are booked on 756, which the French chart of core lacks."""

    def _category(self, company):
        return self.env.ref(
            "conciergerie_conventions.product_category_membership"
        ).with_company(company)

    def test_new_company_has_756(self):
        account = self._category(self.company).property_account_income_categ_id
        self.assertEqual(account.with_company(self.company).code, "756000")
        self.assertEqual(account.company_ids, self.company)
        self.assertEqual(account.account_type, "income")

    def test_french_title(self):
        """Règlement ANC 2018-06: 756 Cotisations."""
        data = self.env["account.chart.template"]._get_membership_account()
        self.assertEqual(data["conciergerie_756"]["name@fr"], "Cotisations")

    def test_existing_account_is_adopted(self):
        """Who made the account by hand keeps it, once."""
        category = self._category(self.company)
        account = category.property_account_income_categ_id
        self.env["ir.model.data"].search(
            [("model", "=", "account.account"), ("res_id", "=", account.id)]
        ).unlink()
        account.name = "Cotisations des adhérents"
        category.property_account_income_categ_id = False
        self.company._set_membership_account()
        self.company._set_membership_account()
        self.assertEqual(category.property_account_income_categ_id, account)
        self.assertEqual(account.name, "Cotisations des adhérents")

    def test_chart_reload_keeps_one_account(self):
        chart = self.env["account.chart.template"].with_company(self.company)
        chart.try_loading("fr", self.company, install_demo=False, force_create=False)
        accounts = (
            self.env["account.account"]
            .with_company(self.company)
            .search([("code", "=", "756000"), ("company_ids", "in", self.company.ids)])
        )
        self.assertEqual(len(accounts), 1)

    def test_fee_is_booked_on_756(self):
        product = self.env["product.product"].create(
            {
                "name": "Membership",
                "type": "service",
                "list_price": 15.0,
                "categ_id": self._category(self.company).id,
                "taxes_id": [Command.clear()],
            }
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.beneficiary.id,
                "company_id": self.company.id,
                "invoice_line_ids": [Command.create({"product_id": product.id})],
            }
        )
        account = move.invoice_line_ids.account_id.with_company(self.company)
        self.assertEqual(account.code, "756000")
        self.assertEqual(move.amount_total, 15.0)
