import calendar
import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

# Providers settled by one call of the scheduled run.
SETTLEMENT_BATCH = 50


def last_period_end(period, day):
    """Return the last day of the latest period that was over before a day.

    :param str period: ``week`` (ends on Sunday), ``half_month`` (15th and last day),
        ``month`` or ``quarter``
    :param day: ``date``; a period that ends on it is not over yet
    """
    yesterday = day - timedelta(days=1)
    if period == "week":
        return yesterday - timedelta(days=(yesterday.weekday() + 1) % 7)
    last = calendar.monthrange(yesterday.year, yesterday.month)[1]
    if period == "half_month" and yesterday.day >= 15:
        return yesterday.replace(day=last if yesterday.day == last else 15)
    if yesterday.day == last and (period != "quarter" or yesterday.month % 3 == 0):
        return yesterday
    first_month = yesterday.month
    if period == "quarter":
        first_month -= (yesterday.month - 1) % 3
    return date(yesterday.year, first_month, 1) - timedelta(days=1)


class ConciergerieStatement(models.Model):
    """Settlement by itself, as each agreement says."""

    _inherit = "conciergerie.statement"

    @api.model
    def _due_settlements(self, company, today):
        """Return (provider, last day) of the agreements whose period is over.

        :param company: ``res.company``
        :param today: date of the run
        """
        agreements = (
            self.env["agreement"]
            .sudo()
            .search(
                [
                    ("is_provider_agreement", "=", True),
                    ("company_id", "=", company.id),
                    ("state", "in", ("running", "ended")),
                ],
                order="start_date, id",
            )
        )
        # The latest agreement of a provider says when it is settled.
        ends = {
            agreement.commercial_partner_id: last_period_end(
                agreement.settlement_period, today
            )
            for agreement in agreements
        }
        open_until = dict(
            self.env["conciergerie.due.entry"]
            .sudo()
            ._read_group(
                Domain("company_id", "=", company.id)
                & Domain("statement_id", "=", False)
                & Domain("provider_id", "in", [provider.id for provider in ends]),
                ["provider_id"],
                ["date:min"],
            )
        )
        return [
            (provider, end)
            for provider, end in ends.items()
            if provider in open_until and open_until[provider] <= end
        ]

    @api.model
    def _cron_settle(self):
        """Settle what is due, provider by provider, each in a transaction of its own.

        One that fails is given to whoever is in charge of its agreement and does not
        stop the others; the rest of a long list is left to the next call.
        """
        today = fields.Date.context_today(self)
        companies = (
            self.env["res.company"].sudo().search([("settles_by_itself", "=", True)])
        )
        todo = []
        for company in companies:
            self.env["conciergerie.due.entry"]._derive(company)
            todo += [(company, *due) for due in self._due_settlements(company, today)]
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for company, provider, end in todo[:SETTLEMENT_BATCH]:
            try:
                with self.env.cr.savepoint():
                    self._settle(company, end, provider, date=today)
            except UserError as error:
                self._report_failure(company, provider, error)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _report_failure(self, company, provider, error):
        """Give the person in charge an activity with what went wrong, once.

        :param error: the refusal, whose message says what to do
        """
        agreement = self.env["agreement"].search(
            [
                ("is_provider_agreement", "=", True),
                ("company_id", "=", company.id),
                ("commercial_partner_id", "=", provider.id),
            ],
            order="start_date desc",
            limit=1,
        )
        summary = self.env._("%s could not be settled", provider.name)
        if summary not in agreement.activity_ids.mapped("summary"):
            agreement.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=str(error),
                user_id=agreement.user_id.id or self.env.uid,
            )
        _logger.info("Settlement of %s: %s", provider.display_name, error)
