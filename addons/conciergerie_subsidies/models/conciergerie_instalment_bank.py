from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class ConciergerieInstalment(models.Model):
    """The money of instalments at the bank."""

    _inherit = "conciergerie.instalment"

    def _money_candidates(self):
        """Return the journal items that may be the money of this instalment.

        Credits of the receivable account that have no instalment yet, of this funder
        or of nobody; and lines of the bank that nobody has explained.

        :return: ``account.move.line``, nearest in amount first
        """
        self.ensure_one()
        items = self.env["account.move.line"]
        if not items.has_access("read"):
            return items
        # Lines of the bank are for those who reconcile it; their journal items, which
        # are read here, are for every accountant.
        found = items.sudo().search(self._money_domain(), order="date desc", limit=200)
        found = found.sudo(False)._filtered_access("read")
        used = self._used_money(found)
        free = found.filtered(
            lambda item: (
                self.currency_id.compare_amounts(-item.balance, used.get(item, 0.0)) > 0
            )
        )
        return free.sorted(lambda item: abs(-item.balance - self.open_amount))

    def _money_domain(self):
        """Return the domain of the journal items that may be the money."""
        self.ensure_one()
        company = self.company_id
        account = self.dossier_id._subsidy_account("subsidy_receivable_account_id")
        funder = self.funder_id.commercial_partner_id
        posted = Domain("parent_state", "=", "posted") & Domain(
            "company_id", "=", company.id
        )
        side = Domain("balance", "<" if self.amount >= 0 else ">", 0)
        on_account = Domain("account_id", "=", account.id) & Domain(
            "partner_id", "in", [funder.id, False]
        )
        # Our own entries are no money.
        on_account &= Domain("move_id.subsidy_entry_ids", "=", False) & Domain(
            "move_id.reversed_entry_id", "=", False
        )
        unexplained = (
            Domain("statement_line_id", "!=", False)
            & Domain("statement_line_id.is_reconciled", "=", False)
            & Domain("account_id.account_type", "!=", "asset_cash")
        )
        return posted & side & (on_account | unexplained)

    def _used_money(self, items):
        """Return what of each journal item is on instalments already."""
        return dict(
            self.env["conciergerie.instalment.receipt"]._read_group(
                [("move_line_id", "in", items.ids)], ["move_line_id"], ["amount:sum"]
            )
        )

    def _free_money(self, item):
        """Return what of a journal item is on no instalment yet, with its sign."""
        return -item.balance - self._used_money(item).get(item, 0.0)

    def _receive(self, item, amount):
        """Put money on this instalment, and match it with the receivable.

        :param item: ``account.move.line``, credited, or debited for what is paid back
        :param float amount: part of it that pays this instalment, with its sign
        :raise UserError: all of it came already, it is money the other way, or more
            than is left of the money
        """
        self.ensure_one()
        self._check_expects(amount)
        currency = self.currency_id
        money = self.env["conciergerie.subsidy.entry"]._money
        free = self._free_money(item)
        over = currency.compare_amounts(abs(amount), abs(free)) > 0
        if not amount or amount * free < 0 or over:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be taken from %(item)s: %(free)s of it is left.",
                    amount=money(amount, currency),
                    item=item.display_name,
                    free=money(free, currency),
                )
            )
        self._check_within_award(amount)
        account = self.dossier_id._subsidy_account("subsidy_receivable_account_id")
        if item.account_id != account:
            self._explain_bank_line(item, account)
        self.env["conciergerie.instalment.receipt"].create(
            {
                "instalment_id": self.id,
                "move_line_id": item.id,
                "amount": amount,
            }
        )
        self.dossier_id._reconcile_receipts()

    def _check_within_award(self, amount):
        """Refuse more than was awarded in all: a slip, or money of another dossier.

        An instalment may bring more than expected, the aid as a whole may not.

        :raise UserError: says what came and what was awarded
        """
        dossier, currency = self.dossier_id, self.currency_id
        before = dossier.instalment_ids.receipt_ids.mapped("amount")
        received = sum(before) + amount
        award = dossier.awarded_amount
        if amount > 0 and currency.compare_amounts(received, award) > 0:
            money = self.env["conciergerie.subsidy.entry"]._money
            raise UserError(
                self.env._(
                    "%(dossier)s would have received %(received)s, more than the "
                    "%(award)s awarded. Lower the amount: the rest belongs to another "
                    "dossier, or is to be paid back.",
                    dossier=dossier.display_name,
                    received=money(received, currency),
                    award=money(award, currency),
                )
            )

    def _check_expects(self, amount):
        """Refuse money for what came already, or that goes the other way.

        Two who record one transfer at once: the second one's is refused.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE conciergerie_instalment SET write_date = write_date"
                " WHERE id = %s",
                self.id,
            )
        )
        if self.state == "received":
            raise UserError(
                self.env._(
                    "%s is received already: nothing more is expected of it.",
                    self.display_name,
                )
            )
        if amount * self.amount < 0:
            raise UserError(
                self.env._(
                    "%(instalment)s is of %(expected)s: %(amount)s would go the other "
                    "way. Enter the amount with its sign.",
                    instalment=self.display_name,
                    expected=self.currency_id.format(self.amount),
                    amount=self.currency_id.format(amount),
                )
            )

    def _explain_bank_line(self, item, account):
        """Move an unexplained line of the bank to the receivable account."""
        self.check_access("write")
        item.check_access("write")
        item_sudo = item.sudo()
        statement_line_sudo = item_sudo.statement_line_id
        _liquidity, suspense, _other = statement_line_sudo._seek_for_lines()
        if item_sudo not in suspense:
            raise UserError(
                self.env._("%s is explained otherwise already.", item.display_name)
            )
        funder = self.funder_id.commercial_partner_id
        item_sudo.with_context(skip_readonly_check=True).write(
            {"account_id": account.id, "partner_id": funder.id}
        )


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    def _reconcile_receipts(self):
        """Match the money received with the receivable booked, as far as it goes."""
        entries = self.env["conciergerie.subsidy.entry"].search(
            [
                ("dossier_id", "in", self.ids),
                ("kind", "=", "receivable"),
                ("state", "=", "posted"),
            ]
        )
        receipts = self.env["conciergerie.instalment.receipt"].search(
            [("dossier_id", "in", self.ids), ("is_posted", "=", True)]
        )
        for dossier in self:
            account = dossier._subsidy_account("subsidy_receivable_account_id")
            if not account.reconcile:
                continue
            booked = entries.filtered(lambda e, d=dossier: e.dossier_id == d)
            lines = booked.move_id.line_ids.filtered(
                lambda item, account=account: item.account_id == account
            )
            money = receipts.filtered(
                lambda r, d=dossier, account=account: (
                    r.dossier_id == d and r.move_line_id.account_id == account
                )
            )
            whole = money.filtered(lambda r: r._is_whole())
            open_lines = (lines | whole.move_line_id).filtered(
                lambda item: not item.reconciled
            )
            balances = open_lines.mapped("balance")
            if balances and min(balances) < 0 < max(balances):
                open_lines.reconcile()
            for receipt in money - whole:
                receipt._match_part(lines)


class ConciergerieInstalmentReceipt(models.Model):
    _inherit = "conciergerie.instalment.receipt"

    def _is_whole(self):
        """Whether all of the money pays this one instalment."""
        self.ensure_one()
        balance = self.move_line_id.balance
        return not self.currency_id.compare_amounts(self.amount, -balance)

    def _match_part(self, lines):
        """Match money that pays other dossiers as well, for its part of it only.

        Core matches two items as far as both go: a part that is smaller than both is
        a partial reconciliation of our own.

        :param lines: ``account.move.line``, receivable of the dossier
        """
        self.ensure_one()
        item, currency = self.move_line_id, self.currency_id
        if item.currency_id != currency:
            return
        known = (item.matched_debit_ids | item.matched_credit_ids).filtered(
            lambda partial: (partial.debit_move_id | partial.credit_move_id) & lines
        )
        part = currency.round(abs(self.amount) - sum(known.mapped("amount")))
        for line in lines.sorted(lambda line: (line.date, line.id)):
            if currency.compare_amounts(part, 0.0) <= 0:
                break
            if line.reconciled or line.balance * item.balance >= 0:
                continue
            most = min(abs(line.amount_residual), abs(item.amount_residual))
            if line.currency_id != currency or not most:
                continue
            if currency.compare_amounts(most, part) <= 0:
                (item | line).reconcile()
                part = currency.round(part - most)
                continue
            debit, credit = (line, item) if line.balance > 0 else (item, line)
            self.env["account.partial.reconcile"].create(
                {
                    "debit_move_id": debit.id,
                    "credit_move_id": credit.id,
                    "amount": part,
                    "debit_amount_currency": part,
                    "credit_amount_currency": part,
                }
            )
            part = 0.0


class ConciergerieSubsidyEntry(models.Model):
    _inherit = "conciergerie.subsidy.entry"

    def _reconcile_receipts(self):
        """Match a receivable with the money that came before it was booked."""
        self.filtered(lambda e: e.kind == "receivable").dossier_id._reconcile_receipts()
