from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.common import ConciergerieCommon

CODES = (
    *("194000", "689400", "789400", "860000", "861000", "862000", "864000"),
    *("870000", "871000", "875000"),
)


@tagged("post_install", "-at_install")
class TestAssociationAccounts(ConciergerieCommon):
    """The accounts that the French chart lacks: an option of each company."""

    def _accounts(self, codes=CODES):
        return (
            self.env["account.account"]
            .with_company(self.company)
            .search([("code", "in", codes), ("company_ids", "in", self.company.ids)])
        )

    def test_chart_fills_the_settings(self):
        """441, 741, 487, 131, 139 and 747 come with core's chart."""
        codes = {
            field: self.company[field].with_company(self.company).code
            for field in (
                "subsidy_receivable_account_id",
                "subsidy_income_account_id",
                "subsidy_deferred_account_id",
                "subsidy_investment_account_id",
                "subsidy_released_account_id",
                "subsidy_release_income_account_id",
            )
        }
        self.assertEqual(
            list(codes.values()),
            ["441000", "741000", "487000", "131000", "139000", "747000"],
        )
        self.assertTrue(self.company.subsidy_receivable_account_id.reconcile)

    def test_only_for_those_who_ask(self):
        self.assertFalse(self._accounts())
        self.assertFalse(self.company.subsidy_fund_account_id)

    def test_option(self):
        self.company.subsidy_association_accounts = True
        accounts = self._accounts()
        self.assertEqual(len(accounts), len(CODES))
        types = {a.code: a.account_type for a in accounts}
        self.assertEqual(types["194000"], "liability_non_current")
        self.assertEqual(types["689400"], "expense")
        self.assertEqual(types["789400"], "income")
        self.assertEqual({types[c] for c in CODES if c[0] == "8"}, {"off_balance"})
        company = self.company
        self.assertEqual(
            [
                company[field].with_company(company).code
                for field in (
                    "subsidy_fund_account_id",
                    "subsidy_fund_charge_account_id",
                    "subsidy_fund_income_account_id",
                    "subsidy_volunteer_use_account_id",
                    "subsidy_volunteer_source_account_id",
                )
            ],
            ["194000", "689400", "789400", "864000", "875000"],
        )

    def test_existing_account_is_adopted(self):
        own = self.env["account.account"].create(
            {
                "name": "Fonds dédiés de l’association",
                "code": "194000",
                "account_type": "liability_current",
                "company_ids": self.company.ids,
            }
        )
        self.company.subsidy_association_accounts = True
        self.assertEqual(self.company.subsidy_fund_account_id, own)
        self.assertEqual(own.name, "Fonds dédiés de l’association")
        self.assertEqual(len(self._accounts(["194000"])), 1)
        self.company._set_subsidy_accounts()
        self.assertEqual(len(self._accounts()), len(CODES))

    def test_chosen_account_stays(self):
        other = self.env["account.account"].search(
            [("code", "=", "748000"), ("company_ids", "in", self.company.id)], limit=1
        ) or self.env["account.account"].create(
            {
                "name": "Other aid",
                "code": "748000",
                "account_type": "income",
                "company_ids": self.company.ids,
            }
        )
        self.company.subsidy_income_account_id = other
        self.company._set_subsidy_accounts()
        self.assertEqual(self.company.subsidy_income_account_id, other)

    def test_chart_reload_makes_no_second_one(self):
        self.company.subsidy_association_accounts = True
        chart = self.env["account.chart.template"].with_company(self.company)
        chart.try_loading("fr", self.company, install_demo=False, force_create=False)
        self.assertEqual(len(self._accounts()), len(CODES))

    def test_french_titles(self):
        data = self.env["account.chart.template"]._association_accounts_data()
        self.assertEqual(data["conciergerie_875"]["name@fr"], "Bénévolat")
        self.assertEqual(len(data), len(CODES))

    def test_settings_screen(self):
        settings = self.env["res.config.settings"].create(
            {"subsidy_association_accounts": True}
        )
        settings.execute()
        self.assertTrue(self.company.subsidy_volunteer_use_account_id)
