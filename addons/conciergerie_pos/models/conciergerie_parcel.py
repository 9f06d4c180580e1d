import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import escape_psql

STATES = [
    ("received", "Received"),
    ("notified", "Told to the person"),
    ("handed_over", "Handed over"),
    ("returned", "Returned to the carrier"),
]
WAITING = ("received", "notified")
# What the steps of a parcel record: read-only for everybody, by RPC as well.
RECORDED_FIELDS = (
    "state",
    "code",
    "received_date",
    "received_by_id",
    "notified_date",
    "last_reminder_date",
    "reminder_count",
    "closed_date",
    "closed_by_id",
    "handed_with",
    "proof_id",
    "has_proof",
    "return_reason",
)


class ConciergerieParcel(models.Model):
    """A parcel that a carrier left at the counter for somebody."""

    _name = "conciergerie.parcel"
    _description = "Parcel"
    _inherit = ["mail.thread", "mail.activity.mixin", "pos.load.mixin"]
    _order = "received_date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "recipient", "carrier"]
    _check_company_auto = True

    number = fields.Char(
        required=True,
        copy=False,
        index="trigram",
        help="Tracking number of the carrier, as under its barcode.",
    )
    uuid = fields.Char(
        readonly=True, copy=False, help="Given by a till: received once, sent twice."
    )
    carrier = fields.Char(help="Who brought it: Colissimo, Mondial Relay…")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        index="btree_not_null",
        check_company=True,
    )
    recipient = fields.Char(
        compute="_compute_recipient",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Name on the parcel, where the person is not known here.",
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    rack = fields.Char(string="Rack Place", help="Where it is at the counter.")
    state = fields.Selection(
        selection=STATES, default="received", required=True, readonly=True, copy=False
    )
    code = fields.Char(
        readonly=True,
        copy=False,
        groups="conciergerie_base.group_manager",
        help="Sent to the person alone: who says it may take the parcel.",
    )
    received_date = fields.Datetime(
        default=fields.Datetime.now, readonly=True, copy=False, required=True
    )
    received_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        string="Received by",
    )
    notified_date = fields.Datetime(readonly=True, copy=False, string="Told on")
    last_reminder_date = fields.Datetime(readonly=True, copy=False)
    reminder_count = fields.Integer(readonly=True, copy=False, string="Reminders")
    closed_date = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, string="Closed by"
    )
    handed_with = fields.Selection(
        selection=[
            ("code", "Code"),
            ("signature", "Signature"),
            ("proxy", "Signature of a proxy"),
        ],
        readonly=True,
        copy=False,
    )
    proof_id = fields.Many2one(
        comodel_name="conciergerie.custody.proof",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Name and signature, erased after the company's retention period.",
    )
    has_proof = fields.Boolean(readonly=True, copy=False)
    return_reason = fields.Char(readonly=True, copy=False)
    unclaimed_date = fields.Date(
        compute="_compute_unclaimed_date",
        store=True,
        help="From this day it is on the list of unclaimed parcels.",
    )
    is_unclaimed = fields.Boolean(
        compute="_compute_is_unclaimed", search="_search_is_unclaimed"
    )

    _uuid_unique = models.UniqueIndex(
        "(uuid) WHERE uuid IS NOT NULL", "This parcel has been received already."
    )

    @api.depends("partner_id")
    def _compute_recipient(self):
        for parcel in self:
            parcel.recipient = parcel.partner_id.name or parcel.recipient

    @api.depends("received_date", "company_id.conciergerie_parcel_days")
    def _compute_unclaimed_date(self):
        for parcel in self:
            parcel.unclaimed_date = fields.Date.add(
                (parcel.received_date or fields.Datetime.now()).date(),
                days=parcel.company_id.conciergerie_parcel_days,
            )

    @api.depends("state", "unclaimed_date")
    @api.depends_context("tz")
    def _compute_is_unclaimed(self):
        today = fields.Date.context_today(self)
        for parcel in self:
            parcel.is_unclaimed = bool(
                parcel.state in WAITING
                and parcel.unclaimed_date
                and parcel.unclaimed_date <= today
            )

    def _search_is_unclaimed(self, operator, value):
        if operator != "in":
            return NotImplemented
        unclaimed = [
            ("state", "in", WAITING),
            ("unclaimed_date", "<=", fields.Date.context_today(self)),
        ]
        return unclaimed if True in value else ["!", "&", *unclaimed]

    @api.depends("number", "carrier", "recipient")
    def _compute_display_name(self):
        for parcel in self:
            parcel.display_name = " ".join(
                filter(None, (parcel.carrier, parcel.number, parcel.recipient))
            )

    @api.constrains("number", "carrier", "site_id")
    def _check_received_once(self):
        """Refuse a parcel that waits here already: it was scanned twice.

        Once the first one has left, its number may come again: carriers count anew.
        """
        for parcel in self.filtered(lambda p: p.state in WAITING):
            carrier = parcel._carrier_key()
            same = [
                other
                for other in self.search(
                    [
                        ("id", "!=", parcel.id),
                        ("site_id", "=", parcel.site_id.id),
                        ("state", "in", WAITING),
                        ("number", "=ilike", escape_psql(parcel.number)),
                    ]
                )
                if other._carrier_key() == carrier
            ]
            if same:
                raise ValidationError(
                    self.env._(
                        "Parcel %(parcel)s is here already, since %(date)s. Hand it "
                        "over or return it before you receive another of this number.",
                        parcel=same[0].display_name,
                        date=fields.Datetime.context_timestamp(
                            parcel, same[0].received_date
                        ).strftime("%d/%m/%Y %H:%M"),
                    )
                )

    def _carrier_key(self):
        """Return the carrier's name as it is compared."""
        return " ".join((self.carrier or "").split()).casefold()

    @api.model_create_multi
    def create(self, vals_list):
        """Give each parcel the code that its person alone is told."""
        for vals in vals_list:
            if not self.env.su:
                for fname in RECORDED_FIELDS:
                    vals.pop(fname, None)
            vals["number"] = (vals.get("number") or "").strip()
        parcels = super().create(vals_list)
        for parcel_sudo in parcels.sudo():
            parcel_sudo.code = f"{secrets.randbelow(10**6):06d}"
        return parcels

    def write(self, vals):
        """Refuse by hand what only a step of the parcel records."""
        if not self.env.su and vals.keys() & set(RECORDED_FIELDS):
            raise UserError(
                self.env._(
                    "What happened to a parcel is recorded by its buttons: receive "
                    "it, hand it over or return it."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for parcel in self:
            if parcel.state != "received":
                raise UserError(
                    self.env._(
                        "Parcel %s cannot be deleted: what was done with it is kept.",
                        parcel.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _check_waiting(self):
        """Check that the parcels are still at the counter.

        :raise UserError: with what happened to one that is not
        """
        states = dict(self._fields["state"]._description_selection(self.env))
        for parcel in self:
            if parcel.state not in WAITING:
                raise UserError(
                    self.env._(
                        "Parcel %(number)s is no longer here: %(state)s on %(date)s "
                        "by %(user)s.",
                        number=parcel.display_name,
                        state=states[parcel.state],
                        date=fields.Datetime.context_timestamp(
                            parcel, parcel.closed_date
                        ).strftime("%d/%m/%Y %H:%M"),
                        user=parcel.closed_by_id.name,
                    )
                )

    def _close(self, state, vals):
        """Record that the parcels left the counter, and who gave them."""
        self.sudo().write(
            {
                "state": state,
                "closed_date": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                **vals,
            }
        )

    def _hand_over(self, code="", signature=False, receiver_name="", is_proxy=False):
        """Give parcels to who says their code, or signs for them.

        :param str code: told by the person, of one of the parcels
        :param signature: base64 image
        :param str receiver_name: who takes them, required for a proxy
        :param bool is_proxy: somebody takes them for the person
        :raise UserError: no longer here, a wrong code, or no proof at all
        """
        self.check_access("write")
        self._check_waiting()
        receiver_name = (receiver_name or "").strip()
        code = (code or "").strip()
        if is_proxy and not receiver_name:
            raise UserError(
                self.env._(
                    "Write the name of the person who takes the parcel for another."
                )
            )
        # The code is compared here and never shown to who asks for it.
        if code and code not in self.sudo().mapped("code"):
            raise UserError(
                self.env._(
                    "%s is not the code of this parcel. Ask the person to read it "
                    "again in the message, or to sign.",
                    code,
                )
            )
        if not code and not signature:
            raise UserError(
                self.env._("Ask for the code of the message, or for a signature.")
            )
        for parcel in self:
            proof_model_sudo = self.env["conciergerie.custody.proof"].sudo()
            proof_sudo = proof_model_sudo.create(
                {
                    "company_id": parcel.company_id.id,
                    "receiver_name": receiver_name or parcel.recipient,
                    "signature": signature,
                }
            )
            parcel._close(
                "handed_over",
                {
                    "proof_id": proof_sudo.id,
                    "has_proof": True,
                    "handed_with": "proxy"
                    if is_proxy
                    else ("signature" if signature else "code"),
                },
            )

    def _return_to_carrier(self, reason):
        """Give parcels back to their carrier.

        :param str reason: refused, unclaimed…
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write the reason: it is what the next person will read.")
            )
        self.check_access("write")
        self._check_waiting()
        self._close("returned", {"return_reason": reason})
        self._message_log_batch(
            bodies=dict.fromkeys(
                self.ids, self.env._("Returned to the carrier: %s", reason)
            )
        )

    def action_return(self):
        """Return what nobody claimed; anything else is returned at the till."""
        late = self.filtered("is_unclaimed")
        if late != self:
            raise UserError(
                self.env._(
                    "%(number)s may still be claimed until %(date)s.",
                    number=(self - late)[0].display_name,
                    date=(self - late)[0].unclaimed_date.strftime("%d/%m/%Y"),
                )
            )
        self._return_to_carrier(self.env._("Unclaimed"))
