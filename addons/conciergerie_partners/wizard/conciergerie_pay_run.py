from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.conciergerie_base.lock import lock_for_update


class ConciergeriePayRun(models.TransientModel):
    """Pay the providers what their statements owe them, credits deducted (A15).

    One payment for each provider; whoever cannot be paid is carried, with the reason,
    and does not stop the others.
    """

    _name = "conciergerie.pay.run"
    _description = "Pay Providers"
    _inherit = "conciergerie.statement.dialog"
    _statement_model = "conciergerie.statement"

    date = fields.Date(
        string="Payment Date", required=True, default=fields.Date.context_today
    )
    due_until = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Statements to be paid until this day, included.",
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Paid from",
        required=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
        default=lambda self: self._default_journal_id(),
    )
    statement_ids = fields.Many2many(
        comodel_name="conciergerie.statement",
        help="Empty: those of all providers.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.pay.run.line",
        inverse_name="run_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    total = fields.Monetary(compute="_compute_total")
    next_due_date = fields.Date(
        compute="_compute_next_due_date",
        help="Day of the first payout after the chosen day, where nothing is open yet.",
    )

    @api.model
    def _default_journal_id(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("line_ids.amount", "line_ids.to_pay")
    def _compute_total(self):
        for run in self:
            run.total = sum(run.line_ids.filtered("to_pay").mapped("amount"))

    @api.depends("company_id", "due_until", "statement_ids", "line_ids")
    def _compute_next_due_date(self):
        for run in self:
            items = self.env["account.move.line"]
            if run.due_until and run.company_id and not run.line_ids:
                run._check_rights()
                domain = Domain("amount_residual", "<", 0)
                items = self.env["conciergerie.statement"]._open_payable_items(
                    run.company_id, domain
                )
            run.next_due_date = min(items.mapped("date_maturity"), default=False)

    def _open_items(self, providers=None):
        """Return what statements left open on payable accounts.

        Credits of the providers are all taken, whatever their date; what we owe them
        only once it is to be paid.

        :param providers: ``res.partner``, all by default
        """
        self.ensure_one()
        self._check_rights()
        domain = Domain("amount_residual", ">", 0) | (
            Domain("amount_residual", "<", 0)
            & Domain("date_maturity", "<=", self.due_until)
        )
        if providers is None:
            providers = self.statement_ids.provider_id
        if providers:
            domain &= Domain("partner_id", "in", providers.ids)
        return self.env["conciergerie.statement"]._open_payable_items(
            self.company_id, domain
        )

    @api.depends("company_id", "due_until", "statement_ids", "journal_id")
    def _compute_line_ids(self):
        for run in self:
            commands = [Command.clear()]
            if run.due_until and run.company_id:
                for provider, items in run._open_items().grouped("partner_id").items():
                    commands.append(Command.create(run._line_values(provider, items)))
            run.line_ids = commands

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        runs._tell_managers()
        return runs

    @api.onchange("company_id", "due_until", "statement_ids", "journal_id")
    def _onchange_tell_managers(self):
        """Where all is held nothing can be pressed: opening the list tells it."""
        self._tell_managers()

    def _tell_managers(self):
        """Give a manager the task to confirm the accounts that hold payouts, once."""
        for line in self.line_ids:
            run = line.run_id
            if line.net_amount > 0 and run._why_account_held(
                line.provider_id, line.bank_account_id
            ):
                line.bank_account_id._ask_confirmation(run.company_id)

    def _line_values(self, provider, items, bank=None):
        """Return what is proposed for a provider, or why it is carried.

        :param bank: ``res.partner.bank`` to pay on, by default the proposed one
        """
        residuals = items.mapped("amount_residual")
        net = self.currency_id.round(-sum(residuals))
        bank = bank or provider.sudo().bank_ids._to_pay_on()
        held = self._held_amount(provider, net)
        reason = self._why_carried(provider, net, bank)
        note = held and self.env._(
            "%s of it is held back until the provider's credit note is recorded.",
            self.currency_id.format(held),
        )
        return {
            "provider_id": provider.id,
            "owed_amount": -sum(amount for amount in residuals if amount < 0),
            "credit_amount": sum(amount for amount in residuals if amount > 0),
            "net_amount": net,
            "held_amount": held,
            "amount": self.currency_id.round(max(net, 0.0) - held),
            "bank_account_id": bank.id,
            "reason": reason or note,
            "is_carried": bool(reason),
            "to_pay": not reason,
        }

    def _awaited_credits(self, provider):
        """Return the statements that wait for a credit note of a provider."""
        return (
            self.env["conciergerie.statement"]
            .sudo()
            .search(
                [
                    ("provider_id", "=", provider.id),
                    ("company_id", "=", self.company_id.id),
                    ("correction_move_id.state", "=", "draft"),
                ]
            )
        )

    def _held_amount(self, provider, net):
        """Return how much of what we owe waits for the provider's credit notes.

        Else what a reversed statement paid already would be paid again.

        :param float net: what we owe it, its recorded credits deducted
        """
        awaited = sum(self._awaited_credits(provider).mapped("correction_amount"))
        return self.currency_id.round(min(max(net, 0.0), awaited))

    def _why_carried(self, provider, net, bank):
        """Return why a provider is not paid now, or False.

        :param float net: what we owe it, its credits deducted
        :param bank: ``res.partner.bank`` to pay on
        """
        if self.currency_id.compare_amounts(net, 0) <= 0:
            return self.env._("Carried over: the provider owes us as much or more.")
        payable = self.currency_id.round(net - self._held_amount(provider, net))
        if self.currency_id.is_zero(payable):
            return self.env._(
                "Held back: the provider's credit note of statement %s is awaited. "
                "Record it, and it is deducted.",
                ", ".join(self._awaited_credits(provider).mapped("name")),
            )
        agreement = (
            provider.sudo()
            .provider_agreement_ids.filtered(lambda a: a.company_id == self.company_id)
            .sorted("start_date")[-1:]
        )
        if self.currency_id.compare_amounts(payable, agreement.minimum_payout) < 0:
            return self.env._(
                "Carried over: below the minimum payout of %s.",
                self.currency_id.format(agreement.minimum_payout),
            )
        if self.journal_id.type != "cash" and not bank:
            return self.env._(
                "No bank account: add it on the provider's form, page “Accounting”."
            )
        return self._why_account_held(provider, bank)

    def _why_account_held(self, provider, bank):
        """Return why no money goes to an account now, or False.

        :param bank: ``res.partner.bank``, empty where there is none
        """
        if self.journal_id.type == "cash" or not bank:
            return False
        bank_sudo = bank.sudo()
        if bank_sudo.partner_id.commercial_partner_id != provider.commercial_partner_id:
            return self.env._(
                "The account %(number)s belongs to %(owner)s: choose one of the "
                "provider's.",
                number=bank_sudo.acc_number,
                owner=bank_sudo.partner_id.name,
            )
        if bank_sudo._is_fresh(self.company_id):
            return self.env._(
                "The account number is new since %(date)s: a manager confirms it once "
                "it is checked with the provider by telephone.",
                date=bank_sudo.number_changed_on.strftime("%d/%m/%Y"),
            )
        return False

    def action_pay(self):
        """Pay the lines that are ticked, each provider by one payment.

        :raise UserError: nothing can be paid, or somebody else is paying
        """
        self.ensure_one()
        lines = self.line_ids.filtered("to_pay")
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing to pay until %s: the list says for each provider why.",
                    self.due_until.strftime("%d/%m/%Y"),
                )
            )
        payments = self.env["account.payment"]
        for line in lines:
            payments |= line._pay()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_payments_payable"
        )
        action["domain"] = [("id", "in", payments.ids)]
        action["context"] = {"create": False}
        return action

    def _make_payment(self, line, items):
        """Pay the items of a provider by one payment of core.

        :param line: ``conciergerie.pay.run.line``
        :param items: payable journal items, all on our side
        :return: ``account.payment``
        """
        dialog = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=items.ids)
            .create(
                {
                    "payment_date": self.date,
                    "journal_id": self.journal_id.id,
                    "group_payment": True,
                    "partner_bank_id": line.bank_account_id.id,
                    "amount": line.amount,
                }
            )
        )
        payment = dialog._create_payments()
        payment.sudo().is_provider_payout = True
        return payment


class ConciergeriePayRunLine(models.TransientModel):
    _name = "conciergerie.pay.run.line"
    _description = "Provider to Pay"

    run_id = fields.Many2one(
        comodel_name="conciergerie.pay.run", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="run_id.currency_id")
    provider_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    owed_amount = fields.Monetary(string="Owed", readonly=True)
    credit_amount = fields.Monetary(
        string="Credits", readonly=True, help="What the provider owes us, deducted."
    )
    net_amount = fields.Monetary(string="Net", readonly=True)
    amount = fields.Monetary(
        string="To Pay", help="Where it is less than the net, the rest stays open."
    )
    bank_account_id = fields.Many2one(
        comodel_name="res.partner.bank",
        domain="[('partner_id', '=', provider_id)]",
    )
    held_amount = fields.Monetary(
        string="Held Back",
        readonly=True,
        help="Up to the credit notes of the provider that we wait for.",
    )
    to_pay = fields.Boolean(string="Pay")
    is_carried = fields.Boolean(readonly=True)
    reason = fields.Text(string="Why It Is Carried", readonly=True)

    def action_confirm_number(self):
        """A manager's word for a new account number; the line can then be paid."""
        self.ensure_one()
        self.bank_account_id.action_confirm_number()
        run = self.run_id
        self.write(
            run._line_values(
                self.provider_id,
                run._open_items(self.provider_id),
                self.bank_account_id,
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
            "target": "new",
        }

    def _pay(self):
        """Net the provider's credits and pay it the rest.

        :raise UserError: what is open has changed meanwhile, or it may not be paid
        """
        self.ensure_one()
        run = self.run_id
        items = run._open_items(self.provider_id)
        lock_for_update(items, self.provider_id.name)
        items.invalidate_recordset()
        items = items.filtered(lambda item: not item.reconciled)
        net = run.currency_id.round(-sum(items.mapped("amount_residual")))
        if run.currency_id.compare_amounts(net, self.net_amount) != 0:
            raise UserError(
                self.env._(
                    "What is owed to %(provider)s has changed to %(amount)s: open the "
                    "list again.",
                    provider=self.provider_id.name,
                    amount=run.currency_id.format(net),
                )
            )
        if reason := run._why_carried(self.provider_id, net, self.bank_account_id):
            raise UserError(
                self.env._(
                    "%(provider)s: %(reason)s",
                    provider=self.provider_id.name,
                    reason=reason,
                )
            )
        payable = net - run._held_amount(self.provider_id, net)
        if (
            run.currency_id.compare_amounts(self.amount, 0) <= 0
            or run.currency_id.compare_amounts(self.amount, payable) > 0
        ):
            raise UserError(
                self.env._(
                    "%(provider)s is paid more than nothing and at most %(amount)s.",
                    provider=self.provider_id.name,
                    amount=run.currency_id.format(payable),
                )
            )
        self.env["conciergerie.statement"]._net_items(items)
        return run._make_payment(self, items.filtered(lambda i: not i.reconciled))
