from odoo import api, models

PAID_STATES = ("paid", "done", "invoiced")


class SaleOrder(models.Model):
    """What is left to pay of an order, and how a till settles it."""

    _inherit = "sale.order"

    @api.depends(
        "order_line.pos_order_line_ids.order_id.state",
        "order_line.pos_order_line_ids.price_subtotal_incl",
    )
    def _compute_amount_unpaid(self):
        """Count what tickets took for this order, and nothing else.

        Core takes the whole of each ticket: other goods on it would pay the order,
        and so would a draft that nobody has paid (CASES B8).
        """
        for order in self:
            invoices = order.order_line.invoice_lines.move_id.filtered(
                lambda move: move.state in ("draft", "posted")
            )
            order.amount_unpaid = max(
                order.amount_total
                - sum(invoices.mapped("amount_total"))
                - order._amount_taken_at_tills()
                - order.amount_paid,
                0.0,
            )

    def _amount_taken_at_tills(self):
        """Return what paid tickets took for this order, VAT included."""
        self.ensure_one()
        total = 0.0
        order_sudo = self.sudo()
        tickets = order_sudo.order_line.pos_order_line_ids.order_id
        for ticket in tickets.filtered(lambda t: t.state in PAID_STATES):
            lines = ticket.lines.filtered(
                lambda line: line.sale_order_line_id.order_id == order_sudo
            )
            # A ticket of this order alone counts as it was rounded, on the whole.
            total += (
                ticket.amount_total
                if lines == ticket.lines
                else sum(line._signed_price() for line in lines)
            )
        return total

    def _prepare_pos_sale(self, line, others):
        """Return what a till needs to settle a line of this order, also offline.

        :param line: the order line of a request
        :param others: lines of the order that belong to no request
        """
        self.ensure_one()
        sale = {
            "id": self.id,
            "name": self.name,
            "unpaid": self.amount_unpaid,
            "line": line._prepare_pos_line(),
        }
        if self.state != "sale":
            sale["state"] = self.state
        if self.fiscal_position_id:
            sale["fiscal_position"] = self.fiscal_position_id.id
        if others:
            sale["others"] = [other._prepare_pos_line() for other in others]
        tickets = self.order_line.pos_order_line_ids.order_id
        if tickets := tickets.filtered(lambda ticket: ticket.state != "draft"):
            # The till takes off what it has sold since: never a ticket counted here.
            sale["tickets"] = tickets.mapped("uuid")
        if line.invoice_lines and (owed := self._invoices_to_pay(line)):
            sale["invoice"] = ", ".join(owed.mapped("name"))
        return sale

    @api.model
    def _invoices_to_pay(self, line):
        """Return the posted invoices of a line that are not paid yet."""
        return line.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.payment_state in ("not_paid", "partial")
            )
        )
