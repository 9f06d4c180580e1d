from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import triggers

FROZEN = (
    *("claim_id", "allocation_id", "budget_line_id", "name", "date", "paid_date"),
    *("partner_name", "reference", "cost_amount", "amount", "aid", "piece_number"),
    *("is_flat", "is_difference", "is_frozen"),
)
ANSWER = {"accepted_amount", "cut_reason"}


class ConciergerieClaimLine(models.Model):
    """What a claim asks for one allocation, or its flat rate; frozen when submitted."""

    _name = "conciergerie.claim.line"
    _description = "Claim Line"
    _order = "claim_id, is_flat, piece_number, date, id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        comodel_name="conciergerie.claim",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    dossier_id = fields.Many2one(related="claim_id.dossier_id", store=True, index=True)
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="claim_id.state")
    allocation_id = fields.Many2one(
        comodel_name="conciergerie.allocation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    budget_line_id = fields.Many2one(
        comodel_name="conciergerie.budget.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char(string="Label", readonly=True)
    date = fields.Date(readonly=True)
    paid_date = fields.Date(string="Paid on", readonly=True)
    partner_name = fields.Char(string="Supplier", readonly=True)
    reference = fields.Char(string="Document", readonly=True)
    cost_amount = fields.Monetary(
        string="Cost", readonly=True, help="The whole cost, without recoverable VAT."
    )
    amount = fields.Monetary(string="Claimed", readonly=True)
    aid = fields.Monetary(readonly=True)
    accepted_amount = fields.Monetary(string="Accepted")
    cut_reason = fields.Char(string="Reason of the Cut")
    released_amount = fields.Monetary(
        readonly=True, help="What the funder's cut gave back to the cost."
    )
    piece_number = fields.Integer(string="Piece", readonly=True)
    is_flat = fields.Boolean(string="Flat Rate", readonly=True)
    is_difference = fields.Boolean(string="Difference", readonly=True)
    is_frozen = fields.Boolean(readonly=True)

    def init(self):
        triggers.freeze(self.env, self._table, FROZEN, SQL("OLD.is_frozen"))

    @api.model
    def _drop_triggers(self):
        triggers.drop(self.env, self._table)

    def write(self, vals):
        """Only the funder's answer is written by hand, while it is awaited."""
        if not self.env.su:
            if vals.keys() - ANSWER:
                raise UserError(
                    self.env._("The lines of a claim come from the allocations.")
                )
            for line in self:
                if line.state != "submitted":
                    raise UserError(
                        self.env._(
                            "%(claim)s is not waiting for an answer: its lines stay.",
                            claim=line.claim_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        if any(line.is_frozen for line in self):
            raise UserError(self.env._("A line that was submitted stays in its claim."))

    def action_leave_out(self):
        """Take costs out of a draft claim; they stay allocated, for a later one."""
        claims = self.claim_id
        claims.check_access("write")
        claims._check_draft()
        if any(line.amount < 0 for line in self):
            raise UserError(
                self.env._("A correction of what was claimed stays in the claim.")
            )
        self.sudo().filtered(lambda line: not line.is_flat).unlink()
        for claim in claims:
            claim._refresh_figures()
