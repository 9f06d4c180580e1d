from odoo import api, fields, models

from .conciergerie_statement_schedule import last_period_end

ROLES = "conciergerie_base.group_manager,conciergerie_base.group_accountant"


class ResPartner(models.Model):
    """What the provider's form says about it."""

    _inherit = "res.partner"

    provider_request_count = fields.Integer(
        compute="_compute_provider_request_count",
        groups="conciergerie_base.group_counter",
        help="Requests in hand: to be sent, at the provider, ready.",
    )
    provider_statement_count = fields.Integer(
        compute="_compute_provider_statement_count", groups=ROLES
    )
    provider_turnover = fields.Monetary(
        compute="_compute_provider_turnover",
        currency_field="third_party_currency_id",
        string="Turnover Brought",
        groups=ROLES,
        help="Its sales through us since 1 January, VAT included.",
    )
    provider_next_settlement = fields.Date(
        compute="_compute_provider_agreement_state",
        string="Next Statement until",
        groups=ROLES,
    )
    provider_paper_state = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Missing or expired"),
        ],
        compute="_compute_provider_agreement_state",
        string="Papers",
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )

    account_to_confirm_ids = fields.One2many(
        comodel_name="res.partner.bank",
        compute="_compute_account_to_confirm_ids",
        string="Accounts to Confirm",
        groups="conciergerie_base.group_manager",
        help="Account numbers of a provider that no manager has confirmed.",
    )

    @api.depends("bank_ids.confirmed_on", "bank_ids.allow_out_payment")
    def _compute_account_to_confirm_ids(self):
        for partner in self:
            partner.account_to_confirm_ids = partner.bank_ids.filtered(
                lambda bank: not (bank.confirmed_on and bank.allow_out_payment)
            )

    def _compute_provider_request_count(self):
        tasks = self.env["project.task"]
        counts = dict(
            tasks._read_group(
                [
                    ("provider_id", "in", self.ids),
                    ("step", "in", tasks._open_steps()),
                ],
                ["provider_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.provider_request_count = counts.get(partner, 0)

    @api.depends_context("company")
    def _compute_provider_statement_count(self):
        counts = dict(
            self.env["conciergerie.statement"]._read_group(
                [
                    ("provider_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["provider_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.provider_statement_count = counts.get(partner, 0)

    @api.depends_context("company")
    def _compute_provider_turnover(self):
        january = fields.Date.context_today(self).replace(month=1, day=1)
        sums = dict(
            self.env["conciergerie.commission.line"]._read_group(
                [
                    ("provider_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                    ("date", ">=", january),
                ],
                ["provider_id"],
                ["price_total:sum"],
            )
        )
        for partner in self:
            partner.provider_turnover = sums.get(partner, 0.0)

    @api.depends_context("company")
    def _compute_provider_agreement_state(self):
        """Read the agreements in force: when they settle, whether papers are there."""
        today = fields.Date.context_today(self)
        agreements = self.env["agreement"].search(
            [
                ("is_provider_agreement", "=", True),
                ("commercial_partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("signed", "running")),
            ],
            order="start_date, id",
        )
        by_partner = agreements.grouped("commercial_partner_id")
        for partner in self:
            of_partner = by_partner.get(partner, agreements.browse())
            states = set(of_partner.paper_ids.mapped("state"))
            partner.provider_next_settlement = (
                self._next_period_end(of_partner[-1:].settlement_period, today)
                if of_partner
                else False
            )
            if states & {"missing", "expired"}:
                partner.provider_paper_state = "expired"
            elif "expiring" in states:
                partner.provider_paper_state = "expiring"
            else:
                partner.provider_paper_state = "valid" if states else False

    @api.model
    def _next_period_end(self, period, today):
        """Return the last day of the period that runs today."""
        day = today
        while last_period_end(period, fields.Date.add(day, days=1)) < today:
            day = fields.Date.add(day, days=1)
        return last_period_end(period, fields.Date.add(day, days=1))

    def action_view_provider_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_statement_action"
        )
        action["domain"] = [("provider_id", "=", self.commercial_partner_id.id)]
        return action

    def action_view_provider_sales(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_commission_line_action"
        )
        action["domain"] = [("provider_id", "=", self.commercial_partner_id.id)]
        return action

    def action_view_provider_requests(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        action["domain"] = [
            ("provider_id", "=", self.id),
            ("step", "in", self.env["project.task"]._open_steps()),
        ]
        return action
