from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

KINDS = [
    ("receivable", "Aid receivable"),
    ("deferral", "Deferred income"),
    ("deferral_back", "Deferred income taken back"),
    ("fonds_dedies", "Dedicated funds"),
    ("fonds_dedies_back", "Use of dedicated funds"),
    ("investment_release", "Share of investment aid"),
    ("investment_close", "Investment aid used up"),
    ("volunteer", "Volunteer time"),
]
# What makes the entry what it is: fixed once it is in the books.
FROZEN = (
    *("dossier_id", "company_id", "kind", "period", "date", "amount"),
    *("debit_account_id", "credit_account_id", "move_id"),
)


class ConciergerieSubsidyEntry(models.Model):
    """An entry that the accountant may post: proposed, posted once, reversible."""

    _name = "conciergerie.subsidy.entry"
    _description = "Entry Proposed for a Subsidy"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty for volunteer time that belongs to no dossier.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    funder_id = fields.Many2one(related="dossier_id.funder_id")
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    period = fields.Char(
        required=True,
        readonly=True,
        help="The award, claim or financial year that it is for.",
    )
    period_label = fields.Char(string="For", compute="_compute_period_label")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True, tracking=True)
    debit_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Debit",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    credit_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Credit",
        required=True,
        ondelete="restrict",
        check_company=True,
    )
    is_decrease = fields.Boolean(
        readonly=True, help="Takes back a part of what was booked before."
    )
    explanation = fields.Text(string="How It Was Computed")
    state = fields.Selection(
        selection=[
            ("proposed", "Proposed"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        required=True,
        default="proposed",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversal_move_id = fields.Many2one(
        comodel_name="account.move",
        string="Reversal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of an entry is more than zero."
    )
    _dossier_or_volunteer = models.Constraint(
        "CHECK(dossier_id IS NOT NULL OR kind = 'volunteer')",
        "Only volunteer time is booked without a dossier.",
    )
    _once = models.UniqueIndex(
        "(company_id, COALESCE(dossier_id, 0), kind, period) WHERE state != 'reversed'",
        "This is proposed or booked already for the same dossier and period. Reverse "
        "that entry first.",
    )

    @api.depends("period")
    def _compute_period_label(self):
        """Say in the reader's language what the key of the period stands for."""
        for entry in self:
            what, _space, number = (entry.period or "").partition(" ")
            if what == "award":
                label = (
                    self.env._("Amendment %s", int(number) - 1)
                    if number
                    else self.env._("Award")
                )
            elif what == "claim" and number.endswith(" answer"):
                label = self.env._("Answer to claim %s", number.removesuffix(" answer"))
            elif what == "claim":
                label = self.env._("Claim %s", number)
            else:
                label = entry.period
            entry.period_label = label

    @api.depends("kind", "period", "dossier_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for entry in self:
            label = entry.period_label
            entry.display_name = " – ".join(
                filter(None, (kinds.get(entry.kind), entry.dossier_id.name))
            ) + (f" ({label})" if label else "")

    def _signed_amount(self):
        """Return the sum of the amounts, those that take back counted negative."""
        return sum(-e.amount if e.is_decrease else e.amount for e in self)

    def write(self, vals):
        if set(FROZEN) & vals.keys():
            for entry in self:
                if entry.state != "proposed":
                    raise UserError(
                        self.env._(
                            "%s is in the books and does not change. Reverse it, then "
                            "propose it again.",
                            entry.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        for entry in self:
            if entry.state != "proposed":
                raise UserError(
                    self.env._(
                        "%s has been in the books: it is kept. Reverse it instead.",
                        entry.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def _check_may_post(self):
        """Check that each entry can be posted now.

        :raise UserError: it is posted, the period is locked, or the entry that it
            takes back is not in the books
        """
        self.check_access("write")
        for entry in self:
            if entry.state != "proposed":
                raise UserError(self.env._("%s is posted already.", entry.display_name))
            locks = entry.company_id._get_violated_lock_dates(
                entry.date, False, entry.company_id._get_subsidy_journal()
            )
            if locks:
                raise UserError(
                    self.env._(
                        "%(entry)s is dated %(date)s, but the books are locked until "
                        "%(lock)s. Change its date or open the period.",
                        entry=entry.display_name,
                        date=format_date(self.env, entry.date),
                        lock=format_date(self.env, locks[-1][0]),
                    )
                )
            entry._check_hours_unchanged()
            if entry.kind == "deferral_back" and not entry._deferral_of_back():
                raise UserError(
                    self.env._(
                        "%s takes back a deferral that is not posted: post that one "
                        "first.",
                        entry.display_name,
                    )
                )

    def _deferral_of_back(self):
        """Return the posted deferral that this entry takes back."""
        self.ensure_one()
        return self.search(
            [
                ("dossier_id", "=", self.dossier_id.id),
                ("kind", "=", "deferral"),
                ("period", "=", self.period),
                ("state", "=", "posted"),
            ],
            limit=1,
        )

    def action_post(self):
        """Post the entries, the oldest first.

        :raise UserError: see :meth:`_check_may_post`
        """
        for entry in self.sorted(lambda e: (e.date, e.id)):
            entry._check_may_post()
            move = self.env["account.move"].create(entry._prepare_move_vals())
            move._post(soft=False)
            entry.write({"move_id": move.id, "state": "posted"})
            entry._reconcile_receipts()

    def _prepare_move_vals(self):
        """Return the values of the journal entry: two lines."""
        self.ensure_one()
        journal = self.company_id._get_subsidy_journal()
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no miscellaneous journal. Choose the journal of subsidies "
                    "in the settings of Conciergerie.",
                    self.company_id.name,
                )
            )
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "date": self.date,
            "ref": self.display_name,
            "line_ids": [
                Command.create(self._prepare_line_vals(account, balance))
                for account, balance in (
                    (self.debit_account_id, self.amount),
                    (self.credit_account_id, -self.amount),
                )
            ],
        }

    def _prepare_line_vals(self, account, balance):
        """Return the values of a line; ``balance`` positive for a debit."""
        self.ensure_one()
        on_result = account.internal_group in ("income", "expense")
        dossier = self.dossier_id
        return {
            "name": self.display_name,
            "account_id": account.id,
            "balance": balance,
            "partner_id": dossier.funder_id.commercial_partner_id.id,
            "analytic_distribution": (
                dossier._subsidy_analytic_distribution()
                if on_result and dossier
                else False
            ),
        }

    # ------------------------------------------------------------------
    # Reversal
    # ------------------------------------------------------------------

    def action_reverse(self):
        """Reverse the journal entries, on their own date where it is still open.

        :raise UserError: not posted; or its take-back is in the books
        """
        self.check_access("write")
        for entry in self:
            if entry.state != "posted":
                raise UserError(
                    self.env._(
                        "%s is not posted: there is nothing to reverse.",
                        entry.display_name,
                    )
                )
            entry._check_not_taken_back()
            date = entry.date
            if entry.company_id._get_violated_lock_dates(
                date, False, entry.move_id.journal_id
            ):
                date = fields.Date.context_today(self)
            entry.move_id._reverse_moves(
                [
                    {
                        "date": date,
                        "journal_id": entry.move_id.journal_id.id,
                        "ref": self.env._("Reversal of: %s", entry.display_name),
                    }
                ],
                cancel=True,
            )

    def _on_reversed(self, reversals):
        """Record that the journal entries were reversed, from here or from core.

        :param dict reversals: reversing move by entry
        :raise UserError: a deferral whose take-back is in the books
        """
        for entry in self:
            entry._check_not_taken_back().unlink()
            entry.write({"state": "reversed", "reversal_move_id": reversals[entry].id})

    def _check_not_taken_back(self):
        """Check that nothing in the books takes this entry back.

        :return: the take-back that is only proposed
        :raise UserError: the take-back is posted
        """
        self.ensure_one()
        if self.kind != "deferral":
            return self.browse()
        back = self.search(
            [
                ("dossier_id", "=", self.dossier_id.id),
                ("kind", "=", "deferral_back"),
                ("period", "=", self.period),
                ("state", "!=", "reversed"),
            ]
        )
        if back.state == "posted":
            raise UserError(
                self.env._(
                    "%(entry)s was taken back by %(move)s: reverse that entry first.",
                    entry=self.display_name,
                    move=back.move_id.name,
                )
            )
        return back

    def action_view_move(self):
        """Open the journal entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
