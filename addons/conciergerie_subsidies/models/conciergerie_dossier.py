from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

# States in which the plan and the request may still change.
OPEN_PLAN_STATES = ("idea", "filed", "instructed")
DEAD_STATES = ("refused", "abandoned")


class ConciergerieDossier(models.Model):
    """A file for an aid, from the idea to the end of its retention.

    Plan, checks, life, award and deadlines are files of their own.
    """

    _name = "conciergerie.dossier"
    _description = "Subsidy Dossier"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "conciergerie.subsidy.terms",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    reference = fields.Char(copy=False, readonly=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[
            ("idea", "Idea"),
            ("filed", "Filed"),
            ("instructed", "Instructed"),
            ("awarded", "Awarded"),
            ("running", "Running"),
            ("claimed", "Payment claimed"),
            ("balance", "Balance claimed"),
            ("reported", "Reported"),
            ("closed", "Closed"),
            ("refused", "Refused"),
            ("abandoned", "Abandoned"),
        ],
        required=True,
        default="idea",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, readonly=True
    )
    programme_id = fields.Many2one(
        comodel_name="conciergerie.programme",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="Its terms are copied when the dossier is filed, and kept.",
    )
    funder_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_funder_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        check_company=True,
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Who is told of what is due.",
    )
    main_dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        index="btree_not_null",
        check_company=True,
        domain="[('main_dossier_id', '=', False), ('id', '!=', id)]",
        help="The dossier whose plan and costs this co-funder shares, at its own rate.",
    )
    cofunding_ids = fields.One2many(
        comodel_name="conciergerie.dossier",
        inverse_name="main_dossier_id",
        string="Co-funders' Dossiers",
    )
    date_from = fields.Date(string="Period From", tracking=True)
    date_to = fields.Date(string="Period Until", tracking=True)
    eligible_from_receipt = fields.Boolean(
        string="Eligible from the Receipt",
        help="Costs count from the day the funder received the application.",
    )
    eligible_from = fields.Date(
        string="Costs Count From", compute="_compute_eligible_from", store=True
    )
    receipt_date = fields.Date(
        string="Received by the Funder",
        copy=False,
        tracking=True,
        help="Date of the acknowledgement of receipt: the earliest eligible date of "
        "most funders.",
    )
    filed_date = fields.Date(
        string="Filed On",
        copy=False,
        readonly=True,
        tracking=True,
        help="To be changed where it was filed before it was entered here.",
    )
    awarded_date = fields.Date(copy=False, readonly=True)
    requested_amount = fields.Monetary(
        string="Aid Asked For", copy=False, tracking=True
    )
    investment = fields.Boolean(
        help="Aid for equipment, released over the life of the asset."
    )
    analytic_account_id = fields.Many2one(
        comodel_name="account.analytic.account",
        index="btree_not_null",
        check_company=True,
        copy=False,
        help="Marks the costs of this dossier in the books; made at the award.",
    )
    expense_kind_ids = fields.Many2many(
        comodel_name="conciergerie.expense.kind",
        string="Eligible Expenses",
        help="Empty: every kind of expense.",
    )
    paper_ids = fields.One2many(
        comodel_name="conciergerie.dossier.paper", inverse_name="dossier_id"
    )
    condition_ids = fields.One2many(
        comodel_name="conciergerie.dossier.condition", inverse_name="dossier_id"
    )
    publicity = fields.Text(string="Publicity Duties")
    outcome_note = fields.Text(
        string="Reason", copy=False, help="Why it was refused or given up."
    )
    note = fields.Html(string="Project")

    @api.model
    def _group_expand_state(self, states, domain):
        """Show the columns of the pipeline, empty ones too, up to the end."""
        every = [value for value, _label in self._fields["state"].selection]
        return [s for s in every if s not in DEAD_STATES or s in states]

    @api.depends("programme_id")
    def _compute_funder_id(self):
        for dossier in self:
            dossier.funder_id = dossier.programme_id.funder_id

    @api.depends("date_from", "receipt_date", "eligible_from_receipt")
    def _compute_eligible_from(self):
        for dossier in self:
            dates = [dossier.date_from]
            if dossier.eligible_from_receipt:
                dates.append(dossier.receipt_date)
            dossier.eligible_from = max(filter(None, dates), default=False)

    @api.depends("name", "reference")
    def _compute_display_name(self):
        for dossier in self:
            dossier.display_name = (
                f"{dossier.reference} {dossier.name or ''}"
                if dossier.reference
                else dossier.name
            )

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for dossier in self:
            if (
                dossier.date_from
                and dossier.date_to
                and dossier.date_to < dossier.date_from
            ):
                raise ValidationError(
                    self.env._(
                        "The period of %(dossier)s ends on %(date_to)s, before it "
                        "begins on %(date_from)s: correct its dates.",
                        dossier=dossier.display_name,
                        date_to=format_date(self.env, dossier.date_to),
                        date_from=format_date(self.env, dossier.date_from),
                    )
                )

    @api.constrains("programme_id", "company_id")
    def _check_currency(self):
        for dossier in self:
            currency = dossier.programme_id.currency_id
            if currency != dossier.company_id.currency_id:
                raise ValidationError(
                    self.env._(
                        "The figures of %(programme)s are in %(currency)s, the books "
                        "of %(company)s in %(own)s: choose a programme in %(own)s.",
                        programme=dossier.programme_id.display_name,
                        currency=currency.name,
                        company=dossier.company_id.name,
                        own=dossier.company_id.currency_id.name,
                    )
                )

    @api.constrains("requested_amount")
    def _check_requested_amount(self):
        for dossier in self:
            if dossier.requested_amount < 0:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s cannot ask for %(amount)s: enter what the funder "
                        "is to pay, as a positive amount.",
                        dossier=dossier.display_name,
                        amount=dossier._money(dossier.requested_amount),
                    )
                )

    @api.constrains("main_dossier_id")
    def _check_main_dossier(self):
        for dossier in self.filtered("main_dossier_id"):
            main = dossier.main_dossier_id
            if main == dossier or main.main_dossier_id or dossier.cofunding_ids:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s cannot share the plan of %(main)s: the main "
                        "dossier holds the plan, the co-funders' ones point to it.",
                        dossier=dossier.display_name,
                        main=main.display_name,
                    )
                )
            if dossier.budget_line_ids:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s has a plan of its own: delete its lines before "
                        "it shares that of %(main)s.",
                        dossier=dossier.display_name,
                        main=main.display_name,
                    )
                )

    @api.onchange("programme_id")
    def _onchange_programme_id(self):
        if self.programme_id and self.state == "idea":
            self.update(self._prepare_copied_vals(self.programme_id))

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            vals["reference"] = sequence.with_company(company).next_by_code(
                "conciergerie.dossier"
            )
            programme = self.env["conciergerie.programme"].browse(
                vals.get("programme_id")
            )
            if programme:
                # A copied dossier carries the terms of its time: today's replace them.
                vals.update(self._prepare_copied_vals(programme))
            if not self.env.su and vals.get("state", "idea") != "idea":
                raise UserError(self._state_message())
        dossiers = super().create(vals_list)
        dossiers._sync_papers()
        dossiers._refresh_flat_lines()
        dossiers._sync_deadlines()
        return dossiers

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self._check_writable(vals)
            if "state" in vals:
                return self._write_state(vals)
        handed_over = self._owned_deadlines() if "user_id" in vals else None
        result = super().write(vals)
        if handed_over:
            handed_over.user_id = vals["user_id"]
        if "programme_id" in vals:
            self.filtered(lambda d: d.state == "idea")._copy_terms()
        if vals.keys() & {"flat_rate", "flat_rate_base", "expense_kind_ids"}:
            self._refresh_flat_lines()
        if vals.keys() & self._deadline_fields():
            self._sync_deadlines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_idea(self):
        for dossier in self:
            if dossier.state != "idea":
                raise UserError(
                    self.env._(
                        "%(dossier)s was filed and is kept: abandon it instead of "
                        "deleting it.",
                        dossier=dossier.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Who may write what, and when
    # ------------------------------------------------------------------

    @api.model
    def _accounting_fields(self):
        """Return the fields that an accountant may write, manager or not."""
        return {"analytic_account_id", "investment", "message_main_attachment_id"}

    @api.model
    def _is_manager(self):
        return self.env.user.has_group("conciergerie_base.group_manager")

    def _check_writable(self, vals):
        """Refuse what the user or the state of the dossier does not allow."""
        names = vals.keys()
        if not self._is_manager() and names - self._accounting_fields() - {"state"}:
            raise UserError(
                self.env._(
                    "The manager keeps the dossiers; an accountant allocates, claims "
                    "and books. Ask a manager to change this."
                )
            )
        locked = {"programme_id", "company_id", "main_dossier_id"}
        terms = set(self._terms_fields()) | {
            "requested_amount",
            "eligible_from_receipt",
            "date_from",
            "date_to",
        }
        for dossier in self:
            if dossier.state != "idea" and names & locked:
                raise UserError(
                    self.env._(
                        "%(dossier)s was filed: its programme no longer changes. Copy "
                        "it to ask another funder.",
                        dossier=dossier.display_name,
                    )
                )
            if dossier.state not in (*OPEN_PLAN_STATES, "awarded") and names & terms:
                raise UserError(
                    self.env._(
                        "%(dossier)s runs on the terms of its award: record an "
                        "amendment to change its amount, rate or period.",
                        dossier=dossier.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------------

    @api.model
    def _copied_fields(self):
        """Return what a dossier takes over from its programme."""
        return [
            *self._terms_fields(),
            "eligible_from_receipt",
            "publicity",
            "expense_kind_ids",
        ]

    @api.model
    def _prepare_copied_vals(self, programme):
        return {
            **programme._prepare_terms_vals(),
            "eligible_from_receipt": programme.eligible_from_receipt,
            "publicity": programme.publicity,
            "expense_kind_ids": [fields.Command.set(programme.expense_kind_ids.ids)],
        }

    def _copy_terms(self):
        """Take over the terms of the programme as they are now."""
        for dossier in self:
            dossier.write(self._prepare_copied_vals(dossier.programme_id))
        self._sync_papers()

    def _sync_papers(self):
        """Add to the checklist the papers that the programme asks for."""
        vals_list = []
        for dossier in self:
            missing = dossier.programme_id.requirement_ids - (
                dossier.paper_ids.requirement_id
            )
            vals_list += [r._prepare_paper_vals(dossier) for r in missing]
        return self.env["conciergerie.dossier.paper"].create(vals_list)
