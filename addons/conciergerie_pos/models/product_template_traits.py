from odoo import api, models


class ProductTemplate(models.Model):
    """What the till must know of a product beside what core loads."""

    _inherit = "product.template"

    @api.model
    def _load_pos_data_read(self, records, config):
        """Tell what is special about a product by one short key, 0 for a plain one.

        Most products are plain, and each is loaded by each till: eight fields of ours
        would be a fifth of what core loads of it. The key is always there, so that a
        product which is no service any more replaces what the till knew.
        """
        read_records = super()._load_pos_data_read(records, config)
        products = self.browse(values["id"] for values in read_records)
        for product, values in zip(products, read_records, strict=True):
            values["_traits"] = product._prepare_pos_traits() or 0
        return read_records

    def _prepare_pos_traits(self):
        """Return what differs from a plain product, as product_template.js reads it."""
        self.ensure_one()
        told = {
            "service": self.is_conciergerie_service,
            "free": not self.is_market,
            "deposit": self.needs_deposit,
            "member": self.membership,
            "disbursement": self.is_disbursement,
        }
        traits = {name: 1 for name, value in told.items() if value}
        if self.is_conciergerie_service:
            traits["pieces"] = self.piece_count
            traits["days"] = self.lead_days
        return traits
