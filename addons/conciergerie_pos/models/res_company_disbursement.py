from odoo import fields, models


class ResCompany(models.Model):
    """The account on which disbursements are advanced and given back."""

    _inherit = "res.company"

    disbursement_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Disbursements",
        domain=[("account_type", "=", "liability_current"), ("reconcile", "=", True)],
        help="What we advance in a customer's name and what the customer gives back "
        "meet here. Empty: an account of third-party money is made at the first one.",
    )

    def _get_disbursement_account(self):
        """Return the company's account of disbursements, made at its first use."""
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.disbursement_account_id:
            company_sudo = company_sudo.with_company(self).with_context(
                lang=self.partner_id.lang or self.env.lang
            )
            partners = company_sudo.env["res.partner"]
            company_sudo.disbursement_account_id = company_sudo.env[
                "account.account"
            ].create(
                {
                    "code": partners._next_third_party_code(company_sudo),
                    "name": company_sudo.env._("Disbursements advanced for customers"),
                    "account_type": "liability_current",
                    "reconcile": True,
                    "company_ids": [fields.Command.set(company_sudo.ids)],
                }
            )
        return company_sudo.disbursement_account_id.with_env(self.env)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    disbursement_account_id = fields.Many2one(
        related="company_id.disbursement_account_id", readonly=False
    )
