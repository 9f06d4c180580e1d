from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_deposit_terms = fields.Text(
        string="Deposit Terms",
        translate=True,
        help="Printed at the foot of every deposit ticket: liability, delay to "
        "collect, complaints.",
    )
    conciergerie_liability_limit = fields.Monetary(
        string="Liability Limit per Piece",
        currency_field="currency_id",
        help="Highest compensation for one lost or damaged piece, printed on the "
        "deposit ticket. Zero: none is printed.",
    )
