from odoo import api, fields, models
from odoo.tools import SQL

from .conciergerie_budget_line_actual import ACTUAL_DEPENDS


class ConciergerieDossierPosition(models.Model):
    """Where each dossier stands: awarded, spent, claimed, received, to come."""

    _name = "conciergerie.dossier.position"
    _description = "State of a Dossier"
    _auto = False
    _order = "date_from desc, id desc"
    _rec_name = "dossier_id"
    _depends = {
        **ACTUAL_DEPENDS,
        "conciergerie.budget.line": ["dossier_id", "expense_kind_id", "is_flat"],
        "conciergerie.claim": [
            *("accepted_amount", "claimed_amount", "dossier_id", "state"),
        ],
        "conciergerie.dossier": [
            *("active", "awarded_amount", "company_id", "currency_id", "date_from"),
            *("date_to", "flat_rate", "flat_rate_base", "funder_id"),
            *("main_dossier_id", "programme_id"),
            *("requested_amount", "site_id", "state", "total_cost", "user_id"),
        ],
        "conciergerie.instalment": ["dossier_id", "received_amount"],
    }

    dossier_id = fields.Many2one(comodel_name="conciergerie.dossier", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    site_id = fields.Many2one(comodel_name="conciergerie.site", readonly=True)
    funder_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    programme_id = fields.Many2one(comodel_name="conciergerie.programme", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Owner", readonly=True)
    state = fields.Selection(
        selection=lambda self: (
            # As the reader's language has them, which the bare list does not.
            self.env["conciergerie.dossier"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    date_from = fields.Date(string="Period From", readonly=True)
    date_to = fields.Date(string="Period Until", readonly=True)
    cost_amount = fields.Monetary(string="Cost Planned", readonly=True)
    requested_amount = fields.Monetary(string="Asked For", readonly=True)
    awarded_amount = fields.Monetary(string="Awarded", readonly=True)
    spent_amount = fields.Monetary(
        string="Spent",
        readonly=True,
        help="Costs of its plan and the flat rate on them, what the funder cut "
        "included; a co-funder has none.",
    )
    claimed_amount = fields.Monetary(
        string="Claimed", readonly=True, help="Aid; what was accepted once answered."
    )
    received_amount = fields.Monetary(string="Received", readonly=True)
    to_come_amount = fields.Monetary(
        string="To Come",
        readonly=True,
        help="Awarded and not received; of what is claimed, once the balance is.",
    )
    to_claim_amount = fields.Monetary(
        string="To Claim", readonly=True, help="Awarded and not claimed."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH spent AS (
                SELECT line.dossier_id, SUM(actual.amount) AS amount
                  FROM (%(actual)s) actual
                  JOIN conciergerie_budget_line line ON line.id = actual.budget_line_id
                 GROUP BY line.dossier_id
            ), claimed AS (
                SELECT dossier_id,
                       SUM(CASE WHEN state = 'submitted' THEN claimed_amount
                                ELSE accepted_amount END) AS amount,
                       -- After the balance nothing comes but what is claimed.
                       BOOL_OR(kind = 'balance') AS ended
                  FROM conciergerie_claim
                 WHERE state IN ('submitted', 'answered', 'paid')
                 GROUP BY dossier_id
            ), received AS (
                SELECT dossier_id, SUM(received_amount) AS amount
                  FROM conciergerie_instalment GROUP BY dossier_id
            )
            SELECT dossier.id, dossier.id AS dossier_id, dossier.company_id,
                   dossier.currency_id, dossier.site_id, dossier.funder_id,
                   dossier.programme_id, dossier.user_id, dossier.state,
                   dossier.date_from, dossier.date_to,
                   CASE WHEN dossier.main_dossier_id IS NULL
                        THEN COALESCE(dossier.total_cost, 0) ELSE 0
                   END AS cost_amount,
                   COALESCE(dossier.requested_amount, 0) AS requested_amount,
                   COALESCE(dossier.awarded_amount, 0) AS awarded_amount,
                   COALESCE(spent.amount, 0) AS spent_amount,
                   COALESCE(claimed.amount, 0) AS claimed_amount,
                   COALESCE(received.amount, 0) AS received_amount,
                   GREATEST(CASE WHEN claimed.ended THEN claimed.amount
                                 ELSE COALESCE(dossier.awarded_amount, 0) END
                            - COALESCE(received.amount, 0), 0) AS to_come_amount,
                   CASE WHEN claimed.ended THEN 0
                        ELSE GREATEST(COALESCE(dossier.awarded_amount, 0)
                                      - COALESCE(claimed.amount, 0), 0)
                   END AS to_claim_amount
              FROM conciergerie_dossier dossier
              LEFT JOIN spent ON spent.dossier_id = dossier.id
              LEFT JOIN claimed ON claimed.dossier_id = dossier.id
              LEFT JOIN received ON received.dossier_id = dossier.id
             WHERE dossier.active
            """,
            actual=self.env["conciergerie.budget.line"]._sql_actual_with_flat(),
        )

    @api.readonly
    def action_open_dossier(self):
        """Open the dossier."""
        self.ensure_one()
        return self.dossier_id.get_formview_action()
