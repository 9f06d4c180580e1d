import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq

# Hours in which an address can be confirmed, and days that a request is kept then.
LINK_HOURS = 48
KEPT_DAYS = 30


class ConciergerieJoinRequest(models.Model):
    """What a person sent by the page to join, until the address is confirmed.

    It also counts what was sent, so that the page cannot be used to guess a code or to
    flood an address. Erased after a month; no network address is kept.
    """

    _name = "conciergerie.join.request"
    _description = "Request to Join"
    _order = "id desc"
    _rec_name = "given_name"

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="convention_id.company_id", store=True, index=True
    )
    given_name = fields.Char(string="Name", readonly=True)
    email = fields.Char(readonly=True, index="btree_not_null")
    phone = fields.Char(readonly=True)
    is_code_right = fields.Boolean(string="Code Right", readonly=True)
    consent_date = fields.Datetime(
        readonly=True, help="When the person agreed that her details are kept."
    )
    state = fields.Selection(
        selection=[
            ("wrong", "Wrong code"),
            ("sent", "Address to confirm"),
            ("done", "On the list"),
        ],
        required=True,
        readonly=True,
    )
    token = fields.Char(
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
        help="Of the link sent to the address.",
    )
    expiry = fields.Datetime(readonly=True)
    lang = fields.Char(readonly=True)

    @api.model
    def _new_token(self):
        return secrets.token_urlsafe(16)

    @api.model
    def _get_by_token(self, token):
        """Return the request whose address a link confirms, with elevated rights.

        :return: nothing where the link is used, too old, or the page is closed
        """
        token = (token or "")[:64]
        request_sudo = self.sudo()
        if not token:
            return request_sudo
        request_sudo = request_sudo.search([("token", "=", token)], limit=1)
        if (
            not request_sudo
            or not consteq(request_sudo.token, token)
            or request_sudo.state != "sent"
            or request_sudo.expiry < fields.Datetime.now()
            or not request_sudo.convention_id._is_join_open()
        ):
            return request_sudo.browse()
        return request_sudo

    @api.model
    def _create_sent(self, values):
        """Keep a request and send the link that confirms its address."""
        request = self.create(
            {
                **values,
                "state": "sent",
                "token": self._new_token(),
                "expiry": fields.Datetime.now() + timedelta(hours=LINK_HOURS),
            }
        )
        self.env.ref("conciergerie_conventions.mail_template_join_address").send_mail(
            request.id
        )
        return request

    def _confirm_url(self):
        """Return the link to send; it opens one page with one button, once."""
        self.ensure_one()
        return f"{self.convention_id.get_base_url()}/join/address/{self.token}"

    def _confirm_address(self):
        """Put the person on the list: the link came from the address itself."""
        self.ensure_one()
        self.write({"state": "done", "token": False})
        self._put_on_list(is_address_confirmed=True)

    def _put_on_list(self, is_address_confirmed=False):
        """Put the person on the list: confirmed by the code or the address.

        Whether the person was known, or on the list already, is not told.

        :param bool is_address_confirmed: by the link
        """
        self.ensure_one()
        convention = self.convention_id
        domain = (self.email or "").partition("@")[2]
        by_address = is_address_confirmed and domain in convention._email_domain_set()
        source = "code" if self.is_code_right else "domain" if by_address else "join"
        state = "pending" if source == "join" else "confirmed"
        person = convention._portal_person(self.given_name, self.email, self.phone)
        today = fields.Date.context_today(self)
        entitlement = self.env["conciergerie.entitlement"].search(
            Domain("convention_id", "=", convention.id)
            & Domain("partner_id", "=", person.id)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
            limit=1,
        )
        if not entitlement:
            entitlement = self.env["conciergerie.entitlement"].create(
                {
                    "convention_id": convention.id,
                    "partner_id": person.id,
                    "given_name": self.given_name,
                    "date_from": today,
                    "state": state,
                    "source": source,
                    "consent_date": self.consent_date,
                }
            )
            if state == "pending":
                convention._ask_to_confirm()
        elif entitlement.state == "pending" and state == "confirmed":
            entitlement.write({"state": state})

    @api.autovacuum
    def _gc_requests(self):
        """Erase what was sent a month ago: the list and its consent remain."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("create_date", "<", limit)], limit=1000).unlink()


class ConciergerieEntitlement(models.Model):
    _inherit = "conciergerie.entitlement"

    source = fields.Selection(
        selection_add=[("join", "Page to join")], ondelete={"join": "set default"}
    )
    consent_date = fields.Datetime(
        string="Consent",
        readonly=True,
        help="When the person agreed, on the page to join, that her details are kept.",
    )

    def write(self, vals):
        """Tell who waits on the page to join, once it is confirmed."""
        waiting = self.browse()
        if vals.get("state") == "confirmed":
            waiting = self.filtered(
                lambda e: e.state == "pending" and e.source == "join"
            )
        result = super().write(vals)
        template = self.env.ref("conciergerie_conventions.mail_template_joined")
        for entitlement_sudo in waiting.sudo().filtered("partner_id.email"):
            template.sudo().send_mail(entitlement_sudo.id)
        return result


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _ask_to_confirm(self):
        """Tell the responsible that somebody waits, once for all of them.

        The payer sees it on its portal as well; whoever confirms first does it.
        """
        self.ensure_one()
        summary = self.env._("People to confirm")
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=self.env._(
                    "They joined by the page: confirm them on the list, or take those "
                    "away whom the payer does not know."
                ),
                user_id=(self.user_id or self.create_uid).id,
            )
