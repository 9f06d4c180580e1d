from odoo import fields, models

# In the order in which they are told.
REASONS = [
    ("not_booked", "Not booked"),
    ("no_hourly_cost", "No hourly cost"),
    ("too_early", "Before the receipt date"),
    ("out_of_period", "Out of the period"),
    ("wrong_kind", "Wrong kind"),
    ("flat", "Covered by the flat rate"),
    ("unpaid", "Unpaid"),
    ("paid_later", "Not paid at the date of the claim"),
    ("no_evidence", "No evidence"),
    ("above_cap", "Above the cap"),
    ("not_allocated", "Not allocated"),
]


class ConciergerieClaimLeftOut(models.Model):
    """A cost that a claim leaves out, and why."""

    _name = "conciergerie.claim.left.out"
    _description = "Cost Left out of a Claim"
    _order = "claim_id, reason, id"

    claim_id = fields.Many2one(
        comodel_name="conciergerie.claim",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_id = fields.Many2one(
        comodel_name="conciergerie.cost",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    allocation_id = fields.Many2one(
        comodel_name="conciergerie.allocation",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    date = fields.Date(related="cost_id.date")
    partner_id = fields.Many2one(related="cost_id.partner_id")
    amount = fields.Monetary(readonly=True)
    reason = fields.Selection(selection=REASONS, required=True, readonly=True)
    reasons = fields.Char(string="All Reasons", readonly=True)
