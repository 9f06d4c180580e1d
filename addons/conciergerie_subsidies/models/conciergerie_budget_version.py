from odoo import api, fields, models


class ConciergerieBudgetVersion(models.Model):
    """A picture of the financing plan at a moment that counts; never changed."""

    _name = "conciergerie.budget.version"
    _description = "Version of a Financing Plan"
    _inherit = ["conciergerie.append.only"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _frozen_columns = ("dossier_id", "kind", "date")

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[("filed", "Filed"), ("awarded", "Awarded"), ("amended", "Amended")],
        required=True,
    )
    date = fields.Date(required=True)
    line_ids = fields.One2many(
        comodel_name="conciergerie.budget.version.line", inverse_name="version_id"
    )

    @api.depends("kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for version in self:
            version.display_name = f"{kinds.get(version.kind, '')} {version.date or ''}"

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A kept version of a financing plan is never changed or deleted."
        )
