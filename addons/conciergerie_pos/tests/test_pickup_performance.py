from odoo import Command
from odoo.tests import tagged

from .pickup_common import PickupCommon


@tagged("post_install", "-at_install")
class TestPickupPerformance(PickupCommon):
    """A pick-up costs little more than core settling the same order."""

    def _count(self, ticket):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._sync(ticket)
        return self.env.cr.sql_log_count - start

    def _draft(self, line):
        """Return a ticket that was kept as a draft and is paid now."""
        ticket = self._ticket([self._settle_line(line)], state="draft")
        self._sync(dict(ticket))
        return {
            **self._ticket([self._settle_line(line)], uuid=ticket["uuid"]),
            "lines": [],
        }

    def test_at_most_twenty_queries_more_than_settling(self):
        """Draft to paid: an order of a plain service, and one with its hand-over."""
        plain = self.env["product.product"].create(
            {
                "name": "Plain service",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 12.0,
                "taxes_id": [Command.set(self.vat_20.ids)],
            }
        )
        for _number in range(2):  # The second is warm.
            order = self._order([(plain, 1)])
            core = self._count(self._draft(order.order_line))
            task = self._ready_request()
            ticket = self._draft(task.sale_line_id)
            ticket["conciergerie_pickup"] = self._payload(task)
            pickup = self._count(ticket)
        self.assertEqual(order.order_line.qty_invoiced, 1.0)
        self.assertEqual(task.step, "handed_over")
        self.assertLessEqual(pickup - core, 20, (pickup, core))

    def test_queries_do_not_grow_with_pieces(self):
        counts = []
        for pieces in (1, 8):
            task = self._ready_request(pieces=pieces, quantity=pieces)
            ticket = self._draft(task.sale_line_id)
            ticket["conciergerie_pickup"] = self._payload(task)
            counts.append(self._count(ticket))
        self.assertLessEqual(counts[1] - counts[0], 4, counts)
