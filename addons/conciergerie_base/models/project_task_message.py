import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# Days after which ready things are reminded, again and again until collected.
REMINDER_DAYS = 7
# Hours during which a reminder cannot be sent again, by whoever presses the button.
RESEND_LOCK_HOURS = 48
CRON_BATCH = 100


class ProjectTask(models.Model):
    """Messages to beneficiaries: registered, ready, reminder, unclaimed.

    Each is a template that an administrator can edit; by e-mail, and by SMS where
    the company chose so. They are queued, never sent while somebody waits.
    """

    _inherit = "project.task"

    last_reminder_date = fields.Datetime(readonly=True, copy=False)
    reminder_count = fields.Integer(readonly=True, copy=False)

    def _notify_beneficiary(self, name):
        """Queue a message to the beneficiaries; log whom to call.

        :param str name: ``registered``, ``ready``, ``reminder`` or ``unclaimed``
        """
        mail_template = self.env.ref(f"conciergerie_base.mail_template_request_{name}")
        # What is no address, "to be asked", would leave and never arrive.
        by_mail = self.filtered("partner_id.email_normalized")
        if by_mail:
            mail_template.send_mail_batch(by_mail.ids, force_send=False)
        by_sms = self.filtered(
            lambda t: t.company_id.conciergerie_sms and t.partner_id.phone
        )
        if by_sms:
            by_sms._queue_sms(
                self.env.ref(f"conciergerie_base.sms_template_request_{name}")
            )
        unreached = self - by_mail - by_sms
        unreached._message_log_batch(
            bodies={
                task.id: self.env._(
                    "Neither e-mail nor SMS: call %s",
                    task.partner_id.name or "",
                )
                for task in unreached
            }
        )

    def _queue_sms(self, template):
        """Put one SMS for each request in the queue, in their language."""
        bodies = template._render_field("body", self.ids, compute_lang=True)
        self.env["sms.sms"].sudo().create(
            [
                {
                    "body": bodies[task.id],
                    "number": task.partner_id._phone_format(
                        fname="phone", force_format="E164"
                    )
                    or task.partner_id.phone,
                    "partner_id": task.partner_id.id,
                }
                for task in self
            ]
        )
        self._message_log_batch(
            bodies={task.id: self.env._("SMS: %s", bodies[task.id]) for task in self}
        )

    def _notify_registered(self):
        """Confirm what was taken, with the link to follow it."""
        self.filtered("partner_id")._notify_beneficiary("registered")

    def _notify_ready(self):
        self.filtered("partner_id")._notify_beneficiary("ready")

    # ------------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------------

    def action_send_reminder(self):
        """Remind a beneficiary whose things wait, unless it was just done."""
        self._check_step(("ready",), self.env._("remind the beneficiary"))
        limit = fields.Datetime.now() - timedelta(hours=RESEND_LOCK_HOURS)
        for task in self:
            if task.last_reminder_date and task.last_reminder_date > limit:
                raise UserError(
                    self.env._(
                        "A reminder for %(request)s left on %(date)s: wait 48 hours "
                        "before the next one.",
                        request=task.display_name,
                        date=fields.Datetime.context_timestamp(
                            task, task.last_reminder_date
                        ).strftime("%d/%m/%Y %H:%M"),
                    )
                )
        self._send_reminder()

    def _send_reminder(self):
        """Queue the reminders and remember when, without tracking in bulk."""
        self._notify_beneficiary("reminder")
        now = fields.Datetime.now()
        for count, tasks in self.grouped("reminder_count").items():
            tasks._record({"last_reminder_date": now, "reminder_count": count + 1})
        self._message_log_batch(
            bodies=dict.fromkeys(self.ids, self.env._("Reminder sent"))
        )

    @api.model
    def _reminder_domain(self):
        """Requests ready since a week whose last reminder is a week old."""
        limit = fields.Datetime.now() - timedelta(days=REMINDER_DAYS)
        return [
            ("site_id", "!=", False),
            ("partner_id", "!=", False),
            ("step", "=", "ready"),
            ("ready_date", "<=", limit),
            "|",
            ("last_reminder_date", "=", False),
            ("last_reminder_date", "<=", limit),
        ]

    @api.model
    def _cron_send_reminders(self):
        """Remind a bounded number of beneficiaries; the cron comes back for more."""
        domain = self._reminder_domain()
        tasks = self.search(domain, limit=CRON_BATCH, order="ready_date, id")
        failed = self.browse()
        for task in tasks:
            try:
                with self.env.cr.savepoint():
                    task._send_reminder()
            except Exception:
                # One that cannot be sent does not keep the others from leaving.
                _logger.exception("No reminder for %s", task.reference)
                failed += task
            else:
                self.env["ir.cron"]._commit_progress(1)
        remaining = self.search_count([*domain, ("id", "not in", failed.ids)])
        self.env["ir.cron"]._commit_progress(remaining=remaining)
