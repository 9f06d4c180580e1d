from odoo import fields, models


class AccountMoveLine(models.Model):
    """A line of an invoice that a ticket has sold already."""

    _inherit = "account.move.line"

    pos_order_line_id = fields.Many2one(
        comodel_name="pos.order.line",
        string="Line of the Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The ticket sold it, and the ledger has it from there.",
    )

    def _get_deal_mode(self):
        """What a ticket sold keeps its mode."""
        self.ensure_one()
        line_sudo = self.sudo().pos_order_line_id
        return line_sudo.deal_mode if line_sudo else super()._get_deal_mode()

    def _sold_commission_lines(self):
        """A credit note gives back what a ticket has sold as well."""
        sold = super()._sold_commission_lines()
        for line in self.sudo():
            if known := line.pos_order_line_id.commission_line_ids[:1]:
                sold[line.sudo(False)] = known
        return sold


class AccountMove(models.Model):
    _inherit = "account.move"

    def _provider_lines(self):
        """What a ticket has sold is in the ledger already, checked as it was paid."""
        lines = super()._provider_lines()
        return lines.filtered(lambda line: not line.pos_order_line_id)
