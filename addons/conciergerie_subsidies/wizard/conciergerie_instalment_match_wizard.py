from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieInstalmentMatchWizard(models.TransientModel):
    """Finds the money of an instalment at the bank, or records it."""

    _name = "conciergerie.instalment.match.wizard"
    _description = "Match an Instalment with the Bank"

    instalment_id = fields.Many2one(
        comodel_name="conciergerie.instalment", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="instalment_id.company_id")
    currency_id = fields.Many2one(related="instalment_id.currency_id")
    dossier_id = fields.Many2one(related="instalment_id.dossier_id")
    open_amount = fields.Monetary(related="instalment_id.open_amount")
    mode = fields.Selection(
        selection=[
            ("existing", "Is in the books already"),
            ("record", "Is recorded now, from the bank's statement"),
        ],
        required=True,
        compute="_compute_mode",
        store=True,
        readonly=False,
        precompute=True,
    )
    candidate_ids = fields.Many2many(
        comodel_name="account.move.line", compute="_compute_candidate_ids"
    )
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Money",
        domain="[('id', 'in', candidate_ids)]",
        compute="_compute_move_line_id",
        store=True,
        readonly=False,
        help="Money from a funder that is not on an instalment yet, or a line of the "
        "bank that nobody has explained yet.",
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Bank",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
    )
    date = fields.Date(default=fields.Date.context_today)
    reference = fields.Char(string="Bank's Label")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)

    @api.depends("instalment_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard.instalment_id._money_candidates()

    @api.depends("instalment_id")
    def _compute_mode(self):
        for wizard in self:
            wizard.mode = "existing" if wizard.candidate_ids else "record"

    @api.depends("instalment_id")
    def _compute_move_line_id(self):
        for wizard in self:
            same = wizard.candidate_ids.filtered(
                lambda line, wizard=wizard: (
                    wizard.currency_id.compare_amounts(
                        -line.balance, wizard.open_amount
                    )
                    == 0
                )
            )
            wizard.move_line_id = same[:1] if len(same) == 1 else False

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            wizard.journal_id = self.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", wizard.company_id.id)],
                limit=1,
            )

    @api.depends("move_line_id", "mode", "instalment_id")
    def _compute_amount(self):
        for wizard in self:
            amount = wizard.open_amount
            if wizard.mode == "existing" and wizard.move_line_id:
                free = wizard.instalment_id._free_money(wizard.move_line_id)
                amount = min(amount, free, key=abs) or free
            wizard.amount = amount

    def action_match(self):
        """Put the money on the instalment and match it with the receivable.

        :raise UserError: no money was chosen, or none is left
        """
        self.ensure_one()
        self.instalment_id.check_access("write")
        if self.mode == "record":
            line = self._record_money()
        elif self.move_line_id:
            line = self.move_line_id
        else:
            raise UserError(
                self.env._(
                    "Choose which money paid %s, or record it.",
                    self.instalment_id.display_name,
                )
            )
        self.instalment_id._receive(line, self.amount)
        return {"type": "ir.actions.act_window_close"}

    def _record_money(self):
        """Record the bank's line, against the receivable account."""
        if not self.journal_id or not self.date:
            raise UserError(
                self.env._("Say at which bank and on which day the money came.")
            )
        if not self.amount:
            raise UserError(self.env._("Say how much money came."))
        account = self.dossier_id._subsidy_account("subsidy_receivable_account_id")
        self.env["conciergerie.instalment.receipt"].check_access("create")
        self.env["account.move"].check_access("create")
        # Core keeps lines of the bank to those who have its own reconciliation.
        line_sudo = self.env["account.bank.statement.line"].sudo()
        line_sudo = line_sudo.create(
            {
                "journal_id": self.journal_id.id,
                "date": self.date,
                "payment_ref": self.reference or self.instalment_id.display_name,
                "partner_id": self.dossier_id.funder_id.commercial_partner_id.id,
                "amount": self.amount,
                "counterpart_account_id": account.id,
            }
        )
        items = line_sudo.move_id.line_ids.sudo(False)
        return items.filtered(lambda item: item.account_id == account)
