from odoo import api, fields, models
from odoo.tools import SQL

# What the queries below read, beside the lines themselves.
ACTUAL_DEPENDS = {
    "conciergerie.allocation": ["amount", "budget_line_id", "cost_id", "date"],
    "conciergerie.claim.line": ["allocation_id", "budget_line_id", "released_amount"],
    "conciergerie.cost": ["cap_amount", "current_amount", "origin_id"],
}


class ConciergerieBudgetLine(models.Model):
    """What was spent on the lines of a plan, whatever the funder accepted of it.

    The one place of that rule: plan, analyses and financial reports read it here.
    """

    _inherit = "conciergerie.budget.line"

    actual_amount = fields.Monetary(
        string="Spent",
        compute="_compute_actual_amount",
        help="What is allocated, what a funder cut of it and nobody took since, and "
        "the flat rate on both.",
    )

    @api.depends(
        "allocation_ids.amount",
        "claim_line_ids.released_amount",
        "dossier_id.flat_rate",
        "dossier_id.flat_rate_base",
        "is_flat",
    )
    def _compute_actual_amount(self):
        dossiers = self.dossier_id._origin
        actual = dossiers.budget_line_ids._get_actual()
        for dossier in dossiers:
            lines = dossier.budget_line_ids
            flat = dossier._flat_rate_amount(
                {line: actual[line] for line in lines if line in actual}
            )
            actual |= dict.fromkeys(lines.filtered("is_flat")[:1], flat)
        for line in self:
            line.actual_amount = actual.get(line._origin, 0.0)

    def _get_actual(self, date_from=None, date_to=None):
        """Return the real costs spent on these lines, share by share (case D15).

        :param date_from: first date of the costs, any by default
        :param date_to: last date of the costs, any by default
        :return: amount by ``conciergerie.budget.line``, what is in kind left out
        """
        lines = self._origin.filtered(lambda line: not line.in_kind)
        if not lines:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT budget_line_id, SUM(amount) FROM (%(actual)s) actual
                 WHERE date BETWEEN COALESCE(%(since)s, date)
                                AND COALESCE(%(until)s, date)
                 GROUP BY budget_line_id
                """,
                actual=self._sql_actual(tuple(lines.ids)),
                since=date_from or None,
                until=date_to or None,
            )
        )
        return {self.browse(line): float(amount) for line, amount in rows}

    @api.model
    def _sql_actual(self, ids=None):
        """Rows of what was spent: ``budget_line_id``, ``date``, ``amount``.

        :param ids: of budget lines, all by default
        """
        only = SQL("AND budget_line_id IN %s", ids) if ids else SQL()
        return SQL(
            """
            SELECT budget_line_id, date, amount FROM conciergerie_allocation
             WHERE amount != 0 %(only)s
             UNION ALL
            SELECT budget_line_id, date, amount FROM (%(refused)s) refused
             WHERE amount != 0 %(only)s
            """,
            only=only,
            refused=self._sql_refused(only),
        )

    @api.model
    def _sql_refused(self, only):
        """Rows of what funders cut and nobody took since: the project bore it.

        A line bears of a cost what it had, cut or not, in proportion to what the cost
        is today: a part that was reversed is taken from what was cut as well. What is
        allocated to it counts elsewhere, the rest is here, as far as it is free; of a
        cost cut several times the first cuts are taken last.

        :param only: SQL that chooses among claim lines by ``budget_line_id``
        """
        return SQL(
            """
            WITH touched AS (
                SELECT DISTINCT COALESCE(cost.origin_id, cost.id) AS id
                  FROM (SELECT allocation_id FROM conciergerie_claim_line
                         WHERE released_amount != 0 %(only)s) row
                  JOIN conciergerie_allocation share ON share.id = row.allocation_id
                  JOIN conciergerie_cost cost ON cost.id = share.cost_id
            ),
            part AS (
                SELECT id AS cost_id, id AS origin_id, TRUE AS is_origin FROM touched
                 UNION ALL
                SELECT cost.id, touched.id, FALSE
                  FROM touched
                  JOIN conciergerie_cost cost ON cost.origin_id = touched.id
            ),
            held AS (
                SELECT part.origin_id, share.budget_line_id,
                       SUM(share.amount) AS amount,
                       SUM(share.amount) FILTER (WHERE part.is_origin) AS whole
                  FROM part
                  JOIN conciergerie_allocation share ON share.cost_id = part.cost_id
                 GROUP BY 1, 2
            ),
            cut AS (
                SELECT part.origin_id, row.budget_line_id, MIN(row.id) AS first,
                       SUM(row.released_amount) FILTER (WHERE part.is_origin) AS whole
                  FROM part
                  JOIN conciergerie_allocation share ON share.cost_id = part.cost_id
                  JOIN conciergerie_claim_line row ON row.allocation_id = share.id
                 WHERE row.released_amount != 0
                 GROUP BY 1, 2
            ),
            borne AS (
                SELECT cut.budget_line_id, cut.origin_id, cut.first, cost.date,
                       SIGN(cost.cap_amount) AS side,
                       SIGN(cost.cap_amount) * (cost.current_amount - (
                           SELECT SUM(amount) FROM held
                            WHERE held.origin_id = cost.id)) AS free,
                       GREATEST(SIGN(cost.cap_amount) * (
                           ROUND((COALESCE(held.whole, 0) + COALESCE(cut.whole, 0))
                                 * cost.current_amount / cost.cap_amount,
                                 currency.decimal_places)
                           - held.amount), 0) AS amount
                  FROM cut
                  JOIN held ON held.origin_id = cut.origin_id
                   AND held.budget_line_id = cut.budget_line_id
                  JOIN conciergerie_cost cost ON cost.id = cut.origin_id
                  JOIN res_company company ON company.id = cost.company_id
                  JOIN res_currency currency ON currency.id = company.currency_id
                 WHERE cost.cap_amount != 0
            )
            SELECT budget_line_id, date,
                   side * GREATEST(LEAST(amount, free - (
                       SUM(amount) OVER (PARTITION BY origin_id ORDER BY first)
                       - amount)), 0) AS amount
              FROM borne
            """,
            only=only,
        )

    @api.model
    def _sql_actual_with_flat(self):
        """Rows of what was spent on all plans, the flat rates on it included.

        Columns ``budget_line_id`` and ``amount``. The first flat-rate line of a plan
        has the flat rate, as in a financial report.
        """
        return SQL(
            """
            WITH actual AS (
                SELECT budget_line_id, SUM(amount) AS amount
                  FROM (%(actual)s) actual GROUP BY budget_line_id
            )
            SELECT budget_line_id, amount FROM actual
             UNION ALL
            SELECT flat.id, ROUND(base.amount * dossier.flat_rate::numeric / 100,
                                  currency.decimal_places)
              FROM (SELECT DISTINCT ON (dossier_id) id, dossier_id
                      FROM conciergerie_budget_line
                     WHERE is_flat AND side = 'expense'
                     ORDER BY dossier_id, sequence, id) flat
              JOIN conciergerie_dossier dossier ON dossier.id = flat.dossier_id
              JOIN res_currency currency ON currency.id = dossier.currency_id
              JOIN (SELECT line.dossier_id, SUM(actual.amount) AS amount
                      FROM actual
                      JOIN conciergerie_budget_line line
                        ON line.id = actual.budget_line_id
                      JOIN conciergerie_dossier dossier ON dossier.id = line.dossier_id
                      LEFT JOIN conciergerie_expense_kind kind
                        ON kind.id = line.expense_kind_id
                     WHERE NOT COALESCE(line.is_flat, FALSE) AND %(in_base)s
                     GROUP BY line.dossier_id) base
                ON base.dossier_id = flat.dossier_id
            """,
            actual=self._sql_actual(),
            in_base=self.env["conciergerie.dossier"]._sql_in_flat_base(),
        )
