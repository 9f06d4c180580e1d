from odoo import fields, models
from odoo.tools import SQL

from .conciergerie_budget_line_actual import ACTUAL_DEPENDS


class ConciergerieBudgetComparison(models.Model):
    """Planned, spent and accepted amounts of plans, as series of one graph. Read only.

    Spent is what financial reports tell; accepted is what claims have of it, less what
    the funder cut.
    """

    _name = "conciergerie.budget.comparison"
    _description = "Planned against Actual"
    _auto = False
    _order = "dossier_id, sequence, id"
    _rec_name = "budget_line_id"
    _depends = {
        **ACTUAL_DEPENDS,
        "conciergerie.budget.line": [
            *("company_id", "dossier_id", "expense_kind_id", "heading_id", "in_kind"),
            *("is_flat", "planned_amount", "sequence", "side"),
        ],
        "conciergerie.claim.line": [
            *("accepted_amount", "budget_line_id", "dossier_id", "is_frozen"),
            "released_amount",
        ],
        "conciergerie.dossier": [
            *("currency_id", "flat_rate", "flat_rate_base", "site_id", "state"),
        ],
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
            ("actual", "Spent"),
            ("claimed", "Claimed, Less Cuts"),
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
                SELECT budget_line_id, 'actual', amount FROM (%(actual)s) actual
                 UNION ALL
                -- Co-funders claim the same costs: only the dossier's own claims count.
                SELECT line.id, 'claimed', row.accepted_amount
                  FROM conciergerie_claim_line row
                  JOIN conciergerie_budget_line line ON line.id = row.budget_line_id
                   AND line.dossier_id = row.dossier_id
                 WHERE row.is_frozen
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
            """,
            actual=self.env["conciergerie.budget.line"]._sql_actual_with_flat(),
        )
