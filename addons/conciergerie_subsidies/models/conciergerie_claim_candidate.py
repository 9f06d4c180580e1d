from odoo import models
from odoo.tools import SQL


class ConciergerieClaim(models.Model):
    """The query that says what can be claimed, and why the rest cannot.

    What an allocation gives is what it is worth today less what earlier claims of the
    dossier took: a difference, a cost no longer paid and one paid again come out of
    that one subtraction, and no euro is asked twice.
    """

    _inherit = "conciergerie.claim"

    def _source(self):
        """Return the dossier whose allocations are claimed: a co-funder's main one."""
        self.ensure_one()
        return self.dossier_id.main_dossier_id or self.dossier_id

    def _sql_candidates(self):
        """Common table expressions up to ``candidate``: one row for each allocation.

        Columns: ``rest`` to claim, ``amount`` allowed by the cap of its line, and
        ``reasons``, an array in the order of ``REASONS``, empty if it can be claimed.
        """
        self.ensure_one()
        return SQL(
            "WITH %(claimed)s, %(room)s, %(share)s, %(judged)s, %(candidate)s",
            claimed=self._sql_claimed(),
            room=self._sql_room(),
            share=self._sql_share(),
            judged=self._sql_judged(),
            candidate=self._sql_capped(),
        )

    def _sql_claimed(self):
        """What earlier claims of this dossier took of each allocation."""
        return SQL(
            """
            claimed AS (
                SELECT row.allocation_id AS id,
                       SUM(row.amount - COALESCE(row.released_amount, 0)) AS amount
                  FROM conciergerie_claim_line row
                 WHERE row.dossier_id = %s AND row.is_frozen
                   AND row.allocation_id IS NOT NULL
                 GROUP BY row.allocation_id
            )
            """,
            self.dossier_id.id,
        )

    def _sql_room(self):
        """What each budget line still takes: its cap less what was claimed on it."""
        return SQL(
            """
            room AS (
                SELECT line.id,
                       COALESCE(NULLIF(line.cap_amount, 0), line.awarded_amount, 0)
                       - COALESCE(asked.amount, 0) AS amount
                  FROM conciergerie_budget_line line
                  LEFT JOIN (
                       SELECT row.budget_line_id AS id,
                              SUM(CASE WHEN claim.state IN ('answered', 'paid')
                                       THEN row.accepted_amount ELSE row.amount END)
                                  AS amount
                         FROM conciergerie_claim_line row
                         JOIN conciergerie_claim claim ON claim.id = row.claim_id
                        WHERE row.dossier_id = %(dossier)s AND row.is_frozen
                        GROUP BY 1) asked ON asked.id = line.id
                 WHERE line.dossier_id = %(source)s
            )
            """,
            dossier=self.dossier_id.id,
            source=self._source().id,
        )

    def _sql_share(self):
        """What each allocation has left to claim, negative for a correction."""
        return SQL(
            """
            share AS (
                SELECT share.id AS allocation_id, share.cost_id, share.budget_line_id,
                       cost.kind = 'difference' AS is_difference, cost.date,
                       NOT cost.is_booked AND COALESCE(cost.frozen, FALSE)
                           AND cost.current_amount = 0 AS is_gone,
                       CASE WHEN %(paid_only)s AND cost.is_booked AND NOT cost.is_paid
                                 AND COALESCE(claimed.amount, 0) != 0
                            THEN -claimed.amount
                            ELSE share.amount - COALESCE(claimed.amount, 0) END AS rest
                  FROM conciergerie_allocation share
                  JOIN conciergerie_cost cost ON cost.id = share.cost_id
                  LEFT JOIN claimed ON claimed.id = share.id
                 WHERE share.dossier_id = %(source)s
            )
            """,
            paid_only=self.dossier_id.paid_only,
            source=self._source().id,
        )

    def _sql_judged(self):
        """Why an allocation cannot be claimed; corrections always can.

        A correction of a cost that is not paid waits: the whole cost is taken back.
        What earlier claims took stays theirs, even if this one is dated before it was
        paid.
        """
        dossier = self.dossier_id
        first = dossier.eligible_from or dossier.date_from
        return SQL(
            """
            judged AS (
                SELECT share.*, CASE
                    WHEN share.is_gone THEN ARRAY[]::text[]
                    WHEN share.rest < 0
                    THEN CASE WHEN share.is_difference AND %(paid_only)s
                                   AND NOT cost.is_paid AND claimed.id IS NULL
                              THEN ARRAY['unpaid'] ELSE ARRAY[]::text[] END
                    ELSE ARRAY_REMOVE(ARRAY[
                        CASE WHEN NOT cost.is_booked THEN 'not_booked' END,
                        CASE WHEN cost.kind = 'timesheet'
                              AND COALESCE(cost.unit_cost, 0) = 0
                             THEN 'no_hourly_cost' END,
                        CASE WHEN share.date < %(first)s THEN 'too_early' END,
                        CASE WHEN share.date > %(last)s OR share.date > %(until)s
                               OR share.date < %(since)s THEN 'out_of_period' END,
                        CASE WHEN %(wrong)s THEN 'wrong_kind' END,
                        CASE WHEN %(flat)s THEN 'flat' END,
                        CASE WHEN %(paid_only)s AND NOT cost.is_paid
                             THEN 'unpaid' END,
                        CASE WHEN %(paid_only)s AND cost.is_paid
                              AND cost.paid_date > %(day)s THEN 'paid_later' END,
                        CASE WHEN NOT cost.has_evidence THEN 'no_evidence' END
                    ], NULL) END AS reasons
                  FROM share
                  JOIN conciergerie_cost cost ON cost.id = share.cost_id
                  JOIN conciergerie_budget_line line ON line.id = share.budget_line_id
                  LEFT JOIN conciergerie_expense_kind kind
                    ON kind.id = line.expense_kind_id
                  LEFT JOIN claimed ON claimed.id = share.allocation_id
                 WHERE share.rest != 0
            )
            """,
            paid_only=dossier.paid_only,
            day=self.date,
            first=first or None,
            last=dossier.date_to or None,
            until=self.date_to or None,
            since=self.date_from or None,
            wrong=self._sql_wrong_kind(),
            flat=SQL("kind.code IS DISTINCT FROM 'staff'")
            if dossier.flat_rate_base == "staff_all" and dossier.flat_rate
            else SQL("FALSE"),
        )

    def _sql_wrong_kind(self):
        """A cost on an account that its line does not take, or of a refused kind."""
        line = self.env["conciergerie.budget.line"]
        relation = SQL.identifier(line._fields["account_ids"].relation)
        kinds = tuple(self.dossier_id.expense_kind_ids.ids)
        return SQL(
            """
            (cost.account_id IS NOT NULL
             AND EXISTS (SELECT 1 FROM %(relation)s rel
                          WHERE rel.conciergerie_budget_line_id = line.id)
             AND NOT EXISTS (SELECT 1 FROM %(relation)s rel
                              WHERE rel.conciergerie_budget_line_id = line.id
                                AND rel.account_account_id = cost.account_id))
            OR (kind.id IS NOT NULL AND %(refused)s)
            """,
            relation=relation,
            refused=SQL("kind.id NOT IN %s", kinds) if kinds else SQL("FALSE"),
        )

    def _sql_capped(self):
        """Within the cap of each line: corrections first, then by date."""
        return SQL(
            """
            summed AS (
                SELECT judged.*, room.amount AS room,
                       SUM(rest) OVER (PARTITION BY budget_line_id
                                       ORDER BY rest > 0, date, allocation_id) AS upto
                  FROM judged JOIN room ON room.id = judged.budget_line_id
                 WHERE reasons = ARRAY[]::text[]
            ),
            candidate AS (
                SELECT allocation_id, cost_id, budget_line_id, is_difference, rest,
                       CASE WHEN rest < 0 THEN rest
                            ELSE GREATEST(LEAST(rest, room - (upto - rest)), 0)
                            END AS amount,
                       reasons
                  FROM summed
                 UNION ALL
                SELECT allocation_id, cost_id, budget_line_id, is_difference, rest, 0,
                       reasons
                  FROM judged
                 WHERE reasons != ARRAY[]::text[]
            )
            """
        )

    def _sql_not_allocated(self):
        """Costs on the analytic account of the dossier that nobody allocated."""
        source = self._source()
        return SQL(
            """
            SELECT cost.id AS cost_id, cost.free_amount AS amount
              FROM conciergerie_cost cost
              JOIN account_move_line item ON item.id = cost.move_line_id
             WHERE cost.company_id = %(company)s AND cost.free_amount != 0
               AND cost.kind != 'difference' AND cost.is_booked
               AND item.analytic_distribution IS NOT NULL
               AND EXISTS (
                   SELECT 1 FROM jsonb_object_keys(item.analytic_distribution) part
                    WHERE %(account)s = ANY(STRING_TO_ARRAY(part, ',')))
             UNION ALL
            SELECT cost.id, cost.free_amount
              FROM conciergerie_cost cost
              JOIN account_analytic_line hour ON hour.id = cost.timesheet_id
             WHERE cost.company_id = %(company)s AND cost.free_amount != 0
               AND cost.is_booked AND hour.account_id::text = %(account)s
            """,
            company=self.company_id.id,
            account=str(source.analytic_account_id.id),
        )
