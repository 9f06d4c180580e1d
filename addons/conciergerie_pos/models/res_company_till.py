from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.account.models.chart_template import template

CHEQUE_CODE = "5112"
# What a count lacks or has too much is current management: the account that core makes
# for it, 999, is in no French form.
DIFFERENCE_ACCOUNTS = {
    "loss_account_id": ("default_cash_difference_expense_account_id", "658"),
    "profit_account_id": ("default_cash_difference_income_account_id", "758"),
}
# Accounts of what is taken at the till and remitted later: key in the chart, code.
COLLECTION_ACCOUNTS = {
    "cesu": ("conciergerie_5118_cesu", "511810"),
    "voucher": ("conciergerie_5118_voucher", "511820"),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_mediator = fields.Text(
        string="Consumer Mediator",
        translate=True,
        help="Name, address and web site of the mediator you belong to, printed on "
        "every receipt.",
    )
    conciergerie_receipt_terms = fields.Text(
        string="Terms on the Receipt",
        translate=True,
        help="Exchange, refund, guarantee: printed at the foot of every receipt.",
    )
    conciergerie_note_threshold = fields.Monetary(
        string="Note before Payment from",
        currency_field="currency_id",
        default=25.0,
        help="From this amount of services, VAT included, the till asks to hand the "
        "note before payment. Below it, the customer gets one who asks. Zero: the till "
        "never asks.",
    )
    deposit_slip_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Deposits Go to",
        domain=[("account_type", "in", ("asset_cash", "asset_current"))],
        help="Account that a deposit slip debits. Empty: the bank's own account. Where "
        "you import bank statements, choose a transit account that allows "
        "reconciliation, which the bank's line is matched with.",
    )

    _conciergerie_note_threshold_positive = models.Constraint(
        "CHECK(conciergerie_note_threshold >= 0)",
        "The amount from which a note is handed cannot be negative.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [
            *super()._load_pos_data_fields(config),
            "conciergerie_mediator",
            "conciergerie_receipt_terms",
            "conciergerie_note_threshold",
        ]

    # ------------------------------------------------------------------
    # Accounts of a till
    # ------------------------------------------------------------------

    def _account_by_code_sudo(self, code):
        """Return the first account whose code begins so, none where there is none."""
        self.ensure_one()
        return (
            self.env["account.account"]
            .sudo()
            .with_company(self)
            .search(
                [
                    ("code", "=like", f"{code}%"),
                    ("company_ids", "in", self.root_id.ids),
                ],
                order="code",
                limit=1,
            )
        )

    def _card_account_sudo(self):
        """Return the account on which card payments wait for the bank."""
        self.ensure_one()
        chart = self.env["account.chart.template"].sudo().with_company(self.root_id)
        return (
            chart.ref(
                "account_journal_payment_debit_account_id", raise_if_not_found=False
            )
            or self.sudo().transfer_account_id
        )

    def _collection_account_sudo(self, kind):
        """Return the account of what waits to be remitted.

        :param str kind: ``cheque``, ``cesu`` or ``voucher``
        :raise UserError: the chart has no account 5112
        """
        self.ensure_one()
        if kind == "cheque":
            account_sudo = self._account_by_code_sudo(CHEQUE_CODE)
            if not account_sudo:
                raise UserError(
                    self.env._(
                        "%s has no account 5112, cheques for collection: create it "
                        "first, allowing reconciliation.",
                        self.name,
                    )
                )
            account_sudo.reconcile = True
            return account_sudo
        key, code = COLLECTION_ACCOUNTS[kind]
        chart = self.env["account.chart.template"].sudo().with_company(self.root_id)
        account_sudo = chart.ref(key, raise_if_not_found=False)
        return account_sudo or self._make_collection_account_sudo(key, code)

    def _make_collection_account_sudo(self, key, code):
        """Make or adopt an account of the addon in books that exist already."""
        company = self.root_id
        chart = self.env["account.chart.template"].with_company(company)
        values = chart._get_till_accounts()[key]
        account_sudo = self._account_by_code_sudo(code)
        if not account_sudo:
            account_sudo = (
                self.env["account.account"]
                .sudo()
                .with_company(company)
                .create(
                    {
                        **{name: values[name] for name in ("name", "account_type")},
                        "code": code,
                        "reconcile": True,
                        "company_ids": company.ids,
                    }
                )
            )
            if self.env["res.lang"]._lang_get("fr_FR"):
                account_sudo.with_context(lang="fr_FR").name = values["name@fr"]
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {
                    "xml_id": f"account.{company.id}_{key}",
                    "record": account_sudo,
                    "noupdate": True,
                }
            ]
        )
        return account_sudo

    def _core_difference_fields(self, journal_sudo):
        """Return in which fields a journal still has core's account, or none.

        Another account is the accountant's choice; outside France 999 is as good as
        any.

        :param journal_sudo: ``account.journal`` of what is counted
        :return: list of names of fields
        """
        self.ensure_one()
        if self.account_fiscal_country_id.code != "FR":
            return []
        chart = self.env["account.chart.template"].sudo().with_company(self.root_id)
        return [
            name
            for name, (of_core, _code) in DIFFERENCE_ACCOUNTS.items()
            if not journal_sudo[name]
            or journal_sudo[name] == chart.ref(of_core, raise_if_not_found=False)
        ]

    def _set_difference_accounts_sudo(self, journal_sudo):
        """Book what a count lacks on 658, what it has too much on 758.

        :param journal_sudo: ``account.journal`` of what is counted
        """
        for name in self._core_difference_fields(journal_sudo):
            account_sudo = self._account_by_code_sudo(DIFFERENCE_ACCOUNTS[name][1])
            journal_sudo[name] = account_sudo or journal_sudo[name]

    def _down_payment_product_sudo(self):
        """Return the product of down payments at the till, booked on 4191.

        An amount received ahead is a debt until the service is done, not income; core
        books the one of the till on the product's income account.
        """
        self.ensure_one()
        product_sudo = self.env.ref("pos_sale.default_downpayment_product").sudo()
        product_sudo = product_sudo.with_company(self)
        if not product_sudo.property_account_income_id:
            account_sudo = self.sudo().downpayment_account_id
            product_sudo.property_account_income_id = (
                account_sudo or self._account_by_code_sudo("4191")
            )
        return product_sudo


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    @template("fr", "account.account")
    def _get_till_accounts(self):
        """Add to the French chart what is taken at a till and remitted later.

        Class 511 holds what waits for collection; the chart has cheques only.
        """
        common = {"account_type": "asset_current", "reconcile": True}
        return {
            "conciergerie_5118_cesu": {
                "name": "CESU for collection",
                "name@fr": "CESU à encaisser",
                "code": "511810",
                **common,
            },
            "conciergerie_5118_voucher": {
                "name": "Gift vouchers for collection",
                "name@fr": "Titres-cadeaux à encaisser",
                "code": "511820",
                **common,
            },
        }


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    conciergerie_mediator = fields.Text(
        related="company_id.conciergerie_mediator", readonly=False
    )
    conciergerie_receipt_terms = fields.Text(
        related="company_id.conciergerie_receipt_terms", readonly=False
    )
    conciergerie_note_threshold = fields.Monetary(
        related="company_id.conciergerie_note_threshold",
        currency_field="company_currency_id",
        readonly=False,
    )
    deposit_slip_account_id = fields.Many2one(
        related="company_id.deposit_slip_account_id", readonly=False
    )
