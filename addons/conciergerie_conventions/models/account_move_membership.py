from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Set the days of memberships at the date of the posted invoice.

        Done here and not in ``action_post``, where OCA works: an invoice posted by a
        cron or a credit note that reverses at once passes here only.
        """
        posted = super()._post(soft)
        for line in posted.invoice_line_ids.sudo().membership_line_ids:
            if line.membership_id.membership_period == "rolling":
                line.account_invoice_line_id._set_membership_period(line)
        for refund in posted.filtered(lambda m: m.move_type == "out_refund"):
            refund._end_memberships_given_back()
        return posted

    def action_post(self):
        result = super().action_post()
        # OCA ends memberships at any partial credit note, of other goods as well.
        for refund in self.filtered(
            lambda m: m.move_type == "out_refund" and m.state == "posted"
        ):
            refund._end_memberships_given_back()
        return result

    def _end_memberships_given_back(self):
        """End the memberships that this credit note names, and no other."""
        self.ensure_one()
        lines_sudo = self.sudo().reversed_entry_id.invoice_line_ids.membership_line_ids
        for line in lines_sudo:
            if not line._is_given_back():
                line.date_cancel = False
            elif self._is_whole_price(line):
                line.write({"state": "canceled", "date_cancel": self.invoice_date})
            else:
                line.date_cancel = self.invoice_date

    def _is_whole_price(self, line):
        """Say whether the credit note gives the whole fee back."""
        given_back = sum(
            self.invoice_line_ids.filtered(
                lambda m: m.product_id == line.membership_id
            ).mapped("price_total")
        )
        paid = line.account_invoice_line_id.price_total
        return self.currency_id.compare_amounts(given_back, paid) >= 0


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _create_membership_line(self):
        """Make memberships one by one: two for one person follow each other."""
        result = None
        for line in self:
            result = super(AccountMoveLine, line)._create_membership_line()
        return result

    def _prepare_membership_line_vals(self, **kwargs):
        """Add the company and the days of a rolling membership to OCA's values."""
        values = super()._prepare_membership_line_vals(**kwargs)
        order_line_sudo = self.sudo().sale_line_ids[:1]
        values["company_id"] = self.company_id.id
        values["membership_reason"] = order_line_sudo.membership_reason
        if self.product_id.membership_period == "rolling":
            values["date_from"], values["date_to"] = self._membership_period()
        return values

    def _membership_period(self, but=None):
        today = fields.Date.context_today(self)
        day = self.move_id.invoice_date or today
        asked = self.sudo().sale_line_ids[:1].membership_date_from
        return self.env["membership.membership_line"]._period(
            self.move_id.partner_id,
            self.product_id,
            self.company_id,
            max(day, asked) if asked else day,
            self.quantity,
            but=but,
        )

    def _set_membership_period(self, line):
        """Set the days of a membership again, the invoice having its date now."""
        self.ensure_one()
        line.date_from, line.date_to = self._membership_period(but=line)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    membership_date_from = fields.Date(
        string="Member From",
        copy=False,
        help="First day that was asked for; empty: the day of the invoice.",
    )
    membership_reason = fields.Char(
        string="Reason for the Solidarity Price", copy=False
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _compute_pricelist_id(self):
        """Take the members' pricelist where the customer is one at the order's date."""
        result = None
        by_day = self.grouped(lambda order: order._membership_day())
        for day, orders in by_day.items():
            orders = orders.with_context(membership_day=day)
            result = super(SaleOrder, orders)._compute_pricelist_id()
        return result

    def _membership_day(self):
        """Return the day of the order where the user is."""
        self.ensure_one()
        moment = self.date_order or fields.Datetime.now()
        return fields.Datetime.context_timestamp(self, moment).date()

    @api.onchange("date_order")
    def _onchange_date_order_members(self):
        """Take or leave the members' pricelist when the date of the order changes."""
        company = self.company_id or self.env.company
        members = company.sudo().members_pricelist_id
        if not members or not self.partner_id or self.state != "draft":
            return
        partner = self.partner_id.with_company(company).with_context(
            membership_day=self._membership_day()
        )
        proposed = partner.property_product_pricelist
        if members in (self.pricelist_id, proposed):
            self.pricelist_id = proposed
