from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class ConciergerieDealTerm(models.Model):
    """Terms by the provider's purchase price, and by bands."""

    _inherit = "conciergerie.deal.term"

    @api.model
    @tools.ormcache("term_id")
    def _bands(self, term_id):
        """Return the bands of a term, kept in memory as the rules are.

        :return: tuples (amount from, rate in per cent)
        """
        bands_sudo = self.env["conciergerie.deal.band"].sudo()
        return tuple(
            (band.amount_from, band.rate)
            for band in bands_sudo.search([("term_id", "=", term_id)])
        )

    def _typical_commission(self, price, frozen):
        """Return what one sale at this price leaves us; all of it while unknown."""
        self.ensure_one()
        if self.base != "purchase":
            return self._get_commission(price, frozen)
        product = self.product_tmpl_id.product_variant_id
        if not self._purchase_price(product):
            return price
        return self._purchase_margin(product, 1.0, price)

    def _purchase_price(self, product, quantity=1.0, date=None):
        """Return the provider's price for one unit, without its VAT, or 0.

        :param product: ``product.product``
        :param float quantity: quantity sold
        :param date: date of the sale, today by default
        """
        self.ensure_one()
        seller_sudo = (
            product.sudo()
            .with_company(self.company_id)
            ._select_seller(
                partner_id=self.provider_id,
                quantity=abs(quantity),
                date=date or fields.Date.context_today(self),
            )
        )
        return seller_sudo.currency_id._convert(
            seller_sudo.price_discounted,
            self.company_id.currency_id,
            self.company_id,
            date or fields.Date.context_today(self),
            round=False,
        )

    def _purchase_margin(self, product, quantity, price, date=None):
        """Return what we keep of a sale, VAT included: its price less the purchase.

        :param product: ``product.product`` sold
        :param float quantity: quantity sold
        :param float price: price of the sale, VAT included
        :param date: date of the sale
        :raise UserError: the provider has no price for the service
        """
        self.ensure_one()
        unit = self._purchase_price(product, quantity, date)
        if not unit:
            raise UserError(
                self.env._(
                    "%(provider)s has no purchase price for “%(service)s”: enter it "
                    "among the providers of the service.",
                    provider=self.provider_id.name,
                    service=product.display_name,
                )
            )
        total = unit * abs(quantity) * (1 + self.provider_vat_rate / 100)
        return self.currency_id.round(price - self.currency_id.round(total))
