from odoo import api, fields, models


class ConciergerieFormHeading(models.Model):
    """A row of the financing plan of an official form, in the form's own words.

    Rows, number and version are data: a new version of the form is a new set of rows.
    """

    _name = "conciergerie.form.heading"
    _description = "Heading of a Form"
    _order = "form_number, form_version, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(
        help="Account class printed before the heading, 60 for instance."
    )
    form_number = fields.Char(required=True, default="12156")
    form_version = fields.Char(required=True, default="06")
    side = fields.Selection(
        selection=[("expense", "Expense"), ("resource", "Resource")],
        required=True,
        default="expense",
    )
    section = fields.Selection(
        selection=[
            ("direct", "Direct"),
            ("indirect", "Indirect, or own resources"),
            ("in_kind", "In kind"),
        ],
        required=True,
        default="direct",
    )
    parent_id = fields.Many2one(
        comodel_name="conciergerie.form.heading", index=True, ondelete="cascade"
    )
    child_ids = fields.One2many(
        comodel_name="conciergerie.form.heading", inverse_name="parent_id"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    expense_kind_id = fields.Many2one(comodel_name="conciergerie.expense.kind")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for heading in self:
            heading.display_name = " – ".join(
                filter(None, (heading.code, heading.name))
            )
