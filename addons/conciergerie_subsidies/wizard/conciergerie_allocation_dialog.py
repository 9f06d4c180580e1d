from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# More on one screen helps nobody; the rest comes when these are done.
LIMIT = 200


class ConciergerieAllocationDialog(models.TransientModel):
    """Costs on the left, budget lines on the right: allocate one or many."""

    _name = "conciergerie.allocation.dialog"
    _description = "Allocate Costs"

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        domain="[('state', 'in', ('awarded', 'running', 'claimed', 'balance')),"
        " ('main_dossier_id', '=', False)]",
    )
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        domain="[('dossier_id', '=', dossier_id), ('side', '=', 'expense'),"
        " ('is_flat', '=', False), ('in_kind', '=', False)]",
        help="For all costs below; you may choose another one for each.",
    )
    share = fields.Float(string="Share (%)", digits=(6, 2), default=100.0)
    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        comodel_name="conciergerie.allocation.dialog.line", inverse_name="dialog_id"
    )
    eligible_amount = fields.Monetary(compute="_compute_totals")
    excess_amount = fields.Monetary(compute="_compute_totals")
    more_count = fields.Integer(readonly=True)
    message = fields.Char(readonly=True)

    @api.depends("line_ids.eligible_amount", "line_ids.excess_amount")
    def _compute_totals(self):
        for dialog in self:
            dialog.eligible_amount = sum(dialog.line_ids.mapped("eligible_amount"))
            dialog.excess_amount = sum(dialog.line_ids.mapped("excess_amount"))

    @api.onchange("budget_line_id", "share")
    def _onchange_for_all(self):
        for line in self.line_ids:
            if self.budget_line_id:
                line.budget_line_id = self.budget_line_id
            currency = line.cost_id.currency_id
            free = line.cost_id.free_amount
            asked = currency.round(line.cost_id.cap_amount * self.share / 100)
            line.amount = min(asked, free) if free > 0 else max(asked, free)

    @api.onchange("dossier_id")
    def _onchange_dossier_id(self):
        if self.budget_line_id.dossier_id != self.dossier_id:
            self.budget_line_id = False
        suggested = {
            cost_id: line_id
            for cost_id, line_id, _part in self._suggest(
                self.dossier_id, self.line_ids.cost_id.ids
            )
        }
        for line in self.line_ids:
            line.budget_line_id = suggested.get(line.cost_id.id)

    # ------------------------------------------------------------------
    # Opening it
    # ------------------------------------------------------------------

    @api.model
    def _open_for_costs(self, costs, dossier=None):
        """Open the dialog on costs that are still free.

        :param costs: ``conciergerie.cost``
        :param dossier: the dossier that pays, guessed where only one may
        """
        self.check_access("create")
        free = costs.filtered("free_amount")
        unpriced = costs.filtered(lambda cost: cost._is_unpriced())[:1]
        if not free and unpriced:
            raise UserError(unpriced._unpriced_words())
        if not free:
            raise UserError(
                self.env._(
                    "Nothing of these costs is free: all is allocated already, or gone "
                    "from the books."
                )
            )
        company = free.company_id[:1]
        if len(free.company_id) > 1:
            raise UserError(self.env._("Choose costs of one company."))
        dossier = dossier or self._guess_dossier(company)
        suggested = self._suggest(dossier, free.ids)
        lines = {cost_id: line_id for cost_id, line_id, _part in suggested}
        return self._open(
            company,
            dossier,
            [(cost, lines.get(cost.id), 1.0) for cost in free[:LIMIT]],
            len(free[LIMIT:]),
        )

    @api.model
    def _open_for_dossier(self, dossier):
        """Open the dialog on what a dossier could pay and is still free."""
        self.check_access("create")
        company = dossier.company_id
        self.env["conciergerie.cost"]._refresh(company)
        rows = self._suggest(dossier)
        if not rows:
            raise UserError(
                self.env._(
                    "No cost that %(dossier)s could pay is free: dated in its period, "
                    "booked, and of the accounts of its budget lines.",
                    dossier=dossier.name,
                )
            )
        costs = self.env["conciergerie.cost"]
        return self._open(
            company,
            dossier,
            [
                (costs.browse(cost_id), line_id, float(part) or 1.0)
                for cost_id, line_id, part in rows[:LIMIT]
            ],
            len(rows[LIMIT:]),
        )

    @api.model
    def _open(self, company, dossier, rows, more):
        dialog = self.create(
            {
                "company_id": company.id,
                "dossier_id": dossier.id,
                "more_count": more,
                "line_ids": [
                    fields.Command.create(
                        {
                            "cost_id": cost.id,
                            "budget_line_id": line_id,
                            "amount": self._free_part(cost, part),
                        }
                    )
                    for cost, line_id, part in rows
                ],
            }
        )
        return dialog._reopen()

    @api.model
    def _free_part(self, cost, part):
        asked = cost.currency_id.round(cost.cap_amount * part)
        free = cost.free_amount
        return min(asked, free) if free > 0 else max(asked, free)

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allocate to a dossier"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            # Nine columns, with sentences.
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _guess_dossier(self, company):
        dossiers = self.env["conciergerie.dossier"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("awarded", "running", "claimed", "balance")),
                ("main_dossier_id", "=", False),
            ],
            limit=2,
        )
        return dossiers if len(dossiers) == 1 else dossiers[:0]

    # ------------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------------

    @api.model
    def _suggest(self, dossier, cost_ids=None):
        """Return what a dossier could pay and is free: cost, budget line, part.

        One query: booked, dated in the period, on a line that its order names, that
        takes its account, or whose kind of expense begins with its account; hours on
        staff. What is on the dossier's analytic account comes first, with its part.

        :return: list of (cost id, budget line id, part on the analytic account or 0)
        """
        if not dossier:
            return []
        company = dossier.company_id
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT cost.id, line.id,
                       CASE WHEN dossier.analytic_account_id IS NULL THEN 0
                            ELSE part.share END AS part
                  FROM conciergerie_dossier dossier
                  JOIN conciergerie_cost cost ON cost.company_id = dossier.company_id
                   AND cost.free_amount != 0 AND cost.is_booked
                   AND cost.kind != 'difference'
                   AND cost.date >= COALESCE(dossier.eligible_from, dossier.date_from,
                                             cost.date)
                   AND cost.date <= COALESCE(dossier.date_to, cost.date)
                  LEFT JOIN account_move_line item ON item.id = cost.move_line_id
                  LEFT JOIN account_analytic_line hour ON hour.id = cost.timesheet_id
                  LEFT JOIN purchase_order_line ordered
                    ON ordered.id = item.purchase_line_id
                  LEFT JOIN account_account account ON account.id = cost.account_id
                  LEFT JOIN LATERAL (%(part)s) part ON TRUE
                  JOIN LATERAL (
                       SELECT line.id
                         FROM conciergerie_budget_line line
                         LEFT JOIN conciergerie_expense_kind kind
                           ON kind.id = line.expense_kind_id
                         CROSS JOIN LATERAL (%(fit)s) fit
                        WHERE line.dossier_id = dossier.id AND line.side = 'expense'
                          AND NOT COALESCE(line.is_flat, FALSE)
                          AND NOT COALESCE(line.in_kind, FALSE)
                          AND (dossier.flat_rate_base != 'staff_all'
                               OR COALESCE(dossier.flat_rate, 0) = 0
                               OR kind.code = 'staff')
                          AND fit.rank IS NOT NULL
                        ORDER BY fit.rank, line.sequence, line.id LIMIT 1) line ON TRUE
                 WHERE dossier.id = %(dossier)s %(only)s
                 ORDER BY part DESC, cost.date, cost.id
                """,
                part=self.env["conciergerie.allocation.rule"]._sql_analytic_part(
                    SQL("dossier.analytic_account_id")
                ),
                fit=self._sql_fit(company),
                dossier=dossier.id,
                only=SQL()
                if cost_ids is None
                else SQL("AND cost.id IN %s", tuple(cost_ids) or (0,)),
            )
        )

    @api.model
    def _sql_fit(self, company):
        """How well a line fits a cost: 1 best, NULL not at all."""
        return SQL(
            """
            SELECT CASE
                WHEN ordered.budget_line_id = line.id THEN 1
                WHEN cost.kind = 'timesheet'
                THEN CASE WHEN kind.code = 'staff' THEN 2 END
                WHEN EXISTS (
                     SELECT 1 FROM %(rel)s rel
                      WHERE rel.conciergerie_budget_line_id = line.id)
                THEN CASE WHEN EXISTS (
                     SELECT 1 FROM %(rel)s rel
                      WHERE rel.conciergerie_budget_line_id = line.id
                        AND rel.account_account_id = cost.account_id) THEN 3 END
                WHEN EXISTS (
                     SELECT 1 FROM UNNEST(STRING_TO_ARRAY(
                            REPLACE(kind.account_prefixes, ' ', ''), ',')) prefix
                      WHERE prefix != ''
                        AND account.code_store ->> %(root)s LIKE prefix || '%%')
                THEN 4 END AS rank
            """,
            rel=SQL.identifier(
                self.env["conciergerie.budget.line"]._fields["account_ids"].relation
            ),
            root=str(company.root_id.id),
        )

    # ------------------------------------------------------------------
    # Allocating
    # ------------------------------------------------------------------

    def action_allocate(self):
        """Allocate what is eligible; what is left stays in the dialog, with why."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.budget_line_id and line.amount)
        if not lines:
            raise UserError(
                self.env._("Choose a budget line for at least one of the costs.")
            )
        made, _left = self.env["conciergerie.allocation"]._allocate_what_fits(
            [line._prepare_allocation_vals() for line in lines]
        )
        done = made.cost_id
        if not made:
            raise UserError(
                "\n".join(
                    line.dossier_id._words(line.name, line.message)
                    for line in lines[:10]
                )
            )
        self.line_ids.filtered(lambda line: line.cost_id in done).unlink()
        if not self.line_ids:
            return {"type": "ir.actions.act_window_close"}
        self.message = self.env._(
            "%(count)s allocated. What is left is below, with the reason.",
            count=len(made),
        )
        return self._reopen()
