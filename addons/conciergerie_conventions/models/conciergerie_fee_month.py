from odoo import fields, models


class ConciergerieFeeMonth(models.Model):
    """What a month of a counted fee was invoiced for, by one invoice line.

    The sum of a month is compared with the fee counted again at each invoice: who
    joined late or left earlier than known gives a line with the difference. Goes with
    the invoice line; that of a cancelled invoice does not count, so that the month is
    invoiced again. An amount changed by hand on the invoice is no difference.
    """

    _name = "conciergerie.fee.month"
    _description = "Month Invoiced"
    _order = "contract_line_id, month, id"

    contract_line_id = fields.Many2one(
        comodel_name="contract.line",
        string="Fee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="contract_line_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="contract_line_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    amount = fields.Monetary(
        readonly=True, help="Price × quantity, as counted for the invoice."
    )
    is_correction = fields.Boolean(
        readonly=True, help="Said after the month had been invoiced."
    )
    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Invoice Line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    fee_month_ids = fields.One2many(
        comodel_name="conciergerie.fee.month",
        inverse_name="move_line_id",
        string="Months Invoiced",
        readonly=True,
    )
