from odoo import api, fields, models
from odoo.exceptions import UserError

from .conciergerie_pos_seal import SEALED_LINE, SEALED_ORDER, SEALED_PAYMENT


def changed_fields(record, vals, names):
    """Return those of the names whose value would change, comparing values.

    Core writes on paid tickets what is there already: equal writes are no change.
    """
    changed = []
    for name in names:
        if name not in vals:
            continue
        field = record._fields[name]
        if field.type in ("one2many", "many2many"):
            new = record.new({name: vals[name]}, origin=record)[name].ids
            if set(new) != set(record[name].ids):
                changed.append(name)
            continue
        new = field.convert_to_record(
            field.convert_to_cache(vals[name], record), record
        )
        if new != record[name]:
            changed.append(name)
    return changed


class PosOrder(models.Model):
    """A paid ticket is sealed; what the seal covers does not change any more."""

    _inherit = "pos.order"

    seal_ids = fields.One2many(
        comodel_name="conciergerie.pos.seal",
        inverse_name="order_id",
        groups="conciergerie_base.group_manager,conciergerie_base.group_accountant",
    )

    def action_pos_order_paid(self):
        """Seal what was paid and booked."""
        result = super().action_pos_order_paid()
        for order in self:
            if not order.sudo().seal_ids:
                self.env["conciergerie.pos.seal"]._seal(order)
        return result

    def _compute_string_to_hash(self):
        """Let core read what it hashes without our rules on lines and payments.

        It searches them by number to sort them: the same for everybody, and a rule that
        follows the ticket would write the ticket down each time.
        """
        return super(PosOrder, self.sudo())._compute_string_to_hash()

    def _sealed(self):
        """Return those of these tickets that are sealed; a draft never is."""
        paid = self.filtered(lambda order: order.state in ("paid", "done", "cancel"))
        return paid.filtered(lambda order: order.sudo().seal_ids)

    def _refuse_change(self, what):
        """Say that a paid ticket does not change.

        :param what: names of fields, or None for lines or payments added or removed
        :raise UserError: naming the ticket and how it is corrected
        """
        self.ensure_one()
        labels = ", ".join(what or [])
        raise UserError(
            self.env._(
                "Ticket %(ticket)s is paid and sealed: %(what)s cannot change any "
                "more. Give it back by a refund, and sell again.",
                ticket=self.pos_reference or self.name,
                what=labels or self.env._("its lines and payments"),
            )
        )

    def write(self, vals):
        """Refuse what would change a sealed ticket.

        A ticket without customer gets one as it is invoiced: once.
        """
        guarded = {*SEALED_ORDER, "partner_id"} & vals.keys()
        if vals.get("state", "done") not in ("paid", "done"):
            guarded.add("state")
        if guarded:
            for order in self._sealed():
                changed = changed_fields(order, vals, guarded)
                if "partner_id" in changed and not order.partner_id:
                    changed.remove("partner_id")
                if changed:
                    order._refuse_change(order._field_labels(changed))
        return super().write(vals)

    def _field_labels(self, names):
        labels = self.fields_get(names, ["string"])
        return [labels[name]["string"] for name in names if name in labels]


class PosSealedPart(models.AbstractModel):
    """Lines and payments of a sealed ticket: none changed, added or removed."""

    _name = "conciergerie.pos.sealed.part"
    _description = "Part of a Sealed Ticket"

    _sealed_fields = ()
    _sealed_order_field = ""

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for order in records[self._sealed_order_field]._sealed():
            order._refuse_change(None)
        return records

    def write(self, vals):
        guarded = {*self._sealed_fields, self._sealed_order_field} & vals.keys()
        if guarded:
            orders = self[self._sealed_order_field]
            if self._sealed_order_field in vals:
                orders |= orders.browse(vals[self._sealed_order_field])
            sealed = orders._sealed()
            for record in self if sealed else ():
                order = record[self._sealed_order_field]
                changed = changed_fields(record, vals, guarded)
                if changed and (order in sealed or self._sealed_order_field in changed):
                    labels = record.fields_get(changed, ["string"])
                    sealed[:1]._refuse_change(
                        [labels[name]["string"] for name in changed if name in labels]
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        for order in self[self._sealed_order_field]._sealed():
            order._refuse_change(None)


class PosOrderLine(models.Model):
    _name = "pos.order.line"
    _inherit = ["pos.order.line", "conciergerie.pos.sealed.part"]

    _sealed_fields = SEALED_LINE
    _sealed_order_field = "order_id"


class PosPayment(models.Model):
    _name = "pos.payment"
    _inherit = ["pos.payment", "conciergerie.pos.sealed.part"]

    _sealed_fields = SEALED_PAYMENT
    _sealed_order_field = "pos_order_id"
