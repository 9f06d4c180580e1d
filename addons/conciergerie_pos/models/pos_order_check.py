from odoo import fields, models
from odoo.exceptions import UserError


class PosOrder(models.Model):
    """What cannot be sold is refused before the ticket is paid, with the reason.

    The till asks the same of what it has loaded, so that the cashier is told first.
    """

    _inherit = "pos.order"

    def _check_deals(self):
        """Check the lines of tickets about to be paid.

        What gives back is not asked, nor what an order has promised already (A19). Of
        a ticket paid without network each line is asked, to tell all that is wrong.

        :raise UserError: saying which line, why, and what to do
        """
        for order in self:
            order._check_or_keep(order._check_no_amount_on_mandate)
            order._check_or_keep(order._check_no_paper_given)
            new = order.lines.filtered(lambda line: not line.refunded_orderline_id)
            for lines in new if order._kept_offline() else [new]:
                order._check_or_keep(lines._check_disbursement)
                order._check_or_keep(lines._check_price_of_deal)
                order._check_or_keep(lines.filtered("provider_id")._check_providers)

    def _check_no_paper_given(self):
        """Refuse to refund by cheque, CESU or voucher what is no longer in the drawer.

        The paper itself can be given back, whole, until a deposit slip takes it.

        :raise UserError: naming the method, and what to refund by instead
        """
        self.ensure_one()
        given = self.payment_ids.filtered(
            lambda payment: payment.payment_method_id.remittance and payment.amount < 0
        )
        if not given:
            return
        papers = self.lines.refunded_orderline_id.order_id.payment_ids
        slip_lines_sudo = self.env["conciergerie.deposit.slip.line"].sudo()
        papers -= slip_lines_sudo.search(
            [("payment_id", "in", papers.ids), ("is_live", "=", True)]
        ).payment_id
        for payment in given:
            if not papers.filtered(
                lambda paper, payment=payment: (
                    paper.payment_method_id == payment.payment_method_id
                    and self.currency_id.is_zero(paper.amount + payment.amount)
                )
            ):
                raise UserError(
                    self.env._(
                        "“%s” cannot be given back in part, nor once it is deposited: "
                        "refund in cash or by card, and remove this payment.",
                        payment.payment_method_id.name,
                    )
                )

    def _check_no_amount_on_mandate(self):
        """Refuse a down payment or a global discount on a provider's price."""
        self.ensure_one()
        config = self.config_id
        for line in self.lines.filtered(
            lambda line: line.product_id == config.down_payment_product_id
        ):
            line.sale_order_origin_id._check_no_global_amount(
                self.env._("A down payment")
            )
        discount = (
            config.discount_product_id
            if "discount_product_id" in config._fields
            else self.env["product.product"]
        )
        mandate = self.lines.filtered(lambda line: line.deal_mode == "mandate")[:1]
        if mandate and self.lines.filtered(lambda line: line.product_id in discount):
            raise UserError(
                self.env._(
                    "A discount on the whole ticket is not possible: “%(line)s” is "
                    "sold in the name of %(provider)s, and its price is the "
                    "provider's. Change the price or the discount of a line instead.",
                    line=mandate.product_id.name,
                    provider=mandate.provider_id.sudo().name,
                )
            )


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    def _check_providers(self):
        """Refuse to sell for a provider without agreement, papers or legal basis.

        :raise UserError: naming the provider and what is missing
        """
        new = self.filtered(lambda line: not line.sale_order_line_id)
        new._check_papers()
        agreements = self.env["agreement"]
        for line in self:
            if line in new and not (line.deal_mode and line._is_deal_in_force()):
                raise UserError(
                    self.env._(
                        "“%(line)s” of %(provider)s cannot be sold: no running "
                        "agreement with this provider covers it. Choose another "
                        "provider, or ask a manager.",
                        line=line.product_id.name,
                        provider=line.provider_id.sudo().name,
                    )
                )
            if line.deal_mode != "mandate":
                continue
            agreement = line._get_deal_term().agreement_id
            if agreement not in agreements:
                agreement._check_legal_basis()
                agreements |= agreement
            company = line.order_id.company_id
            if line.order_id.currency_id != company.currency_id:
                raise UserError(
                    self.env._(
                        "“%(line)s” is sold in the name of %(provider)s: its money is "
                        "held in %(currency)s, and so must this till be.",
                        line=line.product_id.name,
                        provider=line.provider_id.sudo().name,
                        currency=company.currency_id.name,
                    )
                )

    def _is_deal_in_force(self):
        """Tell whether the terms of this line are those of its day."""
        self.ensure_one()
        if not self.order_id._kept_offline():
            return True
        return self._deal().get_date() == self.order_id._ticket_date()

    def _check_papers(self):
        """Refuse a new sale for a provider whose papers have run out (A19)."""
        today = fields.Date.context_today(self)
        for company, lines in self.grouped(lambda ln: ln.order_id.company_id).items():
            wrong = lines.provider_id._wrong_papers(company, today)
            for line in lines:
                provider_sudo = line.provider_id.sudo().commercial_partner_id
                if paper := wrong.get(provider_sudo):
                    raise UserError(
                        self.env._(
                            "“%(line)s” cannot be sold for %(provider)s: “%(paper)s” "
                            "is missing or has run out. Ask for a new one, or choose "
                            "another provider.",
                            line=line.product_id.name,
                            provider=provider_sudo.name,
                            paper=paper.display_name,
                        )
                    )

    def _check_price_of_deal(self):
        """Refuse money for a referral, and a deposit that is not the agreed one.

        :raise UserError: with the amount that is due
        """
        for line in self.filtered(lambda line: line.deal_mode == "referral"):
            if not line.currency_id.is_zero(line.price_subtotal_incl):
                raise UserError(
                    self.env._(
                        "%(provider)s invoices “%(line)s” itself and is paid by the "
                        "customer: nothing is taken at the till. Set its price to 0.",
                        provider=line.provider_id.sudo().name,
                        line=line.product_id.name,
                    )
                )
        for line in self.filtered(lambda line: line.deal_mode == "deposit"):
            if not line.service_price_unit:
                line.service_price_unit = line._listed_price()
            deposit = line._deposit_unit(line.service_price_unit)
            if line.discount or line.currency_id.compare_amounts(
                line.price_unit, deposit
            ):
                raise UserError(
                    self.env._(
                        "The deposit for “%(line)s” of %(provider)s is %(deposit)s, of "
                        "a price of %(price)s: it cannot be another amount. Remove "
                        "the line and choose the service again.",
                        line=line.product_id.name,
                        provider=line.provider_id.sudo().name,
                        deposit=line.currency_id.format(deposit),
                        price=line.currency_id.format(line.service_price_unit),
                    )
                )

    def _listed_price(self):
        """Return the price of one unit of the service by the ticket's pricelist."""
        self.ensure_one()
        order = self.order_id
        return order.pricelist_id._get_product_price(
            self.product_id, self.qty or 1.0, currency=order.currency_id
        )

    def _deposit_unit(self, price):
        """Return the deposit that we keep of a price, VAT included (case A21).

        :param float price: price of the service, VAT included
        """
        self.ensure_one()
        return self._get_deal_term()._deposit_amount(price)

    def _check_disbursement(self):
        """Refuse anything but the amount advanced, to the cent (case A18).

        :raise UserError: with the amount that was advanced
        """
        for line in self.filtered("product_id.is_disbursement"):
            if not line.advanced_amount:
                line.advanced_amount = line.product_id.lst_price or line.price_unit
            advanced = line.advanced_amount
            if line.product_id.lst_price:
                advanced = line.product_id.lst_price
            if (
                line.discount
                or line.tax_ids
                or line.currency_id.compare_amounts(line.price_unit, advanced)
            ):
                raise UserError(
                    self.env._(
                        "“%(line)s” is a disbursement: what was advanced for the "
                        "customer, %(amount)s, is asked back to the cent, without VAT. "
                        "Remove its discount, or put our fee on a line of its own.",
                        line=line.product_id.name,
                        amount=line.currency_id.format(advanced),
                    )
                )
