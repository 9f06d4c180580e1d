from odoo import api, models
from odoo.tools import SQL


class ConciergerieDueEntry(models.Model):
    """What tickets have collected for providers.

    Money in hand (cash, card, cheque) counts on the day of the ticket. A payment that
    comes later, by the customer or by a payer who bears a share, counts as its item is
    matched (case A22), as an invoice's does. What a ticket has collected is spread over
    its lines as an invoice's money is (case A11).
    """

    _inherit = "conciergerie.due.entry"

    @api.model
    def _sql_channel(self, company, only):
        return SQL(
            "%s, %s, %s, %s, %s",
            super()._sql_channel(company, only),
            self._sql_ticket(company, only),
            self._sql_ticket_later(),
            self._sql_ticket_money(),
            self._sql_ticket_target(company),
        )

    @api.model
    def _sql_channel_due(self, company, only):
        return SQL(
            """
            %(others)s
                 UNION ALL
                SELECT line.id, target.date, target.amount, 0,
                       ROUND(line.commission_amount * target.amount
                             / NULLIF(line.price_total, 0), %(digits)s)
                  FROM ticket_target target
                  JOIN conciergerie_commission_line line
                    ON line.pos_line_id = target.id
                 WHERE line.mode = 'mandate' %(only)s
            """,
            others=super()._sql_channel_due(company, only),
            digits=company.currency_id.decimal_places,
            only=only,
        )

    @api.model
    def _sql_ticket(self, company, only):
        """Paid tickets with lines under a mandate, and what belongs to each of them.

        Entries of a ticket's own are those that only move what it is owed: matching
        one of them with another collects nothing.
        """
        return SQL(
            """
            ticket AS (
                SELECT pos.id, pos.account_move AS invoice_id, session.move_id,
                       MIN(line.date) AS date
                  FROM conciergerie_commission_line line
                  JOIN pos_order_line sold ON sold.id = line.pos_line_id
                  JOIN pos_order pos ON pos.id = sold.order_id
                  JOIN pos_session session ON session.id = pos.session_id
                 WHERE line.company_id = %(company)s
                   AND line.mode = 'mandate'
                   AND pos.state IN ('paid', 'done') %(only)s
                 GROUP BY pos.id, session.move_id
            ),
            ticket_payment AS (
                SELECT payment.id, payment.pos_order_id AS order_id, payment.amount,
                       payment.account_move_id, payment.receivable_item_id,
                       payment.copay_partner_id IS NOT NULL AS is_share,
                       method.journal_id IS NULL AS is_later
                  FROM pos_payment payment
                  JOIN ticket ON ticket.id = payment.pos_order_id
                  JOIN pos_payment_method method
                    ON method.id = payment.payment_method_id
                 WHERE payment.amount != 0
            ),
            ticket_own AS (
                SELECT id AS order_id, move_id FROM ticket WHERE move_id IS NOT NULL
                 UNION
                SELECT id, invoice_id FROM ticket WHERE invoice_id IS NOT NULL
                 UNION
                SELECT order_id, account_move_id
                  FROM ticket_payment WHERE account_move_id IS NOT NULL
                 UNION
                SELECT ticket.id, move.id
                  FROM ticket
                  JOIN account_move move ON move.reversed_pos_order_id = ticket.id
            )
            """,
            company=company.id,
            only=only,
        )

    @api.model
    def _sql_ticket_later(self):
        """Items by which a payment that comes later is owed, and its part of each.

        Those of the closing entry, shared or its own; those of the entry that names a
        payer for an invoice; else those of the invoice, and of the entry that takes
        the ticket out of a closing one as it is invoiced later.
        """
        return SQL(
            """
            ticket_later AS (
                SELECT payment.order_id, item.id AS item_id,
                       payment.amount / item.balance AS part
                  FROM ticket_payment payment
                  JOIN account_move_line item ON item.id = payment.receivable_item_id
                 WHERE payment.is_later AND item.balance != 0
                 UNION ALL
                SELECT payment.order_id, item.id, 1
                  FROM ticket_payment payment
                  JOIN account_move_line item
                    ON item.move_id = payment.account_move_id
                   AND SIGN(item.balance) = SIGN(payment.amount)
                  JOIN account_account account
                    ON account.id = item.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE payment.is_later
                 UNION ALL
                SELECT ticket.id, item.id, 1
                  FROM ticket
                  JOIN account_move_line item
                    ON item.move_id = ticket.invoice_id
                   AND item.display_type = 'payment_term'
                 WHERE EXISTS (
                       SELECT 1 FROM ticket_payment payment
                        WHERE payment.order_id = ticket.id
                          AND payment.is_later AND NOT payment.is_share)
                 UNION ALL
                SELECT ticket.id, item.id, 1
                  FROM ticket
                  JOIN account_move move
                    ON move.reversed_pos_order_id = ticket.id
                  JOIN account_move_line item
                    ON item.move_id = move.id AND item.partner_id IS NOT NULL
                  JOIN account_account account
                    ON account.id = item.account_id
                   AND account.account_type = 'asset_receivable'
                 WHERE EXISTS (
                       SELECT 1 FROM ticket_payment payment
                        WHERE payment.order_id = ticket.id
                          AND payment.is_later AND NOT payment.is_share)
            ),
            ticket_match AS (
                SELECT later.order_id, later.part * partial.amount AS amount,
                       partial.credit_move_id AS other_id
                  FROM ticket_later later
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = later.item_id
                 UNION ALL
                SELECT later.order_id, -later.part * partial.amount,
                       partial.debit_move_id
                  FROM ticket_later later
                  JOIN account_partial_reconcile partial
                    ON partial.credit_move_id = later.item_id
            )
            """
        )

    @api.model
    def _sql_ticket_money(self):
        """Money of each ticket by date; a ticket of nothing is collected at once."""
        return SQL(
            """
            ticket_money AS MATERIALIZED (
                SELECT payment.order_id, ticket.date, payment.amount
                  FROM ticket_payment payment
                  JOIN ticket ON ticket.id = payment.order_id
                 WHERE NOT payment.is_later
                 UNION ALL
                SELECT ticket.id, GREATEST(other.date, ticket.date), match.amount
                  FROM ticket_match match
                  JOIN ticket ON ticket.id = match.order_id
                  JOIN account_move_line other ON other.id = match.other_id
                  JOIN account_move move
                    ON move.id = other.move_id AND move.state = 'posted'
                 WHERE NOT COALESCE(move.is_neutral_transfer, FALSE)
                   AND NOT EXISTS (
                       SELECT 1 FROM ticket_own own
                        WHERE own.order_id = match.order_id
                          AND own.move_id = other.move_id)
                 UNION ALL
                SELECT ticket.id, ticket.date, 0
                  FROM ticket
                 WHERE NOT EXISTS (
                       SELECT 1 FROM ticket_payment payment
                        WHERE payment.order_id = ticket.id)
            )
            """
        )

    @api.model
    def _sql_ticket_target(self, company):
        """What each line of a ticket has collected by each date, rounded.

        The till may round what is paid in cash: a line is collected in the proportion
        of what was to be paid, so that a ticket paid is collected to the cent.

        Computed once: of rows just written the planner knows no number, and would
        compute them again for each line, which makes a closing of 500 tickets cubic.
        """
        return SQL(
            """
            ticket_paid AS (
                SELECT ticket.id AS order_id, COALESCE(SUM(payment.amount), 0) AS paid
                  FROM ticket
                  LEFT JOIN ticket_payment payment ON payment.order_id = ticket.id
                 GROUP BY ticket.id
            ),
            ticket_position AS (
                SELECT order_id, date,
                       ROUND(SUM(SUM(amount)) OVER (
                           PARTITION BY order_id ORDER BY date), %(digits)s) AS cash
                  FROM ticket_money
                 GROUP BY order_id, date
            ),
            ticket_share AS (
                SELECT sold.id, position.order_id, position.date, position.cash,
                       ticket_paid.paid, signed.price,
                       ROUND(position.cash / NULLIF(ticket_paid.paid, 0)
                             * SUM(signed.price) OVER ticket_date,
                             %(digits)s) AS collected,
                       ROUND(position.cash / NULLIF(ticket_paid.paid, 0)
                             * signed.price, %(digits)s) AS share,
                       ROW_NUMBER() OVER (ticket_date ORDER BY sold.id DESC)
                           AS from_last
                  FROM ticket_position position
                  JOIN ticket_paid ON ticket_paid.order_id = position.order_id
                  JOIN pos_order_line sold
                    ON sold.order_id = position.order_id
                   AND sold.price_subtotal_incl != 0
                 CROSS JOIN LATERAL (SELECT %(price)s AS price) signed
                WINDOW ticket_date AS (PARTITION BY position.order_id, position.date)
            ),
            ticket_target AS MATERIALIZED (
                SELECT id, date,
                       CASE WHEN cash = paid THEN price
                            WHEN from_last = 1
                            THEN share + collected - SUM(share) OVER ticket_date
                            ELSE share END AS amount
                  FROM ticket_share
                WINDOW ticket_date AS (PARTITION BY order_id, date)
            )
            """,
            price=self.env["pos.order.line"]._sql_signed_price("sold"),
            digits=company.currency_id.decimal_places,
        )
