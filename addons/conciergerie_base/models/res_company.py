from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_deposit_terms = fields.Text(
        string="Deposit Terms",
        translate=True,
        help="Printed at the foot of every deposit ticket: liability, delay to "
        "collect, complaints.",
    )
    conciergerie_liability_limit = fields.Monetary(
        string="Liability Limit per Piece",
        currency_field="currency_id",
        help="Highest compensation for one lost or damaged piece, printed on the "
        "deposit ticket. Zero: none is printed.",
    )
    conciergerie_sms = fields.Boolean(
        string="Send SMS",
        help="Beneficiaries with a phone get messages by SMS as well. Needs an SMS "
        "service in the settings.",
    )
    conciergerie_unclaimed_days = fields.Integer(
        string="Notice for Unclaimed Things (days)",
        default=365,
        help="Days between the notice and the day when unclaimed things may be sold "
        "or given away. The law and your terms decide; one year is the default.",
    )

    conciergerie_proof_months = fields.Integer(
        string="Keep Proofs of Hand-over (months)",
        default=24,
        help="Names and signatures of hand-overs are erased after this period; the "
        "record of who had each piece remains.",
    )

    _conciergerie_unclaimed_days_positive = models.Constraint(
        "CHECK(conciergerie_unclaimed_days > 0)",
        "The notice for unclaimed things has at least one day.",
    )
    _conciergerie_proof_months_positive = models.Constraint(
        "CHECK(conciergerie_proof_months > 0)",
        "Proofs of hand-over are kept for at least one month.",
    )

    def _set_service_account(self):
        """Book services on 706 where the French chart is; it may come after us."""
        category = self.env.ref(
            "conciergerie_base.product_category_service", raise_if_not_found=False
        )
        for company in self:
            account = (
                self.env["account.account"]
                .with_company(company)
                .search(
                    [("code", "=", "706000"), ("company_ids", "in", company.id)],
                    limit=1,
                )
            )
            if account and category:
                category.with_company(
                    company
                ).property_account_income_categ_id = account


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        if template_code == "fr":
            (company or self.env.company)._set_service_account()
        return result
