from odoo import api, fields, models


class ConciergerieCopayUse(models.Model):
    """A sold line that a convention covers, and what its payer takes in charge.

    One for each sold line and payer, made when the sale is booked; the same with the
    opposite sign for what is given back. A covered line without a share (a fee by use
    alone) is counted with a share of 0. Append-only. Names the person: never shown to
    the payer, who gets counts and amounts.
    """

    _name = "conciergerie.copay.use"
    _description = "Use of a Convention"
    _inherit = ["conciergerie.append.only"]
    _order = "date desc, id desc"

    _frozen_columns = (
        "convention_id",
        "date",
        "quantity",
        "price_total",
        "share_amount",
    )

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    payer_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who owes the share: the convention's commercial entity.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    rule_id = fields.Many2one(
        comodel_name="conciergerie.copay.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date = fields.Date(
        required=True, readonly=True, index=True, help="Accounting date of the sale."
    )
    quantity = fields.Float(
        readonly=True, help="In the unit of the sold line; negative when given back."
    )
    price_total = fields.Monetary(
        readonly=True, string="Sold", help="Price of the line, VAT included."
    )
    share_amount = fields.Monetary(
        readonly=True, string="Taken in Charge", help="What the payer owes of it."
    )
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the invoice or credit note.",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    transfer_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Entry that moves the share from the customer to the payer.",
    )
    refunded_use_id = fields.Many2one(
        comodel_name="conciergerie.copay.use",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _given_back_whole(self, domain):
        """Return the uses that gave back the last of what was sold.

        Whoever counts uses takes one off for each: several credit notes on one line
        give back one use, once all of its price is given back.

        :param domain: which uses, those given back among them
        """
        backs = self.search([*domain, ("refunded_use_id", "!=", False)])
        every = self.search(
            [("refunded_use_id", "in", backs.refunded_use_id.ids)], order="date, id"
        )
        closing = self.browse()
        for sold, given in every.grouped("refunded_use_id").items():
            left = sold.price_total
            for back in given:
                before, left = left, left + back.price_total
                compare = sold.currency_id.compare_amounts
                if compare(before, 0.0) > 0 >= compare(left, 0.0):
                    closing += back
        return closing & backs

    @api.model
    def _append_only_message(self):
        return self.env._(
            "What a convention took in charge is never changed or deleted: a credit "
            "note makes an opposite line."
        )
