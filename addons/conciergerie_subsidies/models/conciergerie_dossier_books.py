from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_company_subsidy import SUBSIDY_ACCOUNTS


class ConciergerieDossier(models.Model):
    """How the aid of a dossier is booked; empty choices are the company's."""

    _inherit = "conciergerie.dossier"

    recognition = fields.Selection(
        selection=[("award", "At the award"), ("claim", "At each claim")],
        string="Aid Is Booked",
        compute="_compute_recognition",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="When the receivable and the income are booked.",
    )
    unspent = fields.Selection(
        selection=[
            ("deferral", "Deferred income, by time"),
            ("dedicated", "Dedicated funds, by use"),
            ("none", "Nothing"),
        ],
        string="Unspent Aid at Year End",
        compute="_compute_unspent",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    receivable_account_id = fields.Many2one(
        comodel_name="account.account",
        check_company=True,
        domain=[("reconcile", "=", True)],
        help="Empty: the company's (441). A private funder may have another.",
    )
    income_account_id = fields.Many2one(
        comodel_name="account.account",
        check_company=True,
        help="Empty: the company's, 741, or 131 for an investment.",
    )
    asset_date = fields.Date(
        string="Asset in Use Since",
        help="The aid goes to the result from this month, as the asset wears out.",
    )
    asset_months = fields.Integer(
        string="Asset Worn Out in (months)", help="60 for five years."
    )
    entry_ids = fields.One2many(
        comodel_name="conciergerie.subsidy.entry", inverse_name="dossier_id"
    )
    entry_count = fields.Integer(compute="_compute_entry_count", string="Entries")
    entry_to_post_count = fields.Integer(compute="_compute_entry_count")

    _asset_months_positive = models.Constraint(
        "CHECK(asset_months >= 0)",
        "An asset wears out in a number of months: not less than 0.",
    )

    @api.model
    def _accounting_fields(self):
        """How the aid is booked is for the accountant to say."""
        return super()._accounting_fields() | {
            "recognition",
            "unspent",
            "receivable_account_id",
            "income_account_id",
            "asset_date",
            "asset_months",
        }

    @api.depends("company_id")
    def _compute_recognition(self):
        for dossier in self:
            dossier.recognition = (
                dossier.recognition or dossier.company_id.subsidy_recognition or "award"
            )

    @api.depends("company_id")
    def _compute_unspent(self):
        for dossier in self:
            dossier.unspent = (
                dossier.unspent or dossier.company_id.subsidy_unspent or "deferral"
            )

    @api.depends("entry_ids.state")
    def _compute_entry_count(self):
        counts = {}
        for dossier, state, count in self.env["conciergerie.subsidy.entry"]._read_group(
            [("dossier_id", "in", self.ids), ("state", "!=", "reversed")],
            ["dossier_id", "state"],
            ["__count"],
        ):
            counts[dossier.id, state] = count
        for dossier in self:
            to_post = counts.get((dossier.id, "proposed"), 0)
            dossier.entry_to_post_count = to_post
            dossier.entry_count = to_post + counts.get((dossier.id, "posted"), 0)

    def _subsidy_account(self, fname):
        """Return one of the accounts of subsidies, the dossier's own first.

        :param str fname: field of ``res.company``
        :raise UserError: the company has not chosen it
        """
        self.ensure_one()
        company = self.company_id
        if fname == "subsidy_receivable_account_id" and self.receivable_account_id:
            return self.receivable_account_id
        income = (
            "subsidy_investment_account_id"
            if self.investment
            else "subsidy_income_account_id"
        )
        if fname == income and self.income_account_id:
            return self.income_account_id
        return company._get_subsidy_account(fname)

    def _subsidy_credit_account(self):
        """Return what an award is credited to: income, or equity for an investment."""
        self.ensure_one()
        return self._subsidy_account(
            "subsidy_investment_account_id"
            if self.investment
            else "subsidy_income_account_id"
        )

    def _subsidy_analytic_distribution(self):
        """Return the analytic distribution of the dossier's income and charges.

        Its own account and its site's, where they are of different plans: income by
        site is read from it.
        """
        self.ensure_one()
        accounts = self.analytic_account_id
        site_account = self.sudo().site_id.analytic_account_id
        if site_account and site_account.root_plan_id not in accounts.root_plan_id:
            accounts |= site_account
        if not accounts:
            return False
        return {",".join(str(account_id) for account_id in accounts.ids): 100.0}

    def action_view_entries(self):
        """Open the entries proposed and posted for the dossiers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_subsidy_entry_action"
        )
        action["domain"] = [("dossier_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_propose_entries(self):
        """Open the dialog that computes what is to be booked for the dossiers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_subsidy_entry_wizard_action"
        )
        action["context"] = {"default_dossier_ids": self.ids}
        return action


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_subsidy_account(self, fname):
        """Return an account of subsidies.

        :param str fname: field of the company
        :raise UserError: it is empty; says which and where to choose it
        """
        self.ensure_one()
        account = self.sudo()[fname]
        if not account:
            field = self._fields[fname]
            raise UserError(
                self.env._(
                    "%(company)s has no account “%(account)s” (%(code)s). Choose it in "
                    "the settings of Conciergerie, Subsidies; associations can have "
                    "theirs added there.",
                    company=self.name,
                    account=field._description_string(self.env),
                    code=SUBSIDY_ACCOUNTS[fname],
                )
            )
        return account.with_env(self.env)
