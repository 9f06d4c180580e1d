"""Which deal a line of a ticket is sold under, known before the line is made."""

from functools import lru_cache

import pytz

from odoo import fields


@lru_cache(maxsize=256)
def day_in(timezone, moment):
    """Return the day of a naive moment in UTC; each line of a ticket asks for it."""
    return pytz.utc.localize(moment).astimezone(timezone).date()


class Deal:
    """What chooses the terms of a line: who sells what for whom, and when.

    Not a record: to find what a new line computes the ORM would make one of each.
    """

    __slots__ = ("order_line", "product", "provider", "sold", "ticket")

    def __init__(self, ticket, product, provider, order_line, sold):
        """Take what the line names.

        :param ticket: ``pos.order``
        :param product: ``product.product``
        :param provider: ``res.partner`` that does the service
        :param order_line: ``sale.order.line`` that it settles
        :param sold: ``pos.order.line`` that it gives back
        """
        self.ticket = ticket
        self.product = product
        self.provider = provider
        self.order_line = order_line
        self.sold = sold

    def get_date(self):
        """Return the date that chooses the terms: the order's, else the ticket's.

        What was sold without network under an agreement that had ended is booked under
        its last terms: the money is the provider's, as the customer was told.
        """
        ticket = self.ticket
        order = self.order_line.order_id or ticket
        if not order.date_order:
            return fields.Date.context_today(ticket)
        day = day_in(order.env.tz, order.date_order)
        if self.provider and ticket._kept_offline():
            day = ticket.env["conciergerie.deal.term"]._last_day_in_force(
                self.provider.sudo(), self.product, day, ticket.company_id
            )
        return day

    def get_term(self):
        """Return the deal term in force, or none."""
        terms = self.ticket.env["conciergerie.deal.term"]
        if not self.provider or not self.product:
            return terms
        return terms._get_term(
            self.provider.sudo(),
            self.product,
            self.get_date(),
            self.ticket.company_id or self.ticket.env.company,
        )

    def get_mode(self):
        """Return the mode in which it is sold, or False for an own service.

        What was sold keeps its mode: a refund that of its sale, a further payment of
        an order line that of its first one.
        """
        if self.sold:
            return self.sold.deal_mode
        known = self.order_line and self.order_line.sudo().commission_line_ids[:1]
        return known.mode if known else self.get_term().mode
