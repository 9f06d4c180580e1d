from odoo import api, models
from odoo.tools import SQL


class ConciergerieDueEntry(models.Model):
    """The query that derives what became due from posted reconciliations."""

    _inherit = "conciergerie.due.entry"

    @api.model
    def _derive_query(self, company, line_ids):
        only = (
            SQL("AND line.id IN %s", tuple(line_ids) or (0,))
            if line_ids is not None
            else SQL()
        )
        return SQL(
            """
            WITH %(invoice)s, %(money)s, %(position)s, %(target)s %(channel)s
            %(difference)s
            """,
            invoice=self._sql_invoice(company, only),
            money=self._sql_money(),
            position=self._sql_position(company),
            target=self._sql_target(company),
            channel=self._sql_channel(company, only),
            difference=self._sql_difference(company, only),
        )

    @api.model
    def _sql_channel(self, company, only):
        """Subqueries of another channel than invoices, each after a comma; none here.

        :param company: ``res.company``
        :param only: condition on ``line``, the commission lines to look at
        """
        return SQL()

    @api.model
    def _sql_channel_due(self, company, only):
        """What lines of another channel have collected by each date, as ``UNION ALL``.

        Columns, cumulated by date: ``line_id``, ``date``, ``amount``, ``direct``,
        ``commission``.
        """
        return SQL()

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
        """Money by invoice and date: direct matches, and transfers once paid.

        A transfer has two sides: the item matched with the invoice is the customer's,
        those of the other sign are the payers'.
        """
        return SQL(
            """
            counterpart AS (
                SELECT matched.move_id, matched.amount, other.move_id AS other_move,
                       GREATEST(other.date, invoice.date) AS date,
                       -SIGN(other.balance) AS payer_side,
                       COALESCE(move.is_neutral_transfer, FALSE) AS neutral,
                       COALESCE(move.is_provider_direct, FALSE) AS direct
                  FROM matched
                  JOIN invoice ON invoice.id = matched.move_id
                  JOIN account_move_line other ON other.id = matched.other_id
                  JOIN account_move move
                    ON move.id = other.move_id AND move.state = 'posted'
            ),
            transfer_item AS (
                SELECT item.id, item.move_id, SIGN(item.balance) AS side,
                       SUM(ABS(item.balance)) OVER (
                           PARTITION BY item.move_id, SIGN(item.balance)) AS total
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                 WHERE account.account_type = 'asset_receivable'
                   AND item.balance != 0
                   AND item.move_id IN (
                       SELECT other_move FROM counterpart WHERE neutral
                   )
            ),
            transfer_match AS (
                SELECT item.*, partial.amount, partial.credit_move_id AS other_id
                  FROM transfer_item item
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = item.id AND item.side > 0
                 UNION ALL
                SELECT item.*, partial.amount, partial.debit_move_id
                  FROM transfer_item item
                  JOIN account_partial_reconcile partial
                    ON partial.credit_move_id = item.id AND item.side < 0
            ),
            transfer_paid AS (
                SELECT item.move_id, item.side, other.date,
                       item.amount / item.total AS share
                  FROM transfer_match item
                  JOIN account_move_line other ON other.id = item.other_id
                  JOIN account_move move
                    ON move.id = other.move_id AND move.state = 'posted'
                 WHERE NOT COALESCE(move.is_neutral_transfer, FALSE)
                    OR %(given_back)s
            ),
            direct_account AS (
                SELECT item.move_id, item.account_id,
                       SUM(item.balance) / NULLIF(SUM(SUM(item.balance)) OVER (
                           PARTITION BY item.move_id), 0) AS share
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                 WHERE account.account_type = 'liability_current'
                   AND item.move_id IN (SELECT other_move FROM counterpart WHERE direct)
                 GROUP BY item.move_id, item.account_id
            ),
            money AS (
                SELECT move_id, date, amount, NULL::integer AS account_id
                  FROM counterpart
                 WHERE NOT neutral AND NOT direct
                 UNION ALL
                SELECT counterpart.move_id, counterpart.date,
                       counterpart.amount * given.share, given.account_id
                  FROM counterpart
                  JOIN direct_account given ON given.move_id = counterpart.other_move
                 WHERE counterpart.direct
                 UNION ALL
                SELECT counterpart.move_id, GREATEST(paid.date, counterpart.date),
                       counterpart.amount * paid.share, NULL
                  FROM counterpart
                  JOIN transfer_paid paid
                    ON paid.move_id = counterpart.other_move
                   AND paid.side = counterpart.payer_side
                 WHERE counterpart.neutral
            )
            """,
            given_back=self._sql_payers_share(),
        )

    @api.model
    def _sql_payers_share(self):
        """Whether a matched item of a transfer is a payer's share of some sale.

        A share given back and a share owed that are matched with each other move the
        money from one sale to the other, as a credit note does; a debt that one payer
        passes on to the next is no money yet.
        """
        return SQL(
            """
            EXISTS (
                SELECT 1
                  FROM account_move_line sibling
                  JOIN account_partial_reconcile partial
                    ON partial.credit_move_id = sibling.id
                  JOIN account_move_line sold ON sold.id = partial.debit_move_id
                  JOIN account_move sale
                    ON sale.id = sold.move_id AND sale.move_type = 'out_invoice'
                 WHERE sibling.move_id = other.move_id AND other.balance > 0
            ) OR EXISTS (
                SELECT 1
                  FROM account_move_line sibling
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = sibling.id
                  JOIN account_move_line sold ON sold.id = partial.credit_move_id
                  JOIN account_move sale
                    ON sale.id = sold.move_id AND sale.move_type = 'out_refund'
                 WHERE sibling.move_id = other.move_id AND other.balance < 0
            )
            """
        )

    @api.model
    def _sql_position(self, company):
        """Collected by each date, cumulated: by us, and by each provider itself.

        The cents of a transfer paid in part are rounded here, before they are spread.
        """
        return SQL(
            """
            collected AS (
                SELECT move_id, date,
                       ROUND(SUM(SUM(amount) FILTER (WHERE account_id IS NULL))
                             OVER by_date, %(digits)s) AS cash,
                       ROUND(SUM(SUM(amount) FILTER (WHERE account_id IS NOT NULL))
                             OVER by_date, %(digits)s) AS direct
                  FROM money
                 GROUP BY move_id, date
                WINDOW by_date AS (PARTITION BY move_id ORDER BY date)
            ),
            given AS (
                SELECT collected.move_id, collected.date, money.account_id,
                       ROUND(SUM(money.amount), %(digits)s) AS direct
                  FROM collected
                  JOIN money ON money.move_id = collected.move_id
                   AND money.date <= collected.date
                   AND money.account_id IS NOT NULL
                 GROUP BY collected.move_id, collected.date, money.account_id
            ),
            weight AS (
                SELECT item.id, item.move_id, item.account_id, item.sequence,
                       SIGN(invoice.total) * item.price_total AS price, invoice.total
                  FROM account_move_line item
                  JOIN invoice ON invoice.id = item.move_id
                 WHERE item.display_type = 'product' AND invoice.total != 0
                   AND item.price_total != 0
            )
            """,
            digits=company.currency_id.decimal_places,
        )

    @api.model
    def _sql_target(self, company):
        """What each invoice line has collected by each date, rounded.

        Money that a provider received falls on its own lines, those booked on the
        account that its entry debits; what we received is spread over what is left.
        """
        return SQL(
            """
            own AS (
                SELECT weight.*, collected.date, COALESCE(collected.cash, 0) AS cash,
                       COALESCE(collected.direct, 0) AS given,
                       COALESCE(given.direct, 0) AS direct,
                       SUM(weight.price) OVER account AS account_price,
                       ROUND(weight.price * COALESCE(given.direct, 0)
                             / NULLIF(SUM(weight.price) OVER account, 0),
                             %(digits)s) AS share,
                       ROW_NUMBER() OVER (account
                           ORDER BY weight.sequence DESC, weight.id DESC) AS from_last
                  FROM weight
                  JOIN collected ON collected.move_id = weight.move_id
                  LEFT JOIN given
                    ON given.move_id = weight.move_id
                   AND given.date = collected.date
                   AND given.account_id = weight.account_id
                WINDOW account AS (
                    PARTITION BY weight.move_id, collected.date, weight.account_id)
            ),
            left_over AS (
                SELECT own.*,
                       CASE WHEN direct = account_price THEN price
                            WHEN from_last = 1
                            THEN share + direct - SUM(share) OVER account
                            ELSE share END AS line_direct
                  FROM own
                WINDOW account AS (PARTITION BY move_id, date, account_id)
            ),
            rounded AS (
                SELECT left_over.*, price - line_direct AS rest,
                       ROUND((price - line_direct) * cash
                             / NULLIF(SUM(price - line_direct) OVER invoice_date, 0),
                             %(digits)s) AS line_cash,
                       ROW_NUMBER() OVER (invoice_date
                           ORDER BY (price = line_direct), sequence DESC, id DESC
                       ) AS cash_from_last
                  FROM left_over
                WINDOW invoice_date AS (PARTITION BY move_id, date)
            ),
            target AS (
                SELECT id, date, price, line_direct AS direct,
                       line_direct
                       + CASE WHEN cash + given = total THEN rest
                              WHEN cash_from_last = 1
                              THEN COALESCE(line_cash, 0) + cash
                                   - COALESCE(SUM(line_cash) OVER invoice_date, 0)
                              ELSE COALESCE(line_cash, 0) END AS amount
                  FROM rounded
                WINDOW invoice_date AS (PARTITION BY move_id, date)
            )
            """,
            digits=company.currency_id.decimal_places,
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
                %(channel_due)s
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
                   AND line.referral_id IS NOT NULL %(only)s
            ),
            recorded AS (
                SELECT entry.line_id, entry.date,
                       SUM(entry.collected_amount + entry.direct_amount) AS amount,
                       SUM(entry.direct_amount) AS direct,
                       SUM(entry.commission_amount) AS commission
                  FROM conciergerie_due_entry entry
                  JOIN conciergerie_commission_line line ON line.id = entry.line_id
                 WHERE line.company_id = %(company)s
                   AND (line.mode IN ('mandate', 'own_name', 'resale')
                        OR line.referral_id IS NOT NULL) %(only)s
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
            """,
            company=company.id,
            digits=company.currency_id.decimal_places,
            only=only,
            channel_due=self._sql_channel_due(company, only),
        )
