from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Who pays first where several conventions cover one person: the lower, the earlier.
PAYER_RANKS = {"employer": 10, "institution": 20, "commune": 30, "landlord": 40}


class ContractContract(models.Model):
    """A convention with who pays for others: OCA's contract, our life cycle.

    The contract gives the recurrence, the invoices and the portal list. We add who is
    entitled, what is covered, the share taken in charge, and what becomes of the
    convention from its draft to its end.
    """

    _inherit = "contract.contract"

    is_convention = fields.Boolean(string="Convention", index=True)
    convention_kind = fields.Selection(
        selection=[
            ("employer", "Employer"),
            ("institution", "Institution"),
            ("commune", "Commune"),
            ("landlord", "Landlord"),
        ],
        help="Who pays: an employer for its people, a commune or a landlord for its "
        "inhabitants, an institution for those it follows.",
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
        index=True,
        tracking=True,
    )
    start_date = fields.Date(
        tracking=True, help="First day of the convention; today when it is signed."
    )
    term_end = fields.Date(
        string="End of the Term",
        tracking=True,
        copy=False,
        help="Last day of the current term; empty for a convention without end.",
    )
    is_tacit_renewal = fields.Boolean(
        string="Tacit Renewal",
        default=True,
        help="A new term begins by itself, unless one of the two gives notice.",
    )
    renewal_months = fields.Integer(string="New Term (months)", default=12)
    notice_months = fields.Integer(string="Notice (months)", default=3)
    notice_date = fields.Date(
        string="Notice Before",
        compute="_compute_notice_date",
        store=True,
        help="Last day on which notice can be given for the end of the term.",
    )
    payer_rank = fields.Integer(
        string="Order of Payers",
        compute="_compute_payer_rank",
        store=True,
        readonly=False,
        help="Where several conventions cover one person, the lowest pays first; each "
        "next one takes its share of what is left.",
    )
    site_ids = fields.Many2many(
        comodel_name="conciergerie.site",
        string="Sites Covered",
        check_company=True,
        help="Empty: every site of the company.",
    )
    covered_service_ids = fields.Many2many(
        comodel_name="product.product",
        string="Services Covered",
        domain=[("is_conciergerie_service", "=", True)],
        help="Empty: every service.",
    )
    entitlement_ids = fields.One2many(
        comodel_name="conciergerie.entitlement",
        inverse_name="convention_id",
        string="Entitled People",
    )
    entitlement_count = fields.Integer(compute="_compute_entitlement_count")
    entitled_commune_ids = fields.Many2many(
        comodel_name="conciergerie.commune",
        string="Entitled Communes",
        help="Everybody who lives there is entitled, without being on the list.",
    )
    email_domains = fields.Char(
        help="Who has an address of these domains is entitled, e.g. “usine.example”; "
        "several are separated by commas.",
    )
    join_code = fields.Char(
        copy=False,
        groups="conciergerie_base.group_manager",
        help="Given by the payer to its people: who says it is put on the list.",
    )
    is_family_included = fields.Boolean(
        string="Family Included",
        help="The family of an entitled person is entitled as well.",
    )
    copay_rule_ids = fields.One2many(
        comodel_name="conciergerie.copay.rule",
        inverse_name="convention_id",
        string="Co-Pay",
        copy=True,
    )

    _renewal_positive = models.Constraint(
        "CHECK(renewal_months > 0 AND notice_months >= 0)",
        "A new term lasts a month at least, and a notice is not negative.",
    )

    # ------------------------------------------------------------------
    # Computes and checks
    # ------------------------------------------------------------------

    @api.depends("term_end", "notice_months")
    def _compute_notice_date(self):
        for contract in self:
            end = contract.term_end
            contract.notice_date = end and end - relativedelta(
                months=contract.notice_months
            )

    @api.depends("convention_kind")
    def _compute_payer_rank(self):
        for contract in self:
            contract.payer_rank = PAYER_RANKS.get(contract.convention_kind, 50)

    def _compute_entitlement_count(self):
        today = fields.Date.context_today(self)
        counts = dict(
            self.env["conciergerie.entitlement"]._read_group(
                [
                    ("convention_id", "in", self.ids),
                    *self.env["conciergerie.entitlement"]._valid_domain(today),
                ],
                ["convention_id"],
                ["__count"],
            )
        )
        for contract in self:
            contract.entitlement_count = counts.get(contract, 0)

    @api.constrains("is_convention", "convention_kind")
    def _check_convention(self):
        for contract in self.filtered("is_convention"):
            if not contract.convention_kind:
                raise ValidationError(
                    self.env._(
                        "Say who pays in %s: employer, commune, landlord or "
                        "institution.",
                        contract.display_name,
                    )
                )

    @api.constrains("start_date", "term_end")
    def _check_term(self):
        for contract in self:
            start, end = contract.start_date, contract.term_end
            if start and end and end < start:
                raise ValidationError(
                    self.env._("%s ends before it starts.", contract.display_name)
                )

    def write(self, vals):
        """Keep what was agreed: a convention that runs has begun, and ends by itself.

        :raise UserError: another first day, or an end in the past
        """
        running = self.filtered(lambda c: c.is_convention and c.state == "running")
        if running and "state" not in vals:
            running._check_running_dates(vals)
        return super().write(vals)

    def _check_running_dates(self, vals):
        today = fields.Date.context_today(self)
        start = fields.Date.to_date(vals.get("start_date"))
        end = fields.Date.to_date(vals.get("term_end"))
        for contract in self:
            if "start_date" in vals and start != contract.start_date:
                raise UserError(
                    self.env._(
                        "%s runs already: its first day was agreed and stays.",
                        contract.display_name,
                    )
                )
            if end and end != contract.term_end and end < today:
                raise UserError(
                    self.env._(
                        "%s cannot end in the past: press “End” to end it today, or "
                        "choose a day to come.",
                        contract.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft_convention(self):
        for contract in self.filtered("is_convention"):
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was proposed or used: end it instead of deleting it.",
                        contract.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Life cycle
    # ------------------------------------------------------------------

    def action_propose(self):
        """Offer the convention to who would pay.

        :raise UserError: it says neither a fee nor a co-pay
        """
        self._check_state(("draft",))
        for contract in self:
            if not contract.contract_line_ids and not contract.copay_rule_ids:
                raise UserError(
                    self.env._(
                        "%s has neither a fee nor a co-pay: say what is agreed first.",
                        contract.display_name,
                    )
                )
        self._write_step({"state": "proposed"})

    def action_back_to_draft(self):
        """Take a proposal back to change it, or what is signed and has not begun."""
        self._check_state(("proposed", "signed"))
        self._write_step(
            {
                "state": "draft",
                "signed_by": False,
                "signed_on": False,
                "signature": False,
            }
        )

    def action_sign(self):
        """Record the signature; a convention whose day has come runs at once."""
        self._check_state(("proposed",))
        today = fields.Date.context_today(self)
        for contract in self:
            contract._write_step(
                {"state": "signed", "start_date": contract.start_date or today}
            )
        self._start_due()

    def _start_due(self):
        today = fields.Date.context_today(self)
        self.filtered(
            lambda c: c.state == "signed" and c.start_date and c.start_date <= today
        )._write_step({"state": "running"})

    def action_end(self):
        """End the convention today; its last invoice follows as agreed."""
        self._check_state(("running",))
        self._end(fields.Date.context_today(self))

    def _end(self, day):
        """End conventions on a day: nothing more is covered after it.

        :param date day: last day on which people are entitled
        """
        self._write_step({"state": "ended", "term_end": day})

    @api.model
    def _cron_follow_conventions(self):
        """Start what is signed; renew or end what reaches the end of its term."""
        today = fields.Date.context_today(self)
        convention = [("is_convention", "=", True)]
        self.search([*convention, ("state", "=", "signed")])._start_due()
        past = self.search(
            [*convention, ("state", "=", "running"), ("term_end", "<", today)]
        )
        for contract in past.filtered("is_tacit_renewal"):
            contract._renew(today)
        for contract in past - past.filtered("is_tacit_renewal"):
            contract._end(contract.term_end)

    def _renew(self, today):
        """Begin the term that today is in, each on the day after the one before."""
        self.ensure_one()
        end = self.term_end
        while end < today:
            following = end + relativedelta(days=1)
            end = following + relativedelta(months=self.renewal_months, days=-1)
        self.term_end = end

    # ------------------------------------------------------------------
    # What is covered
    # ------------------------------------------------------------------

    def _covers(self, product, day, site=None):
        """Say whether a convention covers a service on a day.

        :param product: ``product.product``
        :param date day: day of the sale
        :param site: ``conciergerie.site`` of the sale, if known
        """
        self.ensure_one()
        return bool(
            self._is_in_force(day)
            and (not self.covered_service_ids or product in self.covered_service_ids)
            and (not site or not self.site_ids or site in self.site_ids)
        )

    def _is_in_force(self, day):
        """Say whether a convention entitles anybody on a day."""
        self.ensure_one()
        return bool(
            self.is_convention
            and self.state in ("running", "ended")
            and self.start_date
            and self.start_date <= day
            and (not self.term_end or day <= self.term_end or self._is_renewing())
        )

    def _is_renewing(self):
        """Say whether the end of the term is only the beginning of the next."""
        self.ensure_one()
        return self.state == "running" and self.is_tacit_renewal

    def action_view_entitlements(self):
        """Open the list of the people whom the convention entitles."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_entitlement_action"
        )
        action["domain"] = [("convention_id", "=", self.id)]
        action["context"] = {"default_convention_id": self.id}
        return action

    def _email_domain_set(self):
        """Return the e-mail domains that entitle, in lower case."""
        self.ensure_one()
        names = (self.email_domains or "").lower().replace(";", ",").split(",")
        return {name.strip().lstrip("@") for name in names if name.strip()}
