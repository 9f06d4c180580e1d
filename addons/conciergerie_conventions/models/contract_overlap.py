from collections import Counter

from odoo import fields, models
from odoo.fields import Domain

READERS = "conciergerie_base.group_counter,conciergerie_base.group_accountant"
# Orders of payers that the banner tells; the list says that of each person.
MAX_ORDERS = 5


class ConciergerieEntitlement(models.Model):
    _inherit = "conciergerie.entitlement"

    # Not for the payer, who reads its list: it names other payers.
    payer_order = fields.Char(
        string="Who Pays, in Order",
        compute="_compute_payer_order",
        groups=READERS,
        help="Where other conventions cover the person today as well: the first takes "
        "its share, each next one its share of what is left.",
    )

    def _compute_payer_order(self):
        orders = self._payer_orders()
        for line in self:
            names = orders[line].mapped("name") if line in orders else []
            line.payer_order = " → ".join(names)

    def _payer_orders(self):
        """Return the order of payers of who is covered by other conventions too.

        A line that is confirmed and has not left yet, whether its convention runs
        already or not; the others as of today. The number of queries does not depend
        on the number of lines.

        :return: ``{line: contract.contract}`` with elevated rights, the first payer
            first; no key where nobody else pays
        """
        today = fields.Date.context_today(self)
        current = self.filtered_domain(self._current_domain(today))
        orders = {}
        for company, lines in current.grouped("company_id").items():
            of_each = lines.partner_id._conventions_of_each(company, today)
            for line in lines:
                own = line.convention_id.sudo()
                if others := of_each[line.partner_id] - own:
                    orders[line] = (others | own).sorted(
                        lambda c: (c.payer_rank, c.start_date or today, c.id)
                    )
        return orders

    def _current_domain(self, day):
        """Return the domain of who is entitled on a day or will be later."""
        return (
            Domain("state", "=", "confirmed")
            & Domain("convention_id.state", "!=", "ended")
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )


class ContractContract(models.Model):
    """Say that people of a list are covered by others too: it is allowed."""

    _inherit = "contract.contract"

    overlap_count = fields.Integer(
        string="Also Covered by Others", compute="_compute_overlap", groups=READERS
    )
    overlap_orders = fields.Text(
        string="Order of Payers of Each",
        compute="_compute_overlap",
        groups=READERS,
    )

    def _compute_overlap(self):
        for contract in self:
            orders = contract._origin._overlaps()
            contract.overlap_count = len({line.partner_id for line in orders})
            contract.overlap_orders = contract._say_overlaps(orders)

    def _overlaps(self):
        """Return the lines of a list whose people others cover too, with the order."""
        line_model = self.env["conciergerie.entitlement"]
        if not self.is_convention:
            return {}
        today = fields.Date.context_today(self)
        return line_model.search(
            Domain("convention_id", "=", self.id) & line_model._current_domain(today)
        )._payer_orders()

    def _say_overlaps(self, orders):
        counts = Counter(orders.values()).most_common()
        sentences = [
            self.env._(
                "%(number)s: %(order)s",
                number=number,
                order=" → ".join(order.mapped("name")),
            )
            for order, number in counts[:MAX_ORDERS]
        ]
        if len(counts) > MAX_ORDERS:
            sentences.append(
                self.env._("%s more orders: see the people.", len(counts) - MAX_ORDERS)
            )
        return "\n".join(sentences) or False

    def action_view_overlaps(self):
        """Open the people of a list whom other conventions cover too."""
        self.ensure_one()
        lines = self.env["conciergerie.entitlement"].union(*self._overlaps())
        action = self.action_view_entitlements()
        action["domain"] = [("id", "in", lines.ids)]
        action["context"] = {"default_convention_id": self.id}
        return action
