from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class ConciergerieDealTerm(models.Model):
    """Deal terms in words that a provider reads, on the portal and on paper."""

    _inherit = "conciergerie.deal.term"

    def _mode_in_words(self):
        """Say who sells and who collects."""
        self.ensure_one()
        return {
            "mandate": self.env._(
                "We sell in your name and collect for you; the money is yours."
            ),
            "own_name": self.env._(
                "We sell in our own name; you bill us what is left after our "
                "commission."
            ),
            "resale": self.env._("We buy from you and sell again."),
            "referral": self.env._(
                "We send you customers; you invoice and collect yourself, and declare "
                "the sale to us."
            ),
            "deposit": self.env._(
                "We take a deposit, which is our commission; the customer pays you "
                "the rest."
            ),
        }[self.mode]

    def _commission_in_words(self):
        """Say what the conciergerie keeps: rate or bands, fixed part, limits."""
        self.ensure_one()
        if self.base == "purchase":
            return self.env._("We keep what is above your purchase price.")
        base = {
            "net": self.env._("of the price without VAT, our VAT on top"),
            "gross": self.env._("of the price with VAT, our VAT on top"),
            "all_in": self.env._("of the price with VAT, our VAT included"),
        }[self.base]
        currency = self.currency_id
        if self.band_ids:
            rate = ", ".join(
                self.env._(
                    "%(rate)s from %(amount)s",
                    rate=self._rate_in_words(band.rate),
                    amount=currency.format(band.amount_from),
                )
                for band in self.band_ids.sorted("amount_from")
            )
        else:
            rate = self._rate_in_words(self.rate)
        parts = [self.env._("Our commission: %(rate)s %(base)s", rate=rate, base=base)]
        if self.fixed_amount:
            parts.append(
                self.env._("plus %s for each order", currency.format(self.fixed_amount))
            )
        if self.minimum_amount:
            parts.append(
                self.env._("at least %s", currency.format(self.minimum_amount))
            )
        if self.maximum_amount:
            parts.append(self.env._("at most %s", currency.format(self.maximum_amount)))
        return f"{', '.join(parts)}."

    def _rate_in_words(self, rate):
        digits = 0 if rate == round(rate) else 2
        return f"{formatLang(self.env, rate, digits=digits)} %"

    def _scope_in_words(self):
        """Say what the term applies to, and when."""
        self.ensure_one()
        what = (
            self.product_tmpl_id.name
            or self.categ_id.display_name
            or self.env._("All services")
        )
        first = format_date(self.env, self.date_from)
        if self.date_to:
            return self.env._(
                "%(what)s, from %(first)s to %(last)s",
                what=what,
                first=first,
                last=format_date(self.env, self.date_to),
            )
        return self.env._("%(what)s, from %(first)s on", what=what, first=first)
