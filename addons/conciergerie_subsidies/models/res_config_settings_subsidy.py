from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    subsidy_journal_id = fields.Many2one(
        related="company_id.subsidy_journal_id", readonly=False
    )
    subsidy_recognition = fields.Selection(
        related="company_id.subsidy_recognition", readonly=False
    )
    subsidy_unspent = fields.Selection(
        related="company_id.subsidy_unspent", readonly=False
    )
    subsidy_deferral_by = fields.Selection(
        related="company_id.subsidy_deferral_by", readonly=False
    )
    subsidy_payment_days = fields.Integer(
        related="company_id.subsidy_payment_days", readonly=False
    )
    subsidy_association_accounts = fields.Boolean(
        related="company_id.subsidy_association_accounts", readonly=False
    )
    subsidy_volunteer_rate = fields.Monetary(
        related="company_id.subsidy_volunteer_rate",
        currency_field="company_currency_id",
        readonly=False,
    )
    subsidy_receivable_account_id = fields.Many2one(
        related="company_id.subsidy_receivable_account_id", readonly=False
    )
    subsidy_income_account_id = fields.Many2one(
        related="company_id.subsidy_income_account_id", readonly=False
    )
    subsidy_deferred_account_id = fields.Many2one(
        related="company_id.subsidy_deferred_account_id", readonly=False
    )
    subsidy_investment_account_id = fields.Many2one(
        related="company_id.subsidy_investment_account_id", readonly=False
    )
    subsidy_released_account_id = fields.Many2one(
        related="company_id.subsidy_released_account_id", readonly=False
    )
    subsidy_release_income_account_id = fields.Many2one(
        related="company_id.subsidy_release_income_account_id", readonly=False
    )
    subsidy_fund_account_id = fields.Many2one(
        related="company_id.subsidy_fund_account_id", readonly=False
    )
    subsidy_fund_charge_account_id = fields.Many2one(
        related="company_id.subsidy_fund_charge_account_id", readonly=False
    )
    subsidy_fund_income_account_id = fields.Many2one(
        related="company_id.subsidy_fund_income_account_id", readonly=False
    )
    subsidy_volunteer_use_account_id = fields.Many2one(
        related="company_id.subsidy_volunteer_use_account_id", readonly=False
    )
    subsidy_volunteer_source_account_id = fields.Many2one(
        related="company_id.subsidy_volunteer_source_account_id", readonly=False
    )
