from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

from .. import triggers

KINDS = [
    ("bill", "Vendor bill"),
    ("expense", "Expense"),
    ("payroll", "Payroll"),
    ("timesheet", "Hours"),
    ("difference", "Difference"),
]
FLAGS = [
    ("none", "Nothing"),
    ("changed", "Changed since"),
    ("reversed", "Reversed since"),
    ("unpaid", "No longer paid"),
]
# What an accountant may say herself; the rest follows the books.
OWN_FIELDS = {"employee_id"}


class ConciergerieCost(models.Model):
    """One cost that aid may pay: a line of a bill, an expense, a pay entry, or hours.

    A row follows what is booked until a claim that has it is submitted; then its cap
    is frozen and what changes later is a row of its own, of kind difference (case
    D13). The shares taken of it are summed in a column under a CHECK, the one thing
    that holds with two users at once (case D6).
    """

    _name = "conciergerie.cost"
    _description = "Cost"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, index=True, readonly=True)
    name = fields.Char(string="Label", readonly=True)
    reference = fields.Char(string="Document", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Supplier",
        readonly=True,
        index="btree_not_null",
    )
    account_id = fields.Many2one(
        comodel_name="account.account", readonly=True, index="btree_not_null"
    )
    product_id = fields.Many2one(
        comodel_name="product.product", readonly=True, index="btree_not_null"
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    timesheet_id = fields.Many2one(
        comodel_name="account.analytic.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        index="btree_not_null",
        help="Whose hours or pay. Say it on pay that is booked for one employee: a "
        "month's pay is claimed through payroll or through hours, never both.",
    )
    hours = fields.Float(readonly=True)
    unit_cost = fields.Monetary(string="Cost of an Hour", readonly=True)
    annual_cost = fields.Monetary(readonly=True)
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    origin_id = fields.Many2one(
        comodel_name="conciergerie.cost",
        string="Difference of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    difference_ids = fields.One2many(
        comodel_name="conciergerie.cost", inverse_name="origin_id"
    )
    current_amount = fields.Monetary(
        string="Cost Today",
        readonly=True,
        help="What the books say now, without recoverable VAT.",
    )
    cap_amount = fields.Monetary(
        string="Cost",
        readonly=True,
        help="Without recoverable VAT. Follows the books until a claim that has it is "
        "submitted.",
    )
    recoverable = fields.Monetary(string="Recoverable VAT", readonly=True)
    allocated_amount = fields.Monetary(string="Allocated", readonly=True)
    free_amount = fields.Monetary(
        string="Still Free",
        readonly=True,
        help="The cost less what is allocated; nothing once it is gone from the books.",
    )
    frozen = fields.Boolean(string="Claimed", readonly=True)
    is_booked = fields.Boolean(string="Booked", readonly=True)
    is_paid = fields.Boolean(string="Paid", readonly=True)
    paid_date = fields.Date(string="Paid on", readonly=True)
    was_paid = fields.Boolean(readonly=True, help="Paid when it was first claimed.")
    has_evidence = fields.Boolean(string="Evidence", readonly=True)
    flag = fields.Selection(
        selection=FLAGS, required=True, default="none", readonly=True, index=True
    )
    allocation_ids = fields.One2many(
        comodel_name="conciergerie.allocation", inverse_name="cost_id"
    )

    _once_for_a_line = models.UniqueIndex(
        "(move_line_id) WHERE move_line_id IS NOT NULL AND kind != 'difference'",
        "A journal item is one cost.",
    )
    _once_for_hours = models.UniqueIndex(
        "(timesheet_id) WHERE timesheet_id IS NOT NULL AND kind != 'difference'",
        "A timesheet line is one cost.",
    )
    _one_open_difference = models.UniqueIndex(
        "(origin_id) WHERE origin_id IS NOT NULL AND NOT COALESCE(frozen, FALSE)",
        "A cost has one difference that waits for its claim.",
    )
    _never_above_cost = models.Constraint(
        "CHECK(COALESCE(allocated_amount, 0) BETWEEN LEAST(COALESCE(cap_amount, 0), 0)"
        " AND GREATEST(COALESCE(cap_amount, 0), 0))",
        "More would be allocated than the cost: no cost is funded twice.",
    )

    def init(self):
        """What was claimed stays as it was claimed, whatever goes round the ORM."""
        triggers.freeze(
            self.env,
            self._table,
            ("company_id", "kind", "origin_id", "cap_amount", "frozen"),
            SQL("OLD.frozen"),
        )

    @api.model
    def _drop_triggers(self):
        triggers.drop(self.env, self._table)

    @api.depends("name", "reference", "partner_id")
    def _compute_display_name(self):
        for cost in self:
            # Hours of one name on one day differ by who worked them.
            worker = cost.kind == "timesheet" and cost.employee_id.display_name
            parts = (cost.reference, cost.partner_id.name, worker, cost.name)
            cost.display_name = ", ".join(part for part in parts if part)

    def write(self, vals):
        if not self.env.su and vals.keys() - OWN_FIELDS:
            raise AccessError(
                self.env._("Costs follow the books: change the bill or the hours.")
            )
        return super().write(vals)

    @api.model
    def _sql_free(self, allocated):
        """What is free of a row ``cost``: nothing of one claimed and gone since.

        :param allocated: SQL of what is allocated of it
        """
        return SQL(
            """
            CASE WHEN cost.origin_id IS NULL AND cost.frozen
                  AND cost.current_amount = 0 THEN 0
                 WHEN cost.origin_id IS NOT NULL AND EXISTS (
                      SELECT 1 FROM conciergerie_cost origin
                       WHERE origin.id = cost.origin_id AND origin.current_amount = 0)
                 THEN 0 ELSE cost.cap_amount - %s END
            """,
            allocated,
        )

    def _is_gone(self):
        """Whether nothing is left in the books of this cost, which was claimed."""
        self.ensure_one()
        origin = self.origin_id or self
        return origin.frozen and origin.currency_id.is_zero(origin.current_amount)

    def _is_unpriced(self):
        """Whether these are hours of an employee without an hourly cost."""
        self.ensure_one()
        return self.kind == "timesheet" and not self.unit_cost

    def _unpriced_words(self):
        self.ensure_one()
        return self.env._(
            "%(employee)s has no hourly cost on %(day)s: enter it first.",
            employee=self.sudo().employee_id.name,
            day=format_date(self.env, self.date),
        )

    def action_allocate(self):
        """Open the allocation dialog on these costs."""
        return self.env["conciergerie.allocation.dialog"]._open_for_costs(self)

    def action_open_document(self):
        """Open the bill, expense or entry that this cost comes from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    @api.model
    def action_open_costs(self):
        """Read the books, then open the costs: the menu of the costs."""
        self.check_access("read")
        self._refresh(self.env.company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_cost_action"
        )
