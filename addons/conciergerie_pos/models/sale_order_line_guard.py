from odoo import models
from odoo.tools import SQL, formatLang

from .sale_order_settle import PAID_STATES


class SaleOrderLine(models.Model):
    """What tells that two registers settle the same line."""

    _inherit = "sale.order.line"

    def _lock_for_settling(self):
        """Let one register at a time settle these lines.

        The second waits; its transaction then starts again and sees the first.
        """
        self.env.cr.execute(
            SQL(
                "SELECT id FROM sale_order_line WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(self.ids),
            )
        )

    def _is_settled_twice(self, quantity, before=False):
        """Tell whether a ticket takes what another has already taken.

        A first ticket may take more than was ordered: somebody added a piece.

        :param float quantity: what the ticket takes, in the line's unit
        :param bool before: the ticket is not counted in ``qty_invoiced`` yet
        """
        self.ensure_one()
        # The line of a down payment has no unit of its own.
        unit = self.product_uom_id or self.env.ref("uom.product_uom_unit")
        taken = self._settled_before(quantity, before)
        if self.is_downpayment:
            return (
                unit.compare(quantity, 0.0) < 0
                and unit.compare(taken + quantity, 0.0) < 0
            )
        return (
            unit.compare(quantity, 0.0) > 0
            and unit.compare(taken, 0.0) > 0
            and unit.compare(taken + quantity, self.product_uom_qty) > 0
        )

    def _settled_before(self, quantity, before):
        """Return what was settled without a ticket that takes so much."""
        return self.qty_invoiced - (0.0 if before else quantity)

    def _other_tickets(self, ticket):
        """Return the paid tickets on these lines, but for one."""
        tickets = self.pos_order_line_ids.order_id
        return tickets.filtered(lambda t: t.state in PAID_STATES and t != ticket)

    def _settled_sentence(self, others, quantity, before=False):
        """Say that a line is settled, by what, and what to do.

        :param others: the tickets that settled it
        :param float quantity: what is asked, as for :meth:`_is_settled_twice`
        :param bool before: as there
        """
        self.ensure_one()
        by = ", ".join(others.mapped("pos_reference")) or ", ".join(
            self.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted"
            ).mapped("name")
        )
        left = self.product_uom_qty - self._settled_before(quantity, before)
        if not self.is_downpayment and self.product_uom_id.compare(left, 0.0) > 0:
            return self.env._(
                "A part of %(service)s of order %(order)s was settled meanwhile, by "
                "%(by)s: only %(left)s of %(ordered)s is left to pay. Take it off this "
                "ticket and open the pick-up again, it proposes what is left.",
                service=self.product_id.display_name,
                order=self.order_id.name,
                by=by or "–",
                left=self._number_words(left),
                ordered=self._number_words(self.product_uom_qty),
            )
        return self.env._(
            "%(service)s of order %(order)s is settled already, by %(by)s. Take it "
            "off this ticket; nothing more is due for it.",
            service=self.product_id.display_name,
            order=self.order_id.name,
            by=by or "–",
        )

    def _number_words(self, quantity):
        digits = 0 if quantity.is_integer() else 2
        return formatLang(self.env, quantity, digits=digits)

    def _tell_settled_twice(self, ticket, others):
        """Give the manager the task of paying back what was paid twice."""
        self.ensure_one()
        self.order_id.site_id._pos_tell_manager(
            self.order_id,
            self.env._("Paid twice, once without network: %s", self.order_id.name),
            self.env._(
                "%(service)s was settled by ticket %(first)s and again by ticket "
                "%(second)s, made without network. Refund one of them.",
                service=self.product_id.display_name,
                first=", ".join(others.mapped("pos_reference")) or "–",
                second=ticket.pos_reference,
            ),
        )
