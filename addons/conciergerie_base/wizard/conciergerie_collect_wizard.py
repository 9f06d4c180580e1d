from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class ConciergerieCollectWizard(models.TransientModel):
    """Invoice requests of one beneficiary and take the payment, in one dialog.

    Counter staff have no accounting rights. What is created with elevated rights is
    limited to the requests that the user can read, at their order's price.
    """

    _name = "conciergerie.collect.wizard"
    _description = "Invoice and Collect"

    task_ids = fields.Many2many(
        comodel_name="project.task", string="Requests", required=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", compute="_compute_partner_id"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_partner_id"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_to_invoice = fields.Monetary(compute="_compute_amounts")
    amount_taken_in_charge = fields.Monetary(
        compute="_compute_amounts", string="Taken in Charge"
    )
    taken_in_charge_by = fields.Char(compute="_compute_amounts")
    amount_residual = fields.Monetary(
        compute="_compute_amounts",
        string="Invoiced and Unpaid",
    )
    amount_total = fields.Monetary(compute="_compute_amounts", string="To Pay")
    amount_shown = fields.Monetary(
        compute="_compute_amount_shown",
        store=True,
        readonly=False,
        help="What the dialog said when it was opened, and the person was told.",
    )
    pay_now = fields.Boolean(default=True, string="Paid Now")
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Paid by",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
    )

    @api.depends("task_ids")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.task_ids.partner_id[:1]
            wizard.company_id = wizard.task_ids.site_id.company_id[:1]

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

    @api.depends("task_ids")
    def _compute_amounts(self):
        for wizard in self:
            lines_sudo = wizard.task_ids.sudo().sale_line_id
            quantities = {line: line._quantity_to_collect() for line in lines_sudo}
            to_invoice = lines_sudo.filtered(quantities.get)
            wizard.amount_to_invoice = to_invoice._invoiced_total(quantities)
            wizard.amount_residual = sum(
                wizard._unpaid_invoices_sudo().mapped("amount_residual")
            )
            shares = [
                (payer, amount)
                for payer, amount in wizard._taken_in_charge(
                    {line: quantities[line] for line in to_invoice}
                )
                if amount
            ]
            wizard.amount_taken_in_charge = sum(amount for _payer, amount in shares)
            wizard.taken_in_charge_by = ", ".join(
                self.env._(
                    "%(payer)s: %(amount)s", payer=payer, amount=wizard._money(amount)
                )
                for payer, amount in shares
            )
            wizard.amount_total = (
                wizard.amount_to_invoice
                - wizard.amount_taken_in_charge
                + wizard.amount_residual
            )

    @api.depends("task_ids")
    def _compute_amount_shown(self):
        for wizard in self:
            wizard.amount_shown = wizard.amount_total

    def _check_amount_shown(self):
        """Take no other amount than the one that was told.

        Another counter may have used the last of a ceiling meanwhile.

        :raise UserError: with both amounts; nothing is booked
        """
        if self.currency_id.compare_amounts(self.amount_total, self.amount_shown):
            raise UserError(
                self.env._(
                    "What is to pay has changed meanwhile: %(now)s instead of "
                    "%(shown)s. Nothing was taken: close this dialog, open it again "
                    "and tell the person.",
                    now=self.currency_id.format(self.amount_total),
                    shown=self.currency_id.format(self.amount_shown),
                )
            )

    def _taken_in_charge(self, quantities):
        """Return what others pay of what is about to be invoiced. A hook.

        :param dict quantities: quantity of each order line, in its unit
        :return: list of (name of the payer, amount VAT included)
        """
        return []

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _unpaid_invoices_sudo(self):
        return (
            self.task_ids.sudo()
            ._request_invoices()
            .filtered(
                lambda m: (
                    m.state == "posted"
                    and m.move_type == "out_invoice"
                    and m.amount_residual > 0
                )
            )
        )

    def _check(self):
        """Check what is about to be invoiced.

        :raise UserError: several beneficiaries or companies, cancelled requests
        """
        self.ensure_one()
        self.task_ids.check_access("write")
        if len(self.task_ids.partner_id.commercial_partner_id) != 1:
            raise UserError(
                self.env._("Choose requests of one beneficiary: each gets an invoice.")
            )
        if len(self.task_ids.site_id.company_id) != 1:
            raise UserError(
                self.env._("Choose requests of one company: each has its own invoices.")
            )
        if cancelled := self.task_ids.filtered(lambda t: t.step == "cancelled"):
            raise UserError(self.env._("%s is cancelled.", cancelled[0].display_name))

    def _check_no_draft(self):
        """Say where the price is when an accountant has begun an invoice of it.

        :raise UserError: an invoice of these requests is not posted yet
        """
        drafts_sudo = self.task_ids.sudo()._request_invoices()
        drafts_sudo = drafts_sudo.filtered(lambda m: m.state == "draft")
        if drafts_sudo:
            raise UserError(
                self.env._(
                    "An invoice of %(request)s is being prepared and is not confirmed "
                    "yet. Ask the accountant to confirm it in Invoicing, then collect "
                    "its payment here.",
                    request=self.task_ids[0].display_name,
                )
            )

    def action_confirm(self):
        """Invoice what is not invoiced yet, post it, and register the payment."""
        self._check()
        self._check_amount_shown()
        self.task_ids._ensure_order()
        lines_sudo = self.task_ids.sudo().sale_line_id.filtered(
            lambda line: line._quantity_to_collect() > 0
        )
        invoices_sudo = self._unpaid_invoices_sudo()
        if lines_sudo:
            new_sudo = lines_sudo.order_id.with_context(
                conciergerie_invoice_line_ids=lines_sudo.ids
            )._create_invoices()
            new_sudo.action_post()
            invoices_sudo |= new_sudo
        if not invoices_sudo:
            self._check_no_draft()
            raise UserError(
                self.env._("There is nothing to pay: everything is paid or free.")
            )
        if self.pay_now:
            if (
                self.journal_id.sudo().type not in ("cash", "bank")
                or self.journal_id.sudo().company_id != self.company_id
            ):
                raise UserError(self.env._("Choose how it is paid."))
            # What others take in charge whole is not asked.
            invoices_sudo = invoices_sudo.filtered("amount_residual")
        if self.pay_now and invoices_sudo:
            self.env["account.payment.register"].sudo().with_context(
                active_model="account.move", active_ids=invoices_sudo.ids
            ).create(
                {"journal_id": self.journal_id.id, "group_payment": True}
            )._create_payments()
        return self.task_ids[0].action_view_request_invoices()
