from odoo import api, models


class AccountTax(models.Model):
    _inherit = "account.tax"

    @api.model
    def _round_tax_details_base_lines(self, base_lines, company, mode="mixed"):
        """Leave what is sold in a provider's name out of core's rounding differences.

        Core spreads the cent by which the rounding of our own VAT differs from the
        prices over all the lines of a document. On a line under a mandate that cent
        would be the provider's: its account gets exactly its price (invariant 1).
        """
        ours = [line for line in base_lines if not self._is_third_party(line)]
        return super()._round_tax_details_base_lines(ours, company, mode=mode)

    @api.model
    def _is_third_party(self, base_line):
        """Tell whether a line of core's tax computation bears a provider's price."""
        record = base_line["record"]
        return (
            getattr(record, "_name", "") in ("account.move.line", "sale.order.line")
            and not base_line["tax_ids"]
            and bool(record.provider_id)
        )
