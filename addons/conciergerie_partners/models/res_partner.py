from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    third_party_account_id = fields.Many2one(
        comodel_name="account.account",
        company_dependent=True,
        copy=False,
        readonly=True,
        help="The provider's own account of third-party money, made with its first "
        "agreement under a mandate.",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    document_sequence_id = fields.Many2one(
        comodel_name="ir.sequence",
        company_dependent=True,
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="Series of the documents issued in the provider's name.",
    )
    provider_agreement_ids = fields.One2many(
        comodel_name="agreement",
        inverse_name="commercial_partner_id",
        domain=[("is_provider_agreement", "=", True)],
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )
    provider_agreement_count = fields.Integer(
        compute="_compute_provider_agreement",
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )
    third_party_balance = fields.Monetary(
        compute="_compute_third_party_balance",
        currency_field="third_party_currency_id",
        string="Money Held",
        groups="account.group_account_readonly,account.group_account_invoice",
        help="What the provider's account of third-party money holds for it.",
    )
    third_party_currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_third_party_currency"
    )

    @api.depends_context("company")
    def _compute_third_party_currency(self):
        self.third_party_currency_id = self.env.company.currency_id

    def _compute_provider_agreement(self):
        counts = dict(
            self.env["agreement"]._read_group(
                [
                    ("is_provider_agreement", "=", True),
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.provider_agreement_count = counts.get(
                partner.commercial_partner_id, 0
            )

    @api.depends_context("company")
    def _compute_third_party_balance(self):
        for partner in self:
            partner.third_party_balance = partner._third_party_balance(self.env.company)

    def _third_party_balance(self, company):
        """Return what the provider's third-party account holds, positive when owed.

        :param company: ``res.company`` whose books are read
        :rtype: float
        """
        self.ensure_one()
        account = self._third_party_account(company)
        if not account:
            return 0.0
        [(balance,)] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                ],
                [],
                ["balance:sum"],
            )
        )
        return company.currency_id.round(-(balance or 0.0))

    def _third_party_account(self, company):
        """Return the provider's third-party account in a company, or none."""
        self.ensure_one()
        provider_sudo = self.commercial_partner_id.sudo().with_company(company)
        return provider_sudo.third_party_account_id

    def _ensure_third_party_account(self, company):
        """Return the provider's third-party account, made if it has none.

        One account for each provider and company balances on every path; a payable
        type is refused by core on sales documents, so it is a reconcilable current
        liability.
        """
        self.ensure_one()
        provider_sudo = self.commercial_partner_id.sudo().with_company(company)
        if not provider_sudo.third_party_account_id:
            # Read in the books: in the language of the company, whoever signs.
            self = self.with_context(lang=company.partner_id.lang or self.env.lang)
            provider_sudo.third_party_account_id = (
                self.env["account.account"]
                .sudo()
                .with_company(company)
                .create(
                    {
                        "code": self._next_third_party_code(company),
                        "name": self.env._("Third-party money: %s", provider_sudo.name),
                        "account_type": "liability_current",
                        "reconcile": True,
                        "company_ids": [(6, 0, company.ids)],
                    }
                )
            )
        return provider_sudo.third_party_account_id

    @api.model
    def _next_third_party_code(self, company):
        prefix = company.third_party_account_prefix
        account = self.env["account.account"].sudo().with_company(company)
        used = set(account.search([("code", "=like", f"{prefix}%")]).mapped("code"))
        number = 1
        while f"{prefix}{number:03}" in used:
            number += 1
        return f"{prefix}{number:03}"

    def _wrong_papers(self, company, date):
        """Return the paper that keeps each provider from new requests, if any (A19).

        :param company: ``res.company`` whose agreements ask for papers
        :param date: day on which they must be valid
        :return: dict of providers to the first ``conciergerie.provider.paper`` that is
            missing or has run out, without those in order
        """
        papers_sudo = self.env["conciergerie.provider.paper"].sudo()
        asked = papers_sudo._asked_paper_ids(company.id)
        wrong = {}
        for provider in self.commercial_partner_id:
            papers = papers_sudo.browse(asked.get(provider.id, ()))
            if paper := papers.filtered(lambda p: not p._is_valid_on(date))[:1]:
                wrong[provider] = paper
        return wrong

    def write(self, vals):
        if "parent_id" in vals:
            moved = self.filtered(lambda p: p.parent_id.id != vals["parent_id"])
            if any(p.sudo().provider_agreement_ids for p in moved):
                raise UserError(
                    self.env._("A provider with agreements stays a company of its own.")
                )
        return super().write(vals)

    def action_view_provider_agreements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.agreement_action_provider"
        )
        action["domain"] = [
            ("is_provider_agreement", "=", True),
            ("commercial_partner_id", "=", self.commercial_partner_id.id),
        ]
        action["context"] = {
            "default_is_provider_agreement": True,
            "default_partner_id": self.commercial_partner_id.id,
        }
        return action
