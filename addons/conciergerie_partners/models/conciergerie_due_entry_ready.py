from odoo import api, models
from odoo.tools import SQL


class ConciergerieDueEntry(models.Model):
    """Which open entries can be settled: one rule for the preview and the claim."""

    _inherit = "conciergerie.due.entry"

    def _ready(self, date):
        """Return those of these entries that can be settled.

        :param date: date of the settlement
        """
        if not self:
            return self
        self.env.flush_all()
        which = SQL("entry.id IN %s", tuple(self.ids))
        self.env.cr.execute(SQL("SELECT id FROM (%s) r", self._sql_ready(which, date)))
        ready_ids = {entry_id for (entry_id,) in self.env.cr.fetchall()}
        return self.filtered(lambda entry: entry.id in ready_ids)

    @api.model
    def _sql_ready(self, which, date):
        """Open entries that can be settled, with their provider and agreement.

        Past the hold period, and handed over unless the agreement settles before;
        what a provider is charged waits for neither. What is given back waits with its
        sale, never alone (case A6).

        :param which: condition on ``entry``
        :param date: date of the settlement
        """
        return SQL(
            """
            SELECT entry.id, entry.provider_id, entry.date, entry.agreement_id,
                   agreement.start_date
              FROM conciergerie_due_entry entry
              JOIN agreement ON agreement.id = entry.agreement_id
              LEFT JOIN conciergerie_commission_line line ON line.id = entry.line_id
              LEFT JOIN project_task task ON task.id = line.task_id
             WHERE %(which)s
               AND entry.statement_id IS NULL
               AND (entry.kind = 'charge'
                    OR entry.date + COALESCE(agreement.hold_days, 0) <= %(date)s)
               AND (task.id IS NULL
                    OR (entry.collected_amount <= 0 AND NOT %(sale_waits)s)
                    OR COALESCE(task.step, '') NOT IN %(open_steps)s
                    OR COALESCE(agreement.settle_before_hand_over, FALSE))
            """,
            which=which,
            date=date,
            sale_waits=SQL(
                """
                EXISTS (
                    SELECT 1
                      FROM conciergerie_due_entry sold
                      JOIN conciergerie_commission_line sale ON sale.id = sold.line_id
                     WHERE sold.statement_id IS NULL AND sold.collected_amount > 0
                       AND sale.id IN (line.id, line.refunded_line_id)
                )
                """
            ),
            open_steps=tuple(self.env["project.task"]._open_steps()),
        )
