from odoo import fields, models
from odoo.tools import SQL


class ConciergerieBudgetComparison(models.Model):
    """Planned and actual amounts of plans, as two series of one graph. Read only."""

    _name = "conciergerie.budget.comparison"
    _description = "Planned against Actual"
    _auto = False
    _order = "dossier_id, sequence, id"
    _rec_name = "budget_line_id"
    _depends = {
        "conciergerie.allocation": ["amount", "budget_line_id"],
        "conciergerie.budget.line": [
            *("company_id", "dossier_id", "heading_id", "in_kind", "planned_amount"),
            *("sequence", "side"),
        ],
        "conciergerie.claim.line": ["accepted_amount", "budget_line_id", "is_frozen"],
        "conciergerie.dossier": ["currency_id", "site_id", "state"],
    }

    dossier_id = fields.Many2one(comodel_name="conciergerie.dossier", readonly=True)
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line", string="Line", readonly=True
    )
    heading_id = fields.Many2one(
        comodel_name="conciergerie.form.heading", readonly=True
    )
    sequence = fields.Integer(readonly=True)
    site_id = fields.Many2one(comodel_name="conciergerie.site", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    kind = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("actual", "Allocated"),
            ("claimed", "Claimed"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH amounts AS (
                SELECT id AS line_id, 'planned' AS kind, planned_amount AS amount
                  FROM conciergerie_budget_line
                 UNION ALL
                SELECT budget_line_id, 'actual', amount FROM conciergerie_allocation
                 UNION ALL
                SELECT budget_line_id, 'claimed', accepted_amount
                  FROM conciergerie_claim_line WHERE is_frozen
            )
            SELECT line.id * 3 + CASE amounts.kind WHEN 'planned' THEN 0
                                 WHEN 'actual' THEN 1 ELSE 2 END AS id,
                   line.dossier_id, line.id AS budget_line_id, line.heading_id,
                   line.sequence, dossier.site_id, line.company_id,
                   dossier.currency_id, amounts.kind, SUM(amounts.amount) AS amount
              FROM amounts
              JOIN conciergerie_budget_line line ON line.id = amounts.line_id
              JOIN conciergerie_dossier dossier ON dossier.id = line.dossier_id
             WHERE line.side = 'expense' AND NOT COALESCE(line.in_kind, FALSE)
               AND amounts.amount != 0
             GROUP BY line.id, line.dossier_id, line.heading_id, line.sequence,
                      dossier.site_id, line.company_id, dossier.currency_id,
                      amounts.kind
            """
        )
