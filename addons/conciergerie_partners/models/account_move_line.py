from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    provider_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        domain=[("is_provider", "=", True)],
        help="Local professional whose service this line sells.",
    )
    deal_mode = fields.Char(compute="_compute_deal_mode")
    refunded_move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        copy=False,
        index="btree_not_null",
        help="Line of the invoice that this line gives back.",
    )

    def write(self, vals):
        """A line that is in the ledger keeps its provider.

        :raise UserError: naming the document
        """
        if "provider_id" in vals:
            changed = self.filtered(lambda ln: ln.provider_id.id != vals["provider_id"])
            booked_sudo = (
                self.env["conciergerie.commission.line"]
                .sudo()
                .search([("move_line_id", "in", changed.ids)], limit=1)
            )
            if booked_sudo:
                raise UserError(
                    self.env._(
                        "%s is in the ledger of its provider: make a credit note and "
                        "invoice the service again with the other one.",
                        booked_sudo.name,
                    )
                )
        return super().write(vals)

    @api.depends("provider_id", "product_id", "move_id.invoice_date", "sale_line_ids")
    def _compute_deal_mode(self):
        for line in self:
            line.deal_mode = line._get_deal_mode()

    def _get_sale_date(self):
        """Return the date that chooses the terms: the order's, else the invoice's."""
        self.ensure_one()
        order = self.sale_line_ids.order_id[:1]
        if order.date_order:
            return fields.Datetime.context_timestamp(order, order.date_order).date()
        return self.move_id.invoice_date or fields.Date.context_today(self)

    def _get_deal_mode(self):
        """Return the mode in which this line is sold, or False for an own service."""
        self.ensure_one()
        if (
            not self.provider_id
            or not self.product_id
            or not self.move_id.is_sale_document()
        ):
            return False
        # A further invoice of an order line keeps the terms of its first one.
        known = self.sudo().sale_line_ids.commission_line_ids[:1]
        if known:
            return known.mode
        return (
            self.env["conciergerie.deal.term"]
            ._get_term(
                self.provider_id,
                self.product_id,
                self._get_sale_date(),
                self.move_id.company_id,
            )
            .mode
        )

    @api.depends("provider_id")
    def _compute_account_id(self):
        """Book a mandate line on the provider's own third-party account."""
        result = super()._compute_account_id()
        for line in self.filtered("provider_id"):
            if line._get_deal_mode() == "mandate":
                account = line.provider_id._third_party_account(line.move_id.company_id)
                line.account_id = account or line.account_id
        return result

    @api.depends("provider_id")
    def _compute_tax_ids(self):
        return super()._compute_tax_ids()

    def _get_computed_taxes(self):
        """No VAT of ours on what is sold in the provider's name."""
        if self.provider_id and self._get_deal_mode() == "mandate":
            return self.env["account.tax"]
        return super()._get_computed_taxes()

    def _commission_source(self, refunded_line=None):
        """Return this line as a source of the commission ledger.

        :param refunded_line: commission line that a credit note gives back
        """
        self.ensure_one()
        order_line = self.sale_line_ids[:1]
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        return {
            "name": self.move_id.name,
            "date": self.move_id.invoice_date,
            "sale_date": self._get_sale_date(),
            "company": self.company_id,
            "provider": self.provider_id,
            "product": self.product_id,
            "quantity": sign * self.quantity,
            "price_total": sign * self.price_total,
            "order_line": order_line or None,
            "site": order_line.order_id.site_id,
            "task": order_line.task_id,
            "refunded_line": refunded_line,
            "move_line_id": self.id,
            "move_id": self.move_id.id,
            "taxed_line": self,
        }

    def _sold_commission_lines(self):
        """Return the commission line by which each of these lines was sold.

        :return: dict of lines to ``conciergerie.commission.line``
        """
        ledger_sudo = self.env["conciergerie.commission.line"].sudo()
        return {
            line.move_line_id.sudo(False): line
            for line in ledger_sudo.search([("move_line_id", "in", self.ids)])
        }
