from odoo import api, fields, models


class PosOrder(models.Model):
    """A ticket that pays for what is left at the counter."""

    _inherit = "pos.order"

    @api.model
    def _process_order(self, order, existing_order):
        """Keep what a saved ticket is to pay for: another till may be paid.

        ``conciergerie_drop_offs`` holds it, see ``_clean_payload`` of the drop-off.
        """
        waiting = order.pop("conciergerie_drop_offs", None) or ()
        before = existing_order and existing_order._drop_off_uuids() or set()
        draft = order.get("state") == "draft"
        order_id = super()._process_order(order, existing_order)
        ticket = self.browse(order_id)
        if draft and waiting:
            self.env["conciergerie.drop.off"]._keep_waiting(ticket, waiting)
        if before and (gone := before - ticket._drop_off_uuids()):
            self.env["conciergerie.drop.off"]._forget_waiting(list(gone))
        return order_id

    def _process_saved_order(self, draft):
        """Link the requests of a paid drop-off to the lines that pay for them."""
        result = super()._process_saved_order(draft)
        if not draft and self.state != "cancel":
            self.env["conciergerie.drop.off.line"]._link_to_ticket(self)
            self.env["conciergerie.drop.off"]._take_paid(self)
        return result

    def action_pos_order_cancel(self):
        result = super().action_pos_order_cancel()
        if uuids := self.filtered(lambda o: o.state == "cancel")._drop_off_uuids():
            self.env["conciergerie.drop.off"]._forget_waiting(list(uuids))
        return result

    def _drop_off_uuids(self):
        """Return the names of the drop-offs that these tickets pay for."""
        return set(self.lines.filtered("drop_off_uuid").mapped("drop_off_uuid"))

    def read_pos_data(self, data, config):
        """Send a saved ticket with what it is to pay for."""
        result = super().read_pos_data(data, config)
        saved = self.filtered(lambda order: order.state == "draft")
        if config and (uuids := saved._drop_off_uuids()):
            drop_off_model = self.env["conciergerie.drop.off"]
            result["conciergerie.drop.off"] = drop_off_model._load_pos_data_read(
                drop_off_model.search(
                    [("uuid", "in", list(uuids)), ("state", "=", "waiting")]
                ),
                config,
            )
        return result


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    drop_off_line_uuid = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Service of a drop-off that this line pays for.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "drop_off_line_uuid"]
