from odoo import fields, models


class BarcodeRule(models.Model):
    _inherit = "barcode.rule"

    type = fields.Selection(
        selection_add=[("conciergerie", "Request, piece or deposit ticket")],
        ondelete={"conciergerie": "set default"},
    )
