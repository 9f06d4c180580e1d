from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_parcel_days = fields.Integer(
        string="Keep Parcels (days)",
        default=14,
        help="After these days a parcel is on the list of unclaimed ones and may go "
        "back to its carrier. The contract with the carrier decides.",
    )

    _conciergerie_parcel_days_positive = models.Constraint(
        "CHECK(conciergerie_parcel_days > 0)",
        "Parcels are kept for at least one day.",
    )

    def _set_down_payment_account(self):
        """Book down payments taken at a till on 4191, not on income.

        Core books them on the income account of the till's own product; the account
        of the settings serves invoices only. Settling takes them off the same account.
        """
        product = self.env.ref(
            "pos_sale.default_downpayment_product", raise_if_not_found=False
        )
        if not product:
            return
        for company in self:
            account = company.downpayment_account_id or (
                self.env["account.account"]
                .with_company(company)
                .search(
                    [("code", "=like", "4191%"), ("company_ids", "in", company.id)],
                    limit=1,
                )
            )
            if account:
                product.with_company(company).property_account_income_id = account
        self.env["pos.config"].search(
            [
                ("company_id", "in", self.ids),
                ("down_payment_product_id", "=", False),
            ]
        ).down_payment_product_id = product


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        if template_code == "fr":
            (company or self.env.company)._set_down_payment_account()
        return result
