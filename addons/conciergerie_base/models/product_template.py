from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """A service that people ask of the conciergerie.

    Who provides a relayed service, at what price and delay, is core's vendor list
    (``seller_ids``): there is no second list of providers.
    """

    _inherit = "product.template"

    is_conciergerie_service = fields.Boolean(
        string="Conciergerie Service",
        help="Ordering this service makes a request at the site.",
    )
    fulfilment = fields.Selection(
        selection=[
            ("own", "By the conciergerie"),
            ("relayed", "By a local professional"),
        ],
        default="relayed",
        string="Provided",
    )
    is_market = fields.Boolean(
        string="Market Service",
        default=True,
        help="Uncheck for help that is free of charge (paperwork, listening): it is "
        "counted in the activity and never invoiced.",
    )
    needs_deposit = fields.Boolean(
        string="Things Are Deposited",
        help="The beneficiary leaves things at the counter; each is labelled and "
        "followed.",
    )
    piece_count = fields.Integer(
        string="Pieces per Unit",
        default=1,
        help="How many things one unit of the service usually stands for.",
    )
    lead_days = fields.Integer(
        string="Lead Time (opening days)",
        default=0,
        help="Opening days of the site that the conciergerie itself needs, added to "
        "the provider's delay.",
    )
    site_ids = fields.Many2many(
        comodel_name="conciergerie.site",
        string="Offered at",
        help="Empty: at every site.",
    )

    service_type = fields.Selection(
        selection_add=[("handover", "Hand-over of requests")],
        ondelete={"handover": "set manual"},
    )

    _piece_count_positive = models.Constraint(
        "CHECK(piece_count >= 0)", "A number of pieces cannot be negative."
    )
    _lead_days_positive = models.Constraint(
        "CHECK(lead_days >= 0)", "A lead time cannot be negative."
    )

    @api.model
    def _selection_service_policy(self):
        return [
            *super()._selection_service_policy(),
            ("delivered_handover", self.env._("Based on Hand-over")),
        ]

    def _get_service_to_general_map(self):
        return {
            **super()._get_service_to_general_map(),
            "delivered_handover": ("delivery", "handover"),
        }

    def _prepare_invoicing_tooltip(self):
        if self.service_policy == "delivered_handover":
            return self.env._("Invoice what has been handed over to the beneficiary.")
        return super()._prepare_invoicing_tooltip()

    @api.model
    def _prepare_conciergerie_service_vals(self):
        """Return what core needs to know so that a service makes requests."""
        return {
            "type": "service",
            "service_tracking": "task_global_project",
            "invoice_policy": "delivery",
            "service_type": "handover",
            "project_id": False,
            "task_template_id": False,
        }

    @api.model
    def _default_service_taxes(self, company):
        """Return the sale tax of new services, prices including it.

        The company's default sale tax is often that of goods, which would print
        “delivery of goods” on the invoices of services (CGI annexe 2, art. 242
        nonies A); its twin for services, at the same rate, is taken where the chart
        of accounts has one.

        :param company: ``res.company``
        """
        default = company.sudo().account_sale_tax_id
        twin = self.env["account.tax"].search(
            [
                ("company_id", "=", company.id),
                ("type_tax_use", "=", "sale"),
                ("tax_scope", "=", "service"),
                ("amount_type", "=", default.amount_type),
                ("amount", "=", default.amount),
                ("price_include_override", "=", "tax_included"),
            ],
            limit=1,
        )
        return twin or default

    @api.onchange("is_conciergerie_service")
    def _onchange_is_conciergerie_service(self):
        if self.is_conciergerie_service:
            self.update(self._prepare_conciergerie_service_vals())
            company = self.company_id or self.env.company
            if self.taxes_id._origin == company.sudo().account_sale_tax_id:
                self.taxes_id = self._default_service_taxes(company)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_conciergerie_service"):
                vals.update(self._prepare_conciergerie_service_vals())
                if "taxes_id" not in vals:
                    company = self.env["res.company"].browse(
                        vals.get("company_id") or self.env.company.id
                    )
                    taxes = self._default_service_taxes(company)
                    vals["taxes_id"] = [Command.set(taxes.ids)]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("is_conciergerie_service"):
            vals = {**vals, **self._prepare_conciergerie_service_vals()}
        return super().write(vals)

    @api.constrains(
        "is_conciergerie_service",
        "type",
        "service_type",
        "invoice_policy",
        "service_tracking",
        "project_id",
    )
    def _check_conciergerie_service(self):
        for product in self.filtered("is_conciergerie_service"):
            if product.project_id or product.task_template_id:
                raise ValidationError(
                    self.env._(
                        "%(service)s is a conciergerie service: its requests go to "
                        "the project of the site where it is ordered. Remove the "
                        "project from the service.",
                        service=product.display_name,
                    )
                )
            if (
                product.type != "service"
                or product.service_tracking != "task_global_project"
                or product.service_type != "handover"
                or product.invoice_policy != "delivery"
            ):
                raise ValidationError(
                    self.env._(
                        "%(service)s is a conciergerie service: it must create a "
                        "task on order and be invoiced based on hand-over.",
                        service=product.display_name,
                    )
                )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_provider_offers(self, date=None):
        """Return the provider offers (``product.supplierinfo``) valid on a date.

        Providers who are there before those who are away, the cheapest first, then
        the fastest: the first one is proposed.

        :param date: date of the request, today by default
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        return (
            self.sudo()
            .seller_ids.filtered(
                lambda offer: offer._is_offer_of(self, self.env.company, date)
            )
            .sorted(lambda offer: offer._proposal_order(date))
        )

    def _propose_provider(self, date=None):
        """Return the provider proposed for a relayed service, empty for an own one."""
        self.ensure_one()
        if self.fulfilment != "relayed":
            return self.env["res.partner"]
        partner_sudo = self._get_provider_offers(date)[:1].partner_id
        return self.env["res.partner"].browse(partner_sudo.id)

    def _get_promised_date(self, site, provider, date=None):
        """Return the date promised for a request taken at a site.

        The provider's delay is in calendar days (``product.supplierinfo``) and starts
        when the provider is back, if away; the conciergerie's own lead time is in
        opening days of the site and is added to it. The result is always a day when
        the site is open.

        :param site: ``conciergerie.site``
        :param provider: ``res.partner``, empty for an own service
        :param date: date of the request, today by default
        :rtype: datetime.date
        """
        self.ensure_one()
        date = date or fields.Date.context_today(self)
        if provider:
            offer = self._get_provider_offers(date).filtered(
                lambda o: o.partner_id.id == provider.id
            )[:1]
            if provider.sudo()._is_provider_away(date):
                date = fields.Date.add(provider.sudo().provider_away_until, days=1)
            date = fields.Date.add(date, days=offer.delay)
        return site._opening_date(date, self.lead_days)
