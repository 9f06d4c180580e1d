import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STATES = [
    ("in", "At the counter"),
    ("out", "Out"),
    ("lost", "Lost"),
    ("returned", "Returned to the owner"),
]
STATE_OF_KIND = {
    "entrusted": "in",
    "out": "out",
    "back": "in",
    "lost": "lost",
    "returned": "returned",
}
# Movements that may follow each state.
NEXT_KINDS = {
    "in": ("out", "lost", "returned"),
    "out": ("back", "lost"),
    "lost": ("back",),
    "returned": (),
}
# What the last movement says. Read-only in the interface is not enough: a call by RPC
# writes any field.
LAST_MOVEMENT = {
    "state",
    "is_closed",
    "holder_user_id",
    "holder_partner_id",
    "holder_since",
    "due_back",
}


class ConciergerieKey(models.Model):
    """Keys that a beneficiary entrusted to a site, and who has them.

    The tag carries a number only: whoever finds a lost key must not learn which door
    it opens.
    """

    _name = "conciergerie.key"
    _description = "Customer's Keys"
    _inherit = ["mail.thread"]
    _order = "is_closed, tag, id"
    _rec_name = "tag"
    _rec_names_search = ["tag", "partner_id.name"]
    _check_company_auto = True

    tag = fields.Char(
        required=True,
        copy=False,
        default=lambda self: self._default_tag(),
        help="Number on the tag. Never a name nor an address.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Owner",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
        help="Site that keeps the keys.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    description = fields.Char(help="What is on the ring: two keys and a badge…")
    place = fields.Char(string="Hook", help="Where the keys hang when they are in.")
    agreement = fields.Text(
        help="What the owner allows: who may use the keys, for what, until when; "
        "where the signed mandate is.",
    )
    movement_ids = fields.One2many(
        comodel_name="conciergerie.key.movement", inverse_name="key_id"
    )
    state = fields.Selection(
        selection=STATES, compute="_compute_state", store=True, index=True
    )
    is_closed = fields.Boolean(compute="_compute_state", store=True)
    holder_user_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_state",
        store=True,
        string="Colleague",
    )
    holder_partner_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_state",
        store=True,
        index="btree_not_null",
        string="Held by",
    )
    holder_since = fields.Datetime(compute="_compute_state", store=True, string="Since")
    due_back = fields.Date(compute="_compute_state", store=True, string="Expected Back")
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _tag_unique = models.UniqueIndex(
        "(company_id, tag) WHERE state IS DISTINCT FROM 'returned'",
        "Another ring of keys carries this number. Take the next free tag.",
    )

    @api.model
    def _default_tag(self):
        """Propose the number after the highest one of the company."""
        tags = self.search([("company_id", "=", self.env.company.id)]).mapped("tag")
        numbers = [int(m[0]) for tag in tags if (m := re.search(r"\d+$", tag))]
        return f"{max(numbers, default=0) + 1:03}"

    @api.depends("movement_ids")
    def _compute_state(self):
        """The last movement says who has the keys; nothing else does."""
        for key in self:
            movement = key.movement_ids.sorted("id")[-1:]
            key.state = STATE_OF_KIND.get(movement.kind)
            key.is_closed = key.state == "returned"
            away = key.state in ("out", "lost")
            key.holder_user_id = away and movement.holder_user_id
            key.holder_partner_id = away and movement.partner_id
            key.holder_since = movement.date
            key.due_back = movement.due_back

    @api.depends("state", "due_back")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for key in self:
            key.is_overdue = bool(
                key.state == "out" and key.due_back and key.due_back < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = [
            ("state", "=", "out"),
            ("due_back", "<", fields.Date.context_today(self)),
        ]
        return overdue if True in value else ["!", "&", *overdue]

    @api.constrains("tag")
    def _check_tag(self):
        for key in self:
            if not re.fullmatch(r"([A-Z]{1,3}-?)?\d{1,6}", key.tag):
                raise ValidationError(
                    self.env._(
                        "“%(tag)s” cannot be written on a tag: use a number, with "
                        "up to three letters before it, for instance 042 or VAL-42. "
                        "A name or an address would tell a finder which door the "
                        "keys open.",
                        tag=key.tag,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Register keys: the owner has just entrusted them."""
        for vals in vals_list:
            if vals.get("tag"):
                vals["tag"] = vals["tag"].strip().upper()
        keys = super().create(vals_list)
        for key in keys:
            key._record("entrusted", partner=key.partner_id)
        return keys

    def write(self, vals):
        if vals.get("tag"):
            vals = {**vals, "tag": vals["tag"].strip().upper()}
        if "partner_id" in vals and any(
            k.partner_id.id != vals["partner_id"] for k in self
        ):
            raise UserError(
                self.env._(
                    "The owner of keys never changes. Return them to the owner, and "
                    "register them again for the other person."
                )
            )
        if vals.keys() & LAST_MOVEMENT:
            raise UserError(
                self.env._(
                    "Where keys are is what their last movement says: use the buttons "
                    "of the register."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "The register of keys is kept: return the keys %s to the owner "
                "instead of deleting them.",
                self[0].tag,
            )
        )

    def _record(self, kind, **vals):
        """Record one movement of each of these keys. The only writer of movements.

        Nobody has the right to create movements directly: whoever may write a key
        moves it through here, where the order of movements was checked.
        """
        self.check_access("write")
        partner = vals.pop("partner", None)
        self.env["conciergerie.key.movement"].sudo().create(
            [
                {
                    "key_id": key.id,
                    "kind": kind,
                    "site_id": key.site_id.id,
                    "user_id": self.env.uid,
                    "partner_id": partner.id if partner else False,
                    **vals,
                }
                for key in self
            ]
        )
        label = dict(
            self.env["conciergerie.key.movement"]
            ._fields["kind"]
            ._description_selection(self.env)
        )[kind]
        self._message_log_batch(bodies=dict.fromkeys(self.ids, label))

    def _check_next(self, kind):
        """Check that a movement may follow where the keys are.

        :param str kind: one of the kinds of a movement
        :raise UserError: it cannot, with where the keys are
        """
        labels = {
            "out": self.env._("taken out"),
            "back": self.env._("received back"),
            "lost": self.env._("reported lost"),
            "returned": self.env._("returned to the owner"),
        }
        for key in self:
            if kind not in NEXT_KINDS[key.state]:
                raise UserError(
                    self.env._(
                        "The keys %(tag)s cannot be %(what)s: %(where)s.",
                        tag=key.tag,
                        what=labels[kind],
                        where=key._where_sentence(),
                    )
                )

    def _where_sentence(self):
        """Say in a few words where the keys are."""
        self.ensure_one()
        if self.state == "out":
            return self.env._(
                "%s has them",
                self.holder_user_id.name or self.holder_partner_id.name or "",
            )
        if self.state == "lost":
            return self.env._("they are reported lost")
        if self.state == "returned":
            return self.env._("the owner has them already")
        return self.env._("they are at the counter")

    def _take_out(self, user=None, partner=None, reason="", due_back=False, task=None):
        """Give keys to a colleague or to a provider.

        :param user: ``res.users`` who takes them, or
        :param partner: ``res.partner`` who takes them, a provider mostly
        :param str reason: why
        :param due_back: date when they are expected
        :param task: request for which they are needed
        :raise UserError: nobody, two people, a past date, or keys that are not in
        """
        if bool(user) == bool(partner):
            raise UserError(
                self.env._("Who takes the keys? Choose a colleague or a provider.")
            )
        if due_back and due_back < fields.Date.context_today(self):
            raise UserError(self.env._("Keys cannot be expected back in the past."))
        self._check_next("out")
        self._record(
            "out",
            partner=partner,
            holder_user_id=user.id if user else False,
            reason=(reason or "").strip(),
            due_back=due_back,
            task_id=task.id if task else False,
        )

    def _take_back(self, site=None):
        """Receive keys at a site, which keeps them from now on; also found ones."""
        self._check_next("back")
        if site:
            self.site_id = site
        self._record("back")

    def _report_lost(self, reason):
        """Record that keys are lost, and leave it to the team as a thing to do.

        :param str reason: what happened
        :raise UserError: no reason, or keys that cannot be lost any more
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write what happened: the owner will have to be told.")
            )
        self._check_next("lost")
        for key in self:
            key._record(
                "lost",
                partner=key.holder_partner_id,
                holder_user_id=key.holder_user_id.id,
                reason=reason,
            )
        self.env["conciergerie.shift.log"].create(
            [
                {
                    "site_id": key.site_id.id,
                    "body": self.env._(
                        "Keys %(tag)s are lost: %(reason)s. Tell the owner.",
                        tag=key.tag,
                        reason=reason.rstrip("."),
                    ),
                    "partner_id": key.partner_id.id,
                    "is_todo": True,
                    "is_pinned": True,
                }
                for key in self
            ]
        )

    def _return(self, receiver_name="", signature=False):
        """Give keys back to the owner: the end of the register's line.

        :param str receiver_name: who takes them; the owner if empty
        :param signature: image, base64, optional
        :raise UserError: keys that are not at the counter
        """
        self._check_next("returned")
        self.check_access("write")
        for key in self:
            proof_sudo = self.env["conciergerie.custody.proof"].sudo()
            proof_sudo = proof_sudo.create(
                {
                    "company_id": key.company_id.id,
                    "receiver_name": (receiver_name or "").strip()
                    or key.partner_id.name,
                    "signature": signature,
                }
            )
            key._record(
                "returned",
                partner=key.partner_id,
                proof_id=proof_sudo.id,
                has_proof=bool(signature),
            )

    def _action_move(self, kind):
        self._check_next(kind)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_key_wizard_action"
        )
        kinds = self.env["conciergerie.key.movement"]._fields["kind"]
        action["name"] = dict(kinds._description_selection(self.env))[kind]
        action["context"] = {"default_key_ids": self.ids, "default_kind": kind}
        return action

    def action_take_out(self):
        return self._action_move("out")

    def action_take_back(self):
        self._take_back()

    def action_report_lost(self):
        return self._action_move("lost")

    def action_return(self):
        return self._action_move("returned")
