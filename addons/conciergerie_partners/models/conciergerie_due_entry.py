from odoo import api, fields, models

from .commission import purchase_amount
from .conciergerie_deal_term import OWN_NAME_MODES


class ConciergerieDueEntry(models.Model):
    """What became due on a commission line, and when.

    Under a mandate: as the customer pays, derived from posted reconciliations and
    never from hooks, because a payment reset to draft keeps its reconciliation. In
    our own name: the provider's bill, at the sale. Referral: at the declaration, the
    customer having paid the provider. Append-only: what a payment taken
    back changes is an entry of its own.
    """

    _name = "conciergerie.due.entry"
    _description = "Due Entry"
    _inherit = ["conciergerie.append.only"]
    _order = "date, id"

    _frozen_columns = (
        "line_id",
        "date",
        "collected_amount",
        "direct_amount",
        "commission_amount",
    )

    line_id = fields.Many2one(
        comodel_name="conciergerie.commission.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    provider_id = fields.Many2one(related="line_id.provider_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    mode = fields.Selection(related="line_id.mode", store=True)
    product_id = fields.Many2one(related="line_id.product_id", string="Service")
    date = fields.Date(
        required=True,
        readonly=True,
        index=True,
        help="Accounting date of the payment, or of the sale in our own name.",
    )
    collected_amount = fields.Monetary(
        readonly=True,
        string="Collected",
        help="Money that we took for the provider, VAT included.",
    )
    direct_amount = fields.Monetary(
        readonly=True,
        string="Paid to the Provider",
        help="Money that the customer gave the provider: earns commission, no payout.",
    )
    commission_amount = fields.Monetary(
        readonly=True,
        string="Commission",
        help="In the base of the terms.",
    )

    statement_id = fields.Many2one(
        comodel_name="conciergerie.statement",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The statement that settles this entry; only one ever does.",
    )

    def _net_amount(self):
        """Return what this sale leaves the provider, our commission's VAT deducted.

        For reading only: a statement rounds VAT once for all its sales.
        """
        self.ensure_one()
        if self.mode in OWN_NAME_MODES:
            return self._purchase_amount()
        rate = 0.0
        if self.line_id.base in ("net", "gross"):
            rate = self.company_id.sudo().commission_tax_id.amount
        net = purchase_amount(
            self.collected_amount,
            self.commission_amount,
            self.line_id.base,
            rate,
            self.currency_id.decimal_places,
        )
        return float(net)

    def _purchase_amount(self):
        """Return what the provider bills for this sale in our name, VAT included."""
        self.ensure_one()
        line = self.line_id
        return float(
            purchase_amount(
                self.collected_amount,
                self.commission_amount,
                line.base,
                line.customer_vat_rate,
                self.currency_id.decimal_places,
            )
        )

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A due entry is never changed or deleted: it follows the payments. What a "
            "returned payment changes is an entry of its own."
        )

    @api.model
    def _derive(self, company, line_ids=None):
        """Insert what payments made due since the last call. Safe to call again.

        For each invoice with lines of the ledger, what was collected by each date is
        spread over all its lines by their totals with VAT, cumulatively rounded, the
        last line closing exactly (case A11); the commission follows the line's share.
        The difference with what is already recorded for the same date is inserted.

        Money counts when both sides of a reconciliation are posted, at the accounting
        date of the other side (case A12). A transfer to another payer is no money: it
        counts as that payer's item is paid (case A22).

        :param company: ``res.company``
        :param line_ids: ids of commission lines to look at, all by default
        :return: number of entries inserted
        """
        self.env.flush_all()
        self.env.cr.execute(self._derive_query(company, line_ids))
        rows = self.env.cr.fetchall()
        self.sudo().create(
            [
                {
                    "line_id": line_id,
                    "date": date,
                    "collected_amount": company.currency_id.round(total - direct),
                    "direct_amount": direct,
                    "commission_amount": commission,
                }
                for line_id, date, total, direct, commission in rows
            ]
        )
        return len(rows)

    @api.model
    def _cron_derive(self):
        """Derive what is due in each company; statements do it as well."""
        for company in self.env["res.company"].search([]):
            self._derive(company)
            self.env["ir.cron"]._commit_progress(1)
