from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _pos_quantity_to_settle(self):
        """Return what a till asks for: ordered less invoiced, in the line's unit.

        Down payments are negative: what was paid ahead is taken off once. Delivered
        quantities do not count: people pay before they are handed their things.
        """
        self.ensure_one()
        if self.is_downpayment:
            return self.product_uom_qty - self.qty_invoiced
        if self.qty_delivered_method == "handover":
            return self._quantity_to_collect()
        return max(self.product_uom_qty - self.qty_invoiced, 0.0)

    def _quantity_to_collect(self):
        """What a ticket gave back is not asked again: it was somebody's decision."""
        lines_sudo = self.sudo().pos_order_line_ids
        if any(line.qty < 0 and line.refunded_orderline_id for line in lines_sudo):
            return 0.0
        return super()._quantity_to_collect()

    @api.depends("qty_to_invoice", "qty_invoiced")
    def _compute_untaxed_amount_to_invoice(self):
        """Leave nothing to invoice of what a ticket settled, without computing taxes.

        It runs while somebody waits for her things.
        """
        settled = self.filtered(
            lambda line: (
                line.qty_delivered_method == "handover"
                and line.qty_invoiced
                and not line.qty_to_invoice
            )
        )
        settled.untaxed_amount_to_invoice = 0.0
        return super(SaleOrderLine, self - settled)._compute_untaxed_amount_to_invoice()

    def _compute_remaining_hours_available(self):
        """No hours are prepaid with a service that is handed over."""
        lines = self._handover_lines()
        lines.remaining_hours_available = False
        return super(SaleOrderLine, self - lines)._compute_remaining_hours_available()

    def _compute_remaining_hours(self):
        lines = self._handover_lines()
        lines.remaining_hours = False
        others = self - lines
        # Core looks up its unit of time even for no line at all.
        if not others:
            return None
        return super(SaleOrderLine, others)._compute_remaining_hours()

    def _prepare_pos_line(self):
        """Return a line as a till settles it, in the unit of its product."""
        self.ensure_one()
        left = self._pos_quantity_to_settle()
        vals = {"id": self.id, "taxes": self.tax_ids.ids}
        if self.is_downpayment:
            # Core gives this line neither product, unit nor quantity.
            return {
                **vals,
                "down": True,
                "qty": 1.0,
                "left": left,
                "price": self.price_unit,
                "total": self._invoiced_total({self: 1.0}),
            }
        vals.update(
            product=self.product_id.id,
            qty=self._convert_qty(self, self.product_uom_qty, "s2p"),
            left=self._convert_qty(self, left, "s2p"),
            price=self.product_uom_id._compute_price(
                self.price_unit, self.product_id.uom_id
            ),
            total=self.price_total,
        )
        if self.discount:
            vals["discount"] = self.discount
        if self.provider_id:
            vals["provider"] = self.provider_id.id
        if self.deal_mode:
            vals["deal"] = self.deal_mode
        return vals

    def read_converted(self):
        """Tell the till what to ask for, whatever the invoicing policy says."""
        results = super().read_converted()
        lines = {line.id: line for line in self}
        for item in results:
            line = lines.get(item.get("id"))
            if line and line.product_id.type == "service" and not line.is_downpayment:
                item["qty_to_settle"] = line._convert_qty(
                    line, line.sudo()._pos_quantity_to_settle(), "s2p"
                )
        return results
