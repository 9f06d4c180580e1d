from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    is_neutral_transfer = fields.Boolean(
        string="Transfer to Another Payer",
        copy=False,
        readonly=True,
        help="Moves what a customer owes to who pays for her: no money has come in. "
        "Ledgers count it when that payer pays.",
    )
