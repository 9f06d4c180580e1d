from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.models.conciergerie_piece import AT_SITE

from .conciergerie_custody_event import HandedWith
from .sale_order_settle import PAID_STATES


class ProjectTask(models.Model):
    """The hand-over of requests at a till, with the proof, exactly once.

    A till sends ``{"uuid", "offline", "requests": [{"id", "pieces": [ids]}],
    "receiver", "proxy", "signature"}``: alone where nothing is due, with the paid
    ticket otherwise, so that money and hand-over are one transaction.
    """

    _inherit = "project.task"

    @api.model
    def pos_hand_over(self, config_id, payload):
        """Hand over what is paid for or free.

        :param int config_id: id of the till
        :param dict payload: see the class
        :return: the new rows of these requests
        :raise UserError: something is elsewhere, closed, or not paid for
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        tasks = self._pos_payload_tasks(payload)
        hand_overs = self.env["conciergerie.pos.hand.over"]
        if not hand_overs._known(payload.get("uuid")):
            if not payload.get("offline"):
                tasks._pos_check_nothing_due(payload)
            conflict = tasks._pos_process_hand_over(payload)
            hand_overs._remember(config, payload, tasks, conflict)
        return tasks._pos_rows()

    @api.model
    def pos_prepare(self, config_id, ids):
        """Make ready to settle: what has no order yet gets one.

        :param int config_id: id of the till
        :param list ids: ids of the requests
        :return: their rows, with what is left to pay
        """
        self.env["pos.config"].browse(config_id).check_access("read")
        tasks = self._pos_requests(ids)
        tasks.filtered(lambda t: t._pos_payment_mode() == "none")._ensure_order()
        return tasks._pos_rows()

    @api.model
    def pos_check_hand_over(self, payload):
        """Check a hand-over before any money is taken; change nothing.

        :raise UserError: the sentence to show to the cashier
        """
        tasks = self._pos_payload_tasks(payload)
        tasks._check_hand_over(tasks._pos_payload_pieces(payload))

    @api.model
    def _pos_payload_tasks(self, payload):
        """Return the requests that a till names, once the user may change them."""
        ids = [int(request["id"]) for request in (payload or {}).get("requests", ())]
        tasks = self.browse(dict.fromkeys(ids)).filtered("site_id")
        if not tasks:
            raise UserError(self.env._("Choose what is handed over first."))
        tasks.check_access("write")
        return tasks

    def _pos_payload_pieces(self, payload):
        """Return the pieces that a till names, all of these requests."""
        ids = [
            int(piece_id)
            for request in payload.get("requests", ())
            for piece_id in request.get("pieces") or ()
        ]
        return self.piece_ids.filtered(lambda piece: piece.id in ids)

    def _pos_check_nothing_due(self, payload):
        """Refuse to give away what is not paid for.

        :raise UserError: names the request and what is due
        """
        for task in self.sudo():
            mode = task._pos_payment_mode()
            due = mode == "none"
            if mode == "order" and task.step != "cancelled":
                due = task.sale_line_id._pos_quantity_to_settle() > 0
            # Taking one of three pieces that are paid one by one leaves two to pay.
            if due and not task._pos_pieces_are_paid(payload):
                raise UserError(
                    self.env._(
                        "%s is not paid: settle it, it is handed over with its ticket.",
                        task.display_name,
                    )
                )

    def _pos_pieces_are_paid(self, payload):
        """Tell whether what was paid covers the pieces taken now and before."""
        self.ensure_one()
        line = self.sale_line_id
        pieces = line.request_ids.piece_ids
        if not pieces or len(pieces) != line.product_uom_qty:
            return False
        taken = self._pos_payload_pieces(payload)
        return len(pieces._delivered() | taken) <= line.qty_invoiced

    def _pos_process_hand_over(self, payload, ticket=None):
        """Record a hand-over with its proof.

        What was done without network cannot be refused any more: whatever had been
        handed over elsewhere is told to the manager, the rest is recorded.

        :param dict payload: what the till sent
        :param ticket: ``pos.order`` that paid for it, if any
        :return: the sentences of what had been done elsewhere, if anything
        """
        pieces = self._pos_payload_pieces(payload)
        conflict = ""
        tasks = self
        if payload.get("offline"):
            tasks, pieces, conflict = self._pos_still_here(pieces)
        if tasks:
            if ticket:
                pieces = pieces.with_context(conciergerie_ticket=HandedWith(ticket.id))
            tasks._hand_over(
                pieces,
                receiver_name=payload.get("receiver") or "",
                is_proxy=bool(payload.get("proxy")),
                proof={"signature": payload.get("signature") or False},
            )
        if conflict:
            self._pos_tell_conflict(conflict, ticket)
        return conflict

    def _pos_still_here(self, pieces):
        """Split what can still be handed over from what somebody else did.

        :return: requests, pieces, and the sentences about the others
        """
        gone = pieces.filtered(lambda piece: piece.holder not in AT_SITE)
        sentences = [
            self.env._(
                "%(piece)s: %(where)s (%(date)s, %(user)s)%(ticket)s",
                piece=piece.display_name,
                where=piece._holder_sentence(),
                date=piece.holder_since,
                user=piece.event_ids.sorted("id")[-1:].user_id.name,
                ticket=piece.task_id._pos_ticket_names(prefix=", "),
            )
            for piece in gone
        ]
        left = pieces - gone
        closed = self.filtered(
            lambda t: (
                t.step not in t._hand_over_steps()
                or (t.piece_ids and not left & t.piece_ids)
            )
        )
        sentences += [
            self.env._(
                "%(request)s is at the step “%(step)s”%(ticket)s",
                request=task.display_name,
                step=task._step_label(),
                ticket=task._pos_ticket_names(prefix=", "),
            )
            for task in closed
            if not gone & task.piece_ids
        ]
        tasks = self - closed
        return tasks, left & tasks.piece_ids, "\n".join(sentences)

    def _pos_ticket_names(self, prefix=""):
        """Return the tickets with which these requests were handed over or paid."""
        tasks_sudo = self.sudo()
        tickets_sudo = tasks_sudo.piece_ids.event_ids.pos_order_id or (
            tasks_sudo.sale_line_id.pos_order_line_ids.order_id.filtered(
                lambda ticket: ticket.state in PAID_STATES
            )
        )
        names = ", ".join(tickets_sudo.mapped("pos_reference"))
        return prefix + self.env._("ticket %s", names) if names else ""

    def _pos_tell_conflict(self, conflict, ticket):
        """Give the manager the task of sorting out a hand-over made twice."""
        name = ticket.pos_reference if ticket else ""
        for task in self:
            task.site_id._pos_tell_manager(
                task,
                self.env._("Handed over twice, without network: %s", task.reference),
                self.env._("Now with ticket %s.", name) + "\n" + conflict
                if name
                else conflict,
            )
