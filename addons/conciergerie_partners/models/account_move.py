from odoo import api, fields, models
from odoo.exceptions import UserError

from .conciergerie_deal_term import OWN_NAME_MODES


class AccountMove(models.Model):
    _inherit = "account.move"

    is_provider_direct = fields.Boolean(
        string="Paid to the Provider",
        copy=False,
        readonly=True,
        help="The customer gave this money to the provider: it earns commission and "
        "is not paid out.",
    )
    commission_line_ids = fields.One2many(
        comodel_name="conciergerie.commission.line", inverse_name="move_id"
    )
    provider_document_ids = fields.One2many(
        comodel_name="conciergerie.provider.document",
        inverse_name="move_id",
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )
    provider_document_count = fields.Integer(
        compute="_compute_provider_document_count",
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )

    has_mandate_lines = fields.Boolean(compute="_compute_has_mandate_lines")

    @api.depends("commission_line_ids.mode")
    def _compute_has_mandate_lines(self):
        for move in self:
            modes = move.sudo().commission_line_ids.mapped("mode")
            move.has_mandate_lines = "mandate" in modes

    @api.depends("provider_document_ids")
    def _compute_provider_document_count(self):
        for move in self:
            move.provider_document_count = len(move.provider_document_ids)

    def action_paid_to_provider(self):
        """Open the dialog for money that the customer gave the provider (case A13)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paid to the Provider"),
            "res_model": "conciergerie.direct.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def _post(self, soft=True):
        """Check provider lines before posting; record them in the ledger after."""
        if self.env.context.get("move_reverse_cancel"):
            # Core posts such a credit note as soon as it has made it.
            self._link_refunded_lines()
        self._check_provider_lines()
        posted_before = self.filtered("posted_before")
        posted = super()._post(soft=soft)
        posted._book_provider_lines(posted & posted_before)
        return posted

    def _provider_lines(self):
        return self.filtered(lambda m: m.is_sale_document()).invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.provider_id
        )

    def _check_provider_lines(self):
        """Refuse a mandate line that would not be third-party money.

        :raise UserError: another account, a VAT of ours, or no legal basis
        """
        provider_lines = self._provider_lines()
        if provider_lines:
            # Core reads these of every item: asked now for all, they are read once.
            self.line_ids.tax_ids, self.line_ids.sale_line_ids  # noqa: B018
        for line in provider_lines:
            if line._get_deal_mode() != "mandate":
                continue
            provider = line.provider_id.commercial_partner_id
            if line.currency_id != line.company_id.currency_id:
                raise UserError(
                    self.env._(
                        "“%(line)s” is sold in the name of %(provider)s: its money is "
                        "held in %(currency)s, and the invoice must be in it too.",
                        line=line.name,
                        provider=provider.name,
                        currency=line.company_id.currency_id.name,
                    )
                )
            account = provider._third_party_account(line.company_id)
            if line.account_id != account or line.tax_ids:
                raise UserError(
                    self.env._(
                        "“%(line)s” is sold in the name of %(provider)s: it goes to "
                        "the account %(account)s, without VAT of ours. Choose the "
                        "service and the provider again on this line.",
                        line=line.name,
                        provider=provider.name,
                        account=account.display_name,
                    )
                )
            term = self.env["conciergerie.deal.term"]._get_term(
                provider, line.product_id, line._get_sale_date(), line.company_id
            )
            term.agreement_id._check_legal_basis()

    def _book_provider_lines(self, posted_before):
        """Make the commission lines of the provider's services just posted.

        :param posted_before: those of the documents that may be in the ledger already
        """
        ledger = self.env["conciergerie.commission.line"]
        lines = self._provider_lines()
        booked = posted_before.sudo().commission_line_ids.move_line_id
        refunded = lines.refunded_move_line_id._sold_commission_lines()
        sources = [
            line._commission_source(refunded.get(line.refunded_move_line_id))
            for line in lines - booked
        ]
        new_lines = ledger._book(sources)
        self.env["conciergerie.provider.document"]._issue(new_lines)
        # What is sold in our own name is due at once; a mandate, as it is paid.
        due_lines = new_lines.filtered(lambda ln: ln.mode in OWN_NAME_MODES)
        for company, lines in due_lines.grouped("company_id").items():
            self.env["conciergerie.due.entry"]._derive(company, lines.ids)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Tell each line of a credit note which line it gives back."""
        reverse_moves = super()._reverse_moves(
            default_values_list=default_values_list, cancel=cancel
        )
        if not cancel:
            reverse_moves._link_refunded_lines()
        return reverse_moves

    def _link_refunded_lines(self):
        """Pair the lines of a credit note just made with those of its invoice."""
        for move in self.filtered("reversed_entry_id"):
            pairs = zip(
                move.reversed_entry_id.invoice_line_ids.sorted(
                    lambda ln: (ln.sequence, ln.id)
                ),
                move.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)),
                strict=False,
            )
            for old, new in pairs:
                if old.provider_id and old.product_id == new.product_id:
                    new.refunded_move_line_id = old

    def button_draft(self):
        self.check_access("write")  # before the refusal, which names a document
        if booked := self.sudo().filtered("commission_line_ids"):
            raise UserError(
                self.env._(
                    "%s sells a provider's services: its commission is recorded. Make "
                    "a credit note instead of taking it back to draft.",
                    booked[0].display_name,
                )
            )
        return super().button_draft()
