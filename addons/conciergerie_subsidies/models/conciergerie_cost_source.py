from odoo import api, models
from odoo.tools import SQL

BILLS = ("in_invoice", "in_refund", "in_receipt")
# Expenses, and what investment aid pays.
COST_TYPES = (
    "expense",
    "expense_direct_cost",
    "expense_depreciation",
    "expense_other",
    "asset_fixed",
    "asset_non_current",
    "asset_prepayments",
)


class ConciergerieCost(models.Model):
    """The queries that read what is booked: cost, VAT, payment, evidence."""

    _inherit = "conciergerie.cost"

    @api.model
    def _staff_prefixes(self):
        """Return the beginnings of the accounts of pay, from the kinds of expense."""
        kinds_sudo = self.env["conciergerie.expense.kind"].sudo()
        kinds = kinds_sudo.search([("code", "=", "staff")])
        prefixes = ",".join(kind.account_prefixes or "" for kind in kinds)
        found = [prefix.strip() for prefix in prefixes.split(",") if prefix.strip()]
        return found or ["64"]

    @api.model
    def _sql_item(self, company, move_ids=None):
        """Journal items that are costs; a reversal counts on what it reverses.

        :param company: ``res.company``
        :param move_ids: ids of entries to look at, all by default
        """
        return SQL(
            """
            item AS MATERIALIZED (
                SELECT line.id, line.move_id, line.account_id, line.product_id,
                       line.partner_id, line.name, line.balance, line.expense_id,
                       COALESCE(line.deductible_amount, 100) / 100 AS part,
                       move.move_type, COALESCE(move.invoice_date, move.date) AS date,
                       COALESCE(NULLIF(move.ref, ''), move.name) AS reference,
                       origin.id AS reversed_id, origin.id IS NOT NULL AS is_reversal
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  LEFT JOIN account_move origin
                    ON origin.id = move.reversed_entry_id AND origin.state = 'posted'
                 WHERE move.state = 'posted' AND move.company_id = %(company)s
                   AND account.account_type IN %(types)s
                   AND line.tax_repartition_line_id IS NULL
                   AND ((move.move_type IN %(bills)s AND line.display_type = 'product')
                        OR (move.move_type = 'entry'
                            AND (line.expense_id IS NOT NULL
                                 OR account.code_store ->> %(root)s
                                    LIKE ANY (%(staff)s))))
                   %(only)s
            )
            """,
            company=company.id,
            types=COST_TYPES,
            bills=BILLS,
            root=str(company.root_id.id),
            staff=[f"{prefix}%" for prefix in self._staff_prefixes()],
            only=SQL()
            if move_ids is None
            else SQL("AND move.id IN %s", tuple(move_ids) or (0,)),
        )

    @api.model
    def _sql_tax(self, company):
        """The VAT of each item, recoverable and not, from the tax items of its entry.

        A tax item without an account of its own is booked on the account of the lines
        it taxes: those only bear it. Its cents are spread cumulatively.
        """
        return SQL(
            """
            tax AS MATERIALIZED (
                SELECT line.move_id, line.tax_line_id,
                       COALESCE(part.use_in_tax_closing, FALSE) AS recoverable,
                       CASE WHEN part.account_id IS NULL THEN line.account_id END
                           AS account_id,
                       SUM(line.balance) AS balance
                  FROM account_move_line line
                  JOIN account_tax_repartition_line part
                    ON part.id = line.tax_repartition_line_id
                 WHERE line.move_id IN (SELECT move_id FROM item)
                 GROUP BY 1, 2, 3, 4
            ),
            taxed AS (
                SELECT DISTINCT line.id, line.move_id, line.account_id, line.balance,
                       COALESCE(child.child_tax, rel.account_tax_id) AS tax_id
                  FROM account_move_line line
                  JOIN account_move_line_account_tax_rel rel
                    ON rel.account_move_line_id = line.id
                  LEFT JOIN account_tax_filiation_rel child
                    ON child.parent_tax = rel.account_tax_id
                 WHERE line.move_id IN (SELECT move_id FROM tax)
                   AND line.display_type = 'product'
            ),
            spread AS (
                SELECT taxed.id, tax.recoverable,
                       ROUND(tax.balance * SUM(taxed.balance) OVER running
                             / NULLIF(SUM(taxed.balance) OVER whole, 0), %(digits)s)
                       - ROUND(tax.balance
                               * (SUM(taxed.balance) OVER running - taxed.balance)
                               / NULLIF(SUM(taxed.balance) OVER whole, 0), %(digits)s)
                           AS amount
                  FROM tax
                  JOIN taxed ON taxed.move_id = tax.move_id
                   AND taxed.tax_id = tax.tax_line_id
                   AND (tax.account_id IS NULL OR tax.account_id = taxed.account_id)
                WINDOW whole AS (PARTITION BY tax.move_id, tax.tax_line_id,
                                              tax.recoverable, tax.account_id),
                       running AS (PARTITION BY tax.move_id, tax.tax_line_id,
                                                tax.recoverable, tax.account_id
                                   ORDER BY taxed.id)
            ),
            vat AS (
                SELECT id, SUM(amount) FILTER (WHERE NOT recoverable) AS cost,
                       SUM(amount) FILTER (WHERE recoverable) AS recoverable
                  FROM spread GROUP BY id
            ),
            own AS MATERIALIZED (
                SELECT item.*,
                       ROUND(((item.balance + COALESCE(vat.cost, 0)) * item.part)
                             ::numeric, %(digits)s) AS amount,
                       ROUND((COALESCE(vat.recoverable, 0) * item.part)::numeric,
                             %(digits)s) AS recoverable
                  FROM item LEFT JOIN vat ON vat.id = item.id
            )
            """,
            digits=company.currency_id.decimal_places,
        )

    @api.model
    def _sql_reversed(self, company):
        """What reversals take from each item: by account, else from all lines."""
        return SQL(
            """
            given_back AS (
                SELECT own.reversed_id AS move_id,
                       CASE WHEN EXISTS (
                           SELECT 1 FROM own same WHERE same.move_id = own.reversed_id
                              AND same.account_id = own.account_id)
                           THEN own.account_id END AS account_id,
                       SUM(own.amount) AS amount
                  FROM own WHERE own.is_reversal GROUP BY 1, 2
            ),
            given AS (
                SELECT own.id,
                       ROUND(given_back.amount * SUM(own.amount) OVER running
                             / NULLIF(SUM(own.amount) OVER whole, 0), %(digits)s)
                       - ROUND(given_back.amount
                               * (SUM(own.amount) OVER running - own.amount)
                               / NULLIF(SUM(own.amount) OVER whole, 0), %(digits)s)
                           AS amount
                  FROM given_back
                  JOIN own ON own.move_id = given_back.move_id
                   AND (given_back.account_id IS NULL
                        OR given_back.account_id = own.account_id)
                WINDOW whole AS (
                           PARTITION BY given_back.move_id, given_back.account_id),
                       running AS (
                           PARTITION BY given_back.move_id, given_back.account_id
                           ORDER BY own.id)
            ),
            net AS (
                SELECT own.*, own.amount + COALESCE(taken.amount, 0) AS net_amount
                  FROM own
                  LEFT JOIN (SELECT id, SUM(amount) AS amount FROM given GROUP BY id)
                       taken ON taken.id = own.id
                 WHERE NOT own.is_reversal
            )
            """,
            digits=company.currency_id.decimal_places,
        )

    @api.model
    def _sql_paid(self):
        """Whether an entry is paid, from posted reconciliations only.

        A payment reset to draft keeps its reconciliation: it proves nothing.
        """
        return SQL(
            """
            owed AS (
                SELECT line.id, line.move_id, line.balance
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.move_id IN (SELECT move_id FROM item)
                   AND CASE WHEN move.move_type = 'entry'
                            THEN account.reconcile AND line.balance < 0
                                 AND account.account_type != 'asset_cash'
                            ELSE line.display_type = 'payment_term' END
            ),
            matched AS (
                SELECT owed.id, part.amount, other.date
                  FROM owed
                  JOIN account_partial_reconcile part ON part.debit_move_id = owed.id
                  JOIN account_move_line other
                    ON other.id = part.credit_move_id AND other.parent_state = 'posted'
                 UNION ALL
                SELECT owed.id, part.amount, other.date
                  FROM owed
                  JOIN account_partial_reconcile part ON part.credit_move_id = owed.id
                  JOIN account_move_line other
                    ON other.id = part.debit_move_id AND other.parent_state = 'posted'
            ),
            settled AS (
                SELECT id, SUM(amount) AS amount, MAX(date) AS date
                  FROM matched GROUP BY id
            ),
            paid AS (
                SELECT owed.move_id,
                       BOOL_AND(ABS(owed.balance) - COALESCE(settled.amount, 0) < 0.005)
                           AS is_paid,
                       MAX(settled.date) AS date
                  FROM owed LEFT JOIN settled ON settled.id = owed.id
                 GROUP BY owed.move_id
            ),
            at_once AS (
                SELECT DISTINCT line.move_id, line.date
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                 WHERE line.move_id IN (SELECT move_id FROM item)
                   AND account.account_type = 'asset_cash'
            )
            """
        )

    @api.model
    def _sql_evidence(self):
        """Entries and expenses with a document.

        Joined, not asked item by item: a list of all documents that memory does not
        hold would be read through again for each item.
        """
        return SQL(
            """
            scan AS (
                SELECT DISTINCT res_id AS id FROM ir_attachment
                 WHERE res_model = 'account.move' AND res_field IS NULL
                   AND res_id IN (SELECT move_id FROM item)
            ),
            receipt AS (
                SELECT DISTINCT res_id AS id FROM ir_attachment
                 WHERE res_model = 'hr.expense' AND res_field IS NULL
                   AND res_id IN (SELECT expense_id FROM item)
            )
            """
        )

    @api.model
    def _sql_move_source(self, company):
        """One row for each cost that is booked, in the order of ``SOURCE``."""
        return SQL(
            """
            SELECT item.id AS move_line_id, NULL::integer AS timesheet_id,
                   %(company)s AS company_id, item.date, item.name, item.reference,
                   item.partner_id, item.account_id, item.product_id, item.move_id,
                   COALESCE(expense.employee_id, worker.id) AS employee_id,
                   NULL::numeric AS hours, NULL::numeric AS unit_cost,
                   NULL::numeric AS annual_cost,
                   CASE WHEN item.expense_id IS NOT NULL THEN 'expense'
                        WHEN item.move_type = 'entry' THEN 'payroll'
                        ELSE 'bill' END AS kind,
                   item.net_amount AS current_amount, item.recoverable,
                   COALESCE(paid.is_paid, at_once.move_id IS NOT NULL) AS is_paid,
                   COALESCE(paid.date, at_once.date) AS paid_date,
                   scan.id IS NOT NULL OR receipt.id IS NOT NULL AS has_evidence
              FROM net item
              LEFT JOIN paid ON paid.move_id = item.move_id
              LEFT JOIN at_once ON at_once.move_id = item.move_id
              LEFT JOIN scan ON scan.id = item.move_id
              LEFT JOIN receipt ON receipt.id = item.expense_id
              LEFT JOIN hr_expense expense ON expense.id = item.expense_id
              LEFT JOIN (SELECT work_contact_id, MIN(id) AS id FROM hr_employee
                          WHERE company_id = %(company)s GROUP BY 1) worker
                ON worker.work_contact_id = item.partner_id
               AND item.move_type = 'entry' AND item.expense_id IS NULL
            """,
            company=company.id,
        )

    @api.model
    def _sql_hour_source(self, company, employee_ids=None):
        """One row for each timesheet line, at the cost of an hour on its day (D4)."""
        return SQL(
            """
            SELECT NULL::integer AS move_line_id, line.id AS timesheet_id,
                   line.company_id, line.date, line.name,
                   NULL::varchar AS reference, NULL::integer AS partner_id,
                   NULL::integer AS account_id, NULL::integer AS product_id,
                   NULL::integer AS move_id, line.employee_id,
                   line.unit_amount::numeric AS hours,
                   COALESCE(rate.hourly_cost, 0) AS unit_cost,
                   COALESCE(rate.annual_cost, 0) AS annual_cost, 'timesheet' AS kind,
                   ROUND(line.unit_amount::numeric * COALESCE(rate.hourly_cost, 0),
                         %(digits)s) AS current_amount, 0::numeric AS recoverable,
                   TRUE AS is_paid, NULL::date AS paid_date,
                   EXISTS (
                       SELECT 1 FROM conciergerie_time_sheet sheet
                         JOIN ir_attachment scan
                           ON scan.res_model = 'conciergerie.time.sheet'
                          AND scan.res_field = 'signed_file'
                          AND scan.res_id = sheet.id
                        WHERE sheet.employee_id = line.employee_id
                          AND sheet.company_id = line.company_id
                          AND sheet.state = 'signed'
                          AND line.date BETWEEN sheet.date_from AND sheet.date_to
                          -- What was entered later is not on the paper.
                          AND line.create_date <= scan.write_date
                   ) AS has_evidence
              FROM account_analytic_line line
              LEFT JOIN LATERAL (
                   SELECT cost.hourly_cost, cost.annual_cost
                     FROM conciergerie_hourly_cost cost
                    WHERE cost.employee_id = line.employee_id
                      AND cost.company_id = line.company_id
                      AND cost.date_from <= line.date
                    ORDER BY cost.date_from DESC LIMIT 1) rate ON TRUE
             WHERE line.project_id IS NOT NULL AND line.employee_id IS NOT NULL
               AND line.company_id = %(company)s AND line.unit_amount > 0 %(only)s
            """,
            company=company.id,
            digits=company.currency_id.decimal_places,
            only=SQL()
            if employee_ids is None
            else SQL("AND line.employee_id IN %s", tuple(employee_ids) or (0,)),
        )
