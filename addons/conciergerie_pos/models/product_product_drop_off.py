from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        """A service made as a variant is taken at the tills as one made as a template.

        The defaults of its template come in before the template sees them.
        """
        for vals in vals_list:
            if vals.get("is_conciergerie_service"):
                vals.setdefault("available_in_pos", True)
        return super().create(vals_list)
