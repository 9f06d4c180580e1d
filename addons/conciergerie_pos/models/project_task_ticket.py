from odoo import api, fields, models
from odoo.exceptions import UserError

# Written by the receipt of drop-offs and tickets, never by hand.
TICKET_FIELDS = {"pos_line_id", "drop_off_id"}


class ProjectTask(models.Model):
    """A request that was paid when things were left: it hangs on a line of a ticket.

    There is no order then. Base reads what a request costs and whether it is paid from
    its order line; here the line of the ticket says it.
    """

    _inherit = "project.task"

    drop_off_id = fields.Many2one(
        comodel_name="conciergerie.drop.off",
        string="Drop-off",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("pos_line_id.price_subtotal_incl")
    def _compute_price_total(self):
        on_ticket = self.filtered("pos_line_id")
        for task in on_ticket:
            task.price_total = task.pos_line_id.price_subtotal_incl
        return super(ProjectTask, self - on_ticket)._compute_price_total()

    @api.depends("pos_line_id", "drop_off_id.is_paid")
    def _compute_payment_status(self):
        """What a ticket paid is paid: a ticket is never received unpaid.

        A drop-off paid at once whose ticket has not come yet (it is on its way, or
        kept by a till without network) is paid as well: nobody asks for it twice.
        """
        on_ticket = self.filtered(lambda t: t._is_paid_on_ticket())
        for task in on_ticket:
            task.request_invoice_count = 0
            task.payment_status = "paid" if task.is_market else "free"
        return super(ProjectTask, self - on_ticket)._compute_payment_status()

    def _is_paid_on_ticket(self):
        """Tell whether a ticket pays for this request, arrived or on its way."""
        self.ensure_one()
        return bool(
            self.pos_line_id
            or self.sudo().drop_off_id.is_paid
            and not self.sale_line_id
        )

    def _ensure_order(self):
        """What is paid on a ticket gets no order: it would be charged again."""
        return super(
            ProjectTask, self.filtered(lambda t: not t._is_paid_on_ticket())
        )._ensure_order()

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for fname in TICKET_FIELDS & vals.keys():
                    vals.pop(fname)
        return super().create(vals_list)

    def _check_protected_write(self, vals):
        """Keep what was paid on its ticket, with the provider that it names."""
        if not self.env.su and TICKET_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "The ticket of %s is recorded by the till.", self[:1].display_name
                )
            )
        return super()._check_protected_write(vals)

    def _cancel_request(self, reason):
        """Say where the money is given back: at the till, by a refund."""
        result = super()._cancel_request(reason)
        for task in self.filtered("pos_line_id"):
            task._message_log(
                body=self.env._(
                    "Paid on ticket %s: refund it at the till.",
                    task.sudo().pos_line_id.order_id.pos_reference,
                )
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid_on_ticket(self):
        for task in self.filtered("pos_line_id"):
            raise UserError(
                self.env._(
                    "%(request)s is paid on ticket %(ticket)s and cannot be deleted. "
                    "Cancel it and refund the ticket.",
                    request=task.display_name,
                    ticket=task.sudo().pos_line_id.order_id.pos_reference,
                )
            )

    def _prepare_piece_vals_list(self, count, descriptions):
        """Register things under the labels that the till has already printed."""
        vals_list = super()._prepare_piece_vals_list(count, descriptions)
        taking = self.env.context.get("conciergerie_taking")
        if isinstance(taking, Taking):
            labels = taking.labels.get(self.id, ())
            for vals, label in zip(vals_list, labels, strict=False):
                vals["label"] = label
        return vals_list


class Taking:
    """What a drop-off says, for the methods of base and core that it goes through.

    It is passed in the context as an object, which no call by RPC can hold.
    """

    def __init__(self, order_lines=None):
        self.order_lines = order_lines or {}
        self.labels = {}
