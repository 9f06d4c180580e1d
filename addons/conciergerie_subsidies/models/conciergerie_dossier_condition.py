from odoo import api, fields, models


class ConciergerieDossierCondition(models.Model):
    """A condition of the award: what must be done for the money to be paid."""

    _name = "conciergerie.dossier.condition"
    _description = "Condition of an Award"
    _order = "date, id"

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    name = fields.Char(string="Condition", required=True)
    date = fields.Date(string="Due On")
    done_date = fields.Date(string="Met On")
    note = fields.Char(string="Proof, Remarks")

    @api.model_create_multi
    def create(self, vals_list):
        conditions = super().create(vals_list)
        conditions.dossier_id._sync_deadlines()
        return conditions

    def write(self, vals):
        result = super().write(vals)
        self.dossier_id._sync_deadlines()
        return result
