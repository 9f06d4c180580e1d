from odoo import fields, models


class ConciergerieBonusBand(models.Model):
    """From which turnover of a settlement a bonus is due, and at what rate."""

    _name = "conciergerie.bonus.band"
    _description = "Band of a Bonus on the Turnover"
    _order = "amount_from"

    agreement_id = fields.Many2one(
        comodel_name="agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    amount_from = fields.Monetary(
        string="Turnover from",
        help="A turnover of this very amount belongs to this band.",
    )
    rate = fields.Float(
        string="Rate (%)",
        digits=(5, 2),
        help="On the whole turnover of the statement, not only on what is above.",
    )

    _from_unique = models.UniqueIndex(
        "(agreement_id, amount_from)", "Two bands cannot start at the same amount."
    )
    _band_positive = models.Constraint(
        "CHECK(amount_from >= 0 AND rate >= 0 AND rate <= 100)",
        "A band starts at 0 or more, and its rate goes from 0 to 100 per cent.",
    )
