from odoo import api, fields, models

STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("answered", "Answered"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]
SENT = ("submitted", "answered", "paid")


class ConciergerieClaim(models.Model):
    """A request for payment: what was spent, and the aid that it gives."""

    _name = "conciergerie.claim"
    _description = "Claim"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "dossier_id, number desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    funder_id = fields.Many2one(related="dossier_id.funder_id")
    number = fields.Integer(readonly=True, copy=False)
    kind = fields.Selection(
        selection=[
            ("advance", "Advance"),
            ("interim", "Interim"),
            ("balance", "Balance"),
        ],
        required=True,
        default="interim",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, copy=False)
    date_from = fields.Date(string="Costs From")
    date_to = fields.Date(string="Costs Until")
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.claim.line", inverse_name="claim_id", copy=False
    )
    left_out_ids = fields.One2many(
        comodel_name="conciergerie.claim.left.out",
        inverse_name="claim_id",
        copy=False,
    )
    real_amount = fields.Monetary(string="Real Costs", readonly=True, copy=False)
    flat_amount = fields.Monetary(string="Flat Rate", readonly=True, copy=False)
    eligible_amount = fields.Monetary(
        string="Eligible Costs", readonly=True, copy=False
    )
    rate = fields.Float(string="Aid Rate (%)", digits=(6, 3), readonly=True, copy=False)
    aid_amount = fields.Monetary(
        string="Aid at the Rate",
        readonly=True,
        copy=False,
        help="Eligible costs at the aid rate, before caps.",
    )
    cap_amount = fields.Monetary(
        string="At Most",
        readonly=True,
        copy=False,
        help="What the award, the cap before the balance and the rate of public aid "
        "still allow.",
    )
    deducted_amount = fields.Monetary(
        string="Advances Deducted", readonly=True, copy=False
    )
    claimed_amount = fields.Monetary(
        string="Aid Claimed", readonly=True, copy=False, tracking=True
    )
    accepted_amount = fields.Monetary(
        string="Aid Accepted", readonly=True, copy=False, tracking=True
    )
    paid_amount = fields.Monetary(
        string="Aid Received", readonly=True, copy=False, tracking=True
    )
    submitted_date = fields.Date(readonly=True, copy=False)
    answered_date = fields.Date(readonly=True, copy=False)

    @api.depends("dossier_id.name", "number", "kind")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for claim in self:
            claim.name = " – ".join(
                part
                for part in (
                    claim.dossier_id.name,
                    f"{kinds.get(claim.kind, '')} {claim.number or ''}".strip(),
                )
                if part
            )
