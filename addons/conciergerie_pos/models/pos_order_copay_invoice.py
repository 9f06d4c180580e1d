from odoo import models


class PosOrder(models.Model):
    """An invoice of a ticket: what was taken in charge stays on its payer."""

    _inherit = "pos.order"

    def _get_invoice_lines_values(self, line_values, pos_line, move_type):
        values = super()._get_invoice_lines_values(line_values, pos_line, move_type)
        if "product_id" in values:
            values["pos_order_line_id"] = pos_line.id
        return values

    def _create_invoice(self, move_vals):
        """Tell the uses of a ticket its invoice: a credit note finds them there."""
        invoice = super()._create_invoice(move_vals)
        uses_sudo = (
            self.env["conciergerie.copay.use"]
            .sudo()
            .search([("pos_order_id", "in", self.ids)])
        )
        if uses_sudo:
            lines = {
                line.pos_order_line_id.id: line for line in invoice.invoice_line_ids
            }
            for use in uses_sudo:
                line = lines.get(use.pos_line_id.id, invoice.invoice_line_ids[:0])
                use.write({"move_id": invoice.id, "move_line_id": line.id})
        return invoice

    def _create_misc_reversal_move(self, payment_moves):
        """Match what a late invoice asks with the part that payers have taken.

        Core reverses the closing entry with a credit on the customer for a share: the
        payer's own item is not touched.
        """
        result = super()._create_misc_reversal_move(payment_moves)
        shares = self.payment_ids.filtered("copay_partner_id")
        if shares:
            self._match_late_invoice(shares)
        return result

    def _match_late_invoice(self, shares):
        customer = self.env["res.partner"]._find_accounting_partner(self.partner_id)
        account = customer.with_company(self.company_id).property_account_receivable_id
        reversal = (
            self.env["account.move"]
            .sudo()
            .search([("reversed_pos_order_id", "=", self.id)], order="id desc", limit=1)
        )
        open_items = (reversal | self.account_move.sudo()).line_ids.filtered(
            lambda item: (
                item.account_id == account
                and item.partner_id == customer
                and not item.reconciled
            )
        )
        items = open_items.filtered(lambda item: item.move_id == self.account_move)
        for share in shares:
            # Of a ticket that the customer owes as well, its own part stays open.
            items |= (open_items - items).filtered(
                lambda item, share=share: (
                    self.currency_id.compare_amounts(item.balance, -share.amount) == 0
                )
            )[:1]
        items.reconcile()


class AccountMove(models.Model):
    _inherit = "account.move"

    def _takes_copay(self):
        """Leave out what the till has sold: it was shared when it was paid."""
        return super()._takes_copay() and not self.sudo().pos_order_ids
