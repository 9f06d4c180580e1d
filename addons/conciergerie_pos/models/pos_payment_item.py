from odoo import fields, models


class PosPayment(models.Model):
    """A payment that comes later knows the item of the books by which it is owed."""

    _inherit = "pos.payment"

    receivable_item_id = fields.Many2one(
        comodel_name="account.move.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="account.group_account_readonly,account.group_account_invoice",
        help="Of the closing entry: what is matched with it has been collected.",
    )
