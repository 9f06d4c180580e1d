from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.base.models.ir_sequence import _update_nogap

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
        names = self._next_numbers(company, date, len(found))
        agreements_sudo = (
            self.env["agreement"].sudo().browse(agreement for _, agreement, _ in found)
        )
        statements_sudo = self.sudo().create(
            [
                self._prepare_statement_vals(
                    name, company, provider_id, agreement_sudo, period_end, date
                )
                for name, (provider_id, _agreement, _count), agreement_sudo in zip(
                    names, found, agreements_sudo, strict=True
                )
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
        statements_sudo._add_bonuses()
        return statements_sudo

    @api.model
    def _next_numbers(self, company, date, count):
        """Take the numbers of so many statements, in order and by one query.

        The sequence is core's, as its form sets it: with gaps or without, with a
        series for each year or one for all.

        :param company: ``res.company``
        :param date: date of the statements, which chooses the series
        :param int count: how many numbers to take
        """
        sequence = (
            self.env["ir.sequence"]
            .sudo()
            .with_company(company)
            .search(
                [
                    ("code", "=", "conciergerie.statement"),
                    ("company_id", "in", [company.id, False]),
                ],
                order="company_id",
                limit=1,
            )
        )
        if not sequence or not count:
            return [False] * count
        series = sequence._get_current_sequence(date)
        if series != sequence:
            sequence = sequence.with_context(ir_sequence_date_range=series.date_from)
        step = sequence.number_increment
        if sequence.implementation == "no_gap":
            first = _update_nogap(series, count * step)
            numbers = range(first, first + count * step, step)
        else:
            # Named by core after the ids, see its ``_next``.
            name = f"ir_sequence_{sequence.id:03}"
            if series != sequence:
                name = f"{name}_{series.id:03}"
            self.env.cr.execute(
                SQL("SELECT NEXTVAL(%s) FROM GENERATE_SERIES(1, %s)", name, count)
            )
            numbers = [number for (number,) in self.env.cr.fetchall()]
        return [sequence.get_next_char(number) for number in numbers]

    @api.model
    def _prepare_statement_vals(
        self, name, company, provider_id, agreement_sudo, period_end, date
    ):
        """Return the values of a new statement.

        :param str name: its number, from :meth:`_next_numbers`
        :param agreement_sudo: ``agreement`` that sets its payment date
        """
        return {
            "name": name,
            "company_id": company.id,
            "provider_id": provider_id,
            "agreement_id": agreement_sudo.id,
            "date": date,
            "period_end": period_end,
            "due_date": date + timedelta(days=agreement_sudo.payment_delay),
        }

    def _entry_totals(self):
        """Return the sums of the entries of each statement by mode, in one query.

        :return: dict of statement id to a dict of mode to a dict: ``count``,
            ``collected``, ``direct``, the commission by its base, ``net`` (without
            VAT) and ``all_in``, and what of it is a ``bonus``, in currency; under
            ``charge`` what is charged for losses, as ``charge``
        """
        names = ("count", "collected", "direct", "net", "all_in", "bonus", "charge")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.statement_id, COALESCE(entry.mode, entry.kind), COUNT(*),
                       SUM(entry.collected_amount), SUM(entry.direct_amount),
                       SUM(entry.commission_amount)
                           FILTER (WHERE entry.base != 'all_in'),
                       SUM(entry.commission_amount)
                           FILTER (WHERE entry.base = 'all_in'),
                       SUM(entry.commission_amount) FILTER (WHERE entry.kind = 'bonus'),
                       SUM(entry.charge_amount)
                  FROM conciergerie_due_entry entry
                 WHERE entry.statement_id IN %s
                 GROUP BY 1, 2
                """,
                tuple(self.ids) or (0,),
            )
        )
        modes = [mode for mode, _label in MODES] + ["charge"]
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
