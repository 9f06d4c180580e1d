from odoo import api, models


class ConciergerieDealTerm(models.Model):
    """The deposit that is our commission, paid at the till; terms of kept tickets."""

    _inherit = "conciergerie.deal.term"

    @api.model
    def _last_day_in_force(self, provider, product, date, company):
        """Return the last day until a date on which there were terms for a sale.

        :param provider: ``res.partner`` that does the service
        :param product: ``product.product`` sold
        :param date: date of the sale
        :param company: ``res.company`` that sells
        :return: the date itself where terms are in force, or where there never were
        """
        days = {date}
        days.update(
            end
            for *_rule, end in self._rules(
                provider.commercial_partner_id.id, company.id
            )
            if end and end < date
        )
        for day in sorted(days, reverse=True):
            if self._get_term(provider, product, day, company):
                return day
        return date

    def _deposit_amount(self, price):
        """Return the deposit that the customer pays us of a price, our VAT included.

        It is our commission; the balance is paid to the provider (case A21).

        :param float price: price of the service for one unit, VAT included
        :rtype: float
        """
        self.ensure_one()
        currency = self.company_id.currency_id
        commission = float(
            self._get_commission(
                price, self._get_frozen_vals(price), digits=currency.decimal_places
            )
        )
        if self.base in ("net", "gross"):
            tax = self.company_id.sudo().commission_tax_id
            commission *= 1 + tax.amount / 100
        return currency.round(commission)
