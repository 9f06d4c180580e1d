from odoo import api, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.depends("company_id", "payment_type")
    def _compute_outstanding_account_id(self):
        """Give each payment an outstanding account, as core does without the library.

        The library's payment orders make core believe that a bank reconciliation
        exists, and payments then get no entry: what was paid would stay open.
        """
        result = super()._compute_outstanding_account_id()
        for payment in self:
            own_transfer = payment.partner_id == payment.company_id.partner_id
            if (
                not payment.outstanding_account_id
                and payment.payment_type
                and payment.company_id
                and not own_transfer
            ):
                payment.outstanding_account_id = payment._get_outstanding_account(
                    payment.payment_type
                )
        return result
