from odoo import fields, models
from odoo.exceptions import UserError

from .commission import band_rate, round_half_up, to_decimal

# Modes with a commission invoice, on which a bonus can be put.
BONUS_MODES = ("mandate", "referral")


class Agreement(models.Model):
    """A bonus on the turnover that a statement settles."""

    _inherit = "agreement"

    bonus_for = fields.Selection(
        selection=[
            ("provider", "The provider: less commission"),
            ("conciergerie", "The conciergerie: more commission"),
        ],
        string="Bonus for",
        default="provider",
        required=True,
        tracking=True,
        help="Who gains by a high turnover. The bonus is part of the commission "
        "invoice of the statement, with its VAT.",
    )
    bonus_base = fields.Selection(
        selection=[
            ("net", "Net: turnover without VAT, our VAT on top"),
            ("gross", "Gross as net: turnover with VAT, our VAT on top"),
            ("all_in", "All-in: turnover with VAT, our VAT included"),
        ],
        string="Bonus on",
        default="all_in",
        required=True,
        tracking=True,
        help="The turnover is what the statement settles of sales under a mandate "
        "(collected, or paid to the provider) and of declared sales, refunds "
        "deducted. Sales in our own name do not count: the provider bills them.",
    )
    bonus_band_ids = fields.One2many(
        comodel_name="conciergerie.bonus.band",
        inverse_name="agreement_id",
        string="Bands of Turnover",
        copy=True,
        help="The band that the turnover of a statement reaches gives the rate for "
        "all of it; below the first band there is no bonus.",
    )

    def action_propose(self):
        """Offer the agreement, unless its bonus could never be due."""
        for agreement in self:
            modes = agreement.term_ids.mapped("mode")
            if agreement.bonus_band_ids and not {*BONUS_MODES} & {*modes}:
                raise UserError(
                    self.env._(
                        "%s promises a bonus on the turnover, but has no service under "
                        "a mandate or by referral: the bonus would never be due. "
                        "Remove its bands.",
                        agreement.display_name,
                    )
                )
        return super().action_propose()

    def _bonus(self, net_turnover, turnover):
        """Return the bonus on a turnover: (turnover, rate in per cent, commission).

        The commission is negative where it is a rebate for the provider; there is no
        bonus on a turnover that is nought or negative. The turnover is rounded first,
        so that the provider can check the bonus with what it reads.

        :param net_turnover: turnover without the provider's VAT
        :param turnover: the same, VAT included
        """
        self.ensure_one()
        digits = self.currency_id.decimal_places
        amount = net_turnover if self.bonus_base == "net" else turnover
        amount = round_half_up(to_decimal(amount), digits)
        bands = [(band.amount_from, band.rate) for band in self.bonus_band_ids]
        if amount <= 0:
            return 0.0, 0.0, 0.0
        rate = band_rate(amount, bands)
        bonus = round_half_up(amount * rate / 100, digits)
        sign = -1 if self.bonus_for == "provider" else 1
        return float(amount), float(rate), sign * float(bonus)

    def _bonus_in_words(self):
        """Say from what turnover which bonus is given, or nothing where there is none.

        :rtype: str
        """
        self.ensure_one()
        if not self.bonus_band_ids:
            return ""
        terms = self.env["conciergerie.deal.term"]
        bands = ", ".join(
            self.env._(
                "%(rate)s from %(amount)s",
                rate=terms._rate_in_words(band.rate),
                amount=self.currency_id.format(band.amount_from),
            )
            for band in self.bonus_band_ids.sorted("amount_from")
        )
        base = {
            "net": self.env._("without VAT, our VAT on top"),
            "gross": self.env._("with VAT, our VAT on top"),
            "all_in": self.env._("with VAT, our VAT included"),
        }[self.bonus_base]
        if self.bonus_for == "provider":
            return self.env._(
                "Rebate on our commission, by the whole turnover of a statement "
                "(%(base)s): %(bands)s.",
                base=base,
                bands=bands,
            )
        return self.env._(
            "Additional commission, by the whole turnover of a statement (%(base)s): "
            "%(bands)s.",
            base=base,
            bands=bands,
        )
