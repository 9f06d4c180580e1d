from odoo import models


class ProductSupplierinfo(models.Model):
    """An offer of a local professional: when it holds, and which one is proposed."""

    _inherit = "product.supplierinfo"

    def _is_offer_of(self, product, company, date):
        """Tell whether this offer holds for a service in a company on a date.

        :param product: ``product.product``
        :param company: ``res.company`` that sells
        :param date: date of the request
        """
        self.ensure_one()
        return (
            self.partner_id.active
            and self.product_id in (product, self.product_id.browse())
            and self.company_id in (company, company.browse())
            and (not self.date_start or self.date_start <= date)
            and (not self.date_end or self.date_end >= date)
        )

    def _proposal_order(self, date):
        """Return the key by which offers are sorted: the smallest is proposed.

        Providers who are there before those who are away, the cheapest first, then
        the fastest.

        :param date: date of the request
        """
        self.ensure_one()
        return (
            self.partner_id._is_provider_away(date),
            self.price_discounted,
            self.delay,
            self.sequence,
        )
