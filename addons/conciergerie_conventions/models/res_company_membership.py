from odoo import fields, models

from odoo.addons.account.models.chart_template import template

MEMBERSHIP_CODE = "756000"
MEMBERSHIP_XMLID = "conciergerie_756"


class ResCompany(models.Model):
    _inherit = "res.company"

    members_pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Members' Pricelist",
        help="Prices of members, from the first to the last day of their membership. "
        "Empty: members pay as everybody.",
    )
    membership_reminder_days = fields.Integer(
        string="Remind Members Before (days)",
        default=30,
        help="Days before the end of a membership; 0 for no reminder.",
    )
    membership_reminder_after_days = fields.Integer(
        string="Remind Members After (days)",
        default=7,
        help="Days after the end of a membership that was not renewed; 0 for none.",
    )

    _membership_reminder_positive = models.Constraint(
        "CHECK(membership_reminder_days >= 0 AND membership_reminder_after_days >= 0)",
        "A reminder leaves a number of days before or after the end: not less than 0.",
    )

    def _membership_account_sudo(self):
        """Return the account of membership fees, made where the chart lacks it.

        756 is the fees' account of associations (règlement ANC 2018-06); the French
        chart of core is that of companies. An account that has the code is taken as
        it is, and gets the identifier by which the chart knows it.
        """
        self.ensure_one()
        company = self.root_id
        chart = self.env["account.chart.template"].with_company(company)
        accounts_sudo = self.env["account.account"].sudo().with_company(company)
        account_sudo = accounts_sudo.search(
            [("code", "=", MEMBERSHIP_CODE), ("company_ids", "in", company.ids)],
            limit=1,
        )
        if not account_sudo:
            values = chart._get_membership_account()[MEMBERSHIP_XMLID]
            account_sudo = accounts_sudo.create(
                {
                    "name": values["name"],
                    "code": values["code"],
                    "account_type": values["account_type"],
                    "tag_ids": self.env.ref(values["tag_ids"]).ids,
                    "company_ids": company.ids,
                }
            )
            if self.env["res.lang"]._lang_get("fr_FR"):
                account_sudo.with_context(lang="fr_FR").name = values["name@fr"]
        if not chart.ref(MEMBERSHIP_XMLID, raise_if_not_found=False):
            self.env["ir.model.data"].sudo()._update_xmlids(
                [
                    {
                        "xml_id": f"account.{company.id}_{MEMBERSHIP_XMLID}",
                        "record": account_sudo,
                        "noupdate": True,
                    }
                ]
            )
        return account_sudo

    def _set_membership_account(self):
        """Book memberships on 756 where the French chart is; it may come after us."""
        category = self.env.ref(
            "conciergerie_conventions.product_category_membership",
            raise_if_not_found=False,
        )
        for company in self:
            account_sudo = company._membership_account_sudo()
            if category:
                category.with_company(
                    company
                ).property_account_income_categ_id = account_sudo


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("fr", "account.account")
    def _get_membership_account(self):
        """Add to the French chart the account of membership fees, ANC 2018-06."""
        return {
            MEMBERSHIP_XMLID: {
                "name": "Membership fees",
                "name@fr": "Cotisations",
                "code": MEMBERSHIP_CODE,
                "account_type": "income",
                "tag_ids": "account.account_tag_operating",
            }
        }

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        if template_code == "fr":
            (company or self.env.company)._set_membership_account()
        return result
