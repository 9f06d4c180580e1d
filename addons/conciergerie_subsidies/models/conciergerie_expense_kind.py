from odoo import fields, models


class ConciergerieExpenseKind(models.Model):
    """A kind of cost that programmes accept or not."""

    _name = "conciergerie.expense.kind"
    _description = "Kind of Expense"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        selection=[
            ("purchase", "Purchases"),
            ("external", "External services"),
            ("staff", "Staff"),
            ("volunteer", "Volunteer time"),
            ("equipment", "Equipment"),
            ("indirect", "Indirect costs"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    account_prefixes = fields.Char(
        help="Beginnings of accounts, separated by commas, that suggest this kind: "
        "64,621 for instance."
    )
