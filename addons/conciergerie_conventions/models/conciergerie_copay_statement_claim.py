import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Conventions that one call of the scheduled run lists.
STATEMENT_BATCH = 50


class ConciergerieCopayUse(models.Model):
    _inherit = "conciergerie.copay.use"

    statement_id = fields.Many2one(
        comodel_name="conciergerie.copay.statement",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The payer's statement that lists this use; only one ever does.",
    )


class ConciergerieCopayStatement(models.Model):
    """Making the statements: what is not listed yet is claimed in the database."""

    _inherit = "conciergerie.copay.statement"

    @api.model
    def _open_domain(self, company, period_end, conventions=None):
        """Return the domain of the uses that no statement lists yet.

        :param company: ``res.company``
        :param date period_end: last day, included
        :param conventions: ``contract.contract``, all by default
        """
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("statement_id", "=", False)
            & Domain("date", "<=", period_end)
        )
        if conventions is not None:
            domain &= Domain("convention_id", "in", conventions.ids)
        return domain

    @api.model
    def _to_list(self, company, period_end, conventions=None):
        """Return the conventions that have shares to list, with their figures.

        A convention that only pays a fee for each use has nothing to list here: its
        uses are on the invoice of the fee.

        :return: dict of ``contract.contract`` to (number of uses, amount)
        """
        domain = self._open_domain(company, period_end, conventions)
        with_share = domain & Domain("share_amount", "!=", 0)
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        wanted = [c.id for (c,) in uses_sudo._read_group(with_share, ["convention_id"])]
        return {
            convention: (count, company.currency_id.round(amount))
            for convention, count, amount in uses_sudo._read_group(
                domain & Domain("convention_id", "in", wanted),
                ["convention_id"],
                ["__count", "share_amount:sum"],
            )
        }

    @api.model
    def _settle(self, company, period_end, conventions=None, date=None):
        """Make the statements of a period: all of them, or none where one fails.

        Running it twice makes nothing more. A second user at the same time waits for
        the database and finds nothing left.

        :param company: ``res.company``
        :param date period_end: last day of the period, not in the future
        :param conventions: ``contract.contract``, all by default
        :param date: date of the statements, today by default
        :return: the new statements
        :raise UserError: the period is not over, is no whole month, or somebody else
            has just done it
        """
        today = date or fields.Date.context_today(self)
        if period_end >= today:
            raise UserError(
                self.env._(
                    "The period ends on %s: list it when it is over.",
                    period_end.strftime("%d/%m/%Y"),
                )
            )
        if period_end != fields.Date.end_of(period_end, "month"):
            # Two statements of neighbouring days would tell the day of a use (C2).
            raise UserError(
                self.env._(
                    "A statement ends with a month: choose its last day instead of "
                    "%(day)s.",
                    day=period_end.strftime("%d/%m/%Y"),
                )
            )
        self.env.flush_all()
        found = self._to_list(company, period_end, conventions)
        statements_sudo = self.sudo().create(
            [
                self._prepare_statement_vals(company, convention, period_end, today)
                for convention in found
            ]
        )
        if not found:
            return statements_sudo.sudo(self.env.su)
        statements_sudo._claim(sum(count for count, _amount in found.values()))
        return statements_sudo.sudo(self.env.su)

    @api.model
    def _prepare_statement_vals(self, company, convention, period_end, date):
        """Return the values of a new statement, its number taken.

        Its figures are those that its payer may read, of the uses it is about to claim.
        """
        number = (
            self.env["ir.sequence"]
            .sudo()
            .with_company(company)
            .next_by_code("conciergerie.copay.statement", sequence_date=date)
        )
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        summary = uses_sudo._summary_at_once(
            self._open_domain(company, period_end, convention), company
        )
        return {
            "people_count": summary["people"],
            "use_count": summary["uses"],
            "share_amount": summary["amount"],
            "line_ids": [
                Command.create(
                    {
                        "product_id": row["product"].id,
                        "use_count": row["uses"],
                        "share_amount": row["amount"],
                    }
                )
                for row in summary["services"]
            ],
            "name": number,
            "company_id": company.id,
            "convention_id": convention.id,
            "payer_id": convention.commercial_partner_id.id,
            "date": date,
            "period_end": period_end,
        }

    def _claim(self, expected):
        """Give each open use to the statement of its convention.

        :param int expected: number of uses that were open a moment ago
        :raise UserError: somebody else has taken some
        """
        self.env.flush_all()
        claimed = 0
        for (company, period_end), own in self.grouped(
            lambda s: (s.company_id, s.period_end)
        ).items():
            uses_sudo = self.env["conciergerie.copay.use"].sudo()
            still_open = uses_sudo._search(
                self._open_domain(company, period_end, own.convention_id)
            )
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE conciergerie_copay_use use
                       SET statement_id = statement.id
                      FROM conciergerie_copay_statement statement
                     WHERE statement.id IN %s
                       AND use.convention_id = statement.convention_id
                       AND use.statement_id IS NULL
                       AND use.id IN %s
                    """,
                    tuple(own.ids),
                    still_open.subselect(),
                )
            )
            claimed += self.env.cr.rowcount
        self.env["conciergerie.copay.use"].invalidate_model(["statement_id"])
        self.invalidate_recordset(["use_ids"])
        if claimed != expected:
            raise UserError(
                self.env._(
                    "Somebody else has just listed some of these uses. Open the list "
                    "again."
                )
            )

    @api.model
    def _cron_settle(self):
        """List last month for each payer, convention by convention.

        One that fails is told to the convention's responsible and does not stop the
        others; the rest of a long list is left to the next call.
        """
        today = fields.Date.context_today(self)
        period_end = fields.Date.subtract(today.replace(day=1), days=1)
        companies = self.env["res.company"].search(
            [("copay_settles_by_itself", "=", 1)]
        )
        todo = [
            (company, convention)
            for company in companies
            for convention in self._to_list(company, period_end)
        ]
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for company, convention in todo[:STATEMENT_BATCH]:
            try:
                with self.env.cr.savepoint():
                    self._settle(company, period_end, convention, date=today)
            except UserError as error:
                _logger.info("Statement of %s: %s", convention.display_name, error)
                convention.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("The payer's statement could not be made"),
                    note=str(error),
                    user_id=convention.user_id.id or self.env.uid,
                )
            if not self.env["ir.cron"]._commit_progress(1):
                break
