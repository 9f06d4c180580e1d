from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        # Core fills the default tax in before the template is made.
        templates = self.env["product.template"]
        vals_list = [
            {**templates._prepare_membership_product_vals(), **vals}
            if vals.get("membership")
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)
