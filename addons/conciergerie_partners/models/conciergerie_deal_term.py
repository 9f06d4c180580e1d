from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .commission import (
    band_rate,
    commission_amount,
    commission_base,
    resale_margin,
)

MODES = [
    ("mandate", "Mandate (in the provider's name)"),
    ("own_name", "In our own name"),
    ("resale", "Resale"),
    ("referral", "Referral"),
    ("deposit", "Deposit kept"),
]
BASES = [
    ("net", "Net: price without VAT, our VAT on top"),
    ("gross", "Gross as net: price with VAT, our VAT on top"),
    ("all_in", "All-in: price with VAT, our VAT included"),
    ("purchase", "Purchase price: we keep what is above it"),
]
# The mode decides the taxes of the sale: a service has one family in a company.
OWN_NAME_MODES = ("own_name", "resale")
VAT_FAMILY = {
    "mandate": "mandate",
    "referral": "mandate",
    **dict.fromkeys(OWN_NAME_MODES, "own_name"),
    "deposit": "deposit",
}


class ConciergerieDealTerm(models.Model):
    """What a provider and the conciergerie agreed for a service, from a date on.

    A sold line takes the term in force on its date and freezes it in its commission
    line: changing a term never changes what was sold.
    """

    _name = "conciergerie.deal.term"
    _description = "Deal Term"
    _order = "agreement_id, scope, date_from desc, id"

    agreement_id = fields.Many2one(
        comodel_name="agreement", required=True, index=True, ondelete="cascade"
    )
    provider_id = fields.Many2one(
        related="agreement_id.commercial_partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    scope = fields.Selection(
        selection=[
            ("1_service", "A service"),
            ("2_category", "A category"),
            ("3_all", "All services"),
        ],
        required=True,
        default="3_all",
        string="Applies to",
        help="The most precise rule wins: a service, then a category, then all.",
    )
    product_tmpl_id = fields.Many2one(
        comodel_name="product.template",
        string="Service",
        index="btree_not_null",
        ondelete="restrict",
    )
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Category",
        index="btree_not_null",
        ondelete="restrict",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="To", help="Last day; empty: until further notice.")
    mode = fields.Selection(selection=MODES, required=True, default="mandate")
    base = fields.Selection(
        selection=BASES, required=True, default="all_in", string="Commission on"
    )
    rate = fields.Float(string="Rate (%)", digits=(5, 2))
    fixed_amount = fields.Monetary(
        string="Fixed Part", help="Added once per order line."
    )
    minimum_amount = fields.Monetary(string="Minimum")
    maximum_amount = fields.Monetary(string="Maximum", help="Zero: none.")
    band_ids = fields.One2many(
        comodel_name="conciergerie.deal.band",
        inverse_name="term_id",
        string="Bands",
        help="Rates by amount, instead of the single rate.",
    )
    provider_vat_rate = fields.Float(
        string="Provider's VAT (%)",
        digits=(5, 2),
        help="VAT rate on the provider's own sales, 0 where it charges none.",
    )
    warning = fields.Char(compute="_compute_warning")

    _rate_range = models.Constraint(
        "CHECK(rate >= 0 AND rate <= 100)", "A rate goes from 0 to 100 per cent."
    )
    _vat_range = models.Constraint(
        "CHECK(provider_vat_rate >= 0 AND provider_vat_rate < 100)",
        "A VAT rate goes from 0 to 100 per cent.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(fixed_amount >= 0 AND minimum_amount >= 0 AND maximum_amount >= 0)",
        "Amounts of a deal term cannot be negative.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day of a deal term comes after its first.",
    )

    @api.depends("scope", "product_tmpl_id", "categ_id", "mode", "rate", "date_from")
    def _compute_display_name(self):
        modes = dict(self._fields["mode"]._description_selection(self.env))
        for term in self:
            target = (
                term.product_tmpl_id.name
                or term.categ_id.name
                or self.env._("All services")
            )
            term.display_name = (
                f"{target} – {modes.get(term.mode, '')} – {term.rate:g} %"
            )

    @api.depends(
        "mode",
        "base",
        "rate",
        "fixed_amount",
        "minimum_amount",
        "maximum_amount",
        "band_ids.rate",
        "band_ids.amount_from",
        "provider_vat_rate",
        "product_tmpl_id",
        "scope",
    )
    def _compute_warning(self):
        """Warn about terms that lose money, before anything is sold (case A3)."""
        for term in self:
            term.warning = False
            if term.mode not in OWN_NAME_MODES:
                continue
            company = term.company_id or self.env.company
            price = term.product_tmpl_id.list_price or 100.0
            taxes = (
                term.product_tmpl_id.sudo().taxes_id.filtered(
                    lambda t, c=company: t.company_id == c
                )
                or company.account_sale_tax_id
            )
            sale_vat = sum(
                taxes.filtered(lambda t: t.amount_type == "percent").mapped("amount")
            )
            frozen = term._get_frozen_vals(price)
            margin = resale_margin(
                price,
                term._typical_commission(price, frozen),
                term.base,
                sale_vat,
                term.provider_vat_rate,
            )
            if margin < 0:
                term.warning = self.env._(
                    "These terms lose money: on a sale of %(price)s the margin is "
                    "%(margin)s. We owe the VAT of the sale; what a provider without "
                    "VAT bills gives none to deduct.",
                    price=company.currency_id.format(price),
                    margin=company.currency_id.format(float(margin)),
                )

    @api.constrains("base", "mode")
    def _check_base(self):
        for term in self:
            if term.base == "purchase" and term.mode not in OWN_NAME_MODES:
                raise ValidationError(
                    self.env._(
                        "A purchase price goes with sales in our own name or resale: "
                        "for the others, choose what the commission is taken on."
                    )
                )

    @api.constrains("scope", "product_tmpl_id", "categ_id")
    def _check_scope(self):
        for term in self:
            if (term.scope == "1_service") != bool(term.product_tmpl_id) or (
                term.scope == "2_category"
            ) != bool(term.categ_id):
                raise ValidationError(
                    self.env._(
                        "Choose the service or the category to which the term applies."
                    )
                )

    @api.constrains(
        "agreement_id", "scope", "product_tmpl_id", "categ_id", "date_from", "date_to"
    )
    def _check_overlap(self):
        for term in self:
            domain = Domain(
                [
                    ("id", "!=", term.id),
                    ("provider_id", "=", term.provider_id.id),
                    ("company_id", "=", term.company_id.id),
                    ("agreement_id.active", "=", True),
                    ("scope", "=", term.scope),
                    ("product_tmpl_id", "=", term.product_tmpl_id.id),
                    ("categ_id", "=", term.categ_id.id),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", term.date_from),
                ]
            )
            if term.date_to:
                domain &= Domain("date_from", "<=", term.date_to)
            if other := self.search(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "Two terms for the same thing at the same time: “%(term)s” of "
                        "%(agreement)s runs from %(from)s. Give it a last day first.",
                        term=other.display_name,
                        agreement=other.agreement_id.display_name,
                        **{"from": other.date_from.strftime("%d/%m/%Y")},
                    )
                )

    @api.constrains("mode", "product_tmpl_id", "agreement_id")
    def _check_vat_family(self):
        """A service has one VAT family in a company: the mode decides its taxes."""
        for term in self.filtered("product_tmpl_id"):
            others = self.search(
                [
                    ("product_tmpl_id", "=", term.product_tmpl_id.id),
                    ("company_id", "=", term.company_id.id),
                    ("agreement_id.active", "=", True),
                ]
            )
            other = others.filtered(
                lambda t, f=VAT_FAMILY[term.mode]: VAT_FAMILY[t.mode] != f
            )[:1]
            if other:
                raise ValidationError(
                    self.env._(
                        "%(service)s is already sold as “%(mode)s” with %(provider)s. "
                        "The VAT of a service is the same with all its providers: "
                        "make a second service.",
                        service=term.product_tmpl_id.name,
                        mode=dict(
                            self._fields["mode"]._description_selection(self.env)
                        )[other.mode],
                        provider=other.provider_id.name,
                    )
                )

    @api.constrains("band_ids")
    def _check_bands(self):
        for term in self.filtered("band_ids"):
            if min(term.band_ids.mapped("amount_from")) != 0:
                raise ValidationError(
                    self.env._("The first band starts at 0, so that none is missing.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        self.env.registry.clear_cache()
        terms._ensure_accounts()
        return terms

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if "mode" in vals:
            self._ensure_accounts()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _ensure_accounts(self):
        """A term added to a signed agreement may be its first one under a mandate."""
        agreements = self.agreement_id.filtered(
            lambda a: a.state in ("signed", "running")
        )
        agreements._check_legal_basis()
        agreements._ensure_third_party_account()

    @api.model
    def _get_term(self, provider, product, date, company):
        """Return the term in force for a sale, the most precise one.

        :param provider: ``res.partner`` that does the service
        :param product: ``product.product`` sold
        :param date: date of the sale
        :param company: ``res.company`` that sells
        :return: one ``conciergerie.deal.term``, or none
        """
        template = product.product_tmpl_id.id
        categories = self._category_ids(product.categ_id)
        for rule in self._rules(provider.commercial_partner_id.id, company.id):
            term_id, scope_id, scope_categ, start, end = rule
            if (
                (not start or start <= date)
                and (not end or date <= end)
                and (not scope_id or scope_id == template)
                and (not scope_categ or scope_categ in categories)
            ):
                return self.sudo().browse(term_id)
        return self.sudo().browse()

    @api.model
    @tools.ormcache("provider_id", "company_id")
    def _rules(self, provider_id, company_id):
        """Return a provider's rules, the most precise and latest first.

        Kept in memory, since each line of each order asks for them; whatever changes
        a term or the life of an agreement clears it.

        :return: tuples (term id, service id, category id, first day, last day)
        """
        terms = self.sudo().search(
            [
                ("provider_id", "=", provider_id),
                ("company_id", "=", company_id),
                ("agreement_id.state", "in", ("signed", "running", "ended")),
            ],
            order="scope, date_from desc, id",
        )
        return tuple(
            (
                term.id,
                term.product_tmpl_id.id,
                term.categ_id.id,
                max(filter(None, (term.date_from, term.agreement_id.start_date))),
                min(
                    filter(None, (term.date_to, term.agreement_id.end_date)),
                    default=None,
                ),
            )
            for term in terms
        )

    @api.model
    def _category_ids(self, category):
        """Return the ids of a category and of those above it."""
        path = category.parent_path or ""
        return [int(part) for part in path.split("/") if part]

    def _get_frozen_vals(self, price):
        """Return what a commission line freezes of this term.

        :param float price: price of the line, VAT included, which chooses the band
        """
        self.ensure_one()
        rate = self.rate
        # One that is being typed has no id yet; its bands are on the screen.
        bands = (
            self._bands(self.id)
            if isinstance(self.id, int)
            else [(band.amount_from, band.rate) for band in self.band_ids]
        )
        if bands:
            base = commission_base(price, self.base, self.provider_vat_rate)
            rate = float(band_rate(base, bands))
        return {
            "mode": self.mode,
            "base": self.base,
            "rate": rate,
            "fixed_amount": self.fixed_amount,
            "minimum_amount": self.minimum_amount,
            "maximum_amount": self.maximum_amount,
            "provider_vat_rate": self.provider_vat_rate,
        }

    @api.model
    def _get_commission(self, price, frozen, first=True, digits=2):
        """Return the commission of a line from its frozen terms, in its own base."""
        return commission_amount(
            price,
            {
                "base": frozen["base"],
                "rate": frozen["rate"],
                "vat_rate": frozen["provider_vat_rate"],
                "fixed": frozen["fixed_amount"],
                "minimum": frozen["minimum_amount"],
                "maximum": frozen["maximum_amount"],
            },
            first=first,
            digits=digits,
        )
