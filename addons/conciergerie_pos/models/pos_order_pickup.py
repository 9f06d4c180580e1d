from odoo import api, models
from odoo.exceptions import UserError

from .pos_order_offline import KeptTicket
from .sale_order_settle import PAID_STATES


class PosOrder(models.Model):
    """A paid ticket that settles orders: once, and with the hand-over it pays for."""

    _inherit = "pos.order"

    @api.model
    def _process_order(self, order, existing_order):
        """Check what a paid ticket settles, and hand over what it pays for.

        ``conciergerie_pickup`` holds a signature: it is used here and never stored.

        Its ``offline`` says that the money was taken without network: the ticket is
        then accepted, and what would have refused it is told to a manager.

        :raise UserError: another register settled the order or gave the pieces away
        """
        pickup = order.pop("conciergerie_pickup", None) or {}
        draft = order.get("state") == "draft"
        offline = bool(pickup.get("offline"))
        if offline and not draft:
            self = self.with_context(conciergerie_kept=KeptTicket())
            existing_order = existing_order and existing_order.with_env(self.env)
        order_id = super()._process_order(order, existing_order)
        if not draft:
            ticket = self.browse(order_id)
            ticket._check_settled_once(offline)
            if pickup.get("requests"):
                ticket._check_or_keep(ticket._hand_over_paid, pickup, undo=True)
            ticket._tell_kept()
        return order_id

    def _hand_over_paid(self, pickup):
        """Hand over what this ticket pays for, in the same transaction."""
        tasks = self.env["project.task"]._pos_payload_tasks(pickup)
        if not pickup.get("offline"):
            tasks._pos_check_nothing_due(pickup)
        tasks._pos_process_hand_over(pickup, ticket=self)

    def _check_settled_once(self, offline):
        """Refuse a ticket that settles what another one has settled.

        What was paid without network is kept, and becomes a task for the manager.

        :param bool offline: the till could not ask before it took the money
        """
        lines_sudo = self.lines.sale_order_line_id.sudo()
        if not lines_sudo:
            return
        lines_sudo._lock_for_settling()
        mine = self._settled_quantities()
        for line, quantity in mine.items():
            if not line._is_settled_twice(quantity):
                continue
            others = line._other_tickets(self)
            if not offline:
                raise UserError(line._settled_sentence(others, quantity))
            line._tell_settled_twice(self, others)

    def _settled_quantities(self):
        """Return what this ticket takes of each order line, in that line's unit."""
        quantities = {}
        for line in self.lines.filtered("sale_order_line_id"):
            sale_line_sudo = line.sale_order_line_id.sudo()
            quantities[sale_line_sudo] = quantities.get(
                sale_line_sudo, 0.0
            ) + sale_line_sudo._convert_qty(sale_line_sudo, line.qty, "p2s")
        return quantities

    @api.model
    def pos_check_pickup(self, uuid, lines, pickup=None):
        """Check a ticket before money is taken: the till asks before it validates.

        :param str uuid: of the ticket
        :param list lines: pairs of an order line's id and the quantity to take, in
            the unit of its product
        :param dict pickup: the hand-over that goes with it, if any
        :raise UserError: the sentence to show to the cashier
        """
        ticket = self.search([("uuid", "=", uuid)], limit=1)
        if ticket.state in PAID_STATES:
            return
        sale_line_model = self.env["sale.order.line"]
        quantities = {}
        for line_id, quantity in lines:
            line = sale_line_model.browse(int(line_id))
            quantities[line] = quantities.get(line, 0.0) + float(quantity)
        asked = sale_line_model.browse(line.id for line in quantities).exists()
        asked.check_access("read")
        for line_sudo in asked.sudo():
            quantity = line_sudo._convert_qty(
                line_sudo, quantities[line_sudo.sudo(False)], "p2s"
            )
            if line_sudo._is_settled_twice(quantity, before=True):
                others = line_sudo._other_tickets(ticket)
                raise UserError(
                    line_sudo._settled_sentence(others, quantity, before=True)
                )
        if pickup and pickup.get("requests"):
            self.env["project.task"].pos_check_hand_over(pickup)
