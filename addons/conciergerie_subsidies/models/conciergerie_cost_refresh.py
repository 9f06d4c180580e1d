from odoo import api, models
from odoo.tools import SQL

SOURCE = (
    *("move_line_id", "timesheet_id", "company_id", "date", "name", "reference"),
    *("partner_id", "account_id", "product_id", "move_id", "employee_id", "hours"),
    *("unit_cost", "annual_cost", "kind", "current_amount", "recoverable", "is_paid"),
    *("paid_date", "has_evidence"),
)
# Rows in one go from which the planner's statistics are worth renewing.
MANY = 1000
KEYS = ("move_line_id", "timesheet_id", "company_id")


class ConciergerieCost(models.Model):
    """Costs follow the books: one call, a fixed number of queries."""

    _inherit = "conciergerie.cost"

    @api.model
    def _refresh(self, company, move_ids=None, employee_ids=None):
        """Read again what is booked. Safe to call at any time.

        New costs get their row; the cap of those that no submitted claim has follows;
        what a smaller cost no longer covers is released, and an activity says so;
        claimed ones get a difference (case D13) and a flag.

        :param company: ``res.company``
        :param move_ids: entries to look at, none if only ``employee_ids`` is given
        :param employee_ids: employees whose hours to look at
        """
        self.env.flush_all()
        # Compiling these queries takes longer than running them.
        self.env.cr.execute("SET LOCAL jit = off")
        everything = move_ids is None and employee_ids is None
        if everything or move_ids is not None:
            move_ids = self._with_reversals(move_ids)
            self._read_moves(company, move_ids)
        if everything or employee_ids is not None:
            self._read_hours(company, employee_ids)
        self._release_what_shrank(company)
        self._follow_caps(company)
        self._make_differences(company)
        self._set_flags(company)
        self.env.invalidate_all()

    @api.model
    def _cron_refresh(self):
        """Each night for each company with dossiers; then the allocation rules."""
        companies = self.env["conciergerie.dossier"].search([]).company_id
        for company in companies:
            self._refresh(company)
            self.env["conciergerie.allocation.rule"]._apply(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _with_reversals(self, move_ids):
        """Return the entries with those that they reverse and that reverse them."""
        if move_ids is None:
            return None
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM account_move
                 WHERE id IN %(ids)s OR reversed_entry_id IN %(ids)s
                 UNION
                SELECT reversed_entry_id FROM account_move
                 WHERE id IN %(ids)s AND reversed_entry_id IS NOT NULL
                """,
                ids=tuple(move_ids) or (0,),
            )
        )
        return [row[0] for row in found]

    @api.model
    def _read_moves(self, company, move_ids):
        item = self._sql_item(company, move_ids)
        parts = (
            item,
            self._sql_tax(company),
            self._sql_reversed(company),
            self._sql_paid(),
            self._sql_evidence(),
        )
        self._upsert(
            SQL("move_line_id"),
            SQL("WITH %s", SQL(", ").join(parts)),
            self._sql_move_source(company),
        )
        only = (
            SQL()
            if move_ids is None
            else SQL(
                "AND (cost.move_id IN %s OR cost.move_id IS NULL)",
                tuple(move_ids) or (0,),
            )
        )
        # A bill put back to draft is about to be mended: its cost stays meanwhile.
        self.env.cr.execute(
            SQL(
                """
                WITH %(item)s
                UPDATE conciergerie_cost cost
                   SET is_booked = FALSE,
                       current_amount = CASE WHEN move.state = 'draft'
                                             THEN cost.current_amount ELSE 0 END,
                       is_paid = move.state IS DISTINCT FROM 'draft' OR cost.is_paid
                  FROM conciergerie_cost same
                  LEFT JOIN account_move_line line ON line.id = same.move_line_id
                  LEFT JOIN account_move move ON move.id = line.move_id
                 WHERE same.id = cost.id AND cost.company_id = %(company)s
                   AND cost.kind IN ('bill', 'expense', 'payroll')
                   AND (cost.is_booked OR cost.current_amount != 0)
                   AND (cost.move_line_id IS NULL OR cost.move_line_id NOT IN (
                        SELECT id FROM item WHERE NOT is_reversal))
                   %(only)s
                """,
                item=item,
                company=company.id,
                only=only,
            )
        )

    @api.model
    def _read_hours(self, company, employee_ids):
        self._upsert(
            SQL("timesheet_id"), SQL(), self._sql_hour_source(company, employee_ids)
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_cost cost
                   SET is_booked = FALSE, current_amount = 0
                 WHERE company_id = %s AND kind = 'timesheet'
                   AND (is_booked OR current_amount != 0)
                   AND NOT EXISTS (
                       SELECT 1 FROM account_analytic_line line
                        WHERE line.id = cost.timesheet_id AND line.unit_amount > 0
                          AND line.project_id IS NOT NULL
                          AND line.employee_id IS NOT NULL)
                """,
                company.id,
            )
        )

    @api.model
    def _upsert(self, key, with_clause, source):
        """Insert or update the rows of a source; equal rows are left alone.

        Whose pay an entry is may have been said by hand: it stays.
        """
        identifiers = {name: SQL.identifier(name) for name in SOURCE}
        followed = [name for name in SOURCE if name not in KEYS]
        new = {
            name: SQL("EXCLUDED.%s", identifiers[name])
            if name != "employee_id"
            else SQL("COALESCE(EXCLUDED.employee_id, cost.employee_id)")
            for name in followed
        }
        self.env.cr.execute(
            SQL(
                """
                %(with_clause)s
                INSERT INTO conciergerie_cost AS cost
                       (%(columns)s, is_booked, cap_amount, allocated_amount,
                        free_amount, frozen, flag, create_uid, create_date)
                SELECT %(columns)s, TRUE, current_amount, 0, current_amount, FALSE,
                       'none', %(uid)s, NOW() AT TIME ZONE 'UTC'
                  FROM (%(source)s) source
                    ON CONFLICT (%(key)s)
                       WHERE %(key)s IS NOT NULL AND kind != 'difference'
                    DO UPDATE SET is_booked = TRUE, %(assigned)s
                 WHERE (cost.is_booked, %(old)s) IS DISTINCT FROM (TRUE, %(new)s)
                """,
                with_clause=with_clause,
                columns=SQL(", ").join(identifiers.values()),
                uid=self.env.uid,
                source=source,
                key=key,
                assigned=SQL(", ").join(
                    SQL("%s = %s", identifiers[name], new[name]) for name in followed
                ),
                old=SQL(", ").join(SQL("cost.%s", identifiers[n]) for n in followed),
                new=SQL(", ").join(new.values()),
            )
        )
        if self.env.cr.rowcount > MANY:
            # The queries that follow are planned on what the table holds now.
            self.env.cr.execute("ANALYZE conciergerie_cost")

    @api.model
    def _follow_caps(self, company):
        """Let the caps of unclaimed costs follow; hours are revalued (case D13).

        The allocations of hours are shares of them: they follow the cost of the hour,
        before the cap where it falls, after it where it rises.
        """
        self._revalue_hours(company, falling=True)
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_cost
                   SET cap_amount = current_amount,
                       free_amount = current_amount - allocated_amount
                 WHERE company_id = %s AND kind != 'difference'
                   AND NOT COALESCE(frozen, FALSE) AND cap_amount != current_amount
                """,
                company.id,
            )
        )
        self._revalue_hours(company, falling=False)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM conciergerie_cost cost
                 WHERE company_id = %s AND kind != 'difference' AND NOT is_booked
                   AND NOT COALESCE(frozen, FALSE) AND current_amount = 0
                   AND NOT EXISTS (SELECT 1 FROM conciergerie_allocation share
                                    WHERE share.cost_id = cost.id)
                """,
                company.id,
            )
        )

    @api.model
    def _revalue_hours(self, company, falling):
        """Give each share of revalued hours its part, the cents cumulatively."""
        value = SQL("current_amount") if falling else SQL("cap_amount")
        sign = SQL("<") if falling else SQL(">")
        self.env.cr.execute(
            SQL(
                """
                WITH part AS (
                    SELECT share.id,
                           ROUND(cost.%(value)s * SUM(share.hour_share) OVER running,
                                 %(digits)s)
                           - ROUND(cost.%(value)s * (SUM(share.hour_share) OVER running
                                                     - share.hour_share), %(digits)s)
                               AS amount
                      FROM conciergerie_allocation share
                      JOIN conciergerie_cost cost ON cost.id = share.cost_id
                     WHERE cost.company_id = %(company)s AND cost.kind = 'timesheet'
                       AND NOT COALESCE(cost.frozen, FALSE)
                    WINDOW running AS (PARTITION BY cost.id ORDER BY share.id)
                )
                UPDATE conciergerie_allocation share SET amount = part.amount
                  FROM part
                 WHERE part.id = share.id AND part.amount %(sign)s share.amount
                """,
                value=value,
                digits=company.currency_id.decimal_places,
                company=company.id,
                sign=sign,
            )
        )

    @api.model
    def _set_flags(self, company):
        """Flag claimed costs that are no longer what was claimed.

        Of those that are gone nothing is free any more, nor of their differences.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH seen AS (
                    SELECT cost.id,
                           %(free)s AS free,
                           CASE WHEN NOT COALESCE(cost.frozen, FALSE)
                                  OR cost.kind = 'difference' THEN 'none'
                                WHEN EXISTS (
                                     SELECT 1 FROM account_move move
                                      WHERE move.reversed_entry_id = cost.move_id
                                        AND move.state = 'posted') THEN 'reversed'
                                WHEN NOT cost.is_booked
                                  OR cost.current_amount != cost.cap_amount
                                THEN 'changed'
                                WHEN cost.was_paid AND NOT cost.is_paid THEN 'unpaid'
                                ELSE 'none' END AS flag
                      FROM conciergerie_cost cost
                     WHERE cost.company_id = %(company)s
                       AND (cost.frozen OR cost.flag != 'none'
                            OR cost.kind = 'difference')
                )
                UPDATE conciergerie_cost cost
                   SET flag = seen.flag, free_amount = seen.free
                  FROM seen
                 WHERE seen.id = cost.id
                   AND (seen.flag, seen.free)
                       IS DISTINCT FROM (cost.flag, cost.free_amount)
                """,
                company=company.id,
                free=self._sql_free(SQL("cost.allocated_amount")),
            )
        )
