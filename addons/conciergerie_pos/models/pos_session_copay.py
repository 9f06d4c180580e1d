from odoo import models


class PosSession(models.Model):
    """The closing entry puts each share on its payer, not on the customer."""

    _inherit = "pos.session"

    def _get_split_receivable_vals(self, payment, amount, amount_converted):
        """Debit the payer of a share; a customer is required as for any of its kind."""
        vals = super()._get_split_receivable_vals(payment, amount, amount_converted)
        if payment.copay_partner_id:
            vals.update(payment._copay_item_vals())
        return vals

    def _reconcile_account_move_lines(self, data):
        result = super()._reconcile_account_move_lines(data)
        items = data.get("pay_later_move_lines") or self.env["account.move.line"]
        items.copay_pos_payment_id._match_copay_items()
        return result
