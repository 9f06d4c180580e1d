from odoo import api, fields, models
from odoo.tools import format_date


class ConciergerieFeePrice(models.Model):
    """The price of a fee from a day on, and why it changed.

    What counts is the price in force on the first day of a month (of the period, for a
    flat fee). A price is never dated in what is invoiced already.
    """

    _name = "conciergerie.fee.price"
    _description = "Dated Price of a Fee"
    _inherit = "conciergerie.fee.dated"
    _order = "contract_line_id, date_from desc"

    date_from = fields.Date(required=True)
    price = fields.Monetary(required=True)
    reason = fields.Char(help="e.g. the yearly indexation")
    index_name = fields.Char(string="Index")
    index_old = fields.Float(string="Old Index", digits=(12, 4))
    index_new = fields.Float(string="New Index", digits=(12, 4))

    _once = models.UniqueIndex(
        "(contract_line_id, date_from)", "This fee has a price of that day already."
    )
    _price_check = models.Constraint(
        "CHECK(price >= 0)", "The price of a fee is not negative."
    )

    @api.depends("date_from", "price")
    def _compute_display_name(self):
        for price in self:
            day = price.date_from
            price.display_name = (
                f"{price.currency_id.format(price.price)}, "
                f"{format_date(self.env, day) if day else ''}"
            )

    def _past_message(self, **values):
        return self.env._(
            "A fee change in the past: %(fee)s of %(convention)s is "
            "invoiced until %(day)s. Date the new price later.",
            **values,
        )
