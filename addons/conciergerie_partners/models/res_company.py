import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    third_party_account_prefix = fields.Char(
        string="Third-party Accounts",
        default="467",
        help="Beginning of the account that each provider sold under a mandate gets. "
        "467 or 468: your accountant decides.",
    )

    @api.constrains("third_party_account_prefix")
    def _check_third_party_account_prefix(self):
        for company in self:
            if not re.fullmatch(r"4\d{1,5}", company.third_party_account_prefix or ""):
                raise ValidationError(
                    self.env._(
                        "The accounts of third-party money begin with digits of class "
                        "4, for instance 467."
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    third_party_account_prefix = fields.Char(
        related="company_id.third_party_account_prefix", readonly=False
    )
