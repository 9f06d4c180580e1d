from odoo import api, fields, models
from odoo.tools import SQL


class ConciergerieBudgetLine(models.Model):
    """What is allocated to a budget line, claimed, ordered, and still available."""

    _inherit = "conciergerie.budget.line"

    allocation_ids = fields.One2many(
        comodel_name="conciergerie.allocation", inverse_name="budget_line_id"
    )
    claim_line_ids = fields.One2many(
        comodel_name="conciergerie.claim.line", inverse_name="budget_line_id"
    )
    order_line_ids = fields.One2many(
        comodel_name="purchase.order.line", inverse_name="budget_line_id"
    )
    allocated_amount = fields.Monetary(string="Allocated", compute="_compute_spent")
    claimed_amount = fields.Monetary(
        string="Claimed",
        compute="_compute_spent",
        help="In claims submitted, less what the funder cut.",
    )
    ordered_amount = fields.Monetary(
        string="Ordered",
        compute="_compute_spent",
        help="Ordered and not yet billed, without recoverable VAT.",
    )
    available_amount = fields.Monetary(
        string="Available",
        compute="_compute_spent",
        help="Awarded, less what is claimed, allocated and not yet claimed, ordered "
        "and not yet billed; all without recoverable VAT.",
    )

    @api.depends(
        "cap_amount",
        "awarded_amount",
        "allocation_ids.amount",
        "claim_line_ids.is_frozen",
        "claim_line_ids.accepted_amount",
        "claim_line_ids.released_amount",
        "order_line_ids.product_qty",
        "order_line_ids.invoice_lines",
    )
    def _compute_spent(self):
        """Availability of case D7, with a fixed number of queries for many lines."""
        spent = self._get_spent()
        ordered = self._get_ordered()
        for line in self:
            allocated, claimed, taken = spent.get(line._origin.id, (0.0, 0.0, 0.0))
            line.allocated_amount = allocated
            line.claimed_amount = claimed
            line.ordered_amount = ordered.get(line._origin.id, 0.0)
            line.available_amount = (
                line._cap()
                - claimed
                - (0.0 if line.is_flat else allocated - taken)
                - line.ordered_amount
            )

    def _cap(self):
        """Return the most that this line takes, in the company's currency."""
        self.ensure_one()
        return self.cap_amount or self.awarded_amount

    def _get_spent(self):
        """Return allocated, claimed and of the allocated what claims took, by line id.

        A claim counts what was accepted once it is answered. Claims of co-funders ask
        for the same costs: only the dossier's own count.
        """
        ids = tuple(self._origin.ids)
        if not ids:
            return {}
        self.env["conciergerie.allocation"].flush_model()
        self.env["conciergerie.claim.line"].flush_model()
        self.env["conciergerie.claim"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, COALESCE(given.amount, 0), COALESCE(asked.claimed, 0),
                       COALESCE(asked.taken, 0)
                  FROM conciergerie_budget_line line
                  LEFT JOIN (
                       SELECT budget_line_id AS id, SUM(amount) AS amount
                         FROM conciergerie_allocation
                        WHERE budget_line_id IN %(ids)s GROUP BY 1) given
                    ON given.id = line.id
                  LEFT JOIN (
                       SELECT row.budget_line_id AS id,
                              SUM(CASE WHEN claim.state IN ('answered', 'paid')
                                       THEN row.accepted_amount ELSE row.amount END)
                                  AS claimed,
                              SUM(row.amount - COALESCE(row.released_amount, 0))
                                  FILTER (WHERE row.allocation_id IS NOT NULL) AS taken
                         FROM conciergerie_claim_line row
                         JOIN conciergerie_claim claim ON claim.id = row.claim_id
                         JOIN conciergerie_budget_line line
                           ON line.id = row.budget_line_id
                          AND line.dossier_id = claim.dossier_id
                        WHERE row.is_frozen AND row.budget_line_id IN %(ids)s
                        GROUP BY 1) asked
                    ON asked.id = line.id
                 WHERE line.id IN %(ids)s
                """,
                ids=ids,
            )
        )
        return {row[0]: tuple(map(float, row[1:])) for row in rows}

    # ------------------------------------------------------------------
    # Ordered and not yet billed
    # ------------------------------------------------------------------

    def _get_ordered(self):
        """Return what is ordered and not yet billed, by line id.

        An order counts on the budget line chosen on it; else on the one line of the
        dossier of its analytic account that takes its account.
        """
        result = {}
        orders_sudo = self.env["purchase.order.line"].sudo()
        dossiers = self.dossier_id._origin
        accounts = dossiers.analytic_account_id
        domain = [("budget_line_id", "in", self._origin.ids)]
        if accounts:
            domain = [
                "|",
                *domain,
                "&",
                ("budget_line_id", "=", False),
                ("analytic_distribution", "in", accounts.ids),
            ]
        rows = orders_sudo.search(
            [
                ("order_id.state", "in", ("purchase", "done")),
                ("display_type", "=", False),
                *domain,
            ]
        )
        for row in rows:
            amount = row._get_unbilled_cost()
            if not amount:
                continue
            if row.budget_line_id:
                parts = {row.budget_line_id: 1.0}
            else:
                parts = dossiers._lines_of_order(row)
            for line, part in parts.items():
                result[line.id] = result.get(line.id, 0.0) + line.currency_id.round(
                    amount * part
                )
        return result
