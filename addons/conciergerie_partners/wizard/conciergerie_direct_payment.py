from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieDirectPayment(models.TransientModel):
    """The customer paid the provider itself: commission, but nothing to pay out (A13).

    Books Dr 467 of the provider / Cr the customer's receivable, matched with the
    invoice; the ledger takes it as money that the provider has received.
    """

    _name = "conciergerie.direct.payment"
    _description = "Payment to the Provider"

    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        domain="[('id', 'in', allowed_provider_ids)]",
        compute="_compute_provider_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    allowed_provider_ids = fields.Many2many(
        comodel_name="res.partner", compute="_compute_allowed_provider_ids"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(
        required=True,
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
    )

    def _mandate_lines(self):
        return self.move_id.sudo().commission_line_ids.filtered(
            lambda line: line.mode == "mandate"
        )

    @api.depends("move_id")
    def _compute_allowed_provider_ids(self):
        for wizard in self:
            wizard.allowed_provider_ids = wizard._mandate_lines().provider_id

    @api.depends("move_id")
    def _compute_provider_id(self):
        for wizard in self:
            wizard.provider_id = wizard._mandate_lines().provider_id[:1]

    @api.depends("provider_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard._limit()

    def _limit(self):
        """Return the most that can be paid so: the provider's part, still open."""
        self.ensure_one()
        lines = self._mandate_lines().filtered(
            lambda line: line.provider_id == self.provider_id
        )
        received = sum(lines.mapped("collected_amount")) + sum(
            lines.mapped("direct_amount")
        )
        rest = sum(lines.mapped("price_total")) - received
        return max(min(rest, self.move_id.amount_residual), 0.0)

    def action_confirm(self):
        """Book the payment to the provider and match it with the invoice.

        :raise UserError: no amount, or more than is open for this provider
        """
        self.ensure_one()
        self.move_id.check_access("write")
        self.env["conciergerie.due.entry"]._derive(
            self.move_id.company_id, self._mandate_lines().ids
        )
        limit = self._limit()
        if (
            self.currency_id.compare_amounts(self.amount, 0) <= 0
            or self.currency_id.compare_amounts(self.amount, limit) > 0
        ):
            raise UserError(
                self.env._(
                    "%(invoice)s: between nothing and %(limit)s can have been paid to "
                    "%(provider)s directly.",
                    invoice=self.move_id.name,
                    limit=self.currency_id.format(limit),
                    provider=self.provider_id.name,
                )
            )
        receivable = self.move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )
        entry_sudo = self._create_entry(receivable.account_id[:1])
        credit = entry_sudo.line_ids.filtered(
            lambda line: line.account_id == receivable.account_id[:1]
        )
        (receivable.sudo() | credit).reconcile()
        self.env["conciergerie.due.entry"]._derive(
            self.move_id.company_id, self._mandate_lines().ids
        )
        return {"type": "ir.actions.act_window_close"}

    def _create_entry(self, receivable_account):
        """Post Dr the provider's third-party account / Cr the customer."""
        company = self.move_id.company_id
        rows = (
            (self.provider_id._third_party_account(company), self.provider_id, 1),
            (receivable_account, self.move_id.commercial_partner_id, -1),
        )
        entry_sudo = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company._get_statement_journal().id,
                    "date": self.date,
                    "ref": self.env._(
                        "%(invoice)s paid to %(provider)s directly",
                        invoice=self.move_id.name,
                        provider=self.provider_id.name,
                    ),
                    "is_provider_direct": True,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "account_id": account.id,
                                "partner_id": partner.id,
                                "balance": sign * self.amount,
                            },
                        )
                        for account, partner, sign in rows
                    ],
                }
            )
        )
        entry_sudo.action_post()
        return entry_sudo
