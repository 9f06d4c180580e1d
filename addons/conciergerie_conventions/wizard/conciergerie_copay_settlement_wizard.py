from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConciergerieCopaySettlementWizard(models.TransientModel):
    """What each payer's statement will list, before it is made."""

    _name = "conciergerie.copay.settlement.wizard"
    _description = "Statements of the Payers"
    _inherit = "conciergerie.settlement.dialog"
    _statement_model = "conciergerie.copay.statement"

    convention_ids = fields.Many2many(
        comodel_name="contract.contract",
        string="Conventions",
        domain=[("is_convention", "=", True)],
        help="Empty: all of them.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.copay.settlement.wizard.line",
        inverse_name="wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    is_empty = fields.Boolean(compute="_compute_is_empty")

    @api.depends("line_ids.use_count")
    def _compute_is_empty(self):
        for wizard in self:
            wizard.is_empty = not any(wizard.line_ids.mapped("use_count"))

    @api.depends("company_id", "period_end", "convention_ids")
    def _compute_line_ids(self):
        statements = self.env["conciergerie.copay.statement"]
        for wizard in self:
            wizard.line_ids = [Command.clear()]
            if not wizard.period_end:
                continue
            wizard._check_rights()
            found = statements._to_list(
                wizard.company_id, wizard.period_end, wizard.convention_ids or None
            )
            wizard.line_ids = [
                Command.create(
                    {
                        "convention_id": convention.id,
                        "use_count": found.get(convention, (0, 0.0))[0],
                        "share_amount": found.get(convention, (0, 0.0))[1],
                        "reason": wizard._why_nothing(convention, found),
                    }
                )
                for convention in wizard._looked_at(found)
            ]

    def _looked_at(self, found):
        """Return the conventions to show: those to list, and those one would expect."""
        expected = self.env["contract.contract"].search(
            [
                ("is_convention", "=", True),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "running"),
                ("copay_rule_ids", "!=", False),
            ]
        )
        if self.convention_ids:
            expected = self.convention_ids._origin
        listed = self.env["contract.contract"].browse([c.id for c in found])
        return listed | expected

    def _why_nothing(self, convention, found):
        if convention in found:
            return False
        last = self.env["conciergerie.copay.statement"].search(
            [
                ("convention_id", "=", convention.id),
                ("period_end", ">=", self.period_end),
            ],
            limit=1,
        )
        if last:
            return self.env._("listed already on %s", last.name)
        return self.env._("nothing was taken in charge until this day")

    def action_settle(self):
        """Make the statements and show them; say so where there is nothing.

        :raise UserError: nothing to list
        """
        self.ensure_one()
        self._check_rights()
        statements = self.env["conciergerie.copay.statement"]._settle(
            self.company_id, self.period_end, self.convention_ids or None
        )
        if not statements:
            raise UserError(
                self.env._(
                    "Nothing is left to list until %s: everything is on a statement "
                    "already, or nothing was taken in charge.",
                    self.period_end.strftime("%d/%m/%Y"),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_copay_statement_action"
        )
        action["domain"] = [("id", "in", statements.ids)]
        return action


class ConciergerieCopaySettlementWizardLine(models.TransientModel):
    _name = "conciergerie.copay.settlement.wizard.line"
    _description = "Payer to List"

    wizard_id = fields.Many2one(
        comodel_name="conciergerie.copay.settlement.wizard",
        required=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    convention_id = fields.Many2one(comodel_name="contract.contract", readonly=True)
    use_count = fields.Integer(string="Sales", readonly=True)
    share_amount = fields.Monetary(string="Taken in Charge", readonly=True)
    reason = fields.Char(string="Why Nothing", readonly=True)
