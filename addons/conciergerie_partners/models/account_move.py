from odoo import fields, models
from odoo.exceptions import UserError


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

    def _post(self, soft=True):
        """Check provider lines before posting; record them in the ledger after."""
        self._check_provider_lines()
        posted = super()._post(soft=soft)
        posted._book_provider_lines()
        return posted

    def _provider_lines(self):
        return self.filtered(lambda m: m.is_sale_document()).invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.provider_id
        )

    def _check_provider_lines(self):
        """Refuse a mandate line that would not be third-party money.

        :raise UserError: another account, a VAT of ours, or no legal basis
        """
        for line in self._provider_lines():
            if line._get_deal_mode() != "mandate":
                continue
            provider = line.provider_id.commercial_partner_id
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

    def _book_provider_lines(self):
        """Make the commission lines of the provider's services just posted."""
        ledger = self.env["conciergerie.commission.line"]
        lines = self._provider_lines()
        booked = ledger.sudo().search([("move_line_id", "in", lines.ids)]).move_line_id
        refunded_items = lines.refunded_move_line_id
        refunded = {
            line.move_line_id.id: line
            for line in ledger.sudo().search(
                [("move_line_id", "in", refunded_items.ids)]
            )
        }
        sources = [
            line._commission_source(refunded.get(line.refunded_move_line_id.id))
            for line in lines - booked
        ]
        new_lines = ledger._book(sources)
        for company in new_lines.company_id:
            self.env["conciergerie.due.entry"]._derive(
                company,
                new_lines.filtered(lambda ln, c=company: ln.company_id == c).ids,
            )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Tell each line of a credit note which line it gives back."""
        reverse_moves = super()._reverse_moves(
            default_values_list=default_values_list, cancel=cancel
        )
        for move in reverse_moves:
            origin = move.reversed_entry_id
            pairs = zip(
                origin.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)),
                move.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)),
                strict=False,
            )
            for old, new in pairs:
                if old.provider_id and old.product_id == new.product_id:
                    new.refunded_move_line_id = old
        if cancel:
            reverse_moves._book_provider_lines()
        return reverse_moves

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
