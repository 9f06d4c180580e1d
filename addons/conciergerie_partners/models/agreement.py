from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Days before its end when an agreement is proposed for renewal.
RENEWAL_NOTICE_DAYS = 60


class Agreement(models.Model):
    """The agreement with a provider: OCA's header, our terms and life cycle."""

    _inherit = "agreement"
    _check_company_auto = True

    is_provider_agreement = fields.Boolean(
        string="Provider Agreement", default=False, index=True
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("signed", "Signed"),
            ("running", "Running"),
            ("ended", "Ended"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="In Charge",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    term_ids = fields.One2many(
        comodel_name="conciergerie.deal.term",
        inverse_name="agreement_id",
        string="Deal Terms",
        copy=True,
    )
    paper_ids = fields.One2many(
        comodel_name="conciergerie.provider.paper",
        inverse_name="agreement_id",
        string="Papers",
    )
    settlement_period = fields.Selection(
        selection=[
            ("week", "Weekly"),
            ("half_month", "Twice a month"),
            ("month", "Monthly"),
            ("quarter", "Quarterly"),
        ],
        default="month",
        required=True,
        tracking=True,
    )
    payment_delay = fields.Integer(
        string="Payment Delay (days)",
        default=15,
        help="Days from the statement to the payout.",
    )
    hold_days = fields.Integer(
        string="Hold Period (days)",
        help="Days for which money stays before it can be settled.",
    )
    minimum_payout = fields.Monetary(
        help="Below it, the balance is carried to the next statement."
    )
    dispute_days = fields.Integer(
        string="Dispute Window (days)",
        default=15,
        help="Days in which the provider can dispute a line of a statement.",
    )
    answer_hours = fields.Integer(
        string="Answer Delay (hours)",
        default=24,
        help="Hours in which the provider accepts or declines a request.",
    )
    refund_policy = fields.Selection(
        selection=[
            ("waived", "The commission is given back"),
            ("kept", "The commission is kept"),
        ],
        string="On a Refund",
        default="waived",
        required=True,
        tracking=True,
    )
    settle_before_hand_over = fields.Boolean(
        help="Settle money taken before hand-over without waiting for it."
    )
    billing_mandate_date = fields.Date(
        string="Mandate to Bill of",
        tracking=True,
        help="Date of the written mandate by which the provider lets us issue its "
        "documents (CGI annexe 2, art. 242 nonies).",
    )
    billing_mandate_document = fields.Binary(attachment=True, copy=False)
    billing_mandate_name = fields.Char(copy=False)
    billing_prefix = fields.Char(
        string="Beginning of the Numbers",
        compute="_compute_billing_prefix",
        store=True,
        readonly=False,
        help="Of the documents issued in the provider's name; the year and a number "
        "follow. Each provider has its own series.",
    )
    vat_mention = fields.Char(
        string="Mention without VAT",
        default="TVA non applicable, art. 293 B du CGI",
        help="Printed on the provider's documents that bear no VAT.",
    )
    legal_basis = fields.Selection(
        selection=[
            ("agent", "Commercial agent for the provider alone"),
            ("limited_network", "Limited network (CMF L. 521-3)"),
            ("psp", "Through a payment service provider"),
            ("other", "Other, explained"),
        ],
        string="Legal Basis for Holding Money",
        tracking=True,
        help="Why the conciergerie may receive money for the provider. Asked for "
        "before the first sale under a mandate.",
    )
    legal_basis_note = fields.Text()
    commission_line_count = fields.Integer(compute="_compute_commission_line_count")

    _delays_positive = models.Constraint(
        "CHECK(payment_delay >= 0 AND hold_days >= 0 AND dispute_days >= 0)",
        "Delays of an agreement cannot be negative.",
    )

    @api.depends("code")
    def _compute_billing_prefix(self):
        for agreement in self:
            agreement.billing_prefix = (
                agreement.billing_prefix or f"{agreement.code or 'MAND'}-"
            )

    def _compute_commission_line_count(self):
        counts = dict(
            self.env["conciergerie.commission.line"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.commission_line_count = counts.get(agreement, 0)

    @api.constrains("start_date", "end_date")
    def _check_dates(self):
        for agreement in self:
            start, end = agreement.start_date, agreement.end_date
            if start and end and end < start:
                raise ValidationError(
                    self.env._("%s ends before it starts.", agreement.display_name)
                )

    @api.constrains("is_provider_agreement", "company_id", "partner_id")
    def _check_provider_agreement(self):
        for agreement in self.filtered("is_provider_agreement"):
            if not agreement.company_id or not agreement.partner_id:
                raise ValidationError(
                    self.env._(
                        "An agreement with a provider names the provider and the "
                        "company."
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"state", "start_date", "end_date", "partner_id", "active"} & vals.keys():
            self.env["conciergerie.deal.term"].flush_model()
            self.env.registry.clear_cache()
        return result

    # ------------------------------------------------------------------
    # Life cycle
    # ------------------------------------------------------------------

    def action_propose(self):
        """Offer the agreement to the provider."""
        self._check_state(("draft",))
        for agreement in self:
            if not agreement.term_ids:
                raise UserError(
                    self.env._(
                        "%s has no deal term: say what is agreed first.",
                        agreement.display_name,
                    )
                )
        self.write({"state": "proposed"})

    def action_back_to_draft(self):
        self._check_state(("proposed",))
        self.write({"state": "draft"})

    def action_sign(self):
        """Record the signature; an agreement whose day has come runs at once."""
        self._check_state(("proposed",))
        self._check_legal_basis()
        today = fields.Date.context_today(self)
        for agreement in self:
            agreement.write(
                {
                    "state": "signed",
                    "signature_date": agreement.signature_date or today,
                    "start_date": agreement.start_date or today,
                }
            )
            agreement._ensure_third_party_account()
        self._start_due()

    def _check_legal_basis(self):
        """Refuse a mandate without the legal basis for holding the money.

        :raise UserError: naming the agreement and where to fill it in
        """
        for agreement in self:
            if not agreement.legal_basis and "mandate" in agreement.term_ids.mapped(
                "mode"
            ):
                raise UserError(
                    self.env._(
                        "%s sells under a mandate: choose the legal basis for holding "
                        "the provider's money, on the page “Mandate”, before the "
                        "first sale.",
                        agreement.display_name,
                    )
                )

    def _ensure_third_party_account(self):
        """Give a provider sold under a mandate its own account of 467."""
        for agreement in self:
            if "mandate" in agreement.term_ids.mapped("mode"):
                agreement.commercial_partner_id._ensure_third_party_account(
                    agreement.company_id
                )

    def _start_due(self):
        today = fields.Date.context_today(self)
        self.filtered(
            lambda a: a.state == "signed" and a.start_date and a.start_date <= today
        ).write({"state": "running"})

    def action_end(self):
        """End the agreement today, once nothing is owed either way."""
        self._check_state(("signed", "running"))
        for agreement in self:
            agreement._check_nothing_owed()
        self.write({"state": "ended", "end_date": fields.Date.context_today(self)})

    def _check_nothing_owed(self):
        """Refuse to end an agreement while one of the two owes the other something.

        :raise UserError: with the amount and what it is, or the declared sales that
            nobody has answered
        """
        self.ensure_one()
        provider = self.commercial_partner_id
        declared_sudo = (
            self.env["conciergerie.referral"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("provider_id", "=", provider.id),
                    ("state", "=", "declared"),
                ]
            )
        )
        if declared_sudo:
            raise UserError(
                self.env._(
                    "%(agreement)s cannot end: %(sales)s declared by %(provider)s "
                    "waits for an answer. Check or refuse it in “Declared sales”.",
                    agreement=self.display_name,
                    sales=", ".join(declared_sudo.mapped("name")),
                    provider=provider.name,
                )
            )
        entries = self.env["conciergerie.statement"]._open_entries(
            self.company_id, fields.Date.context_today(self), provider
        )
        items = self.env["conciergerie.statement"]._open_payable_items(
            self.company_id, [("partner_id", "=", provider.id)]
        )
        owed = (
            (
                self.env._("of third-party money"),
                provider._third_party_balance(self.company_id),
            ),
            (
                self.env._("of sales not settled yet"),
                sum(entries.mapped("collected_amount")),
            ),
            (
                self.env._("of commission on declared sales"),
                sum(
                    entries.filtered(lambda e: e.mode == "referral").mapped(
                        "commission_amount"
                    )
                ),
            ),
            (
                self.env._("charged for losses and damage"),
                -sum(entries.mapped("charge_amount")),
            ),
            (
                self.env._("open on statements"),
                -sum(items.mapped("amount_residual")),
            ),
        )
        for what, amount in owed:
            if self.currency_id.compare_amounts(amount, 0) != 0:
                raise UserError(
                    self.env._(
                        "%(agreement)s cannot end: %(amount)s %(what)s is still to be "
                        "settled with %(provider)s.",
                        agreement=self.display_name,
                        amount=self.currency_id.format(amount),
                        what=what,
                        provider=provider.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold(self):
        for agreement in self.filtered("is_provider_agreement"):
            if agreement.state != "draft" or agreement.commission_line_count:
                raise UserError(
                    self.env._(
                        "%s was proposed or used: end it instead of deleting it.",
                        agreement.display_name,
                    )
                )

    def _creation_message(self):
        """OCA's addon has no French: core would write “Agreement créé”."""
        if not self.is_provider_agreement:
            return super()._creation_message()
        return self.env._("Agreement with %s created", self.partner_id.name)

    @api.model
    def _cron_follow(self):
        """Start what is signed, end what has run out, remind of renewals."""
        today = fields.Date.context_today(self)
        provider = [("is_provider_agreement", "=", True)]
        self.search([*provider, ("state", "=", "signed")])._start_due()
        self.search(
            [*provider, ("state", "=", "running"), ("end_date", "<", today)]
        ).write({"state": "ended"})
        ending = self.search(
            [
                *provider,
                ("state", "=", "running"),
                ("end_date", "<=", today + timedelta(days=RENEWAL_NOTICE_DAYS)),
                ("activity_ids", "=", False),
            ],
            limit=200,
        )
        for agreement in ending:
            agreement.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=agreement.end_date,
                summary=self.env._("Renew %s", agreement.display_name),
                user_id=agreement.user_id.id or self.env.uid,
            )

    def action_view_commission_lines(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_commission_line_action"
        )
        action["domain"] = [("agreement_id", "=", self.id)]
        return action
