import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

CRON_BATCH = 100


class MembershipLine(models.Model):
    """Members are reminded once before the end and once after it."""

    _inherit = "membership.membership_line"

    @api.model
    def _reminder_domain(self, company, when, today):
        """Return the memberships to remind people of.

        Not who renewed, was cancelled or was reminded; who has no e-mail address is
        in the list “To renew”, with the phone number.

        :param company: ``res.company`` with its delays in days
        :param when: ``before`` or ``after`` the end
        :param date today: day of the reminder
        """
        if when == "before":
            days = company.membership_reminder_days
            ends = Domain("date_to", ">=", today) & Domain(
                "date_to", "<=", today + timedelta(days=days)
            )
        else:
            days = company.membership_reminder_after_days
            # A month at most: the first run does not write to members of long ago.
            ends = Domain("date_to", "<=", today - timedelta(days=days)) & Domain(
                "date_to", ">", today - timedelta(days=days + 30)
            )
        if not days:
            return Domain.FALSE
        return (
            ends
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", self._member_states())
            & Domain("date_cancel", "=", False)
            & Domain(f"reminder_{when}_date", "=", False)
            & Domain("partner_id.email", "not in", (False, ""))
            & Domain("partner_id.active", "=", True)
            & Domain("is_renewed", "=", False)
        )

    def _send_reminder(self, when):
        """Queue one reminder and note its day: it never leaves twice.

        :param when: ``before`` or ``after`` the end
        """
        self.ensure_one()
        template = self.env.ref(
            f"conciergerie_conventions.mail_template_membership_{when}"
        )
        template.send_mail(self.id)
        self[f"reminder_{when}_date"] = fields.Date.context_today(self)

    @api.model
    def _cron_send_membership_reminders(self):
        """Remind a bounded number of members; the cron comes back for more."""
        today = fields.Date.context_today(self)
        budget, remaining = CRON_BATCH, 0
        for company in self.env["res.company"].search([]):
            for when in ("before", "after"):
                domain = self._reminder_domain(company, when, today)
                lines = (
                    self.search(domain, limit=budget, order="date_to, id")
                    if budget
                    else self.browse()
                )
                failed = self.browse()
                for line in lines:
                    try:
                        with self.env.cr.savepoint():
                            line._send_reminder(when)
                    except Exception:
                        # One that cannot be sent does not keep the others.
                        _logger.exception("No reminder for membership %s", line.id)
                        failed += line
                    else:
                        self.env["ir.cron"]._commit_progress(1)
                budget = max(0, budget - len(lines))
                remaining += self.search_count(
                    domain & Domain("id", "not in", failed.ids)
                )
        self.env["ir.cron"]._commit_progress(remaining=remaining)
