from odoo import api, fields, models

from .conciergerie_deal_term import BASES, MODES, OWN_NAME_MODES

# Terms frozen when the sale is booked.
FROZEN_TERMS = (
    "mode",
    "base",
    "rate",
    "fixed_amount",
    "minimum_amount",
    "maximum_amount",
    "provider_vat_rate",
)


class ConciergerieCommissionLine(models.Model):
    """The ledger: one line for each booked line of a provider's service.

    Whatever the channel, lines come in through ``_book``. They are append-only; what
    a payment makes due is in their due entries.
    """

    _name = "conciergerie.commission.line"
    _description = "Commission Line"
    _inherit = ["conciergerie.append.only"]
    _order = "date desc, id desc"

    _frozen_columns = (
        "date",
        "company_id",
        "price_total",
        "customer_vat_rate",
        "commission_amount",
        *FROZEN_TERMS,
    )

    name = fields.Char(string="Reference", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    agreement_id = fields.Many2one(
        comodel_name="agreement", readonly=True, index=True, ondelete="restrict"
    )
    product_id = fields.Many2one(
        comodel_name="product.product", readonly=True, index=True, ondelete="restrict"
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    task_id = fields.Many2one(
        comodel_name="project.task",
        string="Request",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Invoice Line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    referral_id = fields.Many2one(
        comodel_name="conciergerie.referral",
        string="Declared Sale",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    refunded_line_id = fields.Many2one(
        comodel_name="conciergerie.commission.line",
        string="Refund of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    quantity = fields.Float(readonly=True, digits="Product Unit")
    price_total = fields.Monetary(
        string="Price", readonly=True, help="Paid by the customer, VAT included."
    )
    mode = fields.Selection(selection=MODES, required=True, readonly=True)
    base = fields.Selection(selection=BASES, required=True, readonly=True)
    rate = fields.Float(digits=(5, 2), readonly=True, string="Rate (%)")
    fixed_amount = fields.Monetary(readonly=True)
    minimum_amount = fields.Monetary(readonly=True)
    maximum_amount = fields.Monetary(readonly=True)
    provider_vat_rate = fields.Float(digits=(5, 2), readonly=True)
    customer_vat_rate = fields.Float(
        digits=(5, 2),
        readonly=True,
        string="VAT of the Sale (%)",
        help="VAT that we charged, on sales in our own name.",
    )
    commission_amount = fields.Monetary(
        string="Commission",
        readonly=True,
        help="In the base of the terms: VAT included where it is all-in, else "
        "without VAT.",
    )
    due_entry_ids = fields.One2many(
        comodel_name="conciergerie.due.entry", inverse_name="line_id"
    )
    collected_amount = fields.Monetary(compute="_compute_due", string="Collected")
    direct_amount = fields.Monetary(
        compute="_compute_due", string="Paid to the Provider"
    )
    due_commission = fields.Monetary(compute="_compute_due", string="Commission Due")

    _move_line_unique = models.UniqueIndex(
        "(move_line_id) WHERE move_line_id IS NOT NULL",
        "An invoice line has one commission line.",
    )
    _referral_unique = models.UniqueIndex(
        "(referral_id) WHERE referral_id IS NOT NULL",
        "A declared sale has one commission line.",
    )

    @api.depends("due_entry_ids")
    def _compute_due(self):
        sums = {
            line.id: values
            for line, *values in self.env["conciergerie.due.entry"]._read_group(
                [("line_id", "in", self.ids)],
                ["line_id"],
                ["collected_amount:sum", "direct_amount:sum", "commission_amount:sum"],
            )
        }
        for line in self:
            collected, direct, commission = sums.get(line.id, (0.0, 0.0, 0.0))
            line.collected_amount = collected
            line.direct_amount = direct
            line.due_commission = commission

    @api.model
    def _append_only_message(self):
        return self.env._(
            "A commission line is never changed or deleted: what was sold is "
            "corrected by a credit note, which makes a line of its own."
        )

    # ------------------------------------------------------------------
    # The entry point of every channel
    # ------------------------------------------------------------------

    @api.model
    def _book(self, sources):
        """Record sold lines in the ledger, their terms frozen. Safe to call again.

        :param sources: list of dicts, one for each booked line: ``name``, ``date``,
            ``sale_date`` (which chooses the terms), ``company``, ``provider``,
            ``product``, ``quantity``, ``price_total`` (VAT included, negative for a
            refund), and where known ``site``, ``task``, ``order_line``,
            ``refunded_line`` (the commission line given back),
            ``taxed_line`` (the record whose ``tax_ids`` tell the VAT of a sale in our
            name), and one source field: ``move_line_id`` or ``referral_id``
        :return: the new lines
        """
        vals_list = []
        booked_before = self._booked_order_lines(sources)
        given_back = self._given_back(sources)
        for source in sources:
            vals = self._prepare_vals(source, booked_before, given_back)
            if vals:
                vals_list.append(vals)
        return self.sudo().create(vals_list)

    @api.model
    def _booked_order_lines(self, sources):
        """Return the first commission line of each order line already booked."""
        ids = [s["order_line"].id for s in sources if s.get("order_line")]
        if not ids:
            return {}
        lines = self.sudo().search(
            [("order_line_id", "in", ids), ("refunded_line_id", "=", False)],
            order="id",
        )
        return {
            order_line.id: line[:1]
            for order_line, line in lines.grouped("order_line_id").items()
        }

    @api.model
    def _given_back(self, sources):
        """Return what each refunded line has given back: [price, commission]."""
        refunded_ids = [
            s["refunded_line"].id for s in sources if s.get("refunded_line")
        ]
        if not refunded_ids:
            return {}
        rows = self.sudo()._read_group(
            [("refunded_line_id", "in", refunded_ids)],
            ["refunded_line_id"],
            ["price_total:sum", "commission_amount:sum"],
        )
        given = {line_id: [0.0, 0.0] for line_id in refunded_ids}
        given.update({line.id: [price, amount] for line, price, amount in rows})
        return given

    @api.model
    def _prepare_vals(self, source, booked_before, given_back):
        """Return the values of one line, or None where no terms apply."""
        order_line = source.get("order_line")
        refunded = source.get("refunded_line")
        if refunded:
            agreement, frozen = refunded.agreement_id, refunded._get_frozen()
            given = given_back[refunded.id]
            commission = refunded._refund_commission(source["price_total"], *given)
            given[0] += source["price_total"]
            given[1] += commission
        else:
            term = self.env["conciergerie.deal.term"]._get_term(
                source["provider"],
                source["product"],
                source["sale_date"],
                source["company"],
            )
            known = booked_before.get(order_line.id) if order_line else None
            if known:
                agreement, frozen = known.agreement_id, known._get_frozen()
            elif term:
                agreement = term.agreement_id
                frozen = term._get_frozen_vals(abs(source["price_total"]))
            else:
                return None
            commission = self._sold_commission(source, term, frozen, not known)
            if order_line and not known:
                # A second line of the same order line in this very batch is not
                # the first one any more: it takes these frozen terms.
                booked_before[order_line.id] = self.new(
                    {"agreement_id": agreement.id, **frozen}
                )
        return {
            "name": source["name"],
            "date": source["date"],
            "company_id": source["company"].id,
            "provider_id": source["provider"].commercial_partner_id.id,
            "agreement_id": agreement.id,
            "product_id": source["product"].id,
            "site_id": source["site"].id if source.get("site") else False,
            "task_id": source["task"].id if source.get("task") else False,
            "order_line_id": order_line.id if order_line else False,
            "refunded_line_id": refunded.id if refunded else False,
            "quantity": source["quantity"],
            "price_total": source["price_total"],
            "commission_amount": commission,
            "move_line_id": source.get("move_line_id", False),
            "move_id": source.get("move_id", False),
            "referral_id": source.get("referral_id", False),
            "customer_vat_rate": self._customer_vat_rate(source, frozen["mode"]),
            **frozen,
        }

    @api.model
    def _customer_vat_rate(self, source, mode):
        """Return the VAT that we charged on a sale in our own name, per cent."""
        if mode not in OWN_NAME_MODES or not source.get("taxed_line"):
            return 0.0
        taxes = source["taxed_line"].tax_ids
        return sum(
            taxes.filtered(lambda t: t.amount_type == "percent").mapped("amount")
        )

    @api.model
    def _sold_commission(self, source, term, frozen, first):
        """Return the commission of a sale in its own base, signed as its price.

        :param dict source: see ``_book``
        :param term: term in force on the date of the sale
        :param dict frozen: terms that the line freezes
        :param bool first: whether it is the first line of its order line
        """
        price = source["price_total"]
        sign = -1 if price < 0 else 1
        if frozen["base"] == "purchase":
            return sign * term._purchase_margin(
                source["product"], source["quantity"], abs(price), source["sale_date"]
            )
        return sign * float(
            term._get_commission(
                abs(price),
                frozen,
                first=first and sign > 0,
                digits=source["company"].currency_id.decimal_places,
            )
        )

    def _get_frozen(self):
        self.ensure_one()
        return {name: self[name] for name in FROZEN_TERMS}

    def _refund_commission(self, price_total, earlier_price, earlier_commission):
        """Return the commission that a refund of this line gives back (A7, A8).

        It mirrors the price, and the last refund closes exactly; where the agreement
        keeps the commission on refunds, nothing is given back.

        :param float price_total: price given back, VAT included, negative
        :param float earlier_price: what earlier refunds gave back of the price
        :param float earlier_commission: and of the commission
        """
        self.ensure_one()
        if self.agreement_id.refund_policy == "kept" or not self.price_total:
            return 0.0
        total = earlier_price + price_total
        currency = self.currency_id
        if currency.compare_amounts(-total, self.price_total) >= 0:
            return currency.round(-self.commission_amount - earlier_commission)
        return currency.round(
            self.commission_amount * total / self.price_total - earlier_commission
        )
