from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ConciergerieAllocationRule(models.Model):
    """Puts costs on a budget line by itself: by analytic account, account, product."""

    _name = "conciergerie.allocation.rule"
    _description = "Allocation Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('side', '=', 'expense'), ('is_flat', '=', False),"
        " ('in_kind', '=', False)]",
    )
    dossier_id = fields.Many2one(related="budget_line_id.dossier_id", store=True)
    company_id = fields.Many2one(
        related="budget_line_id.company_id", store=True, index=True
    )
    analytic_account_id = fields.Many2one(
        comodel_name="account.analytic.account",
        index="btree_not_null",
        check_company=True,
    )
    account_id = fields.Many2one(
        comodel_name="account.account", index="btree_not_null", check_company=True
    )
    product_id = fields.Many2one(
        comodel_name="product.product", index="btree_not_null", check_company=True
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        index="btree_not_null",
        check_company=True,
        help="Hours and pay of this employee.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(6, 2),
        default=100.0,
        required=True,
        help="Of the cost; of its part on the analytic account, where one is named.",
    )

    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 100)",
        "A rule allocates more than 0 and at most 100 % of a cost.",
    )

    @api.depends("budget_line_id.name", "dossier_id.name")
    def _compute_name(self):
        for rule in self:
            rule.name = (
                f"{rule.dossier_id.name or ''} – {rule.budget_line_id.name or ''}"
            )

    @api.constrains(
        *("analytic_account_id", "account_id", "product_id", "employee_id"),
        "budget_line_id",
    )
    def _check_condition(self):
        for rule in self:
            if not (
                rule.analytic_account_id
                or rule.account_id
                or rule.product_id
                or rule.employee_id
            ):
                raise ValidationError(
                    self.env._(
                        "Rule “%(name)s” would take every cost: name an analytic "
                        "account, an account, a product or an employee.",
                        name=rule.name,
                    )
                )

    @api.model
    def _matches(self, company, cost_ids=None):
        """Return ``(cost, rule, share)`` for free costs that a rule allocates.

        A cost that a budget line has a share of already is left alone.

        :param company: ``res.company``
        :param cost_ids: ids of costs to look at, all by default
        :return: list of ids and share in %, in the order of the rules
        """
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT cost.id, rule.id, rule.share * COALESCE(part.share, 1)
                  FROM conciergerie_allocation_rule rule
                  JOIN conciergerie_budget_line line ON line.id = rule.budget_line_id
                  JOIN conciergerie_dossier dossier ON dossier.id = line.dossier_id
                  JOIN conciergerie_cost cost ON cost.company_id = rule.company_id
                   AND cost.kind != 'difference' AND cost.is_booked
                   AND cost.free_amount != 0
                   AND cost.date >= COALESCE(dossier.eligible_from, dossier.date_from,
                                             cost.date)
                   AND cost.date <= COALESCE(dossier.date_to, cost.date)
                   AND (rule.account_id IS NULL OR rule.account_id = cost.account_id)
                   AND (rule.product_id IS NULL OR rule.product_id = cost.product_id)
                   AND (rule.employee_id IS NULL
                        OR rule.employee_id = cost.employee_id)
                  LEFT JOIN account_move_line item ON item.id = cost.move_line_id
                  LEFT JOIN account_analytic_line hour ON hour.id = cost.timesheet_id
                  LEFT JOIN LATERAL (%(part)s) part
                    ON rule.analytic_account_id IS NOT NULL
                 WHERE rule.active AND rule.company_id = %(company)s
                   AND dossier.state IN ('awarded', 'running', 'claimed', 'balance')
                   AND (rule.analytic_account_id IS NULL OR part.share != 0)
                   AND NOT EXISTS (
                       SELECT 1 FROM conciergerie_allocation known
                        WHERE known.cost_id = cost.id
                          AND known.budget_line_id = rule.budget_line_id)
                   %(only)s
                 ORDER BY rule.sequence, rule.id, cost.date, cost.id
                """,
                part=self._sql_analytic_part(SQL("rule.analytic_account_id")),
                company=company.id,
                only=SQL()
                if cost_ids is None
                else SQL("AND cost.id IN %s", tuple(cost_ids) or (0,)),
            )
        )

    @api.model
    def _sql_analytic_part(self, account):
        """The part of a cost on an analytic account: 1 for all of it.

        :param account: SQL of the account's id; ``item`` and ``hour`` are the journal
            item and the timesheet line
        """
        return SQL(
            """
            SELECT COALESCE(
                       (SELECT SUM(share.value::numeric) / 100
                          FROM jsonb_each_text(item.analytic_distribution) share
                         WHERE %(account)s::text 
                              = ANY(STRING_TO_ARRAY(share.key, ','))),
                       CASE WHEN hour.account_id = %(account)s THEN 1 END, 0) AS share
            """,
            account=account,
        )

    @api.model
    def _apply(self, company, cost_ids=None):
        """Allocate what the rules say; what a line cannot take is left free.

        :return: the allocations made
        """
        allocations = self.env["conciergerie.allocation"]
        vals_list = [
            {"cost_id": cost_id, "budget_line_id": line_id, "share": share}
            for cost_id, line_id, share in self._with_lines(company, cost_ids)
        ]
        return allocations._allocate_what_fits(vals_list)[0]

    @api.model
    def _with_lines(self, company, cost_ids):
        matches = self._matches(company, cost_ids)
        lines = {rule.id: rule.budget_line_id.id for rule in self.search([])}
        return [
            (cost_id, lines[rule_id], float(share))
            for cost_id, rule_id, share in matches
            if rule_id in lines
        ]

    def action_apply(self):
        """Apply all rules now; say what was allocated."""
        company = self.env.company
        self.env["conciergerie.cost"]._refresh(company)
        made = self._apply(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if made else "info",
                "message": self.env._(
                    "%(count)s allocations made by the rules.", count=len(made)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
