from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
PHOTO_MAX_BYTES = 10 * 1024 * 1024
# Longest side kept of a photo, in pixels.
PHOTO_MAX_SIDE = 1920


class ProjectTask(models.Model):
    """What the provider does with a request on its portal, each with its checks.

    No request is given to another by itself, and none becomes ready by a word.
    """

    _inherit = "project.task"

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _check_provider_can(self, steps, what):
        """Check that the provider has a say on a request at this step.

        :param steps: steps at which it has
        :param str what: what it asked for, for the message
        :raise UserError: the request is elsewhere, or was declined
        """
        self.ensure_one()
        self._check_step(steps, what)
        if self.provider_answer == "declined":
            raise UserError(
                self.env._(
                    "%s was declined: call the conciergerie if you want it after all.",
                    self.reference,
                )
            )

    def _provider_accept(self, date):
        """Record that the provider takes a request, and for which day.

        :param date: day on which it will be done, today at the earliest
        :raise UserError: no date, a past one, or a request that is closed
        """
        self._check_provider_can(
            ("todo", "provider", "problem"), self.env._("accept it")
        )
        today = fields.Date.context_today(self)
        if not date:
            raise UserError(self.env._("Choose the day on which it will be done."))
        if not today <= date <= today + timedelta(days=365):
            raise UserError(
                self.env._(
                    "%s is not possible: choose a day from today on, within a year.",
                    format_date(self.env, date),
                )
            )
        self._record(
            {
                "provider_answer": "accepted",
                "provider_date": date,
                "provider_accepted_date": fields.Datetime.now(),
            }
        )
        day = format_date(self.env, date)
        self._provider_log(self.env._("Accepted by the provider for the %s", day))
        if self.promised_date and date > self.promised_date:
            self._provider_activity(
                self.env._(
                    "%(provider)s gives the %(date)s, later than promised",
                    provider=self.provider_id.name,
                    date=day,
                )
            )

    def _provider_decline(self, reason):
        """Record that the provider cannot take a request; the concierge is told.

        The request is given to nobody else by itself: the next provider is proposed.

        :param str reason: in the provider's words
        :raise UserError: no reason, or a request that is done or closed
        """
        self._check_provider_can(("todo", "provider"), self.env._("decline it"))
        reason = (reason or "").strip()[:2000]
        if not reason:
            raise UserError(self.env._("Say why you cannot take it."))
        if self.provider_done_date:
            raise UserError(self.env._("%s is done already.", self.reference))
        self._record(
            {
                "provider_answer": "declined",
                "provider_decline_reason": reason,
                "declined_provider_ids": [
                    fields.Command.link(self.provider_id.commercial_partner_id.id)
                ],
            }
        )
        self._provider_log(self.env._("Declined by the provider: %s", reason))
        self._provider_activity(
            self.env._("Declined by %s", self.provider_id.name), reason
        )

    def _provider_mark_picked(self):
        """Record that the provider has fetched the things.

        :raise UserError: not accepted yet, or done already
        """
        self._check_provider_accepted(self.env._("mark it picked up"))
        if self.provider_picked_date:
            raise UserError(self.env._("%s is picked up already.", self.reference))
        self._record({"provider_picked_date": fields.Datetime.now()})
        self._provider_log(self.env._("Picked up, says the provider"))

    def _provider_mark_done(self):
        """Record that the provider has done the work: a date, not a step.

        :raise UserError: not accepted yet, or done already
        """
        self._check_provider_accepted(self.env._("mark it done"))
        self._record({"provider_done_date": fields.Datetime.now()})
        self._provider_log(self.env._("Done, says the provider"))

    def _check_provider_accepted(self, what):
        self._check_provider_can(("todo", "provider", "problem"), what)
        if self.provider_answer in ("waiting", "late"):
            raise UserError(self.env._("Accept %s first.", self.reference))
        if self.provider_done_date:
            raise UserError(self.env._("%s is done already.", self.reference))

    def _provider_add_photo(self, name, content):
        """Attach the provider's photo to a request, without what the camera wrote.

        :param str name: of the file
        :param bytes content: JPEG, PNG or WebP, 10 MB at most
        :raise UserError: another type, too big, or unreadable
        """
        self._check_provider_can(
            ("todo", "provider", "ready", "problem"), self.env._("add a photo")
        )
        if len(content) > PHOTO_MAX_BYTES:
            raise UserError(self.env._("This photo is over 10 MB: send a smaller one."))
        if guess_mimetype(content) not in PHOTO_TYPES:
            raise UserError(self.env._("Send a photo: a JPEG, PNG or WebP file."))
        try:
            content = image_process(
                content, size=(PHOTO_MAX_SIDE, PHOTO_MAX_SIDE), output_format="JPEG"
            )
        except (UserError, ValueError, OSError) as error:
            raise UserError(self.env._("This photo cannot be read.")) from error
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{(name or 'photo').rsplit('.', 1)[0][:80]}.jpg",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "image/jpeg",
            }
        )
        self._message_log(
            body=self.env._("Photo from the provider"),
            author_id=self.env.user.partner_id.id,
            attachment_ids=attachment.ids,
        )

    def _provider_log(self, body):
        """Write what the provider did in the thread; it never follows the request."""
        self._message_log(body=body, author_id=self.env.user.partner_id.id)

    def _provider_activity(self, summary, note=""):
        """Give the concierge of the request something to do today."""
        for task in self:
            people = (
                task.user_ids | task.taken_by_id | task.site_id.user_ids
            ).filtered(lambda user: user.active and not user.share)
            task.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=html_escape(note),
                user_id=people[:1].id or self.env.ref("base.user_admin").id,
            )
