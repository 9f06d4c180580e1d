from odoo import fields, models


class PurchaseOrderLine(models.Model):
    """An order placed takes from a budget line before its bill comes."""

    _inherit = "purchase.order.line"

    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        string="Subsidy Line",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('side', '=', 'expense'), ('is_flat', '=', False),"
        " ('in_kind', '=', False)]",
        help="The line of a dossier's plan that will pay this: what is ordered is no "
        "longer available on it.",
    )

    def _get_unbilled_cost(self):
        """Return what is ordered and not yet billed, without recoverable VAT.

        In the company's currency. Only posted bills count as billed.
        """
        self.ensure_one()
        billed = sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            * (-1 if line.move_id.move_type == "in_refund" else 1)
            for line in self.invoice_lines
            if line.parent_state == "posted"
        )
        rest = self.product_qty - billed
        if not self.product_qty or rest <= 0:
            return 0.0
        price = self.price_subtotal / self.product_qty * rest
        price *= 1 + self.tax_ids._get_non_recoverable_rate()
        currency = self.company_id.currency_id
        return currency.round(price / (self.order_id.currency_rate or 1.0))

    def _analytic_share(self, account):
        """Return the part of the line that its distribution gives an account.

        :param account: ``account.analytic.account``
        """
        self.ensure_one()
        key = str(account.id)
        return (
            sum(
                percent
                for keys, percent in (self.analytic_distribution or {}).items()
                if key in keys.split(",")
            )
            / 100
        )


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _get_non_recoverable_rate(self):
        """Return the part of the price that stays as cost, 0.2 for 20 % not recovered.

        What core books on the expense itself: repartition lines that are left out of
        the closing of VAT.
        """
        rate = 0.0
        for tax in self.flatten_taxes_hierarchy():
            if tax.amount_type not in ("percent", "division"):
                continue
            part = sum(
                line.factor_percent
                for line in tax.invoice_repartition_line_ids
                if line.repartition_type == "tax" and not line.use_in_tax_closing
            )
            rate += tax.amount / 100 * part / 100
        return rate
