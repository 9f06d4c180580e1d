from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """A bill tells which dossiers pay it; its costs follow it."""

    _inherit = "account.move"

    subsidy_cost_ids = fields.One2many(
        comodel_name="conciergerie.cost",
        inverse_name="move_id",
        groups="conciergerie_base.group_accountant,conciergerie_base.group_manager",
    )
    subsidy_allocated_amount = fields.Monetary(
        string="Allocated to Subsidies",
        compute="_compute_subsidy_allocated",
        currency_field="company_currency_id",
        groups="conciergerie_base.group_accountant,conciergerie_base.group_manager",
    )

    @api.depends("subsidy_cost_ids.allocated_amount")
    def _compute_subsidy_allocated(self):
        sums = dict(
            self.env["conciergerie.cost"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["allocated_amount:sum"]
            )
        )
        for move in self:
            move.subsidy_allocated_amount = sums.get(move._origin, 0.0)

    # ------------------------------------------------------------------
    # Costs follow the bill
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._follow_costs()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._follow_costs()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._follow_costs()
        return result

    def unlink(self):
        companies = self.company_id
        moves = self._with_known_costs()
        result = super().unlink()
        for company in companies if moves else ():
            self.env["conciergerie.cost"]._refresh(company, move_ids=[])
        return result

    def _follow_costs(self):
        """Let the costs of these entries follow, where they are known or reversed.

        Other entries become costs when somebody looks for costs: posting them is as
        fast as without dossiers.
        """
        known = self._with_known_costs()
        for company, moves in known.grouped("company_id").items():
            self.env["conciergerie.cost"]._refresh(company, move_ids=moves.ids)

    def _with_known_costs(self):
        """Return the entries of which costs are kept, or that reverse one of those."""
        return self.filtered(
            lambda move: (move | move.reversed_entry_id).sudo().subsidy_cost_ids
        )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _subsidy_costs(self):
        """Return the costs of these entries, made now if need be."""
        costs = self.env["conciergerie.cost"]
        for company, moves in self.grouped("company_id").items():
            costs._refresh(company, move_ids=moves.ids)
        return costs.search([("move_id", "in", self.ids)])

    def action_allocate_to_dossier(self):
        """Open the allocation dialog on the lines of these bills."""
        if any(move.state != "posted" for move in self):
            raise UserError(self.env._("Post the bill first: then it is a cost."))
        costs = self._subsidy_costs()
        if not costs:
            raise UserError(
                self.env._("None of these entries has a line that is a cost.")
            )
        return self.env["conciergerie.allocation.dialog"]._open_for_costs(costs)

    def action_view_subsidy_costs(self):
        """Open the costs of this bill and the dossiers that pay them."""
        self.ensure_one()
        self._subsidy_costs()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_cost_action"
        )
        action["domain"] = [("move_id", "=", self.id)]
        action["context"] = {}
        return action
