from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConciergerieSettlementWizard(models.TransientModel):
    """What will be settled with whom, and what will not, before it is done."""

    _name = "conciergerie.settlement.wizard"
    _description = "Settle Providers"
    _inherit = "conciergerie.settlement.dialog"
    _statement_model = "conciergerie.statement"

    provider_ids = fields.Many2many(
        comodel_name="res.partner",
        domain=[("is_provider", "=", True)],
        help="Empty: all of them.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.settlement.wizard.line",
        inverse_name="wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    is_empty = fields.Boolean(compute="_compute_is_empty")

    @api.depends("line_ids.entry_count")
    def _compute_is_empty(self):
        for wizard in self:
            wizard.is_empty = not any(wizard.line_ids.mapped("entry_count"))

    @api.depends("company_id", "period_end", "provider_ids")
    def _compute_line_ids(self):
        statements = self.env["conciergerie.statement"]
        for wizard in self:
            if not wizard.period_end:
                wizard.line_ids = [Command.clear()]
                continue
            wizard._check_rights()
            self.env["conciergerie.due.entry"]._derive(wizard.company_id)
            entries = statements._open_entries(
                wizard.company_id, wizard.period_end, wizard.provider_ids or None
            )
            ready, waiting = statements._sort_entries(
                entries, fields.Date.context_today(wizard)
            )
            bonuses = statements._expected_bonuses(ready)
            commands = [Command.clear()]
            for provider, of_provider in entries.grouped("provider_id").items():
                settled = of_provider & ready
                reasons = {
                    self.env._(
                        "%(sale)s: %(reason)s",
                        sale=entry.display_name,
                        reason=waiting[entry],
                    )
                    for entry in of_provider
                    if entry in waiting
                }
                commands.append(
                    Command.create(
                        {
                            "provider_id": provider.id,
                            "entry_count": len(settled),
                            "waiting_count": len(of_provider - settled),
                            "collected_amount": sum(settled.mapped("collected_amount")),
                            "commission_amount": sum(
                                settled.mapped("commission_amount")
                            ),
                            "bonus_amount": bonuses.get(provider, 0.0),
                            "charge_amount": sum(settled.mapped("charge_amount")),
                            "reason": "\n".join(sorted(reasons)),
                        }
                    )
                )
            wizard.line_ids = commands

    def action_settle(self):
        """Settle, and show the statements; say so where there is nothing."""
        self.ensure_one()
        self._check_rights()
        statements = self.env["conciergerie.statement"]._settle(
            self.company_id, self.period_end, self.provider_ids or None
        )
        if not statements:
            raise UserError(
                self.env._(
                    "Nothing is left to settle until %s: everything is settled "
                    "already, or waits for the reason shown in the list.",
                    self.period_end.strftime("%d/%m/%Y"),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_statement_action"
        )
        if len(statements) == 1:
            return {**action, "views": [(False, "form")], "res_id": statements.id}
        action["domain"] = [("id", "in", statements.ids)]
        return action


class ConciergerieSettlementWizardLine(models.TransientModel):
    _name = "conciergerie.settlement.wizard.line"
    _description = "Provider to Settle"

    wizard_id = fields.Many2one(
        comodel_name="conciergerie.settlement.wizard",
        required=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    provider_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    entry_count = fields.Integer(string="Sales", readonly=True)
    waiting_count = fields.Integer(string="Waiting", readonly=True)
    collected_amount = fields.Monetary(string="Collected", readonly=True)
    commission_amount = fields.Monetary(string="Commission", readonly=True)
    bonus_amount = fields.Monetary(
        string="Bonus",
        readonly=True,
        help="On the turnover, added to the commission; negative: a rebate.",
    )
    charge_amount = fields.Monetary(
        string="Charged", readonly=True, help="For losses and damage."
    )
    reason = fields.Text(string="Why They Wait", readonly=True)
