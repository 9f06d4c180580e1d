from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    copay_convention_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Convention",
        readonly=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The convention whose payer owes this share.",
    )
