from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def create_invoices(self):
        if self.advance_payment_method != "delivered":
            self.sale_order_ids._check_no_global_amount(self.env._("A down payment"))
        return super().create_invoices()


class SaleOrderDiscount(models.TransientModel):
    _inherit = "sale.order.discount"

    def action_apply_discount(self):
        if self.discount_type != "sol_discount":
            self.sale_order_id._check_no_global_amount(self.env._("A global discount"))
        return super().action_apply_discount()
