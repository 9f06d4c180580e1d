import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

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
CRON_BATCH = 200

_logger = logging.getLogger(__name__)


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
        for task in new:
            try:
                with self.env.cr.savepoint():
                    task._tell_provider()
            except Exception:
                # One that cannot be told does not keep the others from being told.
                _logger.exception("Provider not told of %s", task.reference)
            else:
                self.env["ir.cron"]._commit_progress(1)
        late = self.search(
            [*waiting, opened, ("provider_answer_deadline", "<", now)], limit=CRON_BATCH
        )
        late._record({"provider_answer": "late"})
        for task in late:
            task._provider_activity(
                self.env._("No answer from %s", task.provider_id.name)
            )

    def _tell_provider(self):
        """Queue the e-mail that asks the provider for its answer, once."""
        self.ensure_one()
        if self.provider_id.email:
            self.env.ref(
                "conciergerie_partners.mail_template_provider_request"
            ).send_mail(self.id)
        self._record({"provider_told_date": fields.Datetime.now()})
