from odoo import fields, models


class ConciergerieFeePreview(models.TransientModel):
    """What the next invoice of a convention will say, as known today."""

    _name = "conciergerie.fee.preview"
    _description = "Next Invoice of a Convention"

    convention_id = fields.Many2one(
        comodel_name="contract.contract", required=True, readonly=True
    )
    currency_id = fields.Many2one(related="convention_id.currency_id")
    invoice_date = fields.Date(readonly=True)
    is_credit_note = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        comodel_name="conciergerie.fee.preview.line",
        inverse_name="preview_id",
        readonly=True,
    )
    total = fields.Monetary(
        readonly=True,
        help="As the prices of the fee are: with VAT where they include it, else "
        "before VAT.",
    )


class ConciergerieFeePreviewLine(models.TransientModel):
    _name = "conciergerie.fee.preview.line"
    _description = "Line of the Next Invoice of a Convention"

    preview_id = fields.Many2one(
        comodel_name="conciergerie.fee.preview",
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="preview_id.currency_id")
    name = fields.Text(string="Words", readonly=True)
    quantity = fields.Float(readonly=True)
    price = fields.Monetary(readonly=True)
    amount = fields.Monetary(readonly=True)
