from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """When a local professional cannot take requests."""

    _inherit = "res.partner"

    provider_away_from = fields.Date(string="Away from")
    provider_away_until = fields.Date(
        string="Away until",
        help="Last day of the absence. Meanwhile others are proposed, and promised "
        "dates count from the return.",
    )
    is_provider_away = fields.Boolean(compute="_compute_is_provider_away")

    @api.depends("provider_away_from", "provider_away_until")
    def _compute_is_provider_away(self):
        today = fields.Date.context_today(self)
        for partner in self:
            partner.is_provider_away = partner._is_provider_away(today)

    @api.constrains("provider_away_from", "provider_away_until")
    def _check_provider_away(self):
        for partner in self:
            start, end = partner.provider_away_from, partner.provider_away_until
            if bool(start) != bool(end) or (start and end < start):
                raise ValidationError(
                    self.env._(
                        "The absence of %s needs a first and a last day, in that "
                        "order.",
                        partner.name,
                    )
                )

    def _is_provider_away(self, date):
        """Tell whether a provider is away on a date."""
        self.ensure_one()
        start, end = self.provider_away_from, self.provider_away_until
        return bool(start and end and start <= date <= end)
