import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    third_party_account_prefix = fields.Char(
        string="Third-party Accounts",
        default="467",
        help="Beginning of the account that each provider sold under a mandate gets. "
        "467 or 468: your accountant decides.",
    )

    commission_product_id = fields.Many2one(
        comodel_name="product.product",
        help="Product of the commission invoices; its income account is 7082.",
    )
    commission_tax_id = fields.Many2one(
        comodel_name="account.tax",
        string="VAT on Commissions",
        domain=[("type_tax_use", "=", "sale")],
        help="Empty where the conciergerie itself charges no VAT.",
    )
    statement_journal_id = fields.Many2one(
        comodel_name="account.journal",
        domain=[("type", "=", "general")],
        help="Journal of the settlement entries.",
    )
    self_billing_journal_id = fields.Many2one(
        comodel_name="account.journal",
        domain=[("type", "=", "purchase"), ("is_self_billing", "=", True)],
        help="Journal of the bills that we issue for the providers whose services we "
        "sell in our own name; each provider has its own series.",
    )

    charge_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Losses Charged to Providers",
        help="Credited with what a provider is charged for a thing lost or damaged. "
        "Empty: 758, indemnities and other income.",
    )
    settles_by_itself = fields.Boolean(
        string="Settle Providers by Itself",
        help="Statements are made each night for the agreements whose period is over.",
    )
    bank_account_hold_days = fields.Integer(
        string="Wait after a New Account Number (days)",
        default=10,
        help="A provider's account number changed more lately is paid only once a "
        "manager has confirmed it.",
    )

    _bank_account_hold_days_positive = models.Constraint(
        "CHECK(bank_account_hold_days >= 0)",
        "The days to wait after a new account number cannot be negative.",
    )

    def _get_commission_product(self):
        """Return the product of commissions, made at its first use on 7082."""
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.commission_product_id:
            account = (
                self.env["account.account"]
                .sudo()
                .with_company(self)
                .search(
                    [("code", "=like", "7082%"), ("company_ids", "in", self.id)],
                    limit=1,
                )
            )
            product = (
                self.env["product.product"]
                .sudo()
                .with_company(self)
                .create(
                    {
                        "name": self.env._("Commission"),
                        "type": "service",
                        "sale_ok": False,
                        "purchase_ok": False,
                        "company_id": self.id,
                        "property_account_income_id": account.id,
                        "taxes_id": False,
                    }
                )
            )
            company_sudo.commission_product_id = product
        return company_sudo.commission_product_id

    def _get_commission_tax(self, included):
        """Return the VAT on commissions, its price including it or not.

        :param bool included: whether the amount is all-in
        :return: ``account.tax``, none where the conciergerie charges no VAT
        """
        self.ensure_one()
        return self.sudo().commission_tax_id._with_price_include(included)

    def _get_provider_tax(self, rate, product):
        """Return the VAT on a provider's bill, its price including it (case A3).

        :param float rate: the provider's rate, per cent; 0 where it charges none
        :param product: ``product.product`` bought, whose own tax is preferred
        :raise UserError: no purchase tax has that rate
        """
        self.ensure_one()
        taxes_sudo = self.env["account.tax"].sudo()
        if not rate:
            return taxes_sudo
        own = product.sudo().supplier_taxes_id.filtered(
            lambda t: t.company_id == self and t.amount == rate
        )
        # A basket is a service of the catalogue and goods for VAT: the other scope
        # where this one has no active tax of that rate, as 5.5 % in the French chart.
        scope = "service" if product.type == "service" else "consu"
        candidates = taxes_sudo.search(
            [
                ("company_id", "=", self.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", rate),
            ]
        ).filtered(lambda t: not t.has_negative_factor)
        of_scope = candidates.filtered(lambda t: t.tax_scope in (scope, False))
        tax = (own or of_scope or candidates)[:1]
        if not tax:
            raise UserError(
                self.env._(
                    "No purchase tax of %(rate)s %% is active in %(company)s: activate "
                    "or create it in Invoicing, Configuration, Taxes, or correct the "
                    "provider's VAT in its agreement.",
                    rate=f"{rate:g}",
                    company=self.name,
                )
            )
        return tax._with_price_include(True)

    def _get_self_billing_journal(self):
        """Return the journal of bills issued for the providers, made at first use.

        Core numbers such a journal by provider, without gaps.
        """
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.self_billing_journal_id:
            company_sudo.self_billing_journal_id = (
                self.env["account.journal"]
                .sudo()
                .with_company(self)
                .create(
                    {
                        "name": self.env._("Self-billed bills of providers"),
                        "code": "AF",
                        "type": "purchase",
                        "is_self_billing": True,
                        "refund_sequence": True,
                        "company_id": self.id,
                    }
                )
            )
        return company_sudo.self_billing_journal_id

    def _get_charge_account(self):
        """Return the account of what providers are charged: the chosen one or 758.

        The chart's 758 holds indemnities received; 791 is no more since 2025 (ANC
        regulation 2022-06), and 7587 is for indemnities of insurers.

        :raise UserError: the chart has no 758
        """
        self.ensure_one()
        account_sudo = self.sudo().charge_account_id or self.env[
            "account.account"
        ].sudo().with_company(self).search(
            [
                ("code", "=like", "758%"),
                ("account_type", "in", ("income", "income_other")),
                ("company_ids", "in", self.id),
            ],
            order="code",
            limit=1,
        )
        if not account_sudo:
            raise UserError(
                self.env._(
                    "%s has no account 758: choose the account of losses charged to "
                    "providers in the settings.",
                    self.name,
                )
            )
        return account_sudo

    def _get_statement_journal(self):
        """Return the journal of settlement entries: the chosen one or the first."""
        self.ensure_one()
        journal = self.sudo().statement_journal_id
        return journal or self.env["account.journal"].sudo().search(
            [("type", "=", "general"), ("company_id", "=", self.id)], limit=1
        )

    @api.constrains("third_party_account_prefix")
    def _check_third_party_account_prefix(self):
        for company in self:
            if not re.fullmatch(r"4\d{1,5}", company.third_party_account_prefix or ""):
                raise ValidationError(
                    self.env._(
                        "The accounts of third-party money begin with digits of class "
                        "4, for instance 467."
                    )
                )


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _with_price_include(self, included):
        """Return this tax, or its twin whose price includes it or does not.

        :param bool included: whether amounts include the tax
        """
        if not self or self.price_include == included:
            return self
        wanted = "tax_included" if included else "tax_excluded"
        twins = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("type_tax_use", "=", self.type_tax_use),
                ("amount_type", "=", self.amount_type),
                ("amount", "=", self.amount),
                ("tax_exigibility", "=", self.tax_exigibility),
                ("price_include_override", "=", wanted),
            ]
        )
        # Same boxes of the VAT return and same account, or it is no twin.
        own = self._commission_twin_key()
        twin = twins.filtered(lambda tax: tax._commission_twin_key() == own)[:1]
        return twin or self.copy(
            {
                "name": f"{self.name} ({'TTC' if included else 'HT'})",
                "price_include_override": wanted,
            }
        )

    def _commission_twin_key(self):
        """Return what two taxes share when only their price inclusion differs."""
        self.ensure_one()
        lines = self.invoice_repartition_line_ids
        return [
            (line.repartition_type, line.account_id.id, sorted(line.tag_ids.ids))
            for line in lines.sorted(lambda ln: (ln.repartition_type, ln.id))
        ]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    third_party_account_prefix = fields.Char(
        related="company_id.third_party_account_prefix", readonly=False
    )
    commission_tax_id = fields.Many2one(
        related="company_id.commission_tax_id", readonly=False
    )
    statement_journal_id = fields.Many2one(
        related="company_id.statement_journal_id", readonly=False
    )
    self_billing_journal_id = fields.Many2one(
        related="company_id.self_billing_journal_id", readonly=False
    )
    charge_account_id = fields.Many2one(
        related="company_id.charge_account_id", readonly=False
    )
    settles_by_itself = fields.Boolean(
        related="company_id.settles_by_itself", readonly=False
    )
    bank_account_hold_days = fields.Integer(
        related="company_id.bank_account_hold_days", readonly=False
    )
