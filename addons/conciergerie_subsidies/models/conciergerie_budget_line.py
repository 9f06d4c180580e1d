from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What only an award or an amendment changes once the aid is awarded.
PLAN_FIELDS = {
    "dossier_id",
    "side",
    "heading_id",
    "expense_kind_id",
    "planned_amount",
    "filed_amount",
    "awarded_amount",
    "cap_amount",
    "is_flat",
    "in_kind",
    "funder_id",
    "is_public",
    "is_own",
    "other_dossier_id",
}


class ConciergerieBudgetLine(models.Model):
    """A row of the financing plan of a dossier, expense or resource."""

    _name = "conciergerie.budget.line"
    _description = "Budget Line"
    _order = "dossier_id, side, sequence, id"
    _check_company_auto = True

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    side = fields.Selection(
        selection=[("expense", "Expense"), ("resource", "Resource")],
        required=True,
        default="expense",
    )
    heading_id = fields.Many2one(
        comodel_name="conciergerie.form.heading",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('side', '=', side)]",
    )
    sequence = fields.Integer(
        compute="_compute_sequence", store=True, readonly=False, precompute=True
    )
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    expense_kind_id = fields.Many2one(
        comodel_name="conciergerie.expense.kind",
        string="Kind",
        compute="_compute_expense_kind_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    planned_amount = fields.Monetary(string="Planned")
    filed_amount = fields.Monetary(string="Filed", readonly=True, copy=False)
    awarded_amount = fields.Monetary(string="Awarded", copy=False)
    cap_amount = fields.Monetary(
        string="Cap", copy=False, help="0: the awarded amount."
    )
    is_flat = fields.Boolean(
        string="Flat Rate", help="Computed from the other lines by the terms."
    )
    in_kind = fields.Boolean(
        compute="_compute_in_kind",
        store=True,
        readonly=False,
        precompute=True,
        help="Volunteers, things lent: shown apart, outside the totals.",
    )
    account_ids = fields.Many2many(
        comodel_name="account.account",
        string="Accounts",
        check_company=True,
        help="Costs on these accounts are suggested for this line.",
    )
    funder_id = fields.Many2one(
        comodel_name="res.partner", index="btree_not_null", ondelete="restrict"
    )
    is_public = fields.Boolean(
        string="Public Aid",
        compute="_compute_is_public",
        store=True,
        readonly=False,
        precompute=True,
        help="Counts in the rate of public aid.",
    )
    is_own = fields.Boolean(string="Own Share")
    other_dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        string="Co-funder's Dossier",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )

    @api.depends("heading_id")
    def _compute_sequence(self):
        for line in self:
            line.sequence = line.heading_id.sequence or line.sequence or 10

    @api.depends("heading_id")
    def _compute_name(self):
        for line in self:
            line.name = line.name or line.heading_id.name

    @api.depends("heading_id", "side")
    def _compute_expense_kind_id(self):
        for line in self:
            kind = line.heading_id.expense_kind_id
            line.expense_kind_id = kind if line.side == "expense" else False

    @api.depends("heading_id")
    def _compute_in_kind(self):
        for line in self:
            line.in_kind = line.heading_id.section == "in_kind"

    @api.depends("funder_id", "funder_id.is_public_funder")
    def _compute_is_public(self):
        for line in self:
            line.is_public = (
                line.funder_id.is_public_funder if line.funder_id else line.is_public
            )

    @api.constrains("planned_amount", "awarded_amount", "cap_amount")
    def _check_amounts(self):
        for line in self:
            for fname in ("planned_amount", "awarded_amount", "cap_amount"):
                if line[fname] < 0:
                    raise ValidationError(
                        self.env._(
                            "“%(line)s” of %(dossier)s cannot be %(amount)s: a plan "
                            "holds no negative amount. Put what reduces a cost among "
                            "the resources.",
                            line=line.name,
                            dossier=line.dossier_id.display_name,
                            amount=line.dossier_id._money(line[fname]),
                        )
                    )

    @api.constrains("side", "heading_id")
    def _check_side(self):
        for line in self:
            if line.heading_id.side != line.side:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” stands under “%(heading)s”, which is on the other "
                        "side of the form: choose another heading.",
                        line=line.name,
                        heading=line.heading_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines._check_open(PLAN_FIELDS)
        lines.dossier_id._refresh_flat_lines()
        return lines

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self._check_open(vals.keys())
        result = super().write(vals)
        if vals.keys() & {"planned_amount", "expense_kind_id", "in_kind", "side"}:
            self.filtered(
                lambda line: not line.is_flat
            ).dossier_id._refresh_flat_lines()
        return result

    def unlink(self):
        dossiers = self.dossier_id
        result = super().unlink()
        dossiers.exists()._refresh_flat_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        if not self.env.su:
            self._check_open(PLAN_FIELDS)

    @api.model
    def _accounting_fields(self):
        """Return the fields that an accountant may write, manager or not."""
        return {"account_ids"}

    def _check_open(self, names):
        """Refuse what the user or the state of the dossier does not allow."""
        if set(names) - self._accounting_fields() and not (
            self.env["conciergerie.dossier"]._is_manager()
        ):
            raise UserError(
                self.env._(
                    "The manager keeps the financing plans; an accountant says which "
                    "accounts a line takes."
                )
            )
        if PLAN_FIELDS & set(names):
            for dossier in self.dossier_id:
                dossier._check_plan_open()

    def _prepare_version_vals(self, kind):
        """Return the row of a kept version: planned when filed, then as awarded."""
        self.ensure_one()
        as_awarded = kind != "filed" and self.side == "expense"
        return {
            "budget_line_id": self.id,
            "side": self.side,
            "heading_id": self.heading_id.id,
            "sequence": self.sequence,
            "name": self.name,
            "amount": self.awarded_amount if as_awarded else self.planned_amount,
            "in_kind": self.in_kind,
        }
