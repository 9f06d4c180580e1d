import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq

# What one page, one address and one code may receive before it rests.
MAX_REQUESTS_AN_HOUR = 60
MAX_LINKS_A_DAY = 3
MAX_WRONG_CODES_AN_HOUR = 10


class ContractContract(models.Model):
    """What a new employee or inhabitant does to be entitled: a page and a poster."""

    _inherit = "contract.contract"

    is_join_open = fields.Boolean(
        string="Page to Join",
        default=True,
        help="People put themselves on the list by a page, whose address is on the "
        "poster; by the code or an address of the domains at once, else you or the "
        "payer confirm them.",
    )
    join_token = fields.Char(copy=False, groups="conciergerie_base.group_manager")
    join_text = fields.Text(
        string="What to Do to Join",
        compute="_compute_join_text",
        store=True,
        readonly=False,
        precompute=True,
        help="On the poster and on the page to join; one line for each step.",
    )

    @api.depends("is_convention", "convention_kind", "partner_id")
    def _compute_join_text(self):
        for contract in self:
            if contract.is_convention and contract._is_join_text_proposed():
                contract.join_text = contract._default_join_text()
            else:
                contract.join_text = contract.join_text

    def _is_join_text_proposed(self):
        """Say whether nobody has written steps other than those to begin with."""
        self.ensure_one()
        proposed = {
            self._default_join_text(lang, is_work)
            for lang, _name in self.env["res.lang"].get_installed()
            for is_work in (True, False)
        }
        return not self.join_text or self.join_text in proposed

    def _default_join_text(self, lang=None, is_work=None):
        """Return the steps to begin with, in the language of the payer.

        :param str lang: another language
        :param bool is_work: whether the address is that at work; it is where an
            employer pays
        """
        lang = lang or self.partner_id.lang or self.env.lang
        env = self.with_context(lang=lang).env
        if is_work is None:
            is_work = self.convention_kind in (False, "employer")
        return "\n".join(
            [
                env._(
                    "Write your name and your e-mail address at work; the code that "
                    "you were given, if there is one."
                )
                if is_work
                else env._(
                    "Write your name and your e-mail address; the code that you were "
                    "given, if there is one."
                ),
                env._("Come to the counter, or ask for what you need online."),
            ]
        )

    # ------------------------------------------------------------------
    # The link
    # ------------------------------------------------------------------

    def _is_join_open(self):
        """Say whether people can join by the page now."""
        self.ensure_one()
        return self.is_convention and self.state == "running" and self.is_join_open

    def _get_join_token(self):
        """Return the token of the page, made when it is first asked for."""
        self.ensure_one()
        convention_sudo = self.sudo()
        if not convention_sudo.join_token:
            convention_sudo.join_token = secrets.token_urlsafe(16)
        return convention_sudo.join_token

    def _join_url(self):
        """Return the address of the page to join."""
        self.ensure_one()
        return f"{self.get_base_url()}/join/{self._get_join_token()}"

    def _join_qr(self):
        """Return the QR code of the page: base64 of a PNG, without a request."""
        self.ensure_one()
        return base64.b64encode(
            self.env["ir.actions.report"].barcode(
                "QR", self._join_url(), width=600, height=600, barLevel="M"
            )
        )

    @api.model
    def _get_by_join_token(self, token):
        """Return the convention whose page a token opens, with elevated rights.

        :return: nothing where the link was renewed or closed, or it does not run
        """
        token = (token or "")[:64]
        convention_sudo = self.sudo()
        if not token:
            return convention_sudo
        convention_sudo = convention_sudo.search(
            [("join_token", "=", token), ("is_convention", "=", True)], limit=1
        )
        if (
            not convention_sudo
            or not consteq(convention_sudo.join_token, token)
            or not convention_sudo._is_join_open()
        ):
            return convention_sudo.browse()
        return convention_sudo

    def action_renew_join_link(self):
        """Give the page another address: posters printed before open nothing more."""
        self.ensure_one()
        self.check_access("write")
        self.write({"is_join_open": True, "join_token": secrets.token_urlsafe(16)})

    def action_close_join_link(self):
        """Close the page: posters printed before open nothing more."""
        self.ensure_one()
        self.check_access("write")
        self.write({"is_join_open": False, "join_token": False})

    def action_print_join_poster(self):
        """Print the A4 poster with the QR code of the page.

        :raise UserError: the page opens nothing now
        """
        self.ensure_one()
        if not self._is_join_open():
            raise UserError(
                self.env._(
                    "Nobody can join %s now: it must be running, with its page open.",
                    self.display_name,
                )
            )
        return self.env.ref(
            "conciergerie_conventions.action_report_join_poster"
        ).report_action(self)

    def _print_join_poster(self):
        """Return the name and the bytes of the poster."""
        self.ensure_one()
        pdf, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "conciergerie_conventions.action_report_join_poster", self.ids
        )
        return self.env._("Poster %s", self.name.replace("/", "-")), pdf

    # ------------------------------------------------------------------
    # Who joins
    # ------------------------------------------------------------------

    def _join(self, name, email="", phone="", code="", consent=False):
        """Take what the page to join sent.

        Nobody is made or changed before an address that entitles, here or elsewhere,
        is confirmed by the link sent to it.

        :raise UserError: what is missing or wrong; the page rests for an hour
        :return: ``sent`` (a link to confirm), ``confirmed`` or ``pending``; the same
            for who is known and who is not
        """
        self.ensure_one()
        name, email, phone = self._check_portal_person(name, email, phone)
        if not consent:
            raise UserError(
                self.env._("Tick that you agree: we cannot keep your name otherwise.")
            )
        self._check_join_rest(email, code)
        is_code_right = self._is_join_code_right(code)
        if not email and not is_code_right:
            raise UserError(
                self.env._("Write your e-mail address, or the code you were given.")
            )
        request_model = self.env["conciergerie.join.request"]
        values = {
            "convention_id": self.id,
            "given_name": name,
            "email": email,
            "phone": phone,
            "is_code_right": is_code_right,
            "consent_date": fields.Datetime.now(),
            "lang": self.env.lang,
        }
        if email and self._is_entitling_domain(email.partition("@")[2]):
            request_model._create_sent(values)
            return "sent"
        request_model.create({**values, "state": "done"})._put_on_list()
        return "confirmed" if is_code_right else "pending"

    def _is_entitling_domain(self, domain):
        """Say whether an address of a domain entitles its holder somewhere."""
        self.ensure_one()
        return any(
            domain in convention._email_domain_set()
            for convention in self.search(
                [
                    ("is_convention", "=", True),
                    ("company_id", "=", self.company_id.id),
                    ("email_domains", "ilike", domain),
                ]
            )
        )

    def _is_join_code_right(self, code):
        """Say whether the payer's code was given; capitals and blanks do not matter."""
        self.ensure_one()
        given, code = (
            "".join((text or "").casefold().split())[:100]
            for text in (code, self.join_code)
        )
        return bool(code) and consteq(given.encode(), code.encode())

    def _is_join_code_wrong(self, code):
        """Note a code that is not the payer's; say whether one was given."""
        self.ensure_one()
        if not (code or "").strip() or not self.join_code:
            return False
        self._check_join_rest(code=code)
        if self._is_join_code_right(code):
            return False
        self.env["conciergerie.join.request"].create(
            {"convention_id": self.id, "state": "wrong"}
        )
        return True

    def _check_join_rest(self, email="", code=""):
        """Refuse what comes too often: codes that are guessed, addresses flooded.

        :raise UserError: saying to come back later
        """
        self.ensure_one()
        now = fields.Datetime.now()
        hour = Domain("create_date", ">=", now - timedelta(hours=1))
        day = Domain("create_date", ">=", now - timedelta(days=1))
        here = Domain("convention_id", "=", self.id)
        wrong = Domain("state", "=", "wrong")
        limits = [(here & hour & ~wrong, MAX_REQUESTS_AN_HOUR)]
        if (code or "").strip():
            limits.append((here & hour & wrong, MAX_WRONG_CODES_AN_HOUR))
        if email:
            limits.append((day & Domain("email", "=", email), MAX_LINKS_A_DAY))
        count = self.env["conciergerie.join.request"].search_count
        if any(count(domain, limit=limit) >= limit for domain, limit in limits):
            raise UserError(
                self.env._(
                    "Too much was sent from this page: come back in an hour, or come "
                    "to the counter."
                )
            )
