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

    def _post(self, soft=True):
        """Issue the providers' own documents of tickets that are invoiced."""
        posted = super()._post(soft=soft)
        documents = self.env["conciergerie.provider.document"]
        for move in posted.filtered(lambda m: m.is_sale_document()):
            sold_sudo = move.invoice_line_ids.pos_order_line_id.sudo()
            lines_sudo = sold_sudo.commission_line_ids
            if lines_sudo:
                known = documents._issued_for(lines_sudo).line_ids.commission_line_id
                issued = documents._issue(lines_sudo - known, move)
                # Given back before it was invoiced, by a ticket that is not.
                documents._issue_given_back(
                    issued.line_ids.commission_line_id._given_back_at_till()
                )
        return posted
