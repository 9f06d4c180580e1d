from odoo import models

from .conciergerie_custody_event import HandedWith


class ConciergeriePiece(models.Model):
    _inherit = "conciergerie.piece"

    def _prepare_event_vals(self, holder, site, partner=None, proof=None):
        """Name the ticket that was paid as the piece left."""
        vals = super()._prepare_event_vals(holder, site, partner, proof)
        ticket = self.env.context.get("conciergerie_ticket")
        if isinstance(ticket, HandedWith):
            vals["pos_order_id"] = ticket.order_id
        return vals
