from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .conciergerie_deal_term import MODES


class ConciergerieStatement(models.Model):
    """Claiming and totalling: by the database, whatever the number of entries."""

    _inherit = "conciergerie.statement"

    @api.model
    def _claim_ready(self, company, period_end, providers, date):
        """Make the statements of all providers that have something ready, and claim it.

        What is ready is said by ``conciergerie.due.entry._sql_ready``, here as in the
        preview.

        :param company: ``res.company``
        :param period_end: last day of the period
        :param providers: ``res.partner``, or None for all
        :param date: date of the statements
        :return: the new statements, in the order of their first entries
        :raise UserError: somebody else has taken an entry meanwhile
        """
        self.env.flush_all()
        which = SQL(
            "entry.company_id = %s AND entry.date <= %s", company.id, period_end
        )
        if providers is not None:
            which = SQL(
                "%s AND entry.provider_id IN %s", which, tuple(providers.ids) or (0,)
            )
        ready = self.env["conciergerie.due.entry"]._sql_ready(which, date)
        self.env.cr.execute(
            SQL(
                """
                WITH ready AS (%s)
                SELECT provider_id,
                       (ARRAY_AGG(agreement_id ORDER BY start_date DESC NULLS LAST,
                                  agreement_id))[1],
                       COUNT(*)
                  FROM ready GROUP BY provider_id ORDER BY MIN(date), provider_id
                """,
                ready,
            )
        )
        found = self.env.cr.fetchall()
        statements_sudo = self.sudo().create(
            [
                self._prepare_statement_vals(
                    company, provider_id, agreement_id, period_end, date
                )
                for provider_id, agreement_id, _count in found
            ]
        )
        if not found:
            return statements_sudo
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH ready AS (%s)
                UPDATE conciergerie_due_entry entry
                   SET statement_id = statement.id
                  FROM ready
                  JOIN conciergerie_statement statement
                    ON statement.provider_id = ready.provider_id
                   AND statement.id IN %s
                 WHERE entry.id = ready.id AND entry.statement_id IS NULL
                """,
                ready,
                tuple(statements_sudo.ids),
            )
        )
        claimed = self.env.cr.rowcount
        self.env["conciergerie.due.entry"].invalidate_model(["statement_id"])
        statements_sudo.invalidate_recordset(["due_entry_ids"])
        if claimed != sum(count for _provider, _agreement, count in found):
            raise UserError(
                self.env._(
                    "Somebody else has just settled some of these sales. Open the list "
                    "again."
                )
            )
        return statements_sudo

    @api.model
    def _prepare_statement_vals(
        self, company, provider_id, agreement_id, period_end, date
    ):
        """Return the values of a new statement, its number taken."""
        agreement_sudo = self.env["agreement"].sudo().browse(agreement_id)
        return {
            "name": self._next_number(company, date),
            "company_id": company.id,
            "provider_id": provider_id,
            "agreement_id": agreement_id,
            "date": date,
            "period_end": period_end,
            "due_date": date + timedelta(days=agreement_sudo.payment_delay),
        }

    def _entry_totals(self):
        """Return the sums of the entries of each statement by mode, in one query.

        :return: dict of statement id to a dict of mode to a dict: ``count``,
            ``collected``, ``direct``, and the commission by its base, ``net``
            (without VAT) and ``all_in``, in currency
        """
        names = ("count", "collected", "direct", "net", "all_in")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.statement_id, entry.mode, COUNT(*),
                       SUM(entry.collected_amount), SUM(entry.direct_amount),
                       SUM(entry.commission_amount)
                           FILTER (WHERE line.base != 'all_in'),
                       SUM(entry.commission_amount)
                           FILTER (WHERE line.base = 'all_in')
                  FROM conciergerie_due_entry entry
                  JOIN conciergerie_commission_line line ON line.id = entry.line_id
                 WHERE entry.statement_id IN %s
                 GROUP BY entry.statement_id, entry.mode
                """,
                tuple(self.ids) or (0,),
            )
        )
        modes = [mode for mode, _label in MODES]
        totals = {
            number: {mode: dict.fromkeys(names, 0.0) for mode in modes}
            for number in self.ids
        }
        for number, mode, *amounts in self.env.cr.fetchall():
            totals[number][mode] = {
                name: float(amount or 0)
                for name, amount in zip(names, amounts, strict=True)
            }
        return totals
