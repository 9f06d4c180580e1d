from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        compute="_compute_site_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="Site that takes the requests of this order.",
    )
    has_conciergerie_service = fields.Boolean(
        compute="_compute_has_conciergerie_service"
    )

    @api.depends("order_line.product_id.is_conciergerie_service")
    def _compute_has_conciergerie_service(self):
        for order in self:
            order.has_conciergerie_service = any(
                order.order_line.product_id.mapped("is_conciergerie_service")
            )

    @api.depends("company_id")
    def _compute_site_id(self):
        for order in self:
            site = order.site_id
            if not site or site.company_id != order.company_id:
                order.site_id = (
                    self.env["conciergerie.site"]
                    .with_company(order.company_id)
                    ._default_for_user()
                )

    @api.onchange("site_id")
    def _onchange_site_id(self):
        if self.site_id:
            self.project_id = self.site_id.project_id

    def _action_confirm(self):
        """Send the requests of the order to the project of its site."""
        for order in self.filtered("has_conciergerie_service"):
            if not order.site_id:
                raise UserError(
                    self.env._(
                        "Choose the site that takes the requests of order %s.",
                        order.name,
                    )
                )
            order._check_services_offered()
            order.project_id = order.site_id.project_id
        remembering = self.with_context(conciergerie_known_openings={})
        return super(SaleOrder, remembering)._action_confirm()

    def _check_services_offered(self):
        """Refuse a service that the site of the order does not offer."""
        for product in self.order_line.product_id:
            if product.site_ids and self.site_id not in product.site_ids:
                raise UserError(
                    self.env._(
                        "%(site)s does not offer “%(service)s”. It is offered at: "
                        "%(sites)s.",
                        site=self.site_id.name,
                        service=product.name,
                        sites=", ".join(product.site_ids.mapped("name")),
                    )
                )

    def _action_cancel(self):
        """Cancelling an order cancels the requests that are still open."""
        result = super()._action_cancel()
        for order in self:
            order.sudo().order_line.request_ids.filtered(
                lambda t: t.step in t._open_steps()
            )._cancel_request(self.env._("Order %s cancelled", order.name))
        return result

    def _get_invoiceable_lines(self, final=False):
        """Invoice chosen lines at what is ordered and not yet invoiced.

        The counter takes money for given requests, possibly before hand-over: it
        names their lines in the context.
        """
        line_ids = self.env.context.get("conciergerie_invoice_line_ids")
        if line_ids is None:
            return super()._get_invoiceable_lines(final=final)
        return self.order_line.filtered(
            lambda line: line.id in line_ids and line._quantity_to_collect() > 0
        )
