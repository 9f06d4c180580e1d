from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ConciergerieStatement(models.Model):
    """The settlement of a period with a provider, frozen once made.

    Its due entries are claimed in the database, each by one statement only. It makes
    the commission invoice and the one entry that offsets the third-party account;
    what comes later is in the next statement.
    """

    _name = "conciergerie.statement"
    _description = "Statement of a Provider"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True, copy=False)
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
    date = fields.Date(required=True, readonly=True)
    period_end = fields.Date(
        required=True,
        readonly=True,
        help="Entries due until this day are settled.",
    )
    due_date = fields.Date(readonly=True, string="Payment Date")
    due_entry_ids = fields.One2many(
        comodel_name="conciergerie.due.entry",
        inverse_name="statement_id",
        string="Sales Settled",
    )
    collected_amount = fields.Monetary(readonly=True, string="Collected")
    direct_amount = fields.Monetary(readonly=True, string="Paid to the Provider")
    commission_untaxed = fields.Monetary(readonly=True, string="Commission, no VAT")
    commission_tax = fields.Monetary(readonly=True, string="VAT on Commission")
    commission_total = fields.Monetary(readonly=True)
    bonus_amount = fields.Monetary(
        readonly=True,
        string="Bonus on the Turnover",
        help="Part of the commission: more of it, or less where it is a rebate for the "
        "provider. In the base of the bonus.",
    )
    sold_amount = fields.Monetary(
        readonly=True,
        string="Sold in our Name",
        help="Sales in our own name and resale, VAT included.",
    )
    purchase_amount = fields.Monetary(
        readonly=True,
        string="Billed by the Provider",
        help="What the provider bills for them, its VAT included: the sales less our "
        "commission.",
    )
    correction_amount = fields.Monetary(
        readonly=True,
        string="Credit Note Awaited",
        help="Given back on sales billed earlier: counts once the provider's credit "
        "note is posted.",
    )
    referral_amount = fields.Monetary(
        readonly=True,
        string="Declared Sales",
        help="Sales that the provider made itself thanks to us, VAT included.",
    )
    referral_commission = fields.Monetary(
        readonly=True, string="Commission on Declared Sales"
    )
    charge_amount = fields.Monetary(
        readonly=True,
        string="Losses and Damage",
        help="Charged to the provider, without VAT, and deducted.",
    )
    net_amount = fields.Monetary(
        readonly=True,
        string="Net Due",
        help="Collected less our commission, and what the provider bills, less what "
        "it is charged.",
    )
    opening_balance = fields.Monetary(
        readonly=True,
        help="What the provider owed us from earlier statements; netted, never paid.",
    )
    payable_amount = fields.Monetary(
        readonly=True, string="To Pay Out", help="Net due and opening balance."
    )
    commission_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Commission Invoice",
    )
    settlement_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Settlement Entry",
    )
    bill_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Provider's Bill",
    )
    correction_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Provider's Credit Note",
    )
    referral_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        string="Referral Invoice",
    )
    amount_open = fields.Monetary(compute="_compute_amount_open", string="Still Open")
    payment_state = fields.Selection(
        selection=[
            ("nothing", "Nothing to pay"),
            ("to_bill", "Waits for the provider's bill"),
            ("to_pay", "To pay"),
            ("partial", "Partly paid"),
            ("paid", "Paid"),
            ("carried", "Carried over"),
            ("reversed", "Reversed"),
        ],
        compute="_compute_amount_open",
    )

    @api.depends(
        "settlement_move_id.line_ids.amount_residual",
        "bill_move_id.line_ids.amount_residual",
        "bill_move_id.state",
        "correction_move_id.line_ids.amount_residual",
        "reversal_ids",
    )
    def _compute_amount_open(self):
        for statement in self.sudo():
            currency = statement.currency_id
            items = statement._payable_items()
            statement.amount_open = -sum(items.mapped("amount_residual"))
            total = -sum(items.mapped("balance"))
            if statement.reversal_ids:
                statement.payment_state = "reversed"
            elif statement.bill_move_id.state == "draft":
                statement.payment_state = "to_bill"
            elif currency.is_zero(total):
                statement.payment_state = "nothing"
            elif total < 0:
                statement.payment_state = "carried"
            elif currency.is_zero(statement.amount_open):
                statement.payment_state = "paid"
            elif currency.compare_amounts(statement.amount_open, total) < 0:
                statement.payment_state = "partial"
            else:
                statement.payment_state = "to_pay"

    def _payable_items(self):
        """Return what the statements put on the providers' payable accounts."""
        moves = self.settlement_move_id | self.bill_move_id | self.correction_move_id
        return moves.line_ids.filtered(
            lambda line: (
                line.account_type == "liability_payable"
                and line.parent_state == "posted"
            )
        )

    @api.model
    def _open_payable_items(self, company, domain):
        """Return what statements left open on the payable accounts, oldest first.

        :param company: ``res.company``
        :param domain: which items more closely
        """
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("account_type", "=", "liability_payable")
                & Domain("parent_state", "=", "posted")
                & Domain("reconciled", "=", False)
                & Domain(domain),
                order="date, id",
            )
        )
        return items & items.move_id._statements()._payable_items()

    def _document_moves(self):
        """Return every entry and document that the statements made."""
        return (
            self.commission_move_id
            | self.settlement_move_id
            | self.bill_move_id
            | self.correction_move_id
            | self.referral_move_id
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Statement %s is kept: what comes later is settled in the next one.",
                self[0].name,
            )
        )

    def write(self, vals):
        frozen = {"provider_id", "company_id", "period_end", "date", "name"}
        if frozen & vals.keys() and not self.env.context.get("install_mode"):
            raise UserError(
                self.env._("A closed statement never changes: %s.", self[:1].name)
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # What can be settled
    # ------------------------------------------------------------------

    @api.model
    def _open_entries(self, company, period_end, providers=None):
        """Return the entries not settled yet, up to a day included.

        :param company: ``res.company``
        :param period_end: last day of the period
        :param providers: ``res.partner``, all by default
        """
        domain = [
            ("company_id", "=", company.id),
            ("statement_id", "=", False),
            ("date", "<=", period_end),
        ]
        if providers is not None:
            domain.append(("provider_id", "in", providers.ids))
        return self.env["conciergerie.due.entry"].sudo().search(domain, order="date,id")

    @api.model
    def _sort_entries(self, entries, today):
        """Say which open entries can be settled, and why each other one waits (A16).

        :param entries: open ``conciergerie.due.entry``
        :param today: date of the settlement
        :return: the settleable entries, and a dict of the others to their reason
        """
        ready = entries._ready(today)
        waiting = {}
        for entry in entries - ready:
            hold = timedelta(days=entry.agreement_id.hold_days)
            held_until = entry.date + hold
            waiting[entry] = (
                self.env._("held until %s", held_until.strftime("%d/%m/%Y"))
                if held_until > today
                else self.env._("not handed over yet")
            )
        return ready, waiting

    # ------------------------------------------------------------------
    # Settling
    # ------------------------------------------------------------------

    @api.model
    def _settle(self, company, period_end, providers=None, date=None):
        """Settle providers up to a day: all of them, or none where one fails.

        Running it twice makes nothing more. A second user at the same time waits for
        the database and finds nothing left.

        :param company: ``res.company``
        :param period_end: last day of the period, not in the future
        :param providers: ``res.partner``, all by default
        :param date: date of the statements, today by default
        :return: the new statements
        :raise UserError: the period is not over
        """
        today = date or fields.Date.context_today(self)
        if period_end > today:
            raise UserError(
                self.env._(
                    "The period ends on %s: settle it when it is over.",
                    period_end.strftime("%d/%m/%Y"),
                )
            )
        self.env["conciergerie.due.entry"]._derive(company)
        statements = self._claim_ready(company, period_end, providers, today)
        for statement in statements:
            statement._make_documents()
        return statements.sudo(self.env.su)
