from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Join the ceilings of the people who are merged: core knows no key of ours."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["conciergerie.copay.ceiling"]._join_people(
            src_partners.ids, dst_partner.id
        )
        return result
