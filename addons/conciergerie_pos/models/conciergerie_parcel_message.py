import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .conciergerie_parcel import WAITING

_logger = logging.getLogger(__name__)

# Days after which a waiting parcel is reminded, again and again until it leaves.
REMINDER_DAYS = 4
# Hours during which a reminder cannot be sent again, by whoever presses the button.
RESEND_LOCK_HOURS = 48
CRON_BATCH = 100


class ConciergerieParcel(models.Model):
    """Messages about parcels, queued like those about requests; what a till asks."""

    _inherit = "conciergerie.parcel"

    def _notify_person(self, name):
        """Queue a message to the persons; log whom to call.

        :param str name: ``arrived`` or ``reminder``
        :return: the parcels whose person was reached
        """
        template = self.env.ref(f"conciergerie_pos.mail_template_parcel_{name}")
        by_mail = self.filtered("partner_id.email_normalized")
        if by_mail:
            # The template writes the code, which the counter does not see: the message
            # belongs to no thread and to no author who could read it there.
            template.sudo().send_mail_batch(
                by_mail.ids,
                force_send=False,
                email_values={
                    "model": False,
                    "res_id": False,
                    "author_id": self.env.ref("base.partner_root").id,
                },
            )
            by_mail._message_log_batch(
                bodies=dict.fromkeys(
                    by_mail.ids, self.env._("Message with the code sent")
                )
            )
        by_sms = self.filtered(
            lambda p: p.company_id.conciergerie_sms and p.partner_id.phone
        )
        if by_sms:
            by_sms._queue_sms(name)
        unreached = self - by_mail - by_sms
        unreached._message_log_batch(
            bodies={
                parcel.id: self.env._(
                    "Neither e-mail nor SMS: call %s", parcel.recipient
                )
                for parcel in unreached
            }
        )
        return by_mail | by_sms

    def _queue_sms(self, name):
        """Put one SMS for each parcel in the queue, in the person's language."""
        template = self.env.ref(f"conciergerie_pos.sms_template_parcel_{name}")
        bodies = template.sudo()._render_field("body", self.ids, compute_lang=True)
        self.env["sms.sms"].sudo().create(
            [
                {
                    "body": bodies[parcel.id],
                    "number": parcel.partner_id._phone_format(
                        fname="phone", force_format="E164"
                    )
                    or parcel.partner_id.phone,
                    "partner_id": parcel.partner_id.id,
                }
                for parcel in self
            ]
        )

    def action_notify(self):
        """Tell the persons that their parcel is here, with its code."""
        self.check_access("write")
        self._check_waiting()
        told = self._notify_person("arrived")
        told.sudo().write({"state": "notified", "notified_date": fields.Datetime.now()})

    def action_send_reminder(self):
        """Remind the persons, unless it was just done."""
        self.check_access("write")
        self._check_waiting()
        limit = fields.Datetime.now() - timedelta(hours=RESEND_LOCK_HOURS)
        for parcel in self:
            last = parcel.last_reminder_date or parcel.notified_date
            if last and last > limit:
                raise UserError(
                    self.env._(
                        "A message about %(parcel)s left on %(date)s: wait 48 hours "
                        "before the next one.",
                        parcel=parcel.display_name,
                        date=fields.Datetime.context_timestamp(parcel, last).strftime(
                            "%d/%m/%Y %H:%M"
                        ),
                    )
                )
        self._send_reminder()

    def _send_reminder(self):
        """Queue the reminders and remember when."""
        self._notify_person("reminder")
        now = fields.Datetime.now()
        for count, parcels in self.grouped("reminder_count").items():
            parcels.sudo().write(
                {"last_reminder_date": now, "reminder_count": count + 1}
            )

    @api.model
    def _cron_send_reminders(self):
        """Remind a bounded number of persons; the cron comes back for more."""
        limit = fields.Datetime.now() - timedelta(days=REMINDER_DAYS)
        domain = [
            ("state", "=", "notified"),
            ("notified_date", "<=", limit),
            "|",
            ("last_reminder_date", "=", False),
            ("last_reminder_date", "<=", limit),
        ]
        failed = self.browse()
        for parcel in self.search(domain, limit=CRON_BATCH, order="received_date, id"):
            try:
                with self.env.cr.savepoint():
                    parcel._send_reminder()
            except Exception:
                # One that cannot be sent does not keep the others from leaving.
                _logger.exception("No reminder for parcel %s", parcel.id)
                failed += parcel
            else:
                self.env["ir.cron"]._commit_progress(1)
        remaining = self.search_count([*domain, ("id", "not in", failed.ids)])
        self.env["ir.cron"]._commit_progress(remaining=remaining)

    # ------------------------------------------------------------------
    # The till
    # ------------------------------------------------------------------

    @api.model
    def _load_pos_data_fields(self, config):
        return [
            "number",
            "carrier",
            "partner_id",
            "recipient",
            "rack",
            "state",
            "received_date",
            "unclaimed_date",
            "write_date",
        ]

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Return what waits at the till's site; what changed, where it knows more."""
        domain = (
            [("site_id", "=", config.site_id.id)]
            if config.site_id
            else [("company_id", "=", config.company_id.id)]
        )
        if not self.env.context.get("pos_last_server_date"):
            domain.append(("state", "in", WAITING))
        return domain

    def _pos_answer(self, config):
        return self._load_pos_data_read(self, config)

    @api.model
    def pos_refresh_parcels(self, config_id):
        """Return the parcels that wait at a till's site."""
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        parcels = self.search(self._load_pos_data_domain({}, config))
        return parcels._pos_answer(config)

    @api.model
    def pos_receive(self, config_id, values):
        """Receive a parcel at a till and tell its person, once for each uuid.

        :param int config_id: id of the till, whose site keeps the parcel
        :param dict values: ``uuid``, ``number``, ``carrier``, ``partner_id``,
            ``recipient``, ``rack``
        :raise UserError: no number, nobody to give it to, a till without a site
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        vals = {
            fname: values.get(fname) or False
            for fname in (
                "uuid",
                "number",
                "carrier",
                "partner_id",
                "recipient",
                "rack",
            )
        }
        known = vals["uuid"] and self.search([("uuid", "=", vals["uuid"])], limit=1)
        if known:
            return known._pos_answer(config)
        if not config.site_id:
            raise UserError(
                self.env._(
                    "%s belongs to no site: choose one in its settings.", config.name
                )
            )
        if not (vals["number"] or "").strip():
            raise UserError(self.env._("Scan the parcel, or type its number."))
        if not vals["partner_id"] and not (vals["recipient"] or "").strip():
            raise UserError(
                self.env._("Choose the person, or write the name on the parcel.")
            )
        if not vals["recipient"]:
            del vals["recipient"]
        parcel = self.create({**vals, "site_id": config.site_id.id})
        parcel.action_notify()
        return parcel._pos_answer(config)

    @api.model
    def pos_hand_over_parcels(self, config_id, ids, proof):
        """Hand over parcels at a till.

        :param int config_id: id of the till
        :param list ids: ids of the parcels
        :param dict proof: ``code``, or ``signature`` with ``receiver`` and ``proxy``
        """
        parcels = self.browse(map(int, ids)).exists()
        parcels._hand_over(
            code=proof.get("code"),
            signature=proof.get("signature") or False,
            receiver_name=proof.get("receiver"),
            is_proxy=bool(proof.get("proxy")),
        )
        return parcels._pos_answer(self.env["pos.config"].browse(config_id))

    @api.model
    def pos_return_parcels(self, config_id, ids, reason):
        """Return parcels to their carrier from a till."""
        parcels = self.browse(map(int, ids)).exists()
        parcels._return_to_carrier(reason)
        return parcels._pos_answer(self.env["pos.config"].browse(config_id))
