from odoo import api, models


class ConciergerieIndicator(models.AbstractModel):
    """What volunteers gave."""

    _inherit = "conciergerie.indicator"

    @api.model
    def _get_sources(self):
        given = {
            "model": "conciergerie.volunteer.hours",
            "domain": [],
            "date": "date",
            "site": "site_id",
        }
        return [
            *super()._get_sources(),
            {
                **given,
                "code": "volunteers",
                "name": self.env._("Volunteers"),
                "unit": "count",
                "aggregate": "partner_id:count_distinct",
            },
            {
                **given,
                "code": "volunteer_hours",
                "name": self.env._("Hours of volunteers"),
                "unit": "hours",
                "aggregate": "hours:sum",
            },
        ]
