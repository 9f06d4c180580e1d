from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _mandate_lines(self):
        return self.order_line.filtered(lambda line: line.deal_mode == "mandate")

    def _check_no_global_amount(self, what):
        """Refuse amounts that spread over lines of a provider.

        :param str what: the operation, in the user's language
        """
        if line := self._mandate_lines()[:1]:
            raise UserError(
                self.env._(
                    "%(what)s is not possible on %(order)s: “%(line)s” is sold in the "
                    "name of %(provider)s, and its price is the provider's. Change "
                    "the price or the discount of a line instead.",
                    what=what,
                    order=line.order_id.name,
                    line=line.product_id.name,
                    provider=line.provider_id.name,
                )
            )

    def _action_confirm(self):
        """Ask for the legal basis before the first sale under a mandate."""
        for line in self._mandate_lines():
            line._get_deal_term().agreement_id._check_legal_basis()
        return super()._action_confirm()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    deal_mode = fields.Char(compute="_compute_deal_mode")
    commission_line_ids = fields.One2many(
        comodel_name="conciergerie.commission.line", inverse_name="order_line_id"
    )

    @api.depends("provider_id", "product_id", "order_id.date_order")
    def _compute_deal_mode(self):
        for line in self:
            line.deal_mode = line._get_deal_term().mode

    def write(self, vals):
        """A line that was invoiced keeps its provider.

        :raise UserError: naming the order
        """
        if "provider_id" in vals:
            changed = self.filtered(lambda ln: ln.provider_id.id != vals["provider_id"])
            if booked := changed.filtered(lambda ln: ln.sudo().commission_line_ids)[:1]:
                raise UserError(
                    self.env._(
                        "“%(line)s” of %(order)s is in the ledger of %(provider)s: "
                        "give it back by a credit note before another provider "
                        "does it.",
                        line=booked.product_id.name,
                        order=booked.order_id.name,
                        provider=booked.provider_id.name,
                    )
                )
        return super().write(vals)

    def _get_deal_term(self):
        """Return the deal term of the line's provider on the order's date."""
        self.ensure_one()
        terms = self.env["conciergerie.deal.term"]
        if not self.provider_id or not self.product_id:
            return terms
        order = self.order_id
        date = (
            fields.Datetime.context_timestamp(order, order.date_order).date()
            if order.date_order
            else fields.Date.context_today(self)
        )
        return terms._get_term(self.provider_id, self.product_id, date, self.company_id)

    @api.depends("provider_id", "order_id.date_order")
    def _compute_tax_ids(self):
        """No VAT of ours on what is sold in the provider's name."""
        mandate = self.filtered(lambda ln: ln._get_deal_term().mode == "mandate")
        mandate.tax_ids = False
        return super(SaleOrderLine, self - mandate)._compute_tax_ids()

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if self.provider_id:
            values["provider_id"] = self.provider_id.id
            if self.deal_mode == "mandate":
                account = self.provider_id._third_party_account(self.company_id)
                values["account_id"] = account.id
        return values
