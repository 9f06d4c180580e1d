from odoo import api, fields, models


class ConciergerieAllocationDialogLine(models.TransientModel):
    """A cost in the dialog: what of it is eligible, what is in excess, and why."""

    _name = "conciergerie.allocation.dialog.line"
    _description = "Cost to Allocate"

    dialog_id = fields.Many2one(
        comodel_name="conciergerie.allocation.dialog",
        required=True,
        index=True,
        ondelete="cascade",
    )
    dossier_id = fields.Many2one(related="dialog_id.dossier_id")
    cost_id = fields.Many2one(
        comodel_name="conciergerie.cost", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="cost_id.currency_id")
    name = fields.Char(related="cost_id.display_name", string="Label")
    date = fields.Date(related="cost_id.date")
    free_amount = fields.Monetary(related="cost_id.free_amount")
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        domain="[('dossier_id', '=', dossier_id), ('side', '=', 'expense'),"
        " ('is_flat', '=', False), ('in_kind', '=', False)]",
        ondelete="cascade",
    )
    amount = fields.Monetary(string="To Allocate")
    eligible_amount = fields.Monetary(string="Eligible", compute="_compute_preview")
    excess_amount = fields.Monetary(string="In Excess", compute="_compute_preview")
    message = fields.Char(string="Why", compute="_compute_preview")

    @api.depends("budget_line_id", "amount", "dialog_id.line_ids.amount")
    def _compute_preview(self):
        """Preview all lines of a dialog together: they share what is available."""
        allocations = self.env["conciergerie.allocation"]
        for dialog in self.dialog_id:
            lines = dialog.line_ids | self.filtered(
                lambda line: line.dialog_id == dialog  # noqa: B023
            )
            asked = lines.filtered(lambda line: line.budget_line_id and line.cost_id)
            rows = allocations._preview(
                [line._prepare_allocation_vals() for line in asked]
            )
            for line, row in zip(asked, rows, strict=True):
                line.eligible_amount = 0.0 if row["over"] else row["eligible"]
                line.excess_amount = row["excess"]
                line.message = allocations._preview_words(row)
            for line in lines - asked:
                line.eligible_amount = line.excess_amount = 0.0
                line.message = line._missing_words()
        for line in self.filtered(lambda line: not line.dialog_id):
            line.eligible_amount = line.excess_amount = 0.0
            line.message = False

    def _missing_words(self):
        """Say what a cost without budget line needs, or that its date rules it out."""
        dossier, cost = self.dossier_id, self.cost_id
        reasons = (
            dossier
            and cost
            and cost.date
            and self.env["conciergerie.allocation"]._period_refusals(cost, dossier)
        )
        if reasons:
            return " ".join(reasons)
        if not dossier:
            return self.env._("Choose a dossier.")
        return self.env._("Choose a budget line.")

    def _prepare_allocation_vals(self):
        self.ensure_one()
        return {
            "cost_id": self.cost_id._origin.id,
            "budget_line_id": self.budget_line_id._origin.id,
            "amount": self.amount,
        }
