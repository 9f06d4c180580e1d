from odoo import api, fields, models


class PosOrder(models.Model):
    _inherit = "pos.order"

    is_note_handed = fields.Boolean(
        string="Note Handed",
        copy=False,
        help="The customer had a note of the services before paying.",
    )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _load_pos_data_fields(self, config):
        """Load what tells a service from other things of that type, for the note."""
        names = super()._load_pos_data_fields(config)
        wanted = ("membership", "is_disbursement")
        return [*names, *(name for name in wanted if name not in names)]
