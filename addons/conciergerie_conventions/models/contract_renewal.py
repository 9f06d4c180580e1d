import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .crm_lead_convention import KINDS
from .fee_facts import FeeFacts

_logger = logging.getLogger(__name__)

CRON_BATCH = 100
AUDIENCES = {kind: audience for audience, kind in KINDS.items()}
PERIODS = {
    "daily": 365,
    "weekly": 52,
    "monthly": 12,
    "monthlylastday": 12,
    "quarterly": 4,
    "semesterly": 2,
    "yearly": 1,
}


class ContractContract(models.Model):
    """Before its notice date, a convention comes back as an opportunity."""

    _inherit = "contract.contract"

    lead_ids = fields.One2many(
        comodel_name="crm.lead",
        inverse_name="convention_id",
        string="Opportunities",
        groups="sales_team.group_sale_salesman",
    )
    lead_count = fields.Integer(
        compute="_compute_lead_count", groups="sales_team.group_sale_salesman"
    )
    renewal_term = fields.Date(
        copy=False,
        readonly=True,
        help="End of the last term for which an opportunity was made.",
    )
    notice_given_date = fields.Date(
        string="Notice Given On", copy=False, readonly=True, tracking=True
    )
    notice_given_by = fields.Selection(
        selection=[("us", "Us"), ("payer", "The payer")], copy=False, readonly=True
    )
    notice_reason = fields.Text(copy=False, readonly=True)

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("convention_id", "in", self.ids)], ["convention_id"], ["__count"]
            )
        )
        for contract in self:
            contract.lead_count = counts.get(contract._origin, 0)

    def write(self, vals):
        """A convention that renews by itself again has no notice any more."""
        if vals.get("is_tacit_renewal"):
            vals = {
                **vals,
                "notice_given_date": False,
                "notice_given_by": False,
                "notice_reason": False,
            }
        return super().write(vals)

    def get_formview_id(self, access_uid=None):
        """Open a convention in its own form, from a prospect or anywhere else."""
        if self.is_convention:
            return self.env.ref(
                "conciergerie_conventions.contract_contract_view_form_convention"
            ).id
        return super().get_formview_id(access_uid=access_uid)

    def action_view_leads(self):
        """Open the prospect that the convention comes from and its renewals."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm.crm_lead_opportunities"
        )
        leads = self.lead_ids
        action["domain"] = [("convention_id", "=", self.id)]
        action["context"] = {}
        if len(leads) == 1:
            action.update(res_id=leads.id, views=[(False, "form")], view_mode="form")
        return action

    # ------------------------------------------------------------------
    # Opportunities
    # ------------------------------------------------------------------

    @api.model
    def _cron_propose_renewals(self):
        """Make the opportunity of each term that ends, once, a bounded number a run.

        For running conventions whose notice date comes within the days of the
        company's settings (0: never) and for which nobody gave notice.
        """
        today = fields.Date.context_today(self)
        due = self.browse()
        for company in self.env["res.company"].search([("renewal_lead_days", ">", 0)]):
            due += self.search(
                [
                    ("is_convention", "=", True),
                    ("state", "=", "running"),
                    ("company_id", "=", company.id),
                    ("term_end", "!=", False),
                    ("notice_given_date", "=", False),
                    ("notice_date", ">=", today),
                    (
                        "notice_date",
                        "<=",
                        today + timedelta(days=company.renewal_lead_days),
                    ),
                ]
            ).filtered(lambda c: c.renewal_term != c.term_end)
        batch = due.sorted("notice_date")[:CRON_BATCH]
        revenues = batch._renewal_revenues(today)
        failed = self.browse()
        for contract in batch:
            try:
                with self.env.cr.savepoint():
                    contract._propose_renewal(revenues[contract.id])
            except Exception:
                # One that cannot be made does not keep the others.
                _logger.exception("No renewal for convention %s", contract.id)
                failed += contract
            else:
                self.env["ir.cron"]._commit_progress(1)
        self.env["ir.cron"]._commit_progress(remaining=len(due - batch))

    def _propose_renewal(self, revenue):
        """Put the renewal of the current term in the pipeline of its audience.

        :param revenue: expected for a year, without VAT, company currency
        """
        self.ensure_one()
        audience = self.env.ref(
            f"conciergerie_base.audience_{AUDIENCES[self.convention_kind]}"
        )
        teams = self.env["crm.team"]._get_by_audience(audience)
        company = self.company_id
        team = teams.get((audience.id, company.id)) or teams.get((audience.id, False))
        user = self.user_id.filtered(
            lambda u: u.active and company in u.sudo().company_ids
        )
        lead = (
            self.env["crm.lead"]
            .with_company(company)
            .create(
                {
                    "type": "opportunity",
                    "name": self.env._("Renewal of %s", self.name),
                    "company_id": company.id,
                    "audience_id": audience.id,
                    "team_id": team.id if team else False,
                    "user_id": user.id,
                    "partner_id": self.partner_id.id,
                    "site_id": self.site_ids.id if len(self.site_ids) == 1 else False,
                    "convention_id": self.id,
                    "renewal_term_end": self.term_end,
                    "expected_revenue": revenue,
                    "date_deadline": self.notice_date,
                }
            )
        )
        self.renewal_term = self.term_end
        self._message_log(
            body=self.env._("To be renewed or not: %s", lead._get_html_link())
        )
        if user:
            week = fields.Date.context_today(self) + timedelta(days=7)
            lead.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=min(week, self.notice_date),
                summary=self.env._(
                    "Talk about the renewal; notice until %s",
                    format_date(self.env, self.notice_date),
                ),
                user_id=user.id,
            )
        return lead

    def _renewal_revenues(self, today):
        """Return what each convention brings in a year, without VAT.

        Its posted invoices of the last 12 months; where there are none, its fees over
        a year at the present prices and people.

        :return: ``{convention id: amount in company currency}``
        """
        groups = self.env["account.move.line"]._read_group(
            [
                ("contract_line_id.contract_id", "in", self.ids),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("date", ">", today - relativedelta(years=1)),
                ("date", "<=", today),
            ],
            ["contract_line_id"],
            ["balance:sum"],
        )
        revenues = {}
        for line, balance in groups:
            contract = line.contract_id.id
            revenues[contract] = revenues.get(contract, 0.0) - balance
        facts = FeeFacts(self)
        for contract in self.filtered(lambda c: not revenues.get(c.id)):
            revenues[contract.id] = contract._fee_of_a_year(facts, today)
        return revenues

    def _fee_of_a_year(self, facts, today):
        """Estimate the fees of a year without VAT, in company currency.

        What is counted: the fuller of this month and the last, twelve times.
        """
        self.ensure_one()
        total = 0.0
        this = today.replace(day=1), today + relativedelta(day=31)
        last = this[0] - relativedelta(months=1), this[0] - timedelta(days=1)
        for line in self._fee_lines():
            if line.date_end and line.date_end < today:
                continue
            if line._is_counted_fee():
                amount = 12 * max(line._fee_amount(facts, *m) for m in (this, last))
            else:
                periods = PERIODS.get(line.recurring_rule_type, 12)
                amount = line._fee_price_on(today) * line.quantity * periods
                amount /= line.recurring_interval or 1
            taxes = line.product_id.taxes_id._filter_taxes_by_company(self.company_id)
            net = taxes.compute_all(amount, line.currency_id)["total_excluded"]
            total += line.currency_id._convert(
                net, self.company_id.currency_id, self.company_id, today
            )
        return total

    # ------------------------------------------------------------------
    # Notice
    # ------------------------------------------------------------------

    def action_give_notice(self):
        """Open the dialog of the notice.

        :raise UserError: the convention has no end of term, or notice was given
        """
        self.ensure_one()
        self._check_can_give_notice()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_convention_notice_action"
        )
        action["context"] = {"default_convention_id": self.id}
        return action

    def _check_can_give_notice(self):
        self.ensure_one()
        self._check_state(("running",))
        if not self.term_end:
            raise UserError(
                self.env._(
                    "%s has no end of term: write the last day agreed in “End of the "
                    "Term”, or press “End” on that day.",
                    self.display_name,
                )
            )
        if self.notice_given_date:
            raise UserError(
                self.env._(
                    "Notice of %(convention)s was given on %(day)s already.",
                    convention=self.display_name,
                    day=format_date(self.env, self.notice_given_date),
                )
            )

    def _give_notice(self, given_by, day, reason=None, is_agreed=False):
        """Record a notice: the convention ends with its term and is not renewed.

        :param given_by: ``us`` or ``payer``
        :param date day: day on which the notice was received or sent
        :param is_agreed: both agree to an end after the notice date; needs a reason
        :raise UserError: too late, in the future, or after the end of the term
        """
        self.ensure_one()
        self._check_can_give_notice()
        today = fields.Date.context_today(self)
        end = format_date(self.env, self.term_end)
        if day > today or day > self.term_end:
            raise UserError(
                self.env._(
                    "The day of the notice of %(convention)s is today or earlier, and "
                    "not after its term, which ends on %(end)s.",
                    convention=self.display_name,
                    end=end,
                )
            )
        if day > self.notice_date and not (is_agreed and (reason or "").strip()):
            raise UserError(
                self.env._(
                    "Too late for %(convention)s: notice was possible until %(day)s. "
                    "If both agree all the same, tick it and say why.",
                    convention=self.display_name,
                    day=format_date(self.env, self.notice_date),
                )
            )
        self.write(
            {
                "is_tacit_renewal": False,
                "notice_given_date": day,
                "notice_given_by": given_by,
                "notice_reason": reason,
            }
        )
        facts = {
            "day": format_date(self.env, day),
            "end": end,
            "reason": reason or "",
        }
        if given_by == "us":
            body = self.env._(
                "We gave notice on %(day)s: the convention ends on %(end)s. %(reason)s",
                **facts,
            )
        else:
            body = self.env._(
                "The payer gave notice on %(day)s: the convention ends on %(end)s. "
                "%(reason)s",
                **facts,
            )
        self.message_post(body=body)
        renewals = self.lead_ids.filtered(
            lambda lead: (
                lead.renewal_term_end == self.term_end and lead.won_status == "pending"
            )
        )
        renewals._message_log_batch(bodies={lead.id: body for lead in renewals})
