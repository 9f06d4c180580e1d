from odoo import api, models
from odoo.tools import SQL


class ConciergerieDueEntry(models.Model):
    """When what a ticket has collected can be settled."""

    _inherit = "conciergerie.due.entry"

    @api.model
    def _sql_ready(self, which, date):
        """Wait for the till's closing, and for the requests of the ticket's line.

        Until the session is closed the books do not know the money, and a statement
        would pay what they have not received. A request that was paid as it was
        dropped off hangs on its line, and may arrive after it where the network was
        down; what is given back waits with its sale (case A6).
        """
        return SQL(
            """
            SELECT ready.*
              FROM (%(ready)s) ready
              JOIN conciergerie_due_entry entry ON entry.id = ready.id
              LEFT JOIN conciergerie_commission_line line ON line.id = entry.line_id
              LEFT JOIN pos_order_line ticket_line ON ticket_line.id = line.pos_line_id
              LEFT JOIN pos_order pos ON pos.id = ticket_line.order_id
              LEFT JOIN pos_session session ON session.id = pos.session_id
              LEFT JOIN agreement ON agreement.id = entry.agreement_id
              LEFT JOIN conciergerie_commission_line sale
                ON sale.id = COALESCE(line.refunded_line_id, line.id)
              LEFT JOIN pos_order_line sold ON sold.id = sale.pos_line_id
             WHERE (line.pos_line_id IS NULL
                    OR session.state = 'closed' OR pos.account_move IS NOT NULL)
               AND (sold.id IS NULL
                    OR COALESCE(agreement.settle_before_hand_over, FALSE)
                    OR NOT %(open_request)s
                    OR (entry.collected_amount <= 0 AND NOT %(sale_waits)s))
            """,
            ready=super()._sql_ready(which, date),
            open_request=SQL(
                """
                (EXISTS (
                    SELECT 1 FROM project_task task
                     WHERE task.pos_line_id = sold.id AND task.step IN %(open_steps)s)
                 OR (sold.drop_off_line_uuid IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM project_task task
                     WHERE task.pos_line_id = sold.id)))
                """,
                open_steps=tuple(self.env["project.task"]._open_steps()),
            ),
            sale_waits=SQL(
                """
                EXISTS (
                    SELECT 1 FROM conciergerie_due_entry other
                     WHERE other.line_id = sale.id AND other.statement_id IS NULL
                       AND other.collected_amount > 0)
                """
            ),
        )


class ConciergerieStatement(models.Model):
    _inherit = "conciergerie.statement"

    @api.model
    def _sort_entries(self, entries, today):
        """Say of a ticket whose till is open that it waits for the closing (A16)."""
        ready, waiting = super()._sort_entries(entries, today)
        for entry in waiting:
            order_sudo = entry.sudo().line_id.pos_line_id.order_id
            if (
                order_sudo
                and not order_sudo.account_move
                and order_sudo.session_id.state != "closed"
            ):
                waiting[entry] = self.env._(
                    "the till %s is not closed yet", order_sudo.config_id.name
                )
        return ready, waiting
