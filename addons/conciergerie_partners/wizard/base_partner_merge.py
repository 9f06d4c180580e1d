from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refuse to merge providers that have accounts or agreements.

        Merging is raw SQL: it would join two ledgers under one name.
        """
        partners = self.env["res.partner"].sudo().browse(partner_ids).exists()
        agreements = (
            self.env["agreement"]
            .sudo()
            .search(
                [
                    ("is_provider_agreement", "=", True),
                    ("commercial_partner_id", "in", partners.commercial_partner_id.ids),
                ]
            )
        )
        if len(partners) > 1 and agreements:
            raise UserError(
                self.env._(
                    "%s has agreements and accounts as a provider: it cannot be "
                    "merged with another contact.",
                    agreements[0].commercial_partner_id.name,
                )
            )
        return super()._merge(
            partner_ids, dst_partner=dst_partner, extra_checks=extra_checks
        )
