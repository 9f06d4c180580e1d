from odoo import fields, models

# What each account is for, and its code in the French chart.
SUBSIDY_ACCOUNTS = {
    "subsidy_receivable_account_id": "441000",
    "subsidy_income_account_id": "741000",
    "subsidy_deferred_account_id": "487000",
    "subsidy_investment_account_id": "131000",
    "subsidy_released_account_id": "139000",
    "subsidy_release_income_account_id": "747000",
    "subsidy_fund_account_id": "194000",
    "subsidy_fund_charge_account_id": "689400",
    "subsidy_fund_income_account_id": "789400",
    "subsidy_volunteer_use_account_id": "864000",
    "subsidy_volunteer_source_account_id": "875000",
}


class ResCompany(models.Model):
    """How a company books the aid it receives: the accountant decides, once."""

    _inherit = "res.company"

    subsidy_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of Subsidies",
        domain=[("type", "=", "general")],
        help="Journal of the entries proposed for subsidies. Empty: the first "
        "miscellaneous journal.",
    )
    subsidy_recognition = fields.Selection(
        selection=[
            ("award", "At the award"),
            ("claim", "At each claim"),
        ],
        string="Aid Is Booked",
        default="award",
        required=True,
        help="When the receivable and the income are booked. A dossier can differ.",
    )
    subsidy_unspent = fields.Selection(
        selection=[
            ("deferral", "Deferred income (487), by time"),
            ("dedicated", "Dedicated funds (194), by use"),
            ("none", "Nothing"),
        ],
        string="Unspent Aid at Year End",
        default="deferral",
        required=True,
        help="Aid for a later period is deferred; an association keeps what a defined "
        "project has not used as dedicated funds. A dossier can differ.",
    )
    subsidy_deferral_by = fields.Selection(
        selection=[("month", "By month"), ("day", "By day")],
        string="Time Is Counted",
        default="month",
        required=True,
        help="How aid is spread over the eligible period at year end.",
    )
    subsidy_association_accounts = fields.Boolean(
        string="Accounts of Associations",
        help="Adds to the chart what règlement ANC 2018-06 gives associations and "
        "core's French chart lacks: dedicated funds (194, 6894, 7894) and voluntary "
        "contributions (86, 87). Accounts that exist with these codes are kept.",
    )
    subsidy_volunteer_rate = fields.Monetary(
        string="Volunteer Hour",
        currency_field="currency_id",
        help="Value of an hour given by a volunteer, proposed when hours are recorded.",
    )
    subsidy_receivable_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Aid Receivable",
        help="441: aid granted and not yet received; the bank is matched with it.",
    )
    subsidy_income_account_id = fields.Many2one(
        comodel_name="account.account", string="Operating Aid", help="741"
    )
    subsidy_deferred_account_id = fields.Many2one(
        comodel_name="account.account", string="Deferred Income", help="487"
    )
    subsidy_investment_account_id = fields.Many2one(
        comodel_name="account.account", string="Investment Aid", help="131"
    )
    subsidy_released_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Investment Aid Released",
        help="139: part of the investment aid that went to the result so far.",
    )
    subsidy_release_income_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Share of Investment Aid of the Year",
        help="747",
    )
    subsidy_fund_account_id = fields.Many2one(
        comodel_name="account.account", string="Dedicated Funds", help="194"
    )
    subsidy_fund_charge_account_id = fields.Many2one(
        comodel_name="account.account", string="Carried to Dedicated Funds", help="6894"
    )
    subsidy_fund_income_account_id = fields.Many2one(
        comodel_name="account.account", string="Use of Dedicated Funds", help="7894"
    )
    subsidy_volunteer_use_account_id = fields.Many2one(
        comodel_name="account.account", string="Volunteers, Use", help="864"
    )
    subsidy_volunteer_source_account_id = fields.Many2one(
        comodel_name="account.account", string="Volunteers, Source", help="875"
    )

    _subsidy_volunteer_rate_positive = models.Constraint(
        "CHECK(subsidy_volunteer_rate >= 0)",
        "The value of a volunteer's hour cannot be negative.",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("subsidy_association_accounts"):
            self._set_subsidy_accounts()
        return result

    def _subsidy_accounts_by_code(self):
        """Return the accounts of subsidies that the company has, by their code."""
        self.ensure_one()
        accounts_sudo = (
            self.env["account.account"]
            .sudo()
            .with_company(self)
            .search(
                [
                    ("code", "in", list(SUBSIDY_ACCOUNTS.values())),
                    ("company_ids", "in", self.root_id.ids),
                ]
            )
        )
        return {account.code: account for account in accounts_sudo}

    def _set_subsidy_accounts(self):
        """Fill the accounts left empty from the chart; it may come after us.

        The accounts of associations are made first where the company asked for them.
        """
        for company in self.sudo():
            if company.subsidy_association_accounts:
                company._ensure_association_accounts()
            by_code = company._subsidy_accounts_by_code()
            company.write(
                {
                    fname: by_code[code].id
                    for fname, code in SUBSIDY_ACCOUNTS.items()
                    if code in by_code and not company[fname]
                }
            )

    def _get_subsidy_journal(self):
        """Return the journal of subsidy entries, empty where there is none."""
        self.ensure_one()
        return self.subsidy_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "general"),
            ],
            limit=1,
        )
