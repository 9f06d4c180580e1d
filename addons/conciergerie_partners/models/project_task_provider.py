from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, html_escape
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

# What only the provider's answer, or its recording by staff, writes.
ANSWER_FIELDS = {
    "provider_answer",
    "provider_asked_id",
    "provider_answer_deadline",
    "provider_told_date",
    "provider_date",
    "provider_accepted_date",
    "provider_picked_date",
    "provider_done_date",
    "provider_decline_reason",
    "declined_provider_ids",
}
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
PHOTO_MAX_BYTES = 10 * 1024 * 1024
# Longest side kept of a photo, in pixels.
PHOTO_MAX_SIDE = 1920
CRON_BATCH = 200


class ProjectTask(models.Model):
    """What a provider answers on its requests, and when.

    Its own “done” is a date, not a step: a request is ready once its pieces are back.
    """

    _inherit = "project.task"

    provider_answer = fields.Selection(
        selection=[
            ("waiting", "Waits for the provider"),
            ("late", "No answer from the provider"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
        ],
        compute="_compute_provider_answer",
        store=True,
        index="btree_not_null",
        copy=False,
        help="Asked of providers who have a login and a running agreement.",
    )
    provider_asked_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_answer_deadline = fields.Datetime(
        string="Answer Expected by",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_told_date = fields.Datetime(
        string="Provider Told on",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_date = fields.Date(
        string="Provider's Date",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
        help="Day for which the provider accepted.",
    )
    provider_accepted_date = fields.Datetime(
        string="Accepted on",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_picked_date = fields.Datetime(
        string="Picked up on",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_done_date = fields.Datetime(
        string="Done on",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
        help="Said by the provider. The request is ready once its pieces are back.",
    )
    provider_decline_reason = fields.Text(
        string="Reason of the Provider",
        compute="_compute_provider_answer",
        store=True,
        copy=False,
    )
    provider_note = fields.Text(
        string="Note to the Provider",
        help="The provider reads it on its portal. It reads neither the remarks nor "
        "who the beneficiary is.",
    )
    declined_provider_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="project_task_declined_provider_rel",
        string="Declined by",
        copy=False,
    )
    next_provider_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_next_provider_id",
        help="The next one by price and delay who has not declined.",
    )

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    @api.depends("provider_id")
    def _compute_provider_answer(self):
        """Ask a provider to whom a request is given; forget the former one's answer."""
        changed = self.filtered(lambda t: t.provider_asked_id != t.provider_id)
        hours = changed.filtered("site_id")._provider_answer_hours()
        now = fields.Datetime.now()
        for task in changed:
            provider = task.provider_id.sudo().commercial_partner_id
            delay = hours.get((provider.id, task.company_id.id))
            asked = delay is not None and task.step in ("todo", "provider")
            task.provider_asked_id = task.provider_id
            task.provider_answer = "waiting" if asked else False
            task.provider_answer_deadline = (
                now + timedelta(hours=delay) if asked and delay else False
            )
            task.provider_told_date = False
            task.provider_date = False
            task.provider_accepted_date = False
            task.provider_picked_date = False
            task.provider_done_date = False
            task.provider_decline_reason = False

    def _provider_answer_hours(self):
        """Return the delays of the providers who can answer on the portal.

        :return: dict (provider id, company id) → hours, without those who have no
            login or no running agreement
        """
        providers_sudo = self.provider_id.sudo().commercial_partner_id
        if not providers_sudo:
            return {}
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("share", "=", True),
                    ("partner_id.commercial_partner_id", "in", providers_sudo.ids),
                ]
            )
        )
        with_login = users_sudo.partner_id.commercial_partner_id
        agreements_sudo = (
            self.env["agreement"]
            .sudo()
            .search(
                [
                    ("is_provider_agreement", "=", True),
                    ("state", "in", ("signed", "running")),
                    ("commercial_partner_id", "in", with_login.ids),
                ],
                order="start_date, id",
            )
        )
        return {
            (agreement.commercial_partner_id.id, agreement.company_id.id): (
                agreement.answer_hours
            )
            for agreement in agreements_sudo
        }

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for fname in ANSWER_FIELDS & vals.keys():
                    vals.pop(fname)
        return super().create(vals_list)

    def _check_protected_write(self, vals):
        if not self.env.su and ANSWER_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "The provider's answer on %s is recorded by the software. Use the "
                    "buttons of the request.",
                    self[:1].display_name,
                )
            )
        return super()._check_protected_write(vals)

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

    # ------------------------------------------------------------------
    # The next provider
    # ------------------------------------------------------------------

    @api.depends("provider_answer", "provider_id", "service_id")
    def _compute_next_provider_id(self):
        today = fields.Date.context_today(self)
        for task in self:
            following = self.env["res.partner"]
            if task.provider_answer in ("declined", "late"):
                no_more = (
                    task.declined_provider_ids | task.provider_id.commercial_partner_id
                )
                offers_sudo = task.service_id.with_company(
                    task.company_id
                )._get_provider_offers()
                following = offers_sudo.partner_id.filtered(
                    lambda p, no=no_more: (
                        p.commercial_partner_id not in no
                        and not p._is_provider_away(today)
                    )
                )[:1]
            task.next_provider_id = following.id

    def action_offer_next_provider(self):
        """Give the request to the next provider, who is asked in turn.

        :raise UserError: nobody else offers the service, or pieces are to come back
        """
        self.ensure_one()
        self.check_access("write")
        self._check_step(
            ("todo", "provider"), self.env._("give it to another provider")
        )
        if self.piece_at_provider_count:
            raise UserError(
                self.env._(
                    "The pieces of %(request)s are with %(provider)s: receive them "
                    "first.",
                    request=self.display_name,
                    provider=self.provider_id.name,
                )
            )
        if not self.next_provider_id:
            raise UserError(
                self.env._(
                    "Nobody else offers “%s”: add a provider to the service, or call "
                    "the beneficiary.",
                    self.service_id.name,
                )
            )
        self.provider_id = self.next_provider_id

    # ------------------------------------------------------------------
    # Told, and late
    # ------------------------------------------------------------------

    @api.model
    def _cron_provider_answers(self):
        """Tell providers what is asked of them, flag what they left unanswered."""
        waiting = [("provider_answer", "=", "waiting"), ("site_id", "!=", False)]
        opened = ("step", "in", ("todo", "provider"))
        now = fields.Datetime.now()
        new = self.search(
            [*waiting, opened, ("provider_told_date", "=", False)], limit=CRON_BATCH
        )
        template = self.env.ref("conciergerie_partners.mail_template_provider_request")
        reached = new.filtered("provider_id.email")
        if reached:
            template.send_mail_batch(reached.ids, force_send=False)
        new._record({"provider_told_date": now})
        late = self.search(
            [*waiting, opened, ("provider_answer_deadline", "<", now)], limit=CRON_BATCH
        )
        late._record({"provider_answer": "late"})
        for task in late:
            task._provider_activity(
                self.env._("No answer from %s", task.provider_id.name)
            )
