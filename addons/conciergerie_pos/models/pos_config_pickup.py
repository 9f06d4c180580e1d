from odoo import api, models


class PosConfig(models.Model):
    _inherit = "pos.config"

    @api.model_create_multi
    def create(self, vals_list):
        """Let new tills take down payments: the product books them on 4191."""
        product = self.env.ref(
            "pos_sale.default_downpayment_product", raise_if_not_found=False
        )
        configs = super().create(vals_list)
        if product:
            configs.filtered(
                lambda config: not config.down_payment_product_id
            ).down_payment_product_id = product
        return configs

    @api.model
    def _load_pos_data_read(self, records, config):
        """Give the till the acts that it records in one tap."""
        rows = super()._load_pos_data_read(records, config)
        if rows and self.env.user.has_group("conciergerie_base.group_counter"):
            rows[0]["_conciergerie_acts"] = [
                [product.id, product.display_name]
                for product in self.env["project.task"]._pos_acts(config)
            ]
        return rows
