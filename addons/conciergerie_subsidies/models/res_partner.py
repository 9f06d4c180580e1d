from odoo import api, fields, models

PRIVATE_FUNDERS = ("foundation", "company")


class ResPartner(models.Model):
    _inherit = "res.partner"

    funder_kind = fields.Selection(
        selection=[
            ("eu", "European Union"),
            ("state", "State"),
            ("region", "Region"),
            ("department", "Département"),
            ("commune", "Commune or group of communes"),
            ("caf", "CAF"),
            ("other_public", "Other public body"),
            ("foundation", "Foundation"),
            ("company", "Company"),
        ],
        help="Public funders count in the rate of public aid, private ones do not.",
    )
    is_public_funder = fields.Boolean(compute="_compute_is_public_funder", store=True)

    @api.depends("funder_kind")
    def _compute_is_public_funder(self):
        for partner in self:
            kind = partner.funder_kind
            partner.is_public_funder = bool(kind) and kind not in PRIVATE_FUNDERS
