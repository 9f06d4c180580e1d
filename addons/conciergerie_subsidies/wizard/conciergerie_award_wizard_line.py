from odoo import fields, models
from odoo.exceptions import UserError


class ConciergerieAwardWizardLine(models.TransientModel):
    """An expense line of the plan, as the funder decided it."""

    _name = "conciergerie.award.wizard.line"
    _description = "Line of the Award Dialog"

    wizard_id = fields.Many2one(
        comodel_name="conciergerie.award.wizard",
        required=True,
        index=True,
        ondelete="cascade",
    )
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="budget_line_id.currency_id")
    before = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Accepted")

    def _check_amount(self):
        """Refuse a line of another dossier, or a negative amount."""
        self.ensure_one()
        line = self.budget_line_id
        if line.dossier_id != self.wizard_id.dossier_id:
            raise UserError(
                self.env._(
                    "“%(line)s” is not a line of this dossier: close the dialog and "
                    "open it again.",
                    line=line.name,
                )
            )
        if self.amount < 0:
            raise UserError(
                self.env._(
                    "“%(line)s” cannot be accepted for %(amount)s: enter 0 where the "
                    "funder left it out.",
                    line=line.name,
                    amount=line.dossier_id._money(self.amount),
                )
            )
