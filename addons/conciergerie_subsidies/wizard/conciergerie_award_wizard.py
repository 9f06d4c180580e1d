from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ConciergerieAwardWizard(models.TransientModel):
    """Record what the funder decided: the award, or an amendment."""

    _name = "conciergerie.award.wizard"
    _description = "Award Dialog"

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="dossier_id.currency_id")
    kind = fields.Selection(
        selection=[("award", "Award"), ("amendment", "Amendment")],
        required=True,
        default="award",
    )
    requested_amount = fields.Monetary(related="dossier_id.requested_amount")
    current_amount = fields.Monetary(
        string="Awarded So Far", related="dossier_id.awarded_amount"
    )
    date = fields.Date(
        string="Decided On",
        required=True,
        default=fields.Date.context_today,
        help="Date of the decision, of the notification or of the agreement.",
    )
    amount = fields.Monetary(
        string="Aid",
        compute="_compute_from_dossier",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    rate = fields.Float(
        string="Rate (%)",
        digits=(6, 2),
        compute="_compute_from_dossier",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="Period Until",
        compute="_compute_from_dossier",
        store=True,
        readonly=False,
        precompute=True,
    )
    claim_until = fields.Date(
        string="Last Claim By",
        compute="_compute_from_dossier",
        store=True,
        readonly=False,
        precompute=True,
        help="Day by which the balance must be claimed; it becomes a deadline.",
    )
    reference = fields.Char(help="Number of the decision or of the agreement.")
    note = fields.Char()
    document = fields.Binary()
    document_name = fields.Char()
    line_ids = fields.One2many(
        comodel_name="conciergerie.award.wizard.line",
        inverse_name="wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    total = fields.Monetary(string="Eligible Cost", compute="_compute_total")

    @api.depends("dossier_id", "kind")
    def _compute_from_dossier(self):
        for wizard in self:
            dossier = wizard.dossier_id
            first = wizard.kind == "award"
            wizard.amount = (
                dossier.requested_amount if first else dossier.awarded_amount
            )
            wizard.rate = dossier.aid_rate if first else dossier.awarded_rate
            wizard.date_to = dossier.date_to
            wizard.claim_until = dossier.claim_until

    @api.depends("dossier_id", "kind")
    def _compute_line_ids(self):
        for wizard in self:
            fname = "planned_amount" if wizard.kind == "award" else "awarded_amount"
            wizard.line_ids = [Command.clear()] + [
                Command.create(
                    {
                        "budget_line_id": line.id,
                        "before": line[fname],
                        "amount": line[fname],
                    }
                )
                for line in wizard.dossier_id.expense_line_ids
                if not line.in_kind
            ]

    @api.depends("line_ids.amount")
    def _compute_total(self):
        for wizard in self:
            wizard.total = sum(wizard.line_ids.mapped("amount"))

    def action_spread(self):
        """Change the lines in proportion to the aid; the largest takes the rest."""
        self.ensure_one()
        before = self.requested_amount if self.kind == "award" else self.current_amount
        lines = self.line_ids
        if not before or not lines:
            raise UserError(
                self.env._("There is no earlier amount to change in proportion to.")
            )
        money = self.currency_id
        ratio = self.amount / before
        for line in lines:
            line.amount = money.round(line.before * ratio)
        total = money.round(sum(lines.mapped("before")) * ratio)
        largest = lines.sorted("amount")[-1]
        largest.amount += money.round(total - sum(lines.mapped("amount")))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_record(self):
        """Record the decision; the dossier, its plan and its deadlines follow."""
        self.ensure_one()
        dossier = self.dossier_id
        dossier.check_access("write")
        dossier._check_award(self.kind)
        # The plan is settled: only the decision that is recorded here moves it.
        for line in self.line_ids:
            line._check_amount()
            line.budget_line_id.sudo().awarded_amount = line.amount
        self.env["conciergerie.award"].create(self._prepare_award_vals())
        return {"type": "ir.actions.act_window_close"}

    def _prepare_award_vals(self):
        self.ensure_one()
        return {
            "dossier_id": self.dossier_id.id,
            "kind": self.kind,
            "date": self.date,
            "amount": self.amount,
            "rate": self.rate,
            "date_to": self.date_to,
            "claim_until": self.claim_until,
            "reference": self.reference,
            "note": self.note,
            "document": self.document,
            "document_name": self.document_name,
        }
