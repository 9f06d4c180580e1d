import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConciergerieCommune(models.Model):
    """A French municipality, told apart by its INSEE code (postcodes are shared)."""

    _name = "conciergerie.commune"
    _description = "Commune"
    _order = "name, id"
    _rec_names_search = ["name", "insee_code", "zip"]

    name = fields.Char(required=True)
    # No `size`: the ORM would cut what is too long into another commune's code.
    insee_code = fields.Char(string="INSEE Code", required=True)
    zip = fields.Char(string="Postcode", size=5)
    site_ids = fields.Many2many(
        comodel_name="conciergerie.site", string="Served by", copy=False
    )
    active = fields.Boolean(default=True)

    _insee_code_unique = models.Constraint(
        "UNIQUE(insee_code)", "There is already a commune with this INSEE code."
    )

    @api.constrains("insee_code")
    def _check_insee_code(self):
        for commune in self:
            # Corsica has 2A and 2B where the others have a number.
            if not re.fullmatch(r"([0-9]{2}|2[AB])[0-9]{3}", commune.insee_code):
                raise ValidationError(
                    self.env._(
                        "%(code)s is not an INSEE code: it has five characters, "
                        "as in 26362 or 2A004. It is not the postcode.",
                        code=commune.insee_code,
                    )
                )

    @api.depends("name", "zip")
    def _compute_display_name(self):
        for commune in self:
            commune.display_name = (
                f"{commune.name} ({commune.zip})" if commune.zip else commune.name
            )
