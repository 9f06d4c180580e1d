from odoo import api, fields, models


class ConciergerieDropOffLine(models.Model):
    """One service of a drop-off, with the things that were left for it."""

    _name = "conciergerie.drop.off.line"
    _description = "Service of a Drop-off"
    _order = "drop_off_id desc, id"
    _rec_name = "product_id"

    uuid = fields.Char(required=True, readonly=True)
    drop_off_id = fields.Many2one(
        comodel_name="conciergerie.drop.off",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, default=1.0)
    piece_count = fields.Integer(string="Pieces", readonly=True)
    piece_notes = fields.Json(
        readonly=True, help="What each piece is, in the order of the labels."
    )
    provider_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    promised_date = fields.Date(readonly=True)
    remarks = fields.Text(readonly=True)
    price_told = fields.Monetary(
        string="Price on the Ticket",
        readonly=True,
        help="VAT included, as the deposit ticket said. The order is priced by the "
        "server.",
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line", readonly=True, index="btree_not_null"
    )
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        readonly=True,
        index="btree_not_null",
    )

    _uuid_unique = models.UniqueIndex("(uuid)", "This line was received already.")

    def _labels(self):
        """Return the labels that the till has stuck on the things of this line.

        A drop-off has one series of labels, whatever its services.
        """
        self.ensure_one()
        drop_off = self.drop_off_id
        before = drop_off.line_ids.sorted("id").filtered(lambda line: line.id < self.id)
        start = sum(before.mapped("piece_count")) + 1
        return [
            f"{drop_off.name}-{number}"
            for number in range(start, start + self.piece_count)
        ]

    def _prepare_pos_line_vals(self):
        """Return a line as the till keeps its own."""
        self.ensure_one()
        return {
            "uuid": self.uuid,
            "product_id": self.product_id.id,
            "template_id": self.product_id.product_tmpl_id.id,
            "name": self.product_id.display_name,
            "is_market": self.product_id.is_market,
            "quantity": self.quantity,
            "piece_count": self.piece_count,
            "piece_notes": self.piece_notes or [],
            "provider_id": self.provider_id.id,
            "provider_name": self.provider_id.name or "",
            "promised_date": fields.Date.to_string(self.promised_date) or False,
            "remarks": self.remarks or "",
            "price_told": self.price_told,
        }

    @api.model
    def _link_to_ticket(self, tickets):
        """Let the requests of paid drop-offs hang on the lines that paid them.

        The ticket and the drop-off come by two calls, in any order, even at once: the
        first to claim a line has nothing to link yet, the second one links.

        :param tickets: paid ``pos.order`` records, just received
        """
        lines_sudo = tickets.sudo().lines.filtered("drop_off_line_uuid")
        if not lines_sudo:
            return
        uuids = lines_sudo.mapped("drop_off_line_uuid")
        claimed = (
            self.env["conciergerie.pos.claim"]
            .sudo()
            ._claim([f"link-{uuid}" for uuid in uuids])
        )
        waiting = [uuid for uuid in uuids if f"link-{uuid}" not in claimed]
        if not waiting:
            return
        ticket_line = {line.drop_off_line_uuid: line for line in lines_sudo}
        for line_sudo in self.sudo().search(
            [("uuid", "in", waiting), ("task_id.pos_line_id", "=", False)]
        ):
            sold_sudo = ticket_line[line_sudo.uuid]
            if line_sudo.task_id and sold_sudo.product_id == line_sudo.product_id:
                line_sudo.task_id._record(line_sudo._prepare_sold_vals(sold_sudo))

    def _prepare_sold_vals(self, sold_sudo):
        """Return the values of a request that a line of a ticket has paid for.

        Who does it is who was sold: the cashier may have chosen another provider on
        the ticket, whose money it is. What has left already stays where it is.

        :param sold_sudo: ``pos.order.line``, empty where the ticket has not come
        """
        self.ensure_one()
        if not sold_sudo:
            return {}
        vals = {"pos_line_id": sold_sudo.id}
        if sold_sudo.provider_id and self.task_id.step in (False, "todo"):
            vals["provider_id"] = sold_sudo.provider_id.id
        return vals
