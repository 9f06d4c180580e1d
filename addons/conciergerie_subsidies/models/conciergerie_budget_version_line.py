from odoo import api, fields, models


class ConciergerieBudgetVersionLine(models.Model):
    """A row of a kept version of a financing plan."""

    _name = "conciergerie.budget.version.line"
    _description = "Row of a Version of a Financing Plan"
    _inherit = ["conciergerie.append.only"]
    _order = "version_id desc, side, sequence, id"

    _frozen_columns = ("version_id", "side", "name", "amount", "in_kind")

    version_id = fields.Many2one(
        comodel_name="conciergerie.budget.version",
        required=True,
        index=True,
        ondelete="restrict",
    )
    dossier_id = fields.Many2one(
        related="version_id.dossier_id", store=True, index=True
    )
    kind = fields.Selection(related="version_id.kind", store=True)
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        index="btree_not_null",
        ondelete="set null",
    )
    side = fields.Selection(
        selection=[("expense", "Expense"), ("resource", "Resource")], required=True
    )
    heading_id = fields.Many2one(
        comodel_name="conciergerie.form.heading", ondelete="restrict"
    )
    sequence = fields.Integer()
    name = fields.Char(string="Description", required=True)
    amount = fields.Monetary()
    in_kind = fields.Boolean()

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A kept version of a financing plan is never changed or deleted."
        )
