from odoo import models


class ConciergerieCollectWizard(models.TransientModel):
    _inherit = "conciergerie.collect.wizard"

    def _taken_in_charge(self, quantities):
        """Return the shares that the invoice is about to book."""
        lines_sudo = self.env["sale.order.line"].sudo().concat(*quantities)
        shares = dict(super()._taken_in_charge(quantities))
        for line in lines_sudo._copay_forecast(quantities).values():
            for share in line["shares"]:
                name = share["payer"].name
                shares[name] = shares.get(name, 0.0) + share["amount"]
        return list(shares.items())
