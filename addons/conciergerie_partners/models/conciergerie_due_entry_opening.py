from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.conciergerie_base.lock import lock_for_update

# Kinds that people enter, and that they can take back.
ENTERED_KINDS = ("opening", "charge")


class ConciergerieDueEntry(models.Model):
    """Money held for a provider before our books began, and what is taken back."""

    _inherit = "conciergerie.due.entry"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Opening Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    import_key = fields.Char(
        readonly=True,
        copy=False,
        help="Tells rows of imports apart, so that none is imported twice.",
    )
    origin_id = fields.Many2one(
        comodel_name="conciergerie.due.entry",
        string="Copy of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where a reversed statement opened it again: the first entry.",
    )
    takes_back_id = fields.Many2one(
        comodel_name="conciergerie.due.entry",
        readonly=True,
        ondelete="restrict",
    )
    counter_entry_ids = fields.One2many(
        comodel_name="conciergerie.due.entry", inverse_name="takes_back_id"
    )
    can_take_back = fields.Boolean(compute="_compute_can_take_back")

    _import_once = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL",
        "Somebody else has just imported one of these rows.",
    )
    _taken_back_once = models.UniqueIndex(
        "(takes_back_id) WHERE takes_back_id IS NOT NULL",
        "This entry is taken back already.",
    )
    _opening_booked = models.Constraint(
        "CHECK(kind != 'opening' OR (move_id IS NOT NULL AND mode = 'mandate'"
        " AND direct_amount = 0))",
        "Money taken over is booked on the provider's account of third-party money.",
    )

    @api.depends("kind", "takes_back_id", "origin_id", "counter_entry_ids")
    def _compute_can_take_back(self):
        for entry in self:
            root = entry.origin_id or entry
            entry.can_take_back = (
                entry.kind in ENTERED_KINDS
                and not root.takes_back_id
                and not root.counter_entry_ids
            )

    def _get_reference(self):
        if self.kind == "opening":
            return self.sudo().move_id.name
        return super()._get_reference()

    def _copy_vals(self, sign):
        vals = super()._copy_vals(sign)
        if self.kind in ENTERED_KINDS:
            vals |= {
                "name": self.name,
                "move_id": self.move_id.id,
                "origin_id": (self.origin_id or self).id,
            }
        return vals

    @api.model
    def _book_openings(self, company, account, rows):
        """Post one entry for money taken over, and a due entry for each row.

        Dr the account that was chosen / Cr each provider's own account; the entry has
        the date of the latest row, each due entry its own.

        :param company: ``res.company``
        :param account: ``account.account`` to debit
        :param rows: right rows of ``conciergerie.opening.import._check_rows``
        :return: the posted ``account.move``
        """
        partners = self.env["res.partner"]
        currency = company.currency_id
        items = [
            {
                "account_id": partners.browse(row["provider_id"])
                ._ensure_third_party_account(company)
                .id,
                "partner_id": row["provider_id"],
                "name": row["label"],
                "balance": -row["amount"],
            }
            for row in rows
        ]
        total = currency.round(sum(row["amount"] for row in rows))
        items.insert(
            0,
            {
                "account_id": account.id,
                "name": self.env._("Money held for providers, taken over"),
                "balance": total,
            },
        )
        move = self._post_opening(
            company,
            max(row["date"] for row in rows),
            self.env._("Money held for providers, taken over"),
            items,
        )
        self.sudo().create(
            [
                {
                    "kind": "opening",
                    "name": row["label"],
                    "provider_id": row["provider_id"],
                    "company_id": company.id,
                    "agreement_id": row["agreement_id"],
                    "mode": "mandate",
                    "base": "all_in",
                    "date": row["date"],
                    "collected_amount": row["amount"],
                    "commission_amount": row["commission"],
                    "move_id": move.id,
                    "import_key": row["key"],
                }
                for row in rows
            ]
        )
        self.env.flush_all()
        return move

    @api.model
    def _post_opening(self, company, date, ref, items):
        """Post an entry in the journal of settlements.

        :param list items: values of its journal items
        """
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company._get_statement_journal().id,
                    "date": date,
                    "ref": ref,
                    "line_ids": [(0, 0, item) for item in items],
                }
            )
        )
        move.action_post()
        return move

    def action_take_back(self):
        """Take back what was entered by mistake, by a counter entry dated today.

        Before the statement the two are settled together; after it, the next one
        corrects. Nothing that was settled changes.

        :raise UserError: it is no such entry, or it is taken back already
        """
        self._take_back(fields.Date.context_today(self))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _take_back(self, date):
        """Add the counter entry; see :meth:`action_take_back`.

        :param date: its date, or that of the entry if it is later
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_take_back()
        root_sudo = (self.origin_id or self).sudo()
        lock_for_update(root_sudo)
        if not root_sudo.can_take_back:
            raise UserError(
                self.env._(
                    "%s cannot be taken back: it is taken back already, or it follows "
                    "a sale.",
                    self.display_name,
                )
            )
        root_sudo.import_key = False
        root_sudo.create(root_sudo._prepare_counter_vals(date))

    def _check_may_take_back(self):
        """Refuse whoever may not enter such a thing.

        :raise AccessError: for anybody but an accountant
        """
        if not self.env.user.has_group("conciergerie_base.group_accountant"):
            raise AccessError(self.env._("An accountant takes this back."))

    def _prepare_counter_vals(self, date):
        """Return the values of the counter entry; an opening's is booked as well."""
        self.ensure_one()
        vals = self._copy_vals(-1)
        vals |= {
            "origin_id": False,
            "takes_back_id": self.id,
            "date": max(date, self.date),
            "name": self.env._("Taken back: %s", self.name),
        }
        if self.kind == "opening":
            vals["move_id"] = self._post_counter_opening(vals).id
        return vals

    def _post_counter_opening(self, vals):
        """Book the opposite of this row of the opening entry."""
        provider = self.provider_id
        debit = self.move_id.line_ids.filtered(lambda item: item.balance > 0)[:1]
        return self._post_opening(
            self.company_id,
            vals["date"],
            self.env._("%s, taken back", self.move_id.name),
            [
                {
                    "account_id": provider._third_party_account(self.company_id).id,
                    "partner_id": provider.id,
                    "name": vals["name"],
                    "balance": self.collected_amount,
                },
                {
                    "account_id": debit.account_id.id,
                    "name": vals["name"],
                    "balance": -self.collected_amount,
                },
            ],
        )
