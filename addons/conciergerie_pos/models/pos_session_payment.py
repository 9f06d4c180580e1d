from odoo import models


class PosSession(models.Model):
    _inherit = "pos.session"

    def _create_combine_account_payment(self, payment_method, amounts, diff_amount):
        """Book what a session gave back by card or cheque, refunds above receipts.

        Core swaps the accounts of such a payment and then writes both sides on the
        outstanding account: the receivable of the tills stays open.

        :return: the payment's item on the receivable account
        """
        account = payment_method.outstanding_account_id
        if not account or self.currency_id.compare_amounts(amounts["amount"], 0) >= 0:
            return super()._create_combine_account_payment(
                payment_method, amounts, diff_amount
            )
        receivable = self._get_receivable_account(payment_method)
        payments = self.env["account.payment"].with_context(pos_payment=True)
        payment = payments.create(
            {
                "payment_type": "outbound",
                "amount": -amounts["amount"],
                "journal_id": payment_method.journal_id.id,
                "force_outstanding_account_id": account.id,
                "destination_account_id": receivable.id,
                "memo": self.env._(
                    "%(method)s given back in %(session)s",
                    method=payment_method.name,
                    session=self.name,
                ),
                "pos_payment_method_id": payment_method.id,
                "pos_session_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        payment.action_post()
        if not self.currency_id.is_zero(diff_amount):
            self._apply_diff_on_account_payment_move(
                payment, payment_method, diff_amount
            )
        return payment.move_id.line_ids.filtered(
            lambda line: line.account_id == receivable
        )
