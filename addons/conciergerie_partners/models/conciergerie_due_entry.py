from odoo import api, fields, models
from odoo.tools import SQL

from .commission import purchase_amount


class ConciergerieDueEntry(models.Model):
    """What became due on a commission line, and when.

    Under a mandate: as the customer pays, derived from posted reconciliations and
    never from hooks, because a payment reset to draft keeps its reconciliation. In
    our own name: the provider's bill, at the sale. Referral: at the declaration, the
    customer having paid the provider. Append-only: what a payment taken
    back changes is an entry of its own.
    """

    _name = "conciergerie.due.entry"
    _description = "Due Entry"
    _inherit = ["conciergerie.append.only"]
    _order = "date, id"

    _frozen_columns = (
        "line_id",
        "date",
        "collected_amount",
        "direct_amount",
        "commission_amount",
    )

    line_id = fields.Many2one(
        comodel_name="conciergerie.commission.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    provider_id = fields.Many2one(related="line_id.provider_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    mode = fields.Selection(related="line_id.mode", store=True)
    product_id = fields.Many2one(related="line_id.product_id", string="Service")
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="Accounting date of the payment, or of the sale in our own name.",
    )
    collected_amount = fields.Monetary(
        readonly=True,
        string="Collected",
        help="Money that we took for the provider, VAT included.",
    )
    direct_amount = fields.Monetary(
        readonly=True,
        string="Paid to the Provider",
        help="Money that the customer gave the provider: earns commission, no payout.",
    )
    commission_amount = fields.Monetary(
        readonly=True,
        string="Commission",
        help="In the base of the terms.",
    )

    statement_id = fields.Many2one(
        comodel_name="conciergerie.statement",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The statement that settles this entry; only one ever does.",
    )

    def _net_amount(self):
        """Return what this sale leaves the provider, our commission's VAT deducted.

        For reading only: a statement rounds VAT once for all its sales.
        """
        self.ensure_one()
        if self.mode in ("own_name", "resale"):
            return self._purchase_amount()
        rate = 0.0
        if self.line_id.base in ("net", "gross"):
            rate = self.company_id.sudo().commission_tax_id.amount
        net = purchase_amount(
            self.collected_amount,
            self.commission_amount,
            self.line_id.base,
            rate,
            self.currency_id.decimal_places,
        )
        return float(net)

    def _purchase_amount(self):
        """Return what the provider bills for this sale in our name, VAT included."""
        self.ensure_one()
        line = self.line_id
        return float(
            purchase_amount(
                self.collected_amount,
                self.commission_amount,
                line.base,
                line.customer_vat_rate,
                self.currency_id.decimal_places,
            )
        )

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A due entry is never changed or deleted: it follows the payments. What a "
            "returned payment changes is an entry of its own."
        )

    @api.model
    def _derive(self, company, line_ids=None):
        """Insert what payments made due since the last call. Safe to call again.

        For each invoice with lines of the ledger, what was collected by each date is
        spread over all its lines by their totals with VAT, cumulatively rounded, the
        last line closing exactly (case A11); the commission follows the line's share.
        The difference with what is already recorded for the same date is inserted.

        Money counts when both sides of a reconciliation are posted, at the accounting
        date of the other side (case A12). A transfer to another payer is no money: it
        counts as that payer's item is paid (case A22).

        :param company: ``res.company``
        :param line_ids: ids of commission lines to look at, all by default
        :return: number of entries inserted
        """
        self.env.flush_all()
        self.env.cr.execute(self._derive_query(company, line_ids))
        rows = self.env.cr.fetchall()
        self.sudo().create(
            [
                {
                    "line_id": line_id,
                    "date": date,
                    "collected_amount": total - direct,
                    "direct_amount": direct,
                    "commission_amount": commission,
                }
                for line_id, date, total, direct, commission in rows
            ]
        )
        return len(rows)

    @api.model
    def _derive_query(self, company, line_ids):
        only = (
            SQL("AND line.id IN %s", tuple(line_ids) or (0,))
            if line_ids is not None
            else SQL()
        )
        return SQL(
            """
            WITH %(invoice)s, %(money)s, %(position)s, %(target)s
            %(difference)s
            """,
            invoice=self._sql_invoice(company, only),
            money=self._sql_money(),
            position=self._sql_position(),
            target=self._sql_target(company),
            difference=self._sql_difference(company, only),
        )

    @api.model
    def _sql_invoice(self, company, only):
        """Invoices under a mandate, and the reconciliations of their receivable."""
        return SQL(
            """
            invoice AS (
                SELECT DISTINCT move.id, move.date, move.amount_total_signed AS total
                  FROM conciergerie_commission_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.company_id = %(company)s
                   AND line.mode = 'mandate'
                   AND move.state = 'posted' %(only)s
            ),
            receivable AS (
                SELECT item.id, item.move_id
                  FROM account_move_line item
                  JOIN invoice ON invoice.id = item.move_id
                 WHERE item.display_type = 'payment_term'
            ),
            matched AS (
                SELECT receivable.move_id, partial.amount,
                       partial.credit_move_id AS other_id
                  FROM receivable
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = receivable.id
                 UNION ALL
                SELECT receivable.move_id, -partial.amount,
                       partial.debit_move_id
                  FROM receivable
                  JOIN account_partial_reconcile partial
                    ON partial.credit_move_id = receivable.id
            )
            """,
            company=company.id,
            only=only,
        )

    @api.model
    def _sql_money(self):
        """Money by invoice and date: direct matches, and transfers once paid."""
        return SQL(
            """
            counterpart AS (
                SELECT matched.move_id, matched.amount, other.move_id AS other_move,
                       GREATEST(other.date, invoice.date) AS date,
                       COALESCE(move.is_neutral_transfer, FALSE) AS neutral,
                       COALESCE(move.is_provider_direct, FALSE) AS direct
                  FROM matched
                  JOIN invoice ON invoice.id = matched.move_id
                  JOIN account_move_line other ON other.id = matched.other_id
                  JOIN account_move move
                    ON move.id = other.move_id AND move.state = 'posted'
            ),
            transfer_item AS (
                SELECT item.id, item.move_id, ABS(item.balance) AS balance,
                       SUM(ABS(item.balance)) OVER (PARTITION BY item.move_id) AS total
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND item.balance > 0
                   AND item.move_id IN (
                       SELECT other_move FROM counterpart WHERE neutral
                   )
            ),
            transfer_paid AS (
                SELECT item.move_id, other.date, partial.amount / item.total AS share
                  FROM transfer_item item
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = item.id
                  JOIN account_move_line other ON other.id = partial.credit_move_id
                  JOIN account_move move
                    ON move.id = other.move_id AND move.state = 'posted'
                   AND NOT COALESCE(move.is_neutral_transfer, FALSE)
            ),
            money AS (
                SELECT move_id, date, amount,
                       CASE WHEN direct THEN amount ELSE 0 END AS direct
                  FROM counterpart
                 WHERE NOT neutral
                 UNION ALL
                SELECT counterpart.move_id, GREATEST(paid.date, counterpart.date),
                       counterpart.amount * paid.share, 0
                  FROM counterpart
                  JOIN transfer_paid paid ON paid.move_id = counterpart.other_move
                 WHERE counterpart.neutral
            )
            """
        )

    @api.model
    def _sql_position(self):
        """Collected by each date, cumulated; and each line's weight in its invoice."""
        return SQL(
            """
            collected AS (
                SELECT move_id, date,
                       SUM(SUM(amount)) OVER (
                           PARTITION BY move_id ORDER BY date) AS amount,
                       SUM(SUM(direct)) OVER (
                           PARTITION BY move_id ORDER BY date) AS direct
                  FROM money
                 GROUP BY move_id, date
            ),
            weight AS (
                SELECT item.id, item.move_id,
                       SIGN(invoice.total) * item.price_total AS price,
                       invoice.total,
                       ROW_NUMBER() OVER (
                           PARTITION BY item.move_id
                           ORDER BY item.sequence DESC, item.id DESC) AS from_last
                  FROM account_move_line item
                  JOIN invoice ON invoice.id = item.move_id
                 WHERE item.display_type = 'product' AND invoice.total != 0
            )
            """
        )

    @api.model
    def _sql_target(self, company):
        """What each invoice line has collected by each date, rounded."""
        digits = company.currency_id.decimal_places
        return SQL(
            """
            rounded AS (
                SELECT weight.id, weight.move_id, weight.price, weight.from_last,
                       weight.total, collected.date,
                       collected.amount, collected.direct,
                       ROUND(weight.price * collected.amount / weight.total,
                             %(digits)s) AS line_amount,
                       ROUND(weight.price * collected.direct / weight.total,
                             %(digits)s) AS line_direct
                  FROM weight
                  JOIN collected ON collected.move_id = weight.move_id
            ),
            target AS (
                SELECT id, date, price,
                       CASE WHEN amount = total THEN price
                            WHEN from_last = 1 THEN line_amount + amount
                                 - SUM(line_amount) OVER invoice_date
                            ELSE line_amount END AS amount,
                       CASE WHEN direct = total THEN price
                            WHEN from_last = 1 THEN line_direct + direct
                                 - SUM(line_direct) OVER invoice_date
                            ELSE line_direct END AS direct
                  FROM rounded
                WINDOW invoice_date AS (PARTITION BY move_id, date)
            )
            """,
            digits=digits,
        )

    @api.model
    def _sql_difference(self, company, only):
        """Compare with what is recorded, date by date."""
        return SQL(
            """
            , due AS (
                SELECT line.id AS line_id, target.date,
                       target.amount, target.direct,
                       ROUND(line.commission_amount * target.amount
                             / NULLIF(line.price_total, 0), %(digits)s) AS commission
                  FROM target
                  JOIN conciergerie_commission_line line
                    ON line.move_line_id = target.id
                 WHERE line.mode = 'mandate' %(only)s
            ),
            step AS (
                SELECT line_id, date,
                       amount - COALESCE(LAG(amount) OVER by_date, 0) AS amount,
                       direct - COALESCE(LAG(direct) OVER by_date, 0) AS direct,
                       commission - COALESCE(LAG(commission) OVER by_date, 0)
                           AS commission
                  FROM due
                WINDOW by_date AS (PARTITION BY line_id ORDER BY date)
                 UNION ALL
                SELECT line.id, line.date, line.price_total, 0,
                       line.commission_amount
                  FROM conciergerie_commission_line line
                 WHERE line.company_id = %(company)s
                   AND line.mode IN ('own_name', 'resale') %(only)s
                 UNION ALL
                SELECT line.id, line.date, line.price_total, line.price_total,
                       line.commission_amount
                  FROM conciergerie_commission_line line
                 WHERE line.company_id = %(company)s
                   AND line.mode = 'referral' %(only)s
            ),
            recorded AS (
                SELECT entry.line_id, entry.date,
                       SUM(entry.collected_amount + entry.direct_amount) AS amount,
                       SUM(entry.direct_amount) AS direct,
                       SUM(entry.commission_amount) AS commission
                  FROM conciergerie_due_entry entry
                  JOIN conciergerie_commission_line line ON line.id = entry.line_id
                 WHERE line.company_id = %(company)s
                   AND line.mode != 'deposit' %(only)s
                 GROUP BY entry.line_id, entry.date
            )
            SELECT COALESCE(step.line_id, recorded.line_id) AS line_id,
                   COALESCE(step.date, recorded.date) AS date,
                   COALESCE(step.amount, 0) - COALESCE(recorded.amount, 0) AS amount,
                   COALESCE(step.direct, 0) - COALESCE(recorded.direct, 0) AS direct,
                   COALESCE(step.commission, 0) - COALESCE(recorded.commission, 0)
                       AS commission
              FROM step
              FULL JOIN recorded
                ON recorded.line_id = step.line_id AND recorded.date = step.date
             WHERE COALESCE(step.amount, 0) != COALESCE(recorded.amount, 0)
                OR COALESCE(step.direct, 0) != COALESCE(recorded.direct, 0)
                OR COALESCE(step.commission, 0) != COALESCE(recorded.commission, 0)
             ORDER BY 1, 2
            """,
            company=company.id,
            digits=company.currency_id.decimal_places,
            only=only,
        )

    @api.model
    def _cron_derive(self):
        """Derive what is due in each company; statements do it as well."""
        for company in self.env["res.company"].search([]):
            self._derive(company)
            self.env["ir.cron"]._commit_progress(1)
