from odoo import models
from odoo.tools import formatLang


class PosOrder(models.Model):
    """A request says what was given back of its price.

    As with a credit note it stays paid: nothing is asked again, and only the ticket of
    the refund would tell.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        # A sealed ticket was told already: it is only sent again.
        told = self.filtered(
            lambda order: not order.lines.refunded_orderline_id or order.sudo().seal_ids
        )
        result = super().action_pos_order_paid()
        (self - told)._tell_requests_given_back()
        return result

    def _tell_requests_given_back(self):
        """Note on the requests of refunded lines what was given back, and where."""
        bodies = {}
        for line in self.lines.filtered("refunded_orderline_id"):
            sold = line.refunded_orderline_id.sudo()
            for task in sold.request_ids | sold.sale_order_line_id.request_ids:
                bodies.setdefault(task, []).append(line._given_back_words())
        for task_sudo, words in bodies.items():
            task_sudo._message_log(body="\n".join(words))


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _given_back_words(self):
        """Return the sentence that tells what this line gives back."""
        self.ensure_one()
        quantity = abs(self.qty)
        digits = 0 if quantity.is_integer() else 2
        return self.env._(
            "Given back on ticket %(ticket)s: %(amount)s, for %(quantity)s × "
            "%(product)s of ticket %(sold)s.",
            ticket=self.order_id.pos_reference or self.order_id.name,
            amount=self.currency_id.format(abs(self._signed_price())),
            quantity=formatLang(self.env, quantity, digits=digits),
            product=self.full_product_name or self.product_id.display_name,
            sold=self.refunded_orderline_id.order_id.pos_reference,
        )
