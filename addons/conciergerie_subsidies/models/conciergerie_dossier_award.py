from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

AMENDABLE_STATES = ("awarded", "running", "claimed", "balance")


class ConciergerieDossier(models.Model):
    """What the funder decided, and what follows from it."""

    _inherit = "conciergerie.dossier"

    award_ids = fields.One2many(
        comodel_name="conciergerie.award",
        inverse_name="dossier_id",
        string="Award and Amendments",
    )
    awarded_amount = fields.Monetary(
        string="Aid Awarded", copy=False, readonly=True, tracking=True
    )
    awarded_rate = fields.Float(
        string="Awarded Rate (%)", digits=(6, 2), copy=False, readonly=True
    )
    claim_until = fields.Date(
        string="Last Claim By",
        copy=False,
        readonly=True,
        help="Day by which the balance must be claimed; what comes later is lost.",
    )
    cap_before_balance_amount = fields.Monetary(
        string="Paid before the Balance", compute="_compute_award_caps"
    )
    advance_amount = fields.Monetary(string="Advance", compute="_compute_award_caps")
    report_date = fields.Date(
        string="Report Due On", compute="_compute_report_date", store=True
    )
    retention_date = fields.Date(
        string="Papers Kept Until",
        compute="_compute_retention_date",
        store=True,
        readonly=False,
        copy=False,
    )

    @api.depends("awarded_amount", "cap_before_balance", "advance_rate")
    def _compute_award_caps(self):
        for dossier in self:
            money = dossier.currency_id
            awarded = dossier.awarded_amount
            dossier.cap_before_balance_amount = money.round(
                awarded * dossier.cap_before_balance / 100.0
            )
            dossier.advance_amount = money.round(awarded * dossier.advance_rate / 100.0)

    @api.depends(
        "awarded_date",
        "date_to",
        "report_months",
        "company_id.fiscalyear_last_day",
        "company_id.fiscalyear_last_month",
    )
    def _compute_report_date(self):
        """Some months after the end of the financial year that the aid is for.

        That is the year in which the period ends, be it awarded before or after (law
        2000-321, article 10); without a period, the year of the award (CASES D11).
        """
        for dossier in self:
            dossier.report_date = False
            if dossier.awarded_date and dossier.report_months:
                year_end = dossier.company_id.compute_fiscalyear_dates(
                    dossier.date_to or dossier.awarded_date
                )["date_to"]
                # Day 31: from the end of a month to the end of a month.
                dossier.report_date = year_end + relativedelta(
                    months=dossier.report_months, day=31
                )

    @api.depends("awarded_date", "date_to", "retention_years")
    def _compute_retention_date(self):
        for dossier in self:
            start = dossier.date_to or dossier.awarded_date
            dossier.retention_date = (
                dossier.awarded_date
                and start
                and start + relativedelta(years=dossier.retention_years)
            )

    def _funder_reference(self):
        """Return the number by which the funder knows the aid, or False.

        That of its award; where none was entered, that of an amendment.
        """
        self.ensure_one()
        decisions = self.award_ids.sorted(lambda a: (a.kind != "award", a.date, a.id))
        return next(filter(None, decisions.mapped("reference")), False)

    def action_award(self):
        """Open the dialog that records the award."""
        return self._open_award_dialog("award")

    def action_amend(self):
        """Open the dialog that records an amendment."""
        return self._open_award_dialog("amendment")

    def _open_award_dialog(self, kind):
        self.ensure_one()
        self._check_award(kind)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_award_wizard_action"
        )
        action["name"] = (
            self.env._("Award") if kind == "award" else self.env._("Amendment")
        )
        action["context"] = {"default_dossier_id": self.id, "default_kind": kind}
        return action

    def _check_award(self, kind):
        """Refuse an award that the user or the state does not allow."""
        self.ensure_one()
        if kind == "award":
            self._check_step("awarded")
            return self._check_equilibrium()
        if not self._is_manager() and not self.env.su:
            raise UserError(
                self.env._("Awards and amendments are recorded by the manager.")
            )
        if self.state not in AMENDABLE_STATES:
            raise UserError(
                self.env._(
                    "%(dossier)s has no running award to amend.",
                    dossier=self.display_name,
                )
            )
        return True

    def _check_equilibrium(self):
        """Refuse to settle a plan that lost its equilibrium since it was filed.

        :raise UserError: with both sides
        """
        self.ensure_one()
        words = self._imbalance_words()
        if words:
            raise UserError(
                self.env._(
                    "%(dossier)s cannot be awarded yet. %(words)s The award settles "
                    "the plan: correct it first, on the page “Plan” of %(plan)s.",
                    dossier=self.display_name,
                    words=words,
                    plan=self._plan_dossier().display_name,
                )
            )

    def _check_award_figures(self, award):
        """Refuse an award whose figures or dates do not hold.

        :param award: record of ``conciergerie.award``
        :raise ValidationError: with the figures
        """
        self.ensure_one()
        money = self._money
        words = {"dossier": self.display_name, "amount": money(award.amount)}
        if award.amount <= 0:
            raise ValidationError(
                self.env._(
                    "An award of %(amount)s cannot be recorded for %(dossier)s: enter "
                    "a positive amount, or record a refusal.",
                    **words,
                )
            )
        limit = self.requested_amount if award.kind == "award" else self.total_cost
        if self.currency_id.compare_amounts(award.amount, limit) > 0:
            raise ValidationError(
                self.env._(
                    "%(dossier)s: %(amount)s cannot be awarded where %(limit)s were "
                    "asked for. Check the funder's letter.",
                    limit=money(limit),
                    **words,
                )
                if award.kind == "award"
                else self.env._(
                    "%(dossier)s: an aid of %(amount)s would be more than the cost of "
                    "the plan, %(limit)s. Check the amendment.",
                    limit=money(limit),
                    **words,
                )
            )
        self._check_award_dates(award)
        added = award.amount - self.awarded_amount
        check = added > 0 and self._check_de_minimis(added, award.date)
        if check and not check["ok"]:
            raise ValidationError(
                self.env._(
                    "%(dossier)s: the aid would pass the ceiling. %(message)s Ask the "
                    "funder for another legal basis.",
                    dossier=self.display_name,
                    message=check["message"],
                )
            )

    def _check_award_dates(self, award):
        # The last one recorded is the one in force: they come in order.
        decided = (self.award_ids - award).mapped("date")
        earliest = max(
            filter(None, (self.filed_date, self.receipt_date, *decided)), default=None
        )
        if earliest and award.date < earliest:
            raise ValidationError(
                self.env._(
                    "%(dossier)s: the decision is dated %(date)s, before %(earliest)s "
                    "when it was filed, received or awarded. Correct the date.",
                    dossier=self.display_name,
                    date=format_date(self.env, award.date),
                    earliest=format_date(self.env, earliest),
                )
            )
        for end in filter(None, (award.date_to, award.claim_until)):
            if self.date_from and end < self.date_from:
                raise ValidationError(
                    self.env._(
                        "%(dossier)s begins on %(date_from)s: its award cannot end it "
                        "on %(date)s.",
                        dossier=self.display_name,
                        date_from=format_date(self.env, self.date_from),
                        date=format_date(self.env, end),
                    )
                )
        if award.date > fields.Date.context_today(self):
            raise ValidationError(
                self.env._(
                    "%(dossier)s: the decision is dated %(date)s, which is still to "
                    "come. Correct the date.",
                    dossier=self.display_name,
                    date=format_date(self.env, award.date),
                )
            )

    def _apply_award(self, award):
        """Bring the dossier to what the funder decided last.

        The award was checked; its effects are the addon's own.
        """
        self.ensure_one()
        dossier_sudo = self.sudo()
        before = self.awarded_amount
        vals = {
            "awarded_amount": award.amount,
            "awarded_rate": award.rate or self._rate_of(award.amount),
        }
        for fname in ("date_to", "claim_until"):
            if award[fname]:
                vals[fname] = award[fname]
        if award.kind == "award":
            vals |= {"awarded_date": award.date, "state": "awarded"}
            dossier_sudo._ensure_analytic_account()
        dossier_sudo.write(vals)
        lines_sudo = dossier_sudo.expense_line_ids
        if award.kind == "award" and not any(lines_sudo.mapped("awarded_amount")):
            # Nothing said about the lines: as they were asked for.
            for line_sudo in lines_sudo:
                line_sudo.awarded_amount = line_sudo.planned_amount
        dossier_sudo._set_asked_line(award.amount)
        dossier_sudo._keep_version(
            "awarded" if award.kind == "award" else "amended", award.date
        )
        dossier_sudo._register_de_minimis(award, before)
        dossier_sudo._sync_deadlines()

    def _rate_of(self, amount):
        """Return the rate of an award that states none, in per cent."""
        self.ensure_one()
        if self.aid_rate:
            return self.aid_rate
        eligible = self.eligible_cost
        return min(100.0 * amount / eligible, 100.0) if eligible else 0.0

    def _set_asked_line(self, amount):
        """Show on the plan's line of this aid what the funder decided."""
        lines = self._asked_lines()
        if len(lines) == 1:
            lines.awarded_amount = amount

    def _register_de_minimis(self, award, before):
        """Enter the aid in the register; an amendment enters its difference.

        What is added counts from the amendment, what is taken away lessens the award
        on its own date.
        """
        self.ensure_one()
        if not (self.legal_basis or "").startswith("de_minimis"):
            return
        difference = self.currency_id.round(award.amount - before)
        if not difference:
            return
        self.env["conciergerie.de.minimis.aid"].sudo().create(
            {
                "company_id": self.company_id.id,
                "award_id": award.id,
                "name": self.name,
                "funder_id": self.funder_id.id,
                "legal_basis": self.legal_basis,
                "date": award.date if difference > 0 else self.awarded_date,
                "amount": difference,
            }
        )

    def _ensure_analytic_account(self):
        """Give the dossier the analytic account that marks its costs."""
        plan = self.env.ref("conciergerie_subsidies.analytic_plan_dossier")
        for dossier in self.filtered(
            lambda d: not d.analytic_account_id and not d.main_dossier_id
        ):
            dossier.analytic_account_id = self.env["account.analytic.account"].create(
                {
                    "name": dossier.name,
                    "code": dossier.reference,
                    "plan_id": plan.id,
                    "company_id": dossier.company_id.id,
                    "partner_id": dossier.funder_id.id,
                }
            )
