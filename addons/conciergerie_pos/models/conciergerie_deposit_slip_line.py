from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieDepositSlipLine(models.Model):
    """One cheque, voucher or bag of cash on a slip, as it was when it left."""

    _name = "conciergerie.deposit.slip.line"
    _description = "Line of a Deposit Slip"
    _order = "date, id"

    slip_id = fields.Many2one(
        comodel_name="conciergerie.deposit.slip",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="slip_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    slip_state = fields.Selection(related="slip_id.state")
    payment_id = fields.Many2one(
        comodel_name="pos.payment",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    statement_line_id = fields.Many2one(
        comodel_name="account.bank.statement.line",
        string="Cash Out",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reference = fields.Char(
        string="Ticket or Reason",
        readonly=True,
        help="Ticket of the payment, or why the cash was taken out.",
    )
    date = fields.Date(readonly=True, required=True)
    amount = fields.Monetary(readonly=True, required=True)
    number = fields.Char(help="Number of the cheque or voucher.")
    bank = fields.Char(help="Bank of the cheque, issuer of the voucher.")
    drawer = fields.Char(help="Who signed the cheque.")
    is_live = fields.Boolean(
        default=True, readonly=True, help="Unset where the slip was cancelled."
    )

    _payment_once = models.UniqueIndex(
        "(payment_id) WHERE is_live AND payment_id IS NOT NULL",
        "This payment is on another deposit slip already: refresh the page.",
    )
    _statement_line_once = models.UniqueIndex(
        "(statement_line_id) WHERE is_live AND statement_line_id IS NOT NULL",
        "This cash is on another deposit slip already: refresh the page.",
    )
    _one_source = models.Constraint(
        "CHECK((payment_id IS NULL) <> (statement_line_id IS NULL))",
        "A line of a slip is a payment or cash taken out.",
    )

    def _kind(self):
        """Return what kind of slip the line belongs on."""
        self.ensure_one()
        line_sudo = self.sudo()
        return line_sudo.payment_id.payment_method_id.remittance or "cash"

    def _waiting_key(self):
        """Return where the money waits: (session, account)."""
        self.ensure_one()
        if self.payment_id:
            payment = self.payment_id
            return payment.session_id, payment.payment_method_id.outstanding_account_id
        move_line = self.statement_line_id
        return move_line.pos_session_id, move_line.company_id.transfer_account_id

    @api.model_create_multi
    def create(self, vals_list):
        """Take the amount and the facts from the payment, whatever the caller says."""
        lines = super().create(vals_list)
        for line in lines:
            line_sudo = line.sudo()
            source = line_sudo.payment_id or line_sudo.statement_line_id
            facts = source._prepare_deposit_line_vals()
            fixed = {name: facts[name] for name in ("amount", "date", "reference")}
            fixed["is_live"] = True
            if any(line[name] != value for name, value in fixed.items()):
                line_sudo.write(fixed)
        lines._check_slip()
        return lines

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"number", "bank", "drawer"}:
                raise UserError(
                    self.env._(
                        "The amount of a line is that of its payment: take the line "
                        "out instead."
                    )
                )
            self._check_slip()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deposited(self):
        self._check_slip()

    def _check_slip(self):
        """Refuse to change a slip that left, or to mix payments on one.

        :raise UserError: with the slip
        """
        for line in self:
            slip = line.slip_id
            if slip.state != "draft":
                raise UserError(
                    self.env._(
                        "Slip %s was deposited: it does not change.", slip.display_name
                    )
                )
            line_sudo = line.sudo()
            source = line_sudo.payment_id or line_sudo.statement_line_id
            session = (
                line_sudo.payment_id.session_id
                or line_sudo.statement_line_id.pos_session_id
            )
            site = slip.site_id
            if (
                line._kind() != slip.kind
                or source.company_id != slip.company_id
                or (site and session.config_id.site_id != site)
                or session.state != "closed"
            ):
                raise UserError(
                    self.env._(
                        "%(reference)s does not belong on this slip: it is of another "
                        "kind or site, or its session is still open.",
                        reference=line.reference,
                    )
                )


class PosPayment(models.Model):
    _inherit = "pos.payment"

    def _prepare_deposit_line_vals(self):
        """Return the line of a deposit slip for this cheque or voucher.

        The number, bank and drawer come from core's own fields of a payment, which the
        till fills in; the drawer is the customer where nobody is named.
        """
        self.ensure_one()
        return {
            "payment_id": self.id,
            "reference": self.pos_order_id.pos_reference or self.pos_order_id.name,
            "date": fields.Datetime.context_timestamp(self, self.payment_date).date(),
            "amount": self.amount,
            "number": self.payment_ref_no,
            "bank": self.payment_method_issuer_bank,
            "drawer": self.cardholder_name or self.pos_order_id.partner_id.name,
        }
