from odoo import api, fields, models
from odoo.tools import formatLang


class SaleOrder(models.Model):
    """What payers would take in charge of an order, if it were invoiced today.

    Only shown: it is booked by the invoice, and what an invoice has booked is shown
    as it was booked.
    """

    _inherit = "sale.order"

    copay_amount = fields.Monetary(
        string="Taken in Charge", compute="_compute_copay_amount", compute_sudo=True
    )
    copay_payers = fields.Char(
        string="Taken in Charge by", compute="_compute_copay_amount", compute_sudo=True
    )
    copay_rest = fields.Monetary(
        string="Left to Pay", compute="_compute_copay_amount", compute_sudo=True
    )

    @api.depends("order_line.copay_amount", "amount_total")
    def _compute_copay_amount(self):
        shares = self._copay_by_payer()
        for order in self:
            totals = {}
            for line in order.order_line:
                for payer, amount in shares[line].items():
                    totals[payer] = totals.get(payer, 0.0) + amount
            order.copay_payers = order.order_line._copay_sentence(totals)
            amount = order.currency_id.round(
                sum(order.order_line.mapped("copay_amount"))
            )
            order.copay_amount = amount
            order.copay_rest = order.amount_total - amount

    def _copay_by_payer(self):
        """Return what each payer takes in charge of each line of these orders.

        :return: dict by line of dicts by payer of amounts, first payer first
        """
        lines = self.order_line
        shares = {line: {} for line in lines}
        for line, use in self._copay_booked():
            by_payer = shares[line]
            by_payer[use.payer_id] = by_payer.get(use.payer_id, 0.0) + use.share_amount
        for order in self:
            result = order.order_line._copay_forecast(
                {line: line._copay_quantity_left() for line in order.order_line}
            )
            for line, shared in result.items():
                for share in shared["shares"]:
                    by_payer = shares[line]
                    by_payer[share["payer"]] = (
                        by_payer.get(share["payer"], 0.0) + share["amount"]
                    )
        return shares

    def _copay_booked(self):
        """Return what was booked of these orders, what was given back among it.

        A hook: invoices book; so does a till.

        :return: list of (``sale.order.line``, ``conciergerie.copay.use`` with elevated
            rights)
        """
        lines = self.order_line
        sold = lines.invoice_lines
        if not sold:
            return []
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        uses_sudo = uses_sudo.search(
            [
                "|",
                ("move_line_id", "in", sold.ids),
                ("refunded_use_id.move_line_id", "in", sold.ids),
            ],
            order="id",
        )
        return [
            (line, use)
            for use in uses_sudo
            for line in (use.refunded_use_id or use).move_line_id.sale_line_ids & lines
        ]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    copay_amount = fields.Monetary(
        string="Taken in Charge", compute="_compute_copay", compute_sudo=True
    )
    copay_payers = fields.Char(
        string="Taken in Charge by", compute="_compute_copay", compute_sudo=True
    )

    @api.depends(
        "price_total",
        "product_id",
        "qty_invoiced_posted",
        "order_id.partner_id",
        "order_id.partner_invoice_id",
        "order_id.site_id",
        "order_id.company_id",
        "order_id.currency_id",
    )
    def _compute_copay(self):
        shares = self.order_id._copay_by_payer()
        for line in self:
            by_payer = shares.get(line, {})
            line.copay_amount = sum(by_payer.values())
            line.copay_payers = line._copay_sentence(by_payer)

    def _copay_sentence(self, by_payer):
        """Return “Works: 10.00 €, Valmont: 4.00 €”."""
        currency = self.currency_id[:1]
        return ", ".join(
            self.env._(
                "%(payer)s: %(amount)s",
                payer=payer.name,
                amount=formatLang(self.env, amount, currency_obj=currency),
            )
            for payer, amount in by_payer.items()
            if not currency.is_zero(amount)
        )

    def _copay_quantity_left(self):
        """Return the quantity that no posted invoice has shared yet.

        What a credit note gave back is not asked again: it was somebody's decision.
        """
        self.ensure_one()
        if any(
            line.move_id.move_type == "out_refund" and line.parent_state == "posted"
            for line in self.invoice_lines
        ):
            return 0.0
        return max(self.product_uom_qty - self.qty_invoiced_posted, 0.0)

    def _copay_forecast(self, quantities):
        """Return the shares if these quantities were invoiced today, in one sale.

        :param dict quantities: quantity of each line, in its unit
        :return: dict by line, as ``conciergerie.copay._compute_shares`` returns it;
            lines in another currency than the company's have none
        """
        engine = self.env["conciergerie.copay"]
        today = fields.Date.context_today(self)
        result = {}
        lines = self.filtered(
            lambda line: (
                not line.display_type
                and line.product_uom_qty
                and quantities.get(line)
                and line.currency_id == line.company_id.currency_id
            )
        )
        for (company, person, customer), own in lines.grouped(
            lambda line: (
                line.company_id,
                line.order_id.partner_id,
                line.order_id.partner_invoice_id,
            )
        ).items():
            sold = [
                {
                    "key": line,
                    "product": line.product_id,
                    "price_total": company.currency_id.round(
                        line.price_total * quantities[line] / line.product_uom_qty
                    ),
                    "quantity": quantities[line],
                    "site": line.order_id.site_id._origin,
                    "is_downpayment": line.is_downpayment,
                }
                for line in own
            ]
            engine._spread_difference(
                sold, own._invoiced_total(quantities), company.currency_id
            )
            result |= engine._compute_shares(
                person._origin, company, today, sold, customer=customer._origin
            )
        return result
