from odoo import api, models


class ConciergerieIndicator(models.AbstractModel):
    """Who was helped by a convention, and with how much."""

    _inherit = "conciergerie.indicator"

    @api.model
    def _get_sources(self):
        uses = {
            "model": "conciergerie.copay.use",
            "domain": [],
            "date": "date",
            "site": "site_id",
        }
        return [
            *super()._get_sources(),
            {
                **uses,
                "code": "convention_people",
                "name": self.env._("People covered by a convention"),
                "unit": "count",
                "aggregate": "partner_id:count_distinct",
            },
            {
                **uses,
                "code": "convention_shares",
                "name": self.env._("Taken in charge by conventions"),
                "unit": "money",
                "aggregate": "share_amount:sum",
            },
        ]
