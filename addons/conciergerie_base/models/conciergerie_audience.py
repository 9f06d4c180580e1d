from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieAudience(models.Model):
    """A kind of people or bodies the conciergerie deals with; one can be several."""

    _name = "conciergerie.audience"
    _description = "Audience"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()

    _code_unique = models.Constraint(
        "UNIQUE(code)", "There is one audience for each code."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        if self.get_external_id() and any(self.get_external_id().values()):
            raise UserError(
                self.env._(
                    "The audience %(name)s comes with the software and other "
                    "features rely on it. Rename it instead of deleting it.",
                    name=self[0].name,
                )
            )

    @api.model
    def _get(self, code):
        """Return the audience of a code, e.g. ``provider`` (empty if unknown)."""
        return self.search([("code", "=", code)], limit=1)
