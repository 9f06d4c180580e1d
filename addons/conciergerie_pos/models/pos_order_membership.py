from odoo import fields, models


class MembershipLine(models.Model):
    _inherit = "membership.membership_line"

    pos_line_id = fields.Many2one(
        comodel_name="pos.order.line",
        string="Line of the Ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _pos_line_once = models.UniqueIndex("(pos_line_id) WHERE pos_line_id IS NOT NULL")


class PosOrder(models.Model):
    """A membership sold at the till makes its customer a member at once."""

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        self._book_memberships()
        return super().action_pos_order_paid()

    def _book_memberships(self):
        """Make the memberships that a paid ticket sells, end those it gives back.

        :raise UserError: a membership is sold to nobody
        """
        self.ensure_one()
        lines = self.lines.filtered("product_id.membership")
        if not lines:
            return
        memberships_sudo = self.env["membership.membership_line"].sudo()
        booked = memberships_sudo.search([("pos_line_id", "in", lines.ids)]).pos_line_id
        for line in lines - booked:
            if line.refunded_orderline_id:
                line._give_membership_back()
            elif line.qty > 0:
                self._check_or_keep(line._book_membership, undo=True)


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _book_membership(self):
        """Make the membership that this line sells to the customer of its ticket.

        :raise UserError: there is no customer
        """
        self.ensure_one()
        order = self.order_id
        self.env["membership.membership_line"].sudo()._book_sale(
            order.partner_id,
            self.product_id,
            order.company_id,
            order._ticket_date(),
            self.price_subtotal_incl,
            quantity=max(int(self.qty), 1),
            pos_line_id=self.id,
        )

    def _give_membership_back(self):
        """End the membership that this line refunds, whole or in part.

        Of a part, as a credit note does: it counts until the day of the refund.
        """
        self.ensure_one()
        sold = self.refunded_orderline_id
        refunds = sold.refund_orderline_ids.filtered(
            lambda line: line == self or line.order_id.state in ("paid", "done")
        )
        given_back = -sum(line._signed_price() for line in refunds)
        sold._end_membership(given_back, self.order_id._ticket_date())

    def _end_membership(self, given_back, day):
        """End the membership that this line sold, on the day that it is given back.

        :param float given_back: all that was given back of its price, VAT included
        """
        self.ensure_one()
        membership_sudo = (
            self.env["membership.membership_line"]
            .sudo()
            .search([("pos_line_id", "=", self.id), ("state", "!=", "canceled")])
        )
        compare = self.currency_id.compare_amounts
        if compare(given_back, self.price_subtotal_incl) >= 0:
            membership_sudo._cancel_sale(day)
        else:
            membership_sudo.write({"date_cancel": day})


class AccountMove(models.Model):
    _inherit = "account.move"

    def _end_memberships_given_back(self):
        """End what a ticket sold too, its invoice being credited in the back office.

        A refund at the till that is invoiced ended it when it was paid.
        """
        result = super()._end_memberships_given_back()
        sold_sudo = self.sudo().reversed_entry_id.invoice_line_ids.pos_order_line_id
        sold_sudo = sold_sudo.filtered("product_id.membership")
        if not sold_sudo or self.sudo().invoice_line_ids.pos_order_line_id:
            return result
        notes_sudo = self.sudo().reversed_entry_id.reversal_move_ids
        notes_sudo = notes_sudo.filtered(lambda move: move.state == "posted")
        for product, lines in sold_sudo.grouped("product_id").items():
            credited = notes_sudo.invoice_line_ids.filtered(
                lambda line, product=product: line.product_id == product
            )
            left = sum(credited.mapped("price_total"))
            for line in lines:
                given_back = min(left, line.price_subtotal_incl)
                left -= given_back
                if line.currency_id.compare_amounts(given_back, 0.0) > 0:
                    line._end_membership(given_back, self.invoice_date)
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _create_membership_line(self):
        """Leave out what a ticket sold: its membership was made when it was paid."""
        own = self.filtered(lambda line: not line.pos_order_line_id)
        return super(AccountMoveLine, own)._create_membership_line()


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _load_pos_data_domain(self, data, config):
        """Load the members' pricelist in every till, whatever it offers by hand."""
        domain = fields.Domain(super()._load_pos_data_domain(data, config))
        pricelist = config.company_id.sudo().members_pricelist_id
        if pricelist.active and pricelist.currency_id == config.currency_id:
            domain |= fields.Domain("id", "=", pricelist.id)
        return domain
