from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL


class ConciergerieDossier(models.Model):
    """What a dossier spends and claims."""

    _inherit = "conciergerie.dossier"

    allocation_ids = fields.One2many(
        comodel_name="conciergerie.allocation", inverse_name="dossier_id"
    )
    claim_ids = fields.One2many(
        comodel_name="conciergerie.claim", inverse_name="dossier_id"
    )
    allocated_amount = fields.Monetary(
        string="Allocated", compute="_compute_cost_totals"
    )
    aid_claimed = fields.Monetary(
        compute="_compute_cost_totals",
        help="In claims submitted; what the funder accepted once it has answered.",
    )
    aid_received = fields.Monetary(compute="_compute_cost_totals")
    claim_count = fields.Integer(compute="_compute_cost_totals")

    @api.depends("allocation_ids.amount", "claim_ids.state", "claim_ids.paid_amount")
    def _compute_cost_totals(self):
        spent = dict(
            self.env["conciergerie.allocation"]._read_group(
                [("dossier_id", "in", (self | self.main_dossier_id).ids)],
                ["dossier_id"],
                ["amount:sum"],
            )
        )
        claims = self.env["conciergerie.claim"]._read_group(
            [("dossier_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["dossier_id", "state"],
            ["claimed_amount:sum", "accepted_amount:sum", "paid_amount:sum", "__count"],
        )
        totals = {}
        for dossier, state, claimed, accepted, paid, count in claims:
            row = totals.setdefault(dossier, [0.0, 0.0, 0])
            if state != "draft":
                row[0] += claimed if state == "submitted" else accepted
            row[1] += paid
            row[2] += count
        for dossier in self:
            source = dossier.main_dossier_id or dossier
            dossier.allocated_amount = spent.get(source, 0.0)
            row = totals.get(dossier, (0.0, 0.0, 0))
            dossier.aid_claimed, dossier.aid_received, dossier.claim_count = row

    def _flat_covers(self, line):
        """Whether a flat rate stands for the real costs of this line (case D2)."""
        self.ensure_one()
        return (
            self.flat_rate_base == "staff_all"
            and bool(self.flat_rate)
            and line.expense_kind_id.code != "staff"
        )

    def _in_flat_base(self, line):
        """Whether costs of this line are in the base of the flat rate."""
        self.ensure_one()
        if line.is_flat or line.in_kind or self.flat_rate_base in (False, "none"):
            return False
        return self._is_flat_base_kind(line.expense_kind_id)

    @api.model
    def _sql_in_flat_base(self):
        """The same in SQL: ``dossier`` has the terms, ``kind`` is the line's."""
        return SQL(
            """
            CASE dossier.flat_rate_base
                 WHEN 'direct' THEN COALESCE(kind.code != 'indirect', TRUE)
                 WHEN 'staff' THEN COALESCE(kind.code = 'staff', FALSE)
                 WHEN 'staff_all' THEN COALESCE(kind.code = 'staff', FALSE)
                 ELSE FALSE END
            """
        )

    def _lines_of_order(self, order_line):
        """Return on which budget lines an order without a chosen one counts.

        The line that takes the account of the product, else the only expense.

        :param order_line: ``purchase.order.line``
        :return: share of the order (1.0 for all), by budget line
        """
        product = order_line.product_id.product_tmpl_id.with_company(
            order_line.company_id
        )
        account = product.get_product_accounts()["expense"]
        result = {}
        for dossier in self.filtered("analytic_account_id"):
            part = order_line._analytic_share(dossier.analytic_account_id)
            lines = dossier.budget_line_ids.filtered(
                lambda row: (
                    row.side == "expense" and not row.is_flat and not row.in_kind
                )
            )
            fitting = lines.filtered(lambda row: account in row.account_ids)  # noqa: B023
            line = fitting[:1] or (lines if len(lines) == 1 else lines[:0])
            if part and line:
                result[line] = part
        return result

    def _tell_about_costs(self, summary, sentences):
        """Raise an activity for the owner of the dossier.

        :param str summary: what it is about
        :param sentences: list of sentences
        """
        self.ensure_one()
        dossier_sudo = self.sudo()
        note = Markup("").join(Markup("<p>%s</p>") % words for words in sentences)
        dossier_sudo.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=note,
            user_id=(dossier_sudo.user_id or self.env.user).id,
        )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_view_allocations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_allocation_action"
        )
        source = self.main_dossier_id or self
        action["domain"] = [("dossier_id", "=", source.id)]
        return action

    def action_view_claims(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_claim_action"
        )
        action["domain"] = [("dossier_id", "=", self.id)]
        action["context"] = {"default_dossier_id": self.id}
        return action

    def action_suggest_costs(self):
        """Open what this dossier could pay and is still free."""
        self.ensure_one()
        return self.env["conciergerie.allocation.dialog"]._open_for_dossier(self)

    def action_new_claim(self):
        """Prepare a claim with all that can be claimed today."""
        self.ensure_one()
        claim = self.env["conciergerie.claim"].create({"dossier_id": self.id})
        claim.action_propose()
        return {
            "type": "ir.actions.act_window",
            "res_model": "conciergerie.claim",
            "res_id": claim.id,
            "view_mode": "form",
        }
