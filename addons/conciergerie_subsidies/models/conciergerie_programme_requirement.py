from odoo import fields, models


class ConciergerieProgrammeRequirement(models.Model):
    """A paper that a programme asks for, and when."""

    _name = "conciergerie.programme.requirement"
    _description = "Required Paper"
    _order = "sequence, id"

    programme_id = fields.Many2one(
        comodel_name="conciergerie.programme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Paper", required=True, translate=True)
    validity_months = fields.Integer(
        string="Valid for (months)",
        help="After its date. 0: it does not run out.",
    )
    step = fields.Selection(
        selection=[("file", "Filing"), ("claim", "Claim"), ("report", "Report")],
        string="Needed At",
        required=True,
        default="file",
    )

    def _prepare_paper_vals(self, dossier):
        """Return the values of the paper that a dossier must hold."""
        self.ensure_one()
        return {
            "dossier_id": dossier.id,
            "requirement_id": self.id,
            "sequence": self.sequence,
            "name": self.name,
            "step": self.step,
            "validity_months": self.validity_months,
        }
