from odoo import api, fields, models

from odoo.addons.conciergerie_partners.models.conciergerie_deal_term import MODES

from .deal import Deal

# What a refund takes from the line that it gives back.
SOLD_FIELDS = ("provider_id", "service_price_unit", "advanced_amount")


class PosOrderLine(models.Model):
    """A line of a ticket knows who does the service, and under which deal."""

    _inherit = "pos.order.line"

    provider_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="Local professional who does this service, proposed by price and delay.",
    )
    deal_mode = fields.Selection(
        selection=MODES,
        compute="_compute_deal_mode",
        store=True,
        precompute=True,
        # The ORM takes no value of a readonly one, and would make a record to find it.
        readonly=False,
        help="How the service is sold, by the terms in force; frozen at payment.",
    )
    service_price_unit = fields.Float(
        digits=0,
        help="Where the customer pays us a deposit that we keep: the price of the "
        "service for one unit, VAT included, of which the deposit is a part.",
    )
    advanced_amount = fields.Monetary(
        help="Where the line is a disbursement: what was advanced for the customer, to "
        "the cent.",
    )
    drop_off_uuid = fields.Char(
        copy=False,
        index="btree_not_null",
        help="The drop-off that this line pays, by the name the till gave it.",
    )
    request_ids = fields.One2many(
        comodel_name="project.task", inverse_name="pos_line_id", string="Requests"
    )
    commission_line_ids = fields.One2many(
        comodel_name="conciergerie.commission.line", inverse_name="pos_line_id"
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [
            *super()._load_pos_data_fields(config),
            "provider_id",
            "deal_mode",
            "service_price_unit",
            "advanced_amount",
            "drop_off_uuid",
        ]

    @api.depends("provider_id", "product_id")
    def _compute_deal_mode(self):
        for line in self:
            line.deal_mode = line._get_deal_mode()

    @api.model_create_multi
    def create(self, vals_list):
        """Propose the provider of a line that the till sent without one.

        Not a computed field: the till does not send what the server computes. The mode
        is always found here, whatever was sent.
        """
        # Browsed together, so that they are read together.
        products = self.env["product.product"].browse(
            vals["product_id"] for vals in vals_list if vals.get("product_id")
        )
        by_id = {product.id: product for product in products}
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            product = by_id.get(vals.get("product_id"), products.browse())
            if not vals.get("provider_id"):
                vals["provider_id"] = self._propose(vals, product)
            vals["deal_mode"] = self._deal_of(vals, product).get_mode()
        return super().create(vals_list)

    @api.model
    def _propose(self, vals, product):
        """Return the id of the provider proposed for a new line, or False.

        What is given back keeps its provider, what an order promised too; else as an
        order line does.

        :param dict vals: values of the line
        :param product: ``product.product`` of the line
        """
        origin = self.browse(vals.get("refunded_orderline_id")) or self.env[
            "sale.order.line"
        ].browse(vals.get("sale_order_line_id"))
        if origin:
            return origin.provider_id.id
        if not product.is_conciergerie_service:
            return False
        order = self.env["pos.order"].browse(vals.get("order_id"))
        company = order.company_id or self.env.company
        return product.with_company(company)._propose_provider().id

    @api.model
    def _deal_of(self, vals, product):
        """Return what chooses the terms of a line that is not made yet.

        :param dict vals: values of the line
        :param product: ``product.product`` of the line
        """
        return Deal(
            self.env["pos.order"].browse(vals.get("order_id")),
            product,
            self.env["res.partner"].browse(vals.get("provider_id")),
            self.env["sale.order.line"].browse(vals.get("sale_order_line_id")),
            self.browse(vals.get("refunded_orderline_id")),
        )

    def _deal(self):
        """Return what chooses the terms of this line."""
        self.ensure_one()
        return Deal(
            self.order_id,
            self.product_id,
            self.provider_id,
            self.sale_order_line_id,
            self.refunded_orderline_id,
        )

    def _get_deal_term(self):
        """Return the deal term in force for this line, or none."""
        return self._deal().get_term()

    def _get_deal_mode(self):
        """Return the mode in which this line is sold, or False for an own service."""
        return self._deal().get_mode()

    def _freeze_deals(self):
        """Settle provider, mode and taxes of these lines as they are paid.

        A ticket may have waited as a draft while terms changed; and what the till
        sends is proposed, not believed. What is sold in a provider's name bears no VAT
        of ours, and its price is the customer's.

        :return: whether taxes were taken off, so that the ticket is to be reckoned anew
        """
        taxes_off = False
        for line in self:
            sold = line.refunded_orderline_id
            for name in SOLD_FIELDS if sold else ():
                if line[name] != sold[name]:
                    line[name] = sold[name]
            mode = line._get_deal_mode()
            if line.deal_mode != mode:
                line.deal_mode = mode
            if mode == "mandate" and line.tax_ids:
                line.tax_ids = False
                amount = line._mandate_amount()
                line.price_subtotal = line.price_subtotal_incl = amount
                taxes_off = True
        return taxes_off

    def _mandate_amount(self):
        """Return what the customer pays the provider for this line, to the cent."""
        self.ensure_one()
        price = self.price_unit * (1 - (self.discount or 0.0) / 100.0)
        return self.currency_id.round(price * self.qty)

    def _prepare_base_line_for_taxes_computation(self):
        """Book what is not our turnover where it belongs, without VAT of ours.

        Every entry of a ticket starts here: the closing one, an invoice in the session,
        a late one and its reversal.
        """
        values = super()._prepare_base_line_for_taxes_computation()
        if self.deal_mode == "mandate":
            values["account_id"] = self.provider_id._third_party_account(
                self.order_id.company_id
            )
            values["tax_ids"] = self.env["account.tax"]
        elif self.deal_mode == "deposit":
            company = self.order_id.company_id
            product_sudo = company._get_commission_product().with_company(company)
            values["account_id"] = product_sudo._get_product_accounts()["income"]
        return values

    def _commission_source(self):
        """Return this line as a source of the commission ledger."""
        self.ensure_one()
        order = self.order_id
        order_line = self.sale_order_line_id
        price = self._signed_price()
        if self.deal_mode == "deposit":
            price = self.currency_id.round(self.service_price_unit * self.qty)
        return {
            "name": order.pos_reference or order.name,
            "date": order._ticket_date(),
            "sale_date": self._deal().get_date(),
            "company": order.company_id,
            "provider": self.provider_id.sudo(),
            "product": self.product_id,
            "quantity": self.qty,
            "price_total": price,
            "order_line": order_line or None,
            "site": order_line.order_id.site_id or order.config_id.site_id,
            "task": order_line.sudo().task_id or self.sudo().request_ids[:1],
            "refunded_line": self.refunded_orderline_id.sudo().commission_line_ids[:1],
            "pos_line_id": self.id,
            "taxed_line": self,
        }
