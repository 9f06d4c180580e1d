from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    copay_settles_by_itself = fields.Boolean(
        string="Payers' Statements by Themselves",
        help="List last month for each payer on the first days of the next.",
    )
    copay_statement_note = fields.Text(
        string="Note on Payers' Statements",
        translate=True,
        help="Printed at the foot of the statement; empty: that it is no invoice, "
        "since each service was invoiced to the person who received it.",
    )
