from odoo import api, models


class SaleOrder(models.Model):
    """What a till has shared of an order is shown as it was booked, and not again."""

    _inherit = "sale.order"

    def _copay_booked(self):
        booked = super()._copay_booked()
        tickets_sudo = self.sudo().order_line.pos_order_line_ids
        if not tickets_sudo:
            return booked
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        uses_sudo = uses_sudo.search(
            [
                "|",
                ("pos_line_id", "in", tickets_sudo.ids),
                ("refunded_use_id.pos_line_id", "in", tickets_sudo.ids),
            ],
            order="id",
        )
        return booked + [
            (line, use)
            for use in uses_sudo
            for line in (use.refunded_use_id or use).pos_line_id.sale_order_line_id
            if line in self.order_line
        ]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("pos_order_line_ids.order_id.state", "pos_order_line_ids.qty")
    def _compute_copay(self):
        return super()._compute_copay()

    def _copay_quantity_left(self):
        """Leave out what a till has taken; what it gave back is not asked again."""
        left = super()._copay_quantity_left()
        taken = sum(
            self._convert_qty(self, line.qty, "p2s")
            for line in self.sudo().pos_order_line_ids
            if line.qty > 0 and line.order_id.state not in ("draft", "cancel")
        )
        return max(left - taken, 0.0)
