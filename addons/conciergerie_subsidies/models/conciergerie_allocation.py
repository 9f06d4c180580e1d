from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ConciergerieAllocation(models.Model):
    """A share of a cost, put on a budget line of a dossier.

    Statement triggers keep the sum of the shares on the cost, whose CHECK refuses more
    than its cost, whatever the way: dialog, import, RPC or SQL, two users at once
    (case D6: tried, a lock or a check in Python lets both through).
    """

    _name = "conciergerie.allocation"
    _description = "Allocation of a Cost"
    _order = "date desc, id desc"
    _check_company_auto = True

    cost_id = fields.Many2one(
        comodel_name="conciergerie.cost",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('side', '=', 'expense'), ('is_flat', '=', False)]",
    )
    dossier_id = fields.Many2one(
        related="budget_line_id.dossier_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="budget_line_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="cost_id.date", store=True, index=True)
    partner_id = fields.Many2one(related="cost_id.partner_id")
    amount = fields.Monetary(required=True)
    share = fields.Float(
        string="Share (%)", digits=(6, 2), compute="_compute_share", readonly=False
    )
    hour_share = fields.Float(
        digits=(16, 12),
        readonly=True,
        help="Of hours: their share, whatever they cost.",
    )
    state = fields.Selection(
        selection=[
            ("open", "To claim"),
            ("claimed", "Claimed"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    claim_line_ids = fields.One2many(
        comodel_name="conciergerie.claim.line", inverse_name="allocation_id"
    )
    note = fields.Char()

    @api.depends("amount", "cost_id.cap_amount")
    def _compute_share(self):
        for allocation in self:
            cap = allocation.cost_id.cap_amount
            allocation.share = 100 * allocation.amount / cap if cap else 0.0

    @api.depends("cost_id", "budget_line_id")
    def _compute_display_name(self):
        for allocation in self:
            allocation.display_name = (
                f"{allocation.cost_id.display_name} → {allocation.budget_line_id.name}"
            )

    # ------------------------------------------------------------------
    # The sum on the cost, kept by the database
    # ------------------------------------------------------------------

    def init(self):
        """Keep the summed column of costs with statement triggers.

        Cost by cost inside: right after a large import the planner knows nothing of
        the new rows, and one statement for all was a nested loop over both.
        """
        free = self.env["conciergerie.cost"]._sql_free(
            SQL("(cost.allocated_amount + change.amount)")
        )
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION conciergerie_allocation_add(
                    ids integer[], amounts numeric[])
                RETURNS void AS $$
                DECLARE change RECORD;
                BEGIN
                    FOR change IN
                        SELECT cost_id, SUM(amount) AS amount
                          FROM UNNEST(ids, amounts) given (cost_id, amount)
                         GROUP BY cost_id HAVING SUM(amount) != 0 ORDER BY cost_id
                    LOOP
                        UPDATE conciergerie_cost cost
                           SET allocated_amount
                                   = cost.allocated_amount + change.amount,
                               free_amount = %s
                         WHERE cost.id = change.cost_id;
                    END LOOP;
                END $$ LANGUAGE plpgsql;
                """,
                free,
            )
        )
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION conciergerie_allocation_sum()
            RETURNS trigger AS $$
            DECLARE ids integer[]; amounts numeric[];
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    SELECT ARRAY_AGG(cost_id), ARRAY_AGG(amount)
                      INTO ids, amounts FROM new_rows;
                ELSIF TG_OP = 'DELETE' THEN
                    SELECT ARRAY_AGG(cost_id), ARRAY_AGG(-amount)
                      INTO ids, amounts FROM old_rows;
                ELSE
                    SELECT ARRAY_AGG(cost_id), ARRAY_AGG(amount) INTO ids, amounts
                      FROM (SELECT cost_id, amount FROM new_rows
                             UNION ALL
                            SELECT cost_id, -amount FROM old_rows) both_rows;
                END IF;
                PERFORM conciergerie_allocation_add(ids, amounts);
                RETURN NULL;
            END $$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS conciergerie_allocation_sum_insert
              ON conciergerie_allocation;
            CREATE TRIGGER conciergerie_allocation_sum_insert
             AFTER INSERT ON conciergerie_allocation
                   REFERENCING NEW TABLE AS new_rows
                   FOR EACH STATEMENT EXECUTE FUNCTION conciergerie_allocation_sum();
            DROP TRIGGER IF EXISTS conciergerie_allocation_sum_update
              ON conciergerie_allocation;
            CREATE TRIGGER conciergerie_allocation_sum_update
             AFTER UPDATE ON conciergerie_allocation
                   REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                   FOR EACH STATEMENT EXECUTE FUNCTION conciergerie_allocation_sum();
            DROP TRIGGER IF EXISTS conciergerie_allocation_sum_delete
              ON conciergerie_allocation;
            CREATE TRIGGER conciergerie_allocation_sum_delete
             AFTER DELETE ON conciergerie_allocation
                   REFERENCING OLD TABLE AS old_rows
                   FOR EACH STATEMENT EXECUTE FUNCTION conciergerie_allocation_sum();
            """
        )

    @api.model
    def _drop_triggers(self):
        """Drop the triggers, for the uninstall hook."""
        self.env.cr.execute(
            """
            DROP FUNCTION IF EXISTS conciergerie_allocation_sum() CASCADE;
            DROP FUNCTION IF EXISTS conciergerie_allocation_add(integer[], numeric[]);
            """
        )

    # ------------------------------------------------------------------
    # Made, changed, taken back
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An import or a call by RPC passes the same checks as ``_allocate``.

        With full rights, ``_place`` that is, they were checked already.
        """
        if not self.env.su:
            return self._allocate(vals_list)
        allocations = super().create(vals_list)
        self._sums_changed(allocations.cost_id)
        return allocations

    def write(self, vals):
        if self.env.su or not vals.keys() - {"note"}:
            return super().write(vals)
        self.check_access("write")
        self._refuse_claimed()
        if vals.keys() & {"cost_id", "budget_line_id"}:
            raise UserError(
                self.env._("Delete this allocation and make another one instead.")
            )
        for allocation in self:
            allocation._reallocate(vals)
        return True

    def _reallocate(self, vals):
        """Change the amount or the share, with the checks of a new allocation."""
        self.ensure_one()
        new = {
            "cost_id": self.cost_id.id,
            "budget_line_id": self.budget_line_id.id,
            **{name: vals[name] for name in ("amount", "share") if name in vals},
        }
        rest = {name: vals[name] for name in ("note",) if name in vals}
        if len(new) > 2:
            [found] = self._check_new([new], instead=self)
            amount = found["eligible"]
            self.sudo().write({"amount": amount, "hour_share": found["hour_share"]})
            self._sums_changed(self.cost_id)
        if rest:
            self.sudo().write(rest)

    def unlink(self):
        if not self.env.su:
            self._refuse_claimed()
        lines_sudo = self.sudo().claim_line_ids
        lines_sudo.filtered(lambda line: not line.is_frozen).unlink()
        costs = self.cost_id
        result = super().unlink()
        self._sums_changed(costs)
        return result

    def _withdraw(self):
        """Take allocations back because their cost changed; open ones only."""
        self.sudo().filtered(lambda a: not a._is_claimed()).unlink()

    def _is_claimed(self):
        self.ensure_one()
        return self.state != "open"

    def _refuse_claimed(self):
        claimed = self.filtered(lambda a: a._is_claimed())
        if claimed:
            raise UserError(
                self.env._(
                    "%(names)s is in a claim that was submitted: it stays. What "
                    "changes goes to the next claim.",
                    names=", ".join(claimed.mapped("display_name")),
                )
            )

    @api.model
    def _place(self, vals_list):
        """Make allocations that were checked already.

        :param vals_list: dictionaries with ``cost_id``, ``budget_line_id``, ``amount``
        """
        if not vals_list:
            return self.browse()
        return self.sudo().create(vals_list).sudo(self.env.su)

    @api.model
    def _sums_changed(self, costs):
        """Read again what the triggers summed; a claimed cost spreads what changed."""
        self.flush_model()
        costs.invalidate_recordset(["allocated_amount", "free_amount"])
        claimed_sudo = costs.sudo().filtered(
            lambda cost: cost.frozen and cost.kind != "difference"
        )
        if claimed_sudo:
            claimed_sudo._spread_differences()

    @api.model
    def _lock_lines(self, lines):
        """Let two who allocate to one budget line at once come one after the other.

        A write of the row, not a lock: under REPEATABLE READ only a row that changed
        makes the second one start again.
        """
        if lines:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE conciergerie_budget_line SET write_date = write_date"
                    " WHERE id IN %s",
                    tuple(sorted(lines.ids)),
                )
            )
