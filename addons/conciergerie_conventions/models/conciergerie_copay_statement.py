from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieCopayStatement(models.Model):
    """What a payer owes for a period: counts and amounts, never who bought what.

    No second invoice: the sale and its VAT were booked when the beneficiary bought;
    this lists the payer's share, open on its account. Its uses are claimed in the
    database, each by one statement only, and it never changes.
    """

    _name = "conciergerie.copay.statement"
    _description = "Statement of a Payer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "period_end desc, id desc"

    name = fields.Char(required=True, readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    payer_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    addressee_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_addressee_id",
        help="The convention's invoicing contact, else the payer.",
    )
    date = fields.Date(required=True, readonly=True)
    period_end = fields.Date(
        required=True,
        readonly=True,
        help="What was taken in charge until this day and not listed before.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.copay.statement.line",
        inverse_name="statement_id",
        readonly=True,
        string="Services",
    )
    use_ids = fields.One2many(
        comodel_name="conciergerie.copay.use",
        inverse_name="statement_id",
        readonly=True,
        string="Sales Listed",
    )
    people_count = fields.Integer(readonly=True, string="People Served")
    use_count = fields.Integer(readonly=True, string="Uses")
    share_amount = fields.Monetary(
        readonly=True, string="Taken in Charge", help="VAT included."
    )
    due_date = fields.Date(compute="_compute_amount_open")
    amount_open = fields.Monetary(compute="_compute_amount_open", string="Still Open")
    payment_state = fields.Selection(
        selection=[
            ("nothing", "Nothing to pay"),
            ("to_pay", "To pay"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("credit", "In their favour"),
        ],
        compute="_compute_amount_open",
    )
    sent_date = fields.Datetime(readonly=True, copy=False, string="Sent on")

    @api.depends("convention_id.invoice_partner_id", "payer_id")
    def _compute_addressee_id(self):
        for statement in self:
            statement.addressee_id = (
                statement.convention_id.invoice_partner_id or statement.payer_id
            )

    @api.depends("use_ids.transfer_move_id.line_ids.amount_residual")
    def _compute_amount_open(self):
        for statement in self.sudo():
            currency = statement.currency_id
            items = statement._payer_items()
            statement.amount_open = left = sum(items.mapped("amount_residual"))
            # What is listed late cannot be due before it is asked for.
            maturities = [item.date_maturity for item in items if item.date_maturity]
            statement.due_date = (
                max(*maturities, statement.date) if maturities else False
            )
            total = statement.share_amount
            if currency.is_zero(total):
                statement.payment_state = "nothing"
            elif currency.is_zero(left):
                statement.payment_state = "paid"
            elif left < 0:
                statement.payment_state = "credit"
            elif currency.compare_amounts(left, total) < 0:
                statement.payment_state = "partial"
            else:
                statement.payment_state = "to_pay"

    def _payer_items(self):
        """Return what the statements' uses put on the payers' accounts."""
        return self.use_ids._payer_items()

    def write(self, vals):
        frozen = {
            *("convention_id", "payer_id", "company_id", "period_end", "name", "date"),
            *("share_amount", "people_count", "use_count", "line_ids"),
        }
        if frozen & vals.keys():
            raise UserError(
                self.env._(
                    "Statement %s never changes: what comes later is in the next one.",
                    self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Statement %s is kept: what comes later is in the next one.",
                self[0].name,
            )
        )

    # ------------------------------------------------------------------
    # What can be done with it
    # ------------------------------------------------------------------

    def action_pay(self):
        """Open core's payment dialog on what is open, credits deducted first.

        :raise UserError: nothing is left to receive
        """
        self.check_access("read")
        items = self._payer_items().filtered(lambda item: not item.reconciled)
        if sum(items.mapped("amount_residual")) <= 0:
            raise UserError(
                self.env._("There is nothing left to receive on %s.", self[0].name)
            )
        for of_payer in items.grouped("partner_id").values():
            if min(of_payer.mapped("balance")) < 0 < max(of_payer.mapped("balance")):
                of_payer.reconcile()
        left = items.filtered(lambda item: not item.reconciled)
        return left.action_register_payment({"default_group_payment": True})

    def action_print(self):
        """Print the statements."""
        return self.env.ref(
            "conciergerie_conventions.action_report_copay_statement"
        ).report_action(self)

    def action_send(self):
        """Queue the e-mails of the statements, each with its PDF.

        :raise UserError: naming the payers that have no e-mail address
        """
        self.check_access("read")
        without = self.addressee_id.filtered(lambda payer: not payer.email)
        if without:
            raise UserError(
                self.env._(
                    "No e-mail address for %s: add it, or print the statement and "
                    "hand it over.",
                    ", ".join(without.mapped("display_name")),
                )
            )
        template = self.env.ref(
            "conciergerie_conventions.mail_template_copay_statement"
        )
        for statement_sudo in self.sudo():
            template.sudo().send_mail(statement_sudo.id)
            statement_sudo.sent_date = fields.Datetime.now()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s statements are on their way.", len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_uses(self):
        """Open the uses behind a statement, for staff who may read them."""
        self.ensure_one()
        self.env["conciergerie.copay.use"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Uses"),
            "res_model": "conciergerie.copay.use",
            "view_mode": "list",
            "domain": [("statement_id", "=", self.id)],
        }


class ConciergerieCopayStatementLine(models.Model):
    """A figure of a statement, behind which there are enough people.

    Without a number of people: from those of each service and of all, one could tell
    how many used one alone.
    """

    _name = "conciergerie.copay.statement.line"
    _description = "Service on a Payer's Statement"
    _order = "statement_id, id"

    statement_id = fields.Many2one(
        comodel_name="conciergerie.copay.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Service",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: services used by few people, together.",
    )
    use_count = fields.Integer(readonly=True, string="Uses")
    share_amount = fields.Monetary(readonly=True, string="Taken in Charge")

    @api.depends("product_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.product_id.name or self.env._("Other services")
