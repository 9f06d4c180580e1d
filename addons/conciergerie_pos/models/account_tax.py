from odoo import api, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _is_third_party(self, base_line):
        """A line of a ticket sold in a provider's name takes no cent of rounding."""
        record = base_line["record"]
        if getattr(record, "_name", "") == "pos.order.line":
            return record.deal_mode == "mandate"
        return super()._is_third_party(base_line)
