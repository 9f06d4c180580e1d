from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    qty_delivered_method = fields.Selection(
        selection_add=[("handover", "Hand-over of requests")]
    )
    is_conciergerie_service = fields.Boolean(
        related="product_id.is_conciergerie_service"
    )
    provider_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_provider_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain=[("is_provider", "=", True)],
        help="Local professional who does this service, proposed by price and delay.",
    )
    piece_count = fields.Integer(
        string="Pieces",
        compute="_compute_piece_count",
        store=True,
        readonly=False,
        precompute=True,
        help="Things that the beneficiary is going to leave.",
    )
    request_ids = fields.One2many(
        comodel_name="project.task",
        inverse_name="sale_line_id",
        string="Requests",
        domain=[("site_id", "!=", False)],
    )

    @api.depends("product_id")
    def _compute_provider_id(self):
        for line in self:
            product = line.product_id
            if not product.is_conciergerie_service:
                line.provider_id = False
            elif not line.provider_id or line.provider_id.id not in (
                product._get_provider_offers().partner_id.ids
            ):
                line.provider_id = product._propose_provider()

    @api.depends("product_id", "product_uom_qty")
    def _compute_piece_count(self):
        for line in self:
            product = line.product_id
            line.piece_count = (
                round(product.piece_count * line.product_uom_qty)
                if product.is_conciergerie_service and product.needs_deposit
                else 0
            )

    def _handover_lines(self):
        return self.filtered(
            lambda line: (
                not line.is_expense
                and line.product_id.type == "service"
                and line.product_id.service_type == "handover"
            )
        )

    @api.depends("product_id")
    def _compute_qty_delivered_method(self):
        lines = self._handover_lines()
        lines.qty_delivered_method = "handover"
        return super(SaleOrderLine, self - lines)._compute_qty_delivered_method()

    @api.depends(
        "product_uom_qty",
        "request_ids.step",
        "request_ids.closed_date",
        "request_ids.piece_ids.holder",
    )
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """Deliver what has been handed over.

        Where the order counts pieces (as many pieces as units), each piece handed
        over delivers its unit, also where the rest is cancelled later (one of ten
        is lost); otherwise a request delivers its whole quantity when it is closed
        by hand-over. Several requests of one line share its quantity.
        """
        lines = self.filtered(lambda line: line.qty_delivered_method == "handover")
        delivered = super(SaleOrderLine, self - lines)._prepare_qty_delivered()
        lines.request_ids.piece_ids.mapped("holder")  # read all of them at once
        for line in lines:
            requests = line.request_ids.filtered(lambda t: t.step)
            pieces = requests.piece_ids
            if len(pieces) == line.product_uom_qty and pieces:
                delivered[line] = float(len(pieces._delivered()))
            elif requests:
                done = requests.filtered(lambda t: t.step == "handed_over")
                delivered[line] = line.product_uom_qty * len(done) / len(requests)
            else:
                delivered[line] = 0.0
        return delivered

    @api.depends(
        "qty_invoiced",
        "qty_delivered",
        "product_uom_qty",
        "state",
        "request_ids.step",
        "product_id.is_market",
    )
    def _compute_qty_to_invoice(self):
        """Never propose a credit note for what was paid before its hand-over.

        A line invoiced ahead has nothing to invoice while its requests are open;
        once they are closed, what was not delivered is credited. Non-market services
        are counted and never invoiced.
        """
        result = super()._compute_qty_to_invoice()
        for line in self._handover_lines():
            if (
                not line.product_id.is_market
                or line.qty_to_invoice < 0
                and line._has_open_request()
            ):
                line.qty_to_invoice = 0.0
        return result

    def _has_open_request(self):
        self.ensure_one()
        return any(t.step in t._open_steps() for t in self.request_ids)

    def _quantity_to_collect(self):
        """Return the quantity not yet invoiced, in the line's unit.

        What is ordered is asked before the hand-over. Once every request is closed,
        only what was handed over: a cancelled half is not paid for. What a credit note
        gave back is not asked again: it was somebody's decision.
        """
        self.ensure_one()
        given_back = self.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_refund" and line.parent_state == "posted"
            )
        )
        if not self.product_id.is_market or given_back:
            return 0.0
        due = self.product_uom_qty
        if self.request_ids and not self._has_open_request():
            due = self.qty_delivered
        return max(due - self.qty_invoiced, 0.0)

    def _invoiced_total(self, quantities=None):
        """Return what one invoice of these lines comes to, VAT included.

        Not the sum of ``price_total``: where the company rounds taxes on the whole
        document, a line of 33.33 says 33.34, and its invoice 33.33.

        :param dict quantities: quantity of each line, by default what is ordered
        """
        tax_model = self.env["account.tax"]
        total = 0.0
        for company, lines in self.grouped("company_id").items():
            base_lines = [
                line._prepare_base_line_for_taxes_computation(
                    **({"quantity": quantities[line]} if quantities else {})
                )
                for line in lines
            ]
            tax_model._add_tax_details_in_base_lines(base_lines, company)
            tax_model._round_base_lines_tax_details(base_lines, company)
            total += tax_model._get_tax_totals_summary(
                base_lines=base_lines, currency=lines.currency_id[:1], company=company
            )["total_amount_currency"]
        return total

    def _prepare_invoice_line(self, **optional_values):
        if self.id in (self.env.context.get("conciergerie_invoice_line_ids") or ()):
            optional_values.setdefault("quantity", self._quantity_to_collect())
        return super()._prepare_invoice_line(**optional_values)

    def _timesheet_service_generation(self):
        """Tell the beneficiaries of the requests that core has just made."""
        before = self.task_id
        result = super()._timesheet_service_generation()
        (self.task_id - before).filtered("site_id")._notify_registered()
        return result

    def _timesheet_create_task_prepare_values(self, project):
        """Pass to the request what the order line knows of it."""
        values = super()._timesheet_create_task_prepare_values(project)
        site = self.order_id.site_id
        if self.product_id.is_conciergerie_service and site.project_id == project:
            values.update(
                name=self.product_id.name,
                service_id=self.product_id.id,
                provider_id=self.provider_id.id,
                expected_piece_count=self.piece_count,
                promised_date=self.env.context.get("conciergerie_promised_date")
                or self.product_id._get_promised_date(site, self.provider_id),
            )
        return values
