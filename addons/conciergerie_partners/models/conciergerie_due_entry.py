from odoo import api, fields, models
from odoo.tools import SQL

from .commission import purchase_amount
from .conciergerie_deal_term import BASES, MODES, OWN_NAME_MODES

KINDS = [
    ("sale", "Sale"),
    ("bonus", "Bonus on the turnover"),
    ("opening", "Money taken over"),
    ("charge", "Loss or damage"),
]


class ConciergerieDueEntry(models.Model):
    """What became due between a provider and us, and when.

    A sale under a mandate: as the customer pays, derived from posted reconciliations
    and never from hooks, because a payment reset to draft keeps its reconciliation.
    In our own name: the provider's bill, at the sale. Referral: at the declaration,
    the customer having paid the provider. Append-only: what a payment taken back
    changes is an entry of its own.

    What is no sale has no commission line: its kind says what it is, and it carries
    itself the provider, the agreement, the mode and the base that a sale takes from
    its line.
    """

    _name = "conciergerie.due.entry"
    _description = "Due Entry"
    _inherit = ["conciergerie.append.only"]
    _order = "date, id"

    _frozen_columns = (
        "kind",
        "line_id",
        "date",
        "collected_amount",
        "direct_amount",
        "commission_amount",
        "base",
        "turnover_amount",
        "rate",
        "name",
        "charge_amount",
    )

    kind = fields.Selection(
        selection=KINDS, required=True, readonly=True, default="sale"
    )
    line_id = fields.Many2one(
        comodel_name="conciergerie.commission.line",
        string="Commission Line",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The sale; none where the entry is of another kind.",
    )
    # Stored for all kinds: what settles reads them here, without the line.
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_from_line",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_from_line",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
    )
    agreement_id = fields.Many2one(
        comodel_name="agreement",
        compute="_compute_from_line",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
    )
    mode = fields.Selection(
        selection=MODES,
        compute="_compute_from_line",
        store=True,
        precompute=True,
        readonly=False,
    )
    base = fields.Selection(
        selection=BASES,
        compute="_compute_from_line",
        store=True,
        precompute=True,
        readonly=False,
        string="Commission on",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(related="line_id.product_id", string="Service")
    name = fields.Char(
        string="Label", readonly=True, help="What it is, where it is no sale."
    )
    reference = fields.Char(compute="_compute_reference")
    turnover_amount = fields.Monetary(
        readonly=True,
        string="Turnover",
        help="On which a bonus was reckoned: the sales of its statement.",
    )
    rate = fields.Float(
        digits=(5, 2), readonly=True, string="Rate (%)", help="Of the bonus."
    )
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

    _sale_has_line = models.Constraint(
        "CHECK((kind = 'sale') = (line_id IS NOT NULL))",
        "A due entry of a sale has a commission line, any other has none.",
    )
    _whose = models.Constraint(
        "CHECK(provider_id IS NOT NULL AND company_id IS NOT NULL"
        " AND agreement_id IS NOT NULL)",
        "A due entry has a provider, a company and an agreement.",
    )
    _bonus_settled = models.Constraint(
        "CHECK(kind != 'bonus' OR (statement_id IS NOT NULL"
        " AND mode IN ('mandate', 'referral')"
        " AND collected_amount = 0 AND direct_amount = 0))",
        "A bonus is commission, made and settled by its statement.",
    )
    _bonus_once = models.UniqueIndex(
        "(statement_id, agreement_id) WHERE kind = 'bonus'",
        "A statement has one bonus on the turnover for each agreement.",
    )

    @api.depends(
        "line_id.provider_id",
        "line_id.company_id",
        "line_id.agreement_id",
        "line_id.mode",
        "line_id.base",
    )
    def _compute_from_line(self):
        """A sale takes them from its line; another kind keeps its own."""
        for entry in self:
            source = entry.line_id or entry
            for name in ("provider_id", "company_id", "agreement_id", "mode", "base"):
                entry[name] = source[name]

    @api.depends("kind", "line_id.name")
    def _compute_reference(self):
        for entry in self:
            entry.reference = entry._get_reference()

    def _get_reference(self):
        """Return the reference that the statement shows."""
        self.ensure_one()
        if self.kind == "sale":
            return self.line_id.name
        return self.statement_id.name or ""

    def _label(self):
        """Say what this is, for a provider who reads it."""
        self.ensure_one()
        if self.kind == "bonus":
            return self.env._(
                "%(rate)s of the turnover of %(turnover)s",
                rate=self.env["conciergerie.deal.term"]._rate_in_words(self.rate),
                turnover=self.currency_id.format(self.turnover_amount),
            )
        return self.name or self.product_id.name

    def _vat_wording(self):
        """Say whether the commission has our VAT in it."""
        self.ensure_one()
        if self.base in ("all_in", "purchase"):
            return self.env._("VAT incl.")
        return self.env._("excl. VAT")

    def _own_row_amount(self):
        """Return what a row that is no sale gives the provider, or takes from it."""
        self.ensure_one()
        return -self.commission_amount

    @api.depends("reference", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            entry.display_name = entry.reference or kinds[entry.kind]

    def _copy_vals(self, sign):
        """Return the values of the same entry again, positive or negative.

        :param int sign: 1 or -1
        """
        self.ensure_one()
        return {
            "kind": self.kind,
            "line_id": self.line_id.id,
            "provider_id": self.provider_id.id,
            "company_id": self.company_id.id,
            "agreement_id": self.agreement_id.id,
            "mode": self.mode,
            "base": self.base,
            "date": self.date,
            "collected_amount": sign * self.collected_amount,
            "direct_amount": sign * self.direct_amount,
            "commission_amount": sign * self.commission_amount,
            "turnover_amount": sign * self.turnover_amount,
            "rate": self.rate,
        }

    def _net_amount(self):
        """Return what this sale leaves the provider, our commission's VAT deducted.

        For reading only: a statement rounds VAT once for all its sales.
        """
        self.ensure_one()
        if self.kind == "charge":
            return -self.charge_amount
        if self.mode in OWN_NAME_MODES:
            return self._purchase_amount()
        rate = 0.0
        if self.base in ("net", "gross"):
            rate = self.company_id.sudo().commission_tax_id.amount
        net = purchase_amount(
            self.collected_amount,
            self.commission_amount,
            self.base,
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
        # One query, whatever a closing made due: it has a thousand lines.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO conciergerie_due_entry (
                       kind, line_id, provider_id, company_id, agreement_id, mode, base,
                       date, collected_amount, direct_amount, commission_amount,
                       create_uid, create_date, write_uid, write_date)
                SELECT 'sale', line.id, line.provider_id, line.company_id,
                       line.agreement_id, line.mode, line.base, found.date,
                       ROUND(found.amount - found.direct, %(digits)s), found.direct,
                       found.commission, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(found)s) found
                  JOIN conciergerie_commission_line line ON line.id = found.line_id
                 ORDER BY found.line_id, found.date
                """,
                digits=company.currency_id.decimal_places,
                uid=self.env.uid,
                now=self.env.cr.now(),
                found=self._derive_query(company, line_ids),
            )
        )
        inserted = self.env.cr.rowcount
        if inserted:
            self.invalidate_model(flush=False)
            lines = self.env["conciergerie.commission.line"]
            lines.invalidate_model(
                ["collected_amount", "direct_amount", "due_commission"], flush=False
            )
        return inserted

    @api.model
    def _cron_derive(self):
        """Derive what is due in each company; statements do it as well."""
        for company in self.env["res.company"].search([]):
            self._derive(company)
            self.env["ir.cron"]._commit_progress(1)
