from odoo import models


class AccountMove(models.Model):
    """A credit note gives back what was taken in charge, in its proportion."""

    _inherit = "account.move"

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Give the shares back before core matches a credit note with its invoice.

        Matched first, the whole credit note would lower what the customer owes, and
        nothing of it would be left for the payer's part. Where core has taken the
        invoice's matches apart, its share is matched again.
        """
        refunds_sudo = reverse_moves.sudo().filtered(
            lambda m: m.move_type == "out_refund" and m._takes_copay()
        )
        refunds_sudo._give_back_copay()
        result = super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        for refund in refunds_sudo:
            invoice = refund.reversed_entry_id
            transfers = invoice.copay_use_ids.transfer_move_id
            items = transfers._copay_customer_items(
                invoice
            ) + invoice.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            )
            items = items.filtered(lambda line: not line.reconciled)
            if len(items.move_id) > 1:
                items.reconcile()
        return result

    def _give_back_copay(self):
        """Mirror the uses of credit notes, in proportion of what each line gives back.

        The last credit note of a line closes exactly. The ceiling gets its part back
        in the period of the sale.
        """
        for refund in self.filtered(lambda m: m._takes_copay()):
            sold = refund._refunded_uses()
            if not sold:
                continue
            values = refund._prepare_returned_uses(sold)
            uses = self.env["conciergerie.copay.use"].create(values)
            uses._give_back_ceilings()
            transfer = refund._transfer_copay(uses)
            refund._match_payers(transfer, sold._payer_items())

    def _refunded_uses(self):
        """Return the uses that a credit note may give back.

        Those of the reversed invoice; else, of the invoices of the same order lines.
        """
        self.ensure_one()
        if self.reversed_entry_id:
            uses = self.reversed_entry_id.copay_use_ids
        else:
            sold = self.invoice_line_ids.sale_line_ids.invoice_lines - (
                self.invoice_line_ids
            )
            uses = self.env["conciergerie.copay.use"].search(
                [("move_line_id", "in", sold.ids)]
            )
        return uses.filtered(lambda use: not use.refunded_use_id)

    def _copay_refund_key(self, line):
        return (line.product_id, line.sale_line_ids)

    def _prepare_returned_uses(self, sold):
        """Return the values of the mirrored uses of a credit note.

        :param sold: ``conciergerie.copay.use`` of what was sold
        """
        self.ensure_one()
        back = self._refunded_by_line(sold._left_by_line("move_line_id"))
        return [
            {**self._prepare_returned_use_vals(use), **vals}
            for use, vals in sold._returned_vals("move_line_id", back)
        ]

    def _prepare_returned_use_vals(self, use):
        return {
            **use._copied_vals(),
            "date": self.date,
            "move_id": self.id,
            "move_line_id": self.invoice_line_ids.filtered(
                lambda line: line.product_id == use.product_id
            )[:1].id,
            "refunded_use_id": use.id,
        }

    def _refunded_by_line(self, left):
        """Return what a credit note gives back of each sold line, VAT included.

        A line of the credit note goes with the sold lines of its service and order:
        the one of the same amount, else the first ones. What names nothing that was
        sold (“a gesture of 5.00”) goes to the first lines.

        :param dict left: by ``account.move.line`` of the invoice, what is not given
            back yet; lowered in place
        """
        lines = self.env["account.move.line"].concat(*left)
        every_key = {
            self._copay_refund_key(line)
            for line in lines.move_id.invoice_line_ids
            if line.display_type == "product"
        }
        back = {}
        for given in [line for own in self._copay_lines().values() for line in own]:
            key = self._copay_refund_key(given["key"])
            if key not in every_key and self.reversed_entry_id:
                targets = lines
            else:
                targets = lines.filtered(
                    lambda line, key=key: self._copay_refund_key(line) == key
                )
            self._fill(given["price_total"], targets, left, back)
        return back

    def _fill(self, amount, targets, left, back):
        """Give an amount back on lines: the one it fits, else the first ones."""
        currency = self.currency_id
        fitting = targets.filtered(
            lambda line: currency.compare_amounts(left[line], amount) == 0
        )
        for line in fitting[:1] + (targets - fitting[:1]):
            part = currency.round(min(left[line], amount))
            if currency.compare_amounts(part, 0.0) > 0:
                left[line] -= part
                back[line] = currency.round(back.get(line, 0.0) + part)
                amount = currency.round(amount - part)

    def _match_payers(self, transfer, sold_items):
        """Match what payers get back with their items of the sale that are open."""
        for item in transfer.line_ids - transfer._copay_customer_items(self):
            open_items = sold_items.filtered(
                lambda line, item=item: (
                    line.partner_id == item.partner_id
                    and line.account_id == item.account_id
                    and not line.reconciled
                )
            )
            if open_items:
                (open_items + item).reconcile()
