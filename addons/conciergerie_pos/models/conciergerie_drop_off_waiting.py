from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

# What a till may still say of a drop-off that waits: where and when it was taken stays.
CHANGING = ("partner_id", "partner_name", "partner_phone")


class ConciergerieDropOff(models.Model):
    """A drop-off whose ticket is saved, and so may be paid at any till.

    It waits in the browser that took it until its ticket is paid there. A ticket that
    is saved on the server brings it along: whoever pays the ticket makes its requests,
    once, even where that till, or the back office, knows nothing of it.
    """

    _inherit = "conciergerie.drop.off"

    @api.model
    def _keep_waiting(self, ticket, payloads):
        """Keep what a saved ticket is to pay for.

        :param ticket: draft ``pos.order`` that a till has just sent
        :param payloads: list of dict, see ``_clean_payload``
        """
        if not self.env.user.has_group("conciergerie_base.group_counter"):
            return
        named = set(ticket.lines.mapped("drop_off_uuid"))
        for payload in payloads:
            vals = self._clean_payload(payload)
            uuid = vals["uuid"]
            if uuid not in named:
                continue
            self.env["conciergerie.pos.claim"].sudo()._claim([f"wait-{uuid}"])
            known_sudo = self.sudo().search([("uuid", "=", uuid)])
            if not known_sudo:
                self.sudo().with_context(tracking_disable=True).create(
                    {**vals, "is_paid": True, "state": "waiting"}
                )
            elif (
                known_sudo.state == "waiting"
                and known_sudo.company_id.id == vals["company_id"]
            ):
                known_sudo._change_waiting(vals)

    def _change_waiting(self, vals):
        """Take what a till says of a drop-off that waits.

        :param dict vals: as ``_clean_payload`` returns them
        """
        self.write(
            {
                **{name: vals[name] for name in CHANGING},
                "line_ids": [Command.clear(), *vals["line_ids"]],
            }
        )

    @api.model
    def _take_waiting(self, vals):
        """Take a drop-off that waited, as the till that finishes it says.

        :param dict vals: as ``_clean_payload`` returns them
        :return: the drop-off, elevated; empty where it waits no more
        :raise AccessError: it waits in another company
        """
        waiting_sudo = self.sudo().search(
            [("uuid", "=", vals["uuid"]), ("state", "=", "waiting")]
        )
        if not waiting_sudo:
            return waiting_sudo
        if waiting_sudo.company_id.id != vals["company_id"]:
            raise AccessError(
                self.env._("This drop-off was taken at a till of another company.")
            )
        waiting_sudo._change_waiting(vals)
        waiting_sudo.write({"is_paid": vals["is_paid"], "state": "done"})
        return waiting_sudo

    @api.model
    def _take_paid(self, ticket):
        """Make the requests of what a ticket has paid, if they still wait.

        As the ticket says it: a service that was taken off it is left out. The till
        that was paid sends the drop-off as well, where it knows it, and finds it done.

        :param ticket: paid ``pos.order``
        """
        uuids = [uuid for uuid in ticket.lines.mapped("drop_off_uuid") if uuid]
        if not uuids:
            return
        sold = {line.drop_off_line_uuid: line for line in ticket.lines.sudo()}
        claim_model_sudo = self.env["conciergerie.pos.claim"].sudo()
        for drop_off_sudo in self.sudo().search(
            [
                ("uuid", "in", uuids),
                ("state", "=", "waiting"),
                ("company_id", "=", ticket.company_id.id),
            ]
        ):
            # Its own call may come at the same time.
            if not claim_model_sudo._claim([drop_off_sudo.uuid]):
                continue
            for line_sudo in drop_off_sudo.line_ids:
                if sold_sudo := sold.get(line_sudo.uuid):
                    line_sudo.quantity = sold_sudo.qty
                    line_sudo.price_told = sold_sudo.price_subtotal_incl
                else:
                    line_sudo.unlink()
            drop_off_sudo.write({"is_paid": True, "state": "done"})
            drop_off_sudo._make_requests()

    @api.model
    def _forget_waiting(self, uuids):
        """Forget what no ticket is to pay for any more.

        :param uuids: of drop-offs whose ticket has changed or is cancelled
        """
        lines_sudo = (
            self.env["pos.order.line"]
            .sudo()
            .search(
                [("drop_off_uuid", "in", uuids), ("order_id.state", "!=", "cancel")]
            )
        )
        gone_sudo = self.sudo().search(
            [
                (
                    "uuid",
                    "in",
                    list(set(uuids) - set(lines_sudo.mapped("drop_off_uuid"))),
                ),
                ("state", "=", "waiting"),
            ]
        )
        self.env["conciergerie.pos.claim"].sudo().search(
            [("uuid", "in", [f"wait-{uuid}" for uuid in gone_sudo.mapped("uuid")])]
        ).unlink()
        gone_sudo.unlink()

    @api.autovacuum
    def _gc_waiting(self):
        """Forget what waits for a ticket that was deleted."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        old = self.search([("state", "=", "waiting"), ("write_date", "<", yesterday)])
        self._forget_waiting(old.mapped("uuid"))
