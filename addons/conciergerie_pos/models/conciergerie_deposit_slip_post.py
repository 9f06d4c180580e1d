from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError


class ConciergerieDepositSlip(models.Model):
    """Slips leave for the bank, and are taken back."""

    _inherit = "conciergerie.deposit.slip"

    def action_deposit(self):
        """Number the slips and post their entries.

        The team of the site may do so: the entry is the software's, made with elevated
        rights once her site was checked.

        :raise UserError: deposited already, nothing on it, or a total of nothing
        """
        self.check_access("write")
        self._check_draft()
        self._check_may_deposit()
        for slip in self:
            slip._check_total()
            # Written first: a second click waits on the row and finds it deposited.
            slip.sudo().write(
                {
                    "state": "deposited",
                    "name": self.env["ir.sequence"]
                    .sudo()
                    .with_company(slip.company_id)
                    .next_by_code("conciergerie.deposit.slip", sequence_date=slip.date),
                }
            )
            slip.flush_recordset()
            slip.sudo()._post_deposit()
        return True

    def _check_total(self):
        """Refuse an empty slip, or paper that sums up to nothing or less.

        :raise UserError: with what to do
        """
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "Nothing is on this slip: what is taken at the till comes here "
                    "once its session is closed."
                )
            )
        sign = self.currency_id.compare_amounts(self.amount_total, 0)
        if sign == 0 or (sign < 0 and self.kind != "cash"):
            raise UserError(
                self.env._(
                    "The total of this slip is %s: take out what was given back to "
                    "customers, with its counterpart.",
                    self.currency_id.format(self.amount_total),
                )
            )

    def _post_deposit(self):
        """Post the entry of a slip and match it with what waited."""
        self.ensure_one()
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(self._prepare_move_vals())
        )
        move._post()
        self.move_id = move
        self._match_deposit()

    def _credits(self):
        """Return what the slip takes off, by where it waited.

        :return: {(session, account): amount}, the account reconcilable
        """
        self.ensure_one()
        amounts = defaultdict(float)
        for line in self.line_ids:
            amounts[line._waiting_key()] += line.amount
        return amounts

    def _prepare_move_vals(self):
        """Return the values of the entry: the bank, from what waited by session."""
        self.ensure_one()
        bank = self.company_id.deposit_slip_account_id or (
            self.journal_id.default_account_id
        )
        items = [(bank, self.name, self.amount_total)] + [
            (account, f"{self.name} – {session.name}", -amount)
            for (session, account), amount in self._credits().items()
        ]
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "date": self.date,
            "ref": self.name,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": name,
                        "balance": self.currency_id.round(amount),
                    }
                )
                for account, name, amount in items
            ],
        }

    def _match_deposit(self):
        """Reconcile the credits with the open items of their sessions."""
        for session, account in self._credits():
            label = f"{self.name} – {session.name}"
            ours = self.move_id.line_ids.filtered(
                lambda ln, a=account, n=label: ln.account_id == a and ln.name == n
            )
            moves = (
                session.bank_payment_ids.move_id | session.statement_line_ids.move_id
            )
            theirs = moves.line_ids.filtered(
                lambda ln, a=account: ln.account_id == a and not ln.reconciled
            )
            (ours | theirs).filtered("account_id.reconcile").reconcile()

    def action_cancel(self):
        """Take a slip back: its entry is reversed, its payments wait again.

        :raise AccessError: the caller is neither manager nor accountant
        :raise UserError: not deposited
        """
        self.check_access("write")
        if not self._is_back_office():
            raise AccessError(
                self.env._("Cancelling a deposit is for managers and accountants.")
            )
        for slip in self:
            if slip.state != "deposited":
                raise UserError(
                    self.env._("Only a deposited slip is cancelled; delete this one.")
                )
            slip_sudo = slip.sudo()
            slip_sudo.state = "cancelled"
            slip_sudo.flush_recordset()
            slip_sudo.reversal_move_id = slip_sudo.move_id._reverse_moves(
                [
                    {
                        "date": fields.Date.context_today(slip),
                        "ref": self.env._("Cancelled: %s", slip.name),
                    }
                ],
                cancel=True,
            )
            slip_sudo.line_ids.is_live = False
        return True

    def action_view_entry(self):
        """Open the entry of the slip, with its reversal where it was cancelled."""
        self.ensure_one()
        moves = self.move_id | self.reversal_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }
