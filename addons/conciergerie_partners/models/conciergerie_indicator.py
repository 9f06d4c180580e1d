from odoo import api, models


class ConciergerieIndicator(models.AbstractModel):
    """What was sold for local professionals."""

    _inherit = "conciergerie.indicator"

    @api.model
    def _get_sources(self):
        return [
            *super()._get_sources(),
            {
                "code": "provider_sales",
                "name": self.env._("Sold for local professionals"),
                "unit": "money",
                "model": "conciergerie.commission.line",
                "domain": [],
                "date": "date",
                "site": "site_id",
                "aggregate": "price_total:sum",
            },
        ]
