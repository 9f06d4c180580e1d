from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class MembershipLine(models.Model):
    """One period of membership of a person, in one company.

    Who is a member on a day is read from the dates, never from the state that OCA
    stores on the contact: nothing turns a future membership on there, and it knows
    no company.
    """

    _inherit = "membership.membership_line"

    company_id = fields.Many2one(
        related=None,
        compute="_compute_company_id",
        store=True,
        index=True,
        help="Company of the invoice or ticket by which it was sold.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    membership_kind = fields.Selection(
        related="membership_id.membership_kind", string="Kind"
    )
    membership_reason = fields.Char(
        string="Reason for the Solidarity Price",
        groups="conciergerie_base.group_counter,conciergerie_base.group_accountant",
    )
    is_renewed = fields.Boolean(
        string="Renewed", compute="_compute_is_renewed", search="_search_is_renewed"
    )
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    reminder_before_date = fields.Date(
        string="Reminded Before the End", readonly=True, copy=False
    )
    reminder_after_date = fields.Date(
        string="Reminded After the End", readonly=True, copy=False
    )

    @api.depends("account_invoice_line_id.move_id.company_id")
    def _compute_company_id(self):
        for line in self:
            line.company_id = (
                line.account_invoice_line_id.move_id.company_id
                or line.company_id
                or self.env.company
            )

    def _compute_state(self):
        """Keep a membership whose invoice gave something else back.

        OCA takes any credit note of a paid invoice for the end of the membership,
        that of photocopies on the same invoice as well.
        """
        result = super()._compute_state()
        for line in self.filtered(lambda m: m.state == "canceled"):
            move = line.account_invoice_id
            if (
                move.state == "posted"
                and move.payment_state == "paid"
                and not line._is_given_back()
            ):
                line.state = "paid"
        return result

    def _is_given_back(self):
        """Say whether a posted credit note of the invoice names the membership."""
        self.ensure_one()
        refunds_sudo = self.sudo().account_invoice_id.reversal_move_ids
        return self.membership_id in refunds_sudo.filtered(
            lambda m: m.state == "posted"
        ).invoice_line_ids.mapped("product_id")

    # ------------------------------------------------------------------
    # Who is a member
    # ------------------------------------------------------------------

    @api.model
    def _member_states(self):
        return self.env["res.partner"]._membership_member_states()

    @api.model
    def _valid_domain(self, day):
        """Return the domain of the memberships that count on a day.

        :param date day: from the first to the last day, both included; until the day
            of the cancellation where only a part was given back, as in OCA
        """
        return (
            Domain("state", "in", self._member_states())
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
            & (Domain("date_cancel", "=", False) | Domain("date_cancel", ">=", day))
        )

    @api.model
    def _renewed_sql(self):
        """Return the lines that a later one follows: one EXISTS, for any number."""
        self.flush_model(["partner_id", "company_id", "date_to", "state"])
        self.flush_model(["date_cancel"])
        return SQL(
            """
            SELECT line.id
              FROM membership_membership_line line
             WHERE EXISTS (
                   SELECT 1
                     FROM membership_membership_line later
                    WHERE later.partner_id = line.partner_id
                      AND later.company_id = line.company_id
                      AND later.date_to > line.date_to
                      AND later.state IN %s
                      AND later.date_cancel IS NULL)
            """,
            ("waiting", *self._member_states()),
        )

    @api.depends("partner_id.member_line_ids.date_to", "date_to", "state")
    def _compute_is_renewed(self):
        renewed = self.search(
            Domain("id", "in", self.ids) & Domain("is_renewed", "=", True)
        )
        for line in self:
            line.is_renewed = line._origin in renewed

    def _search_is_renewed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in" if True in value else "not in", self._renewed_sql())

    # ------------------------------------------------------------------
    # Period
    # ------------------------------------------------------------------

    @api.model
    def _period(self, partner, product, company, day, quantity=1, but=None):
        """Return the first and last day of a membership sold on a day.

        Of fixed dates: the product's. Rolling: from the day of the sale, or from the
        day after the current membership ends: no day is lost and none counted twice.

        :param partner: ``res.partner`` who becomes a member
        :param product: ``product.product`` of the membership
        :param company: ``res.company`` that sells
        :param date day: day of the sale, or a later first day that was asked for
        :param quantity: how many rolling periods are paid at once
        :param but: lines left out, that of the sale itself
        :return: (date, date)
        """
        if product.membership_period != "rolling":
            first = max(product.membership_date_from, day)
            if first > product.membership_date_to:
                first = product.membership_date_from
            return first, product.membership_date_to
        current_sudo = self.sudo().search(
            Domain("partner_id", "=", partner.id)
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", self._member_states())
            & Domain("date_to", ">=", day)
            & Domain("date_cancel", "=", False)
            & Domain("id", "not in", but.ids if but else []),
            order="date_to desc",
            limit=1,
        )
        if current_sudo:
            day = current_sudo.date_to + timedelta(days=1)
        return day, product._get_next_date(day, qty=quantity) - timedelta(days=1)

    @api.model
    def _book_sale(self, partner, product, company, day, price, **values):
        """Make a person a member by a sale that has no invoice: a ticket.

        Meant for the software itself (the counter's register); an invoice makes its
        lines by OCA's own way. The caller checks who may sell.

        :param partner: ``res.partner`` who becomes a member
        :param product: ``product.product``, a membership
        :param company: ``res.company`` that sells
        :param date day: accounting day of the ticket
        :param float price: what was paid, in the company's currency
        :param values: ``quantity`` of rolling periods; other fields of the line
        :return: ``membership.membership_line`` with elevated rights, paid
        :raise UserError: no customer, or the product is not a membership
        """
        if not partner or not product.membership:
            raise UserError(
                self.env._(
                    "A membership is sold to somebody: choose the customer of %s.",
                    product.display_name,
                )
            )
        quantity = values.pop("quantity", 1)
        first, last = self._period(partner, product, company, day, quantity)
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "membership_id": product.id,
                "company_id": company.id,
                "date": day,
                "date_from": first,
                "date_to": last,
                "member_price": price,
                "state": "paid",
                **values,
            }
        )

    def _cancel_sale(self, day):
        """End memberships whose ticket is given back.

        :param date day: accounting day of the refund
        """
        self.sudo().write({"state": "canceled", "date_cancel": day})
