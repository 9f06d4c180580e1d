from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

KINDS = [
    ("cheque", "Cheques"),
    ("cesu", "CESU"),
    ("voucher", "Gift vouchers"),
    ("cash", "Cash"),
]
# What only the buttons of a slip write, and what stays open once it was deposited.
LIFE = {"state", "name", "move_id", "reversal_move_id"}
LOOSE = {"note", "message_ids", "message_follower_ids", "message_main_attachment_id"}


class ConciergerieDepositSlip(models.Model):
    """What goes to the bank, or to the issuer of vouchers, in one envelope.

    It lists payments of closed sessions, each in one live slip at most, and posts one
    entry: from the account on which they wait to the bank.
    """

    _name = "conciergerie.deposit.slip"
    _description = "Bank Deposit Slip"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(default="/", readonly=True, copy=False)
    kind = fields.Selection(selection=KINDS, required=True, default="cheque")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        index=True,
        check_company=True,
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
        help="Takes what waits at the tills of this site. Empty: at all tills, for "
        "accountants and managers.",
    )
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Bank",
        required=True,
        check_company=True,
        domain=[("type", "=", "bank")],
        default=lambda self: self._default_journal_id(),
    )
    note = fields.Char(help="Number on the paper slip, reference of the envelope.")
    state = fields.Selection(
        selection=[
            ("draft", "Being prepared"),
            ("deposited", "Deposited"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.deposit.slip.line", inverse_name="slip_id"
    )
    line_count = fields.Integer(
        compute="_compute_total", store=True, string="Number of Payments"
    )
    amount_total = fields.Monetary(compute="_compute_total", store=True, string="Total")
    draft_elsewhere = fields.Monetary(
        compute="_compute_draft_elsewhere",
        help="What other slips being prepared hold of this kind and site.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reversal_move_id = fields.Many2one(
        comodel_name="account.move", string="Reversal", readonly=True, copy=False
    )

    @api.model
    def _default_journal_id(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for slip in self:
            slip.line_count = len(slip.line_ids)
            slip.amount_total = sum(slip.line_ids.mapped("amount"))

    @api.depends("kind", "site_id", "company_id", "state", "line_ids")
    def _compute_draft_elsewhere(self):
        """Sum what waits on other slips: an empty one says where to look."""
        for slip in self:
            domain = [
                ("kind", "=", slip.kind),
                ("company_id", "=", slip.company_id.id),
                ("state", "=", "draft"),
                ("id", "!=", slip._origin.id),
            ]
            if slip.site_id:
                domain.append(("site_id", "=", slip.site_id._origin.id))
            empty = slip.state == "draft" and not slip.line_ids
            others = self.search(domain) if empty else self.browse()
            slip.draft_elsewhere = sum(others.mapped("amount_total"))

    @api.depends("name", "state")
    def _compute_display_name(self):
        for slip in self:
            slip.display_name = (
                self.env._("Slip being prepared") if slip.name == "/" else slip.name
            )

    @api.onchange("kind", "site_id", "company_id")
    def _onchange_propose_waiting(self):
        """Propose on a new slip what waits, before it is saved.

        Nothing to who may not deposit it: rights are checked when it is saved, and this
        shows amounts before.
        """
        if self._origin:
            return
        waiting = []
        if self.company_id in self.env.companies and self._is_depositor():
            waiting = self._waiting_line_vals()
        self.line_ids = [
            Command.clear(),
            *(Command.create(vals) for vals in waiting),
        ]

    @api.constrains("kind", "site_id", "company_id")
    def _check_lines_match(self):
        for slip in self.filtered("line_ids"):
            if any(line._kind() != slip.kind for line in slip.line_ids):
                raise ValidationError(
                    self.env._(
                        "A slip takes one kind of payment: take its lines out before "
                        "you change what it deposits."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        kept = [
            {name: vals[name] for name in vals if name not in LIFE}
            for vals in vals_list
        ]
        slips = super().create(kept)
        slips._check_may_deposit()
        # The form says which lines it wants, be it none.
        pairs = zip(slips, kept, strict=True)
        slips.browse(
            slip.id for slip, vals in pairs if "line_ids" not in vals
        )._fetch_waiting()
        return slips

    def write(self, vals):
        """Keep what was deposited; a slip's life goes on through its buttons only.

        :raise UserError: a step written by hand, or a change of what was deposited
        """
        if not self.env.su:
            if LIFE & set(vals):
                raise UserError(
                    self.env._("A slip is deposited and cancelled by its buttons.")
                )
            if set(vals) - LOOSE and any(slip.state != "draft" for slip in self):
                raise UserError(
                    self.env._(
                        "A deposited slip does not change: cancel it and make another."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deposited(self):
        for slip in self:
            if slip.state != "draft":
                raise UserError(
                    self.env._(
                        "Slip %s was deposited and is kept; cancel it instead.",
                        slip.name,
                    )
                )

    # ------------------------------------------------------------------
    # What waits
    # ------------------------------------------------------------------

    def _waiting_domain(self):
        """Return the domain of the payments that this slip could take.

        Paid, in a closed session (before, the drawer is not counted yet), in no other
        live slip. Of the till's cash: what was taken out for the bank.
        """
        self.ensure_one()
        lines = self.env["conciergerie.deposit.slip.line"].sudo()
        field = "statement_line_id" if self.kind == "cash" else "payment_id"
        taken = lines._search([("is_live", "=", True), (field, "!=", False)])
        if self.kind == "cash":
            domain = (
                Domain("pos_session_id.state", "=", "closed")
                & Domain("cash_purpose", "=", "bank")
                & Domain("company_id", "=", self.company_id.id)
            )
            session = "pos_session_id"
        else:
            domain = (
                Domain("session_id.state", "=", "closed")
                & Domain("payment_method_id.remittance", "=", self.kind)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("pos_order_id.state", "in", ("paid", "done", "invoiced"))
                & Domain("amount", "!=", 0)
            )
            session = "session_id"
        if self.site_id:
            domain &= Domain(f"{session}.config_id.site_id", "=", self.site_id.id)
        return domain & Domain("id", "not in", taken.subselect(field))

    def _waiting_line_vals(self):
        """Return the values of a line for everything that waits, oldest first."""
        self.ensure_one()
        domain = self._waiting_domain()
        if self.kind == "cash":
            # Read with elevated rights: bank lines are the accountant's, these
            # are the till's own, and the site was checked.
            waiting_sudo = self.env["account.bank.statement.line"].sudo()
            waiting_sudo = waiting_sudo.search(domain, order="date, id")
        else:
            waiting_sudo = self.env["pos.payment"].sudo()
            waiting_sudo = waiting_sudo.search(domain, order="payment_date, id")
        return [record._prepare_deposit_line_vals() for record in waiting_sudo]

    def _fetch_waiting(self):
        """Add to the slips everything that waits."""
        return self.env["conciergerie.deposit.slip.line"].create(
            [
                {**vals, "slip_id": slip.id}
                for slip in self
                for vals in slip._waiting_line_vals()
            ]
        )

    @api.model
    def _is_back_office(self):
        """Tell whether the caller handles the tills of the whole company."""
        return self.env.su or any(
            self.env.user.has_group(f"conciergerie_base.group_{role}")
            for role in ("manager", "accountant")
        )

    def _is_depositor(self):
        """Tell whether the caller may handle the paper of this slip's tills."""
        self.ensure_one()
        mine = self.env.user.conciergerie_site_ids
        return self._is_back_office() or self.site_id._origin in mine

    def _check_may_deposit(self):
        """Check that the caller may handle the paper of these slips' tills.

        :raise AccessError: a counter user, for a site that is not hers
        """
        mine = self.env.user.conciergerie_site_ids
        for slip in self:
            if not slip._is_depositor():
                raise AccessError(
                    self.env._(
                        "You deposit what waits at your own sites: choose one of %s.",
                        ", ".join(mine.mapped("name")) or self.env._("none"),
                    )
                )

    def action_fetch_waiting(self):
        """Add what came since the slip was begun."""
        self._check_draft()
        self._fetch_waiting()

    def _check_draft(self):
        for slip in self:
            if slip.state != "draft":
                raise UserError(
                    self.env._("Slip %s is deposited already.", slip.display_name)
                )
