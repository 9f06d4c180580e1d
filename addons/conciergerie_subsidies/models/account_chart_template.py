from odoo import models

from odoo.addons.account.models.chart_template import template

OPERATING = "account.account_tag_operating"

# Règlement ANC 2018-06, as changed by 2020-08. English name, French name, code, type.
ASSOCIATION_ACCOUNTS = (
    (
        "Dedicated funds from operating aid",
        "Fonds dédiés sur subventions d’exploitation",
        "194000",
        "liability_non_current",
    ),
    (
        "Carried to dedicated funds from operating aid",
        "Reports en fonds dédiés sur subventions d’exploitation",
        "689400",
        "expense",
    ),
    (
        "Use of dedicated funds from operating aid",
        "Utilisations de fonds dédiés sur subventions d’exploitation",
        "789400",
        "income",
    ),
    ("Aid in kind given", "Secours en nature", "860000", "off_balance"),
    (
        "Goods and premises lent free of charge",
        "Mises à disposition gratuite de biens",
        "861000",
        "off_balance",
    ),
    ("Services received free of charge", "Prestations", "862000", "off_balance"),
    ("Volunteers", "Personnel bénévole", "864000", "off_balance"),
    ("Gifts in kind", "Dons en nature", "870000", "off_balance"),
    ("Services in kind", "Prestations en nature", "871000", "off_balance"),
    ("Volunteering", "Bénévolat", "875000", "off_balance"),
)


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("fr", "account.account")
    def _get_subsidy_association_accounts(self):
        """Give associations the accounts that the French chart lacks, if they ask."""
        if not self.env.company.root_id.subsidy_association_accounts:
            return {}
        return self._association_accounts_data()

    def _association_accounts_data(self):
        """Return the accounts of associations as data of a chart, by identifier."""
        return {
            f"conciergerie_{code.removesuffix('000').removesuffix('00')}": {
                "name": name,
                "name@fr": french,
                "code": code,
                "account_type": account_type,
                **(
                    {"tag_ids": OPERATING}
                    if account_type in ("income", "expense")
                    else {}
                ),
            }
            for name, french, code, account_type in ASSOCIATION_ACCOUNTS
        }

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        if template_code == "fr":
            (company or self.env.company)._set_subsidy_accounts()
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def _ensure_association_accounts(self):
        """Make the accounts of associations that are missing, adopt those that exist.

        An account with the code keeps its name; it gets the identifier by which the
        chart knows it, so that updating the chart makes no second one.
        """
        self.ensure_one()
        company = self.root_id
        chart = self.env["account.chart.template"].with_company(company)
        data = chart._association_accounts_data()
        accounts_sudo = self.env["account.account"].sudo().with_company(company)
        existing = accounts_sudo.search(
            [
                ("code", "in", [values["code"] for values in data.values()]),
                ("company_ids", "in", company.ids),
            ]
        )
        by_code = {account.code: account for account in existing}
        xmlids = []
        for xmlid, values in data.items():
            account_sudo = by_code.get(values["code"])
            account_sudo = account_sudo or company._create_association_account(values)
            if not chart.ref(xmlid, raise_if_not_found=False):
                xmlids.append(
                    {
                        "xml_id": f"account.{company.id}_{xmlid}",
                        "record": account_sudo,
                        "noupdate": True,
                    }
                )
        self.env["ir.model.data"].sudo()._update_xmlids(xmlids)

    def _create_association_account(self, values):
        """Create one account from the data of a chart; the option was asked for."""
        self.ensure_one()
        tag = values.get("tag_ids")
        account_sudo = (
            self.env["account.account"]
            .sudo()
            .with_company(self)
            .create(
                {
                    "name": values["name"],
                    "code": values["code"],
                    "account_type": values["account_type"],
                    "tag_ids": self.env.ref(tag).ids if tag else False,
                    "company_ids": self.ids,
                }
            )
        )
        if self.env["res.lang"]._lang_get("fr_FR"):
            account_sudo.with_context(lang="fr_FR").name = values["name@fr"]
        return account_sudo
