from odoo import models


class ResUsers(models.Model):
    """Who works on the payer's pages of the portal."""

    _inherit = "res.users"

    def _portal_payer(self):
        """Return the payer for whom a portal user works, with elevated rights.

        The one place that says so: a portal user whose company, commune or landlord
        has a convention that was at least proposed. Those who are entitled are not
        contacts of the payer: they have it as their employer. Portal users have no
        right at all on our models; the pages look for records of this payer and of no
        other.

        :return: one ``res.partner``, or none
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id.commercial_partner_id
        if not self._is_portal():
            return partner_sudo.browse()
        conventions = (
            self.env["contract.contract"]
            .sudo()
            .search_count(self._portal_payer_domain(partner_sudo), limit=1)
        )
        return partner_sudo if conventions else partner_sudo.browse()

    def _portal_payer_domain(self, payer):
        """Return the domain of the conventions that a payer sees on the portal."""
        return [
            ("is_convention", "=", True),
            ("state", "!=", "draft"),
            ("commercial_partner_id", "=", payer.id),
        ]
