from odoo import models


class PosSession(models.Model):
    _inherit = "pos.session"

    def _create_pay_later_receivable_lines(self, data):
        """Tell each payment that comes later by which item it is owed.

        Core makes the items in the order of what it has summed: those that several
        payments share first, then one for each payment.
        """
        data = super()._create_pay_later_receivable_lines(data)
        items = iter(data["pay_later_move_lines"])
        shared = {
            method: next(items) for method in data["combine_receivables_pay_later"]
        }
        if shared:
            payments = self._get_closed_orders().payment_ids.filtered(
                lambda payment: (
                    payment.payment_method_id in shared
                    and not payment.pos_order_id.is_invoiced
                )
            )
            for payment in payments.sudo():
                payment.receivable_item_id = shared[payment.payment_method_id]
        for payment in data["split_receivables_pay_later"]:
            payment.sudo().receivable_item_id = next(items)
        return data

    def _validate_session(
        self,
        balancing_account=False,
        amount_to_balance=0,
        bank_payment_method_diffs=None,
    ):
        """What the session took for providers is due from now on, and in the books."""
        result = super()._validate_session(
            balancing_account, amount_to_balance, bank_payment_method_diffs
        )
        if self.state == "closed":
            lines_sudo = (
                self.env["conciergerie.commission.line"]
                .sudo()
                .search([("pos_line_id.order_id.session_id", "=", self.id)])
            )
            if lines_sudo:
                self.env["conciergerie.due.entry"]._derive(
                    self.company_id, lines_sudo.ids
                )
        return result
