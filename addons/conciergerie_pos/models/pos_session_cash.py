from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    cash_purpose = fields.Char(
        readonly=True,
        copy=False,
        help="What cash moved at a till was for: its key in the list of the till.",
    )

    def _prepare_deposit_line_vals(self):
        """Return the line of a slip for this cash, positive when it went out."""
        self.ensure_one()
        return {
            "statement_line_id": self.id,
            "reference": self.payment_ref,
            "date": self.date,
            "amount": -self.amount,
        }


class PosSession(models.Model):
    """Cash put into a till and taken out of it, with a purpose and a reason."""

    _inherit = "pos.session"

    # Who counts the till may not read the entries of its cash: computed as herself,
    # what she took to the bank would be missing, and booked as a loss or a profit.
    cash_register_balance_end = fields.Monetary(compute_sudo=True)
    cash_register_difference = fields.Monetary(compute_sudo=True)

    def action_pos_session_open(self):
        """Propose the float of the till where no earlier session left an amount."""
        result = super().action_pos_session_open()
        for session in self.filtered(
            lambda s: s.state == "opening_control" and s.config_id.opening_float
        ):
            others = [("config_id", "=", session.config_id.id)]
            if not self.search_count([*others, ("id", "!=", session.id)], limit=1):
                session.cash_register_balance_start = session.config_id.opening_float
        return result

    @api.model
    def _cash_purpose_account_sudo(self, company, purpose):
        """Return the account that moved cash is booked against, by what it is for.

        :param company: ``res.company`` of the till
        :param str purpose: key that the till sends
        :return: ``account.account``; none where the cash waits on the suspense account
            of the journal, for the accountant
        """
        if purpose == "bank":
            return company.sudo().transfer_account_id
        if purpose == "disbursement":
            # Advanced in a customer's name, asked back by the disbursement, A18.
            return company._get_disbursement_account().sudo()
        return self.env["account.account"].sudo()

    def _prepare_account_bank_statement_line_vals(
        self, session, sign, amount, reason, partner_id, extras
    ):
        """Book cash for the bank on internal transfers, 58, until it is there.

        The browser's word for the sense goes into the books: core's French is “out”.
        """
        sense = self.env._("Cash in") if sign > 0 else self.env._("Cash out")
        vals = super()._prepare_account_bank_statement_line_vals(
            session,
            sign,
            amount,
            reason,
            partner_id,
            {**extras, "translatedType": sense},
        )
        purpose = extras.get("purpose")
        account = self._cash_purpose_account_sudo(session.company_id, purpose)
        if account:
            vals["counterpart_account_id"] = account.id
            vals["cash_purpose"] = purpose
        return vals

    def try_cash_in_out(self, _type, amount, reason, partner_id, extras):
        """Let the team of a till move its cash, never without a reason.

        Core asks for accounting rights; who may write the session of the till is its
        team, and the entry is the software's.

        :raise AccessError: not a person of this till
        :raise UserError: the session is closed, no amount or no reason
        """
        self.check_access("write")
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("Cash is moved by the team of the till."))
        for session in self:
            if session.state == "closed":
                raise UserError(
                    self.env._(
                        "Session %s is closed: its cash was counted. Open the till "
                        "first.",
                        session.name,
                    )
                )
        if not (reason or "").strip() or amount <= 0:
            raise UserError(
                self.env._("Cash in or out needs an amount above zero and a reason.")
            )
        # In a way of her own she could name another author.
        partner_id = self.env.user.partner_id.id
        return super(PosSession, self.sudo()).try_cash_in_out(
            _type, amount, reason, partner_id, extras
        )
