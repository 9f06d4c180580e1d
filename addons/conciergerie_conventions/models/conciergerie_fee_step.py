from odoo import fields, models


class ConciergerieFeeStep(models.Model):
    """A step of a fee: from a number of uses in the month, this amount.

    A step goes to the next one, which a number on the boundary belongs to; the first
    begins at 0, so that no number falls between two steps.
    """

    _name = "conciergerie.fee.step"
    _description = "Step of a Fee"
    _inherit = "conciergerie.fee.dated"
    _order = "contract_line_id, date_from, from_uses"

    date_from = fields.Date(
        help="Empty: from the beginning. A new set of steps begins on its day; each "
        "set needs its step from 0.",
    )
    from_uses = fields.Integer(string="From (uses)", required=True)
    amount = fields.Monetary(string="Fee of the Month", required=True)

    _once = models.UniqueIndex(
        "(contract_line_id, date_from, from_uses) NULLS NOT DISTINCT",
        "Two steps of a fee begin at the same number of uses.",
    )
    _step_check = models.Constraint(
        "CHECK(from_uses >= 0 AND amount >= 0)",
        "A step begins at 0 uses or more, and its fee is not negative.",
    )

    def _past_message(self, **values):
        return self.env._(
            "A fee change in the past: %(fee)s of %(convention)s is "
            "invoiced until %(day)s. Add steps in force from a later day.",
            **values,
        )
