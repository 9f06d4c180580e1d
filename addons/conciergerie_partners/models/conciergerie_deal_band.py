from odoo import api, fields, models


class ConciergerieDealBand(models.Model):
    _name = "conciergerie.deal.band"
    _description = "Band of a Deal Term"
    _order = "amount_from"

    term_id = fields.Many2one(
        comodel_name="conciergerie.deal.term",
        required=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="term_id.currency_id")
    amount_from = fields.Monetary(
        string="From", help="A base on this very amount belongs to this band."
    )
    rate = fields.Float(string="Rate (%)", digits=(5, 2))

    _from_unique = models.UniqueIndex(
        "(term_id, amount_from)", "Two bands cannot start at the same amount."
    )
    _band_positive = models.Constraint(
        "CHECK(amount_from >= 0 AND rate >= 0 AND rate <= 100)",
        "A band starts at 0 or more, and its rate goes from 0 to 100 per cent.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        bands = super().create(vals_list)
        self.env.registry.clear_cache()
        return bands

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
