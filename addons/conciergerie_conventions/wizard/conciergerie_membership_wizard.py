from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.lock import lock_for_update


class ConciergerieMembershipWizard(models.TransientModel):
    """Sell a membership to a person: order, invoice and payment in one dialog.

    Counter staff have no accounting rights. What is created with elevated rights is
    the invoice of the order made here, at the price of the membership, and its
    payment.
    """

    _name = "conciergerie.membership.wizard"
    _description = "Sell a Membership"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Member",
        required=True,
        check_company=True,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Membership",
        required=True,
        domain=[("membership", "=", True), ("sale_ok", "=", True)],
        check_company=True,
    )
    membership_kind = fields.Selection(related="product_id.membership_kind")
    membership_period = fields.Selection(related="product_id.membership_period")
    date_from = fields.Date(
        string="Begins On",
        help="Empty: today, or the day after the current membership ends.",
    )
    period = fields.Char(compute="_compute_period")
    price = fields.Monetary(
        compute="_compute_price", help="Set on the membership, by the manager."
    )
    reason = fields.Char(
        help="What gives the right to the solidarity price, e.g. “RSA certificate "
        "seen”; it stays with the membership and is not printed.",
    )
    people_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Members of the Household",
        domain="[('is_company', '=', False), ('id', '!=', partner_id)]",
    )
    pay_now = fields.Boolean(default=True, string="Paid Now")
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Paid by",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
    )

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            wizard.journal_id = (
                self.env["account.journal"]
                .sudo()
                .search(
                    [
                        ("type", "in", ("cash", "bank")),
                        ("company_id", "=", wizard.company_id.id),
                    ],
                    order="type desc, sequence, id",
                    limit=1,
                )
            )

    @api.depends("partner_id", "product_id", "company_id")
    def _compute_price(self):
        for wizard in self:
            partner = wizard.partner_id.with_company(wizard.company_id)
            product = wizard.product_id.with_company(wizard.company_id)
            pricelist = partner.property_product_pricelist
            if pricelist and product:
                wizard.price = pricelist._get_product_price(product, 1.0)
            else:
                wizard.price = product.lst_price

    @api.depends("partner_id", "product_id", "date_from")
    def _compute_period(self):
        for wizard in self:
            wizard.period = False
            if wizard.partner_id and wizard.product_id:
                first, last = self.env["membership.membership_line"]._period(
                    wizard.partner_id._origin,
                    wizard.product_id._origin,
                    wizard.company_id,
                    wizard._first_day(),
                )
                wizard.period = self.env._(
                    "from %(first)s to %(last)s",
                    first=first.strftime("%d/%m/%Y"),
                    last=last.strftime("%d/%m/%Y"),
                )

    def _first_day(self):
        today = fields.Date.context_today(self)
        return max(self.date_from or today, today)

    def _check(self):
        """Check what is about to be sold.

        :raise UserError: no membership, no reason for a solidarity price, no means of
            payment of the company, too many people
        """
        self.ensure_one()
        self.partner_id.check_access("read")
        self.product_id.check_access("read")
        product = self.product_id
        if not product.membership or not product.sale_ok:
            raise UserError(self.env._("Choose a membership that is on sale."))
        if self.membership_kind == "solidarity" and not (self.reason or "").strip():
            raise UserError(
                self.env._("Say what gives the right to the solidarity price.")
            )
        if len(self.people_ids) > product.membership_people:
            raise UserError(
                self.env._(
                    "%(product)s counts for %(limit)s other people at most.",
                    product=product.display_name,
                    limit=product.membership_people,
                )
            )
        journal_sudo = self.journal_id.sudo()
        if self.pay_now and (
            journal_sudo.type not in ("cash", "bank")
            or journal_sudo.company_id != self.company_id
        ):
            raise UserError(self.env._("Choose how it is paid."))

    def _prepare_order_vals(self):
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_qty": 1,
                        "membership_date_from": self.date_from,
                        "membership_reason": (
                            self.membership_kind == "solidarity" and self.reason
                        ),
                    }
                )
            ],
        }

    def action_sell(self):
        """Make the order, its invoice and the payment; open the membership."""
        self._check()
        # A second click waits here, and finds the order.
        lock_for_update(self)
        if self.order_id:
            raise UserError(
                self.env._(
                    "This membership is sold already, by order %s.", self.order_id.name
                )
            )
        order = self.env["sale.order"].create(self._prepare_order_vals())
        self.order_id = order
        order.action_confirm()
        invoice_sudo = order.sudo()._create_invoices()
        invoice_sudo.action_post()
        if self.pay_now and invoice_sudo.amount_residual:
            self.env["account.payment.register"].sudo().with_context(
                active_model="account.move", active_ids=invoice_sudo.ids
            ).create({"journal_id": self.journal_id.id})._create_payments()
        if self.membership_kind == "family":
            self.people_ids.associate_member_id = self.partner_id
        return {
            "type": "ir.actions.act_window",
            "res_model": "membership.membership_line",
            "view_mode": "form",
            "view_id": self.env.ref(
                "conciergerie_conventions.membership_line_view_form"
            ).id,
            "res_id": invoice_sudo.invoice_line_ids.membership_line_ids[:1].id,
        }
