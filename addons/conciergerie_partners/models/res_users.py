from odoo import models


class ResUsers(models.Model):
    """Who works on the provider's pages of the portal."""

    _inherit = "res.users"

    def _portal_provider(self):
        """Return the provider for whom a portal user works, with elevated rights.

        The one place that says so: a portal user whose company has an agreement that
        was at least proposed. Portal users have no right at all on our models; the
        pages look for records of this provider and of no other (case A20).

        :return: one ``res.partner``, or none
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id.commercial_partner_id
        if not self._is_portal():
            return partner_sudo.browse()
        agreements = (
            self.env["agreement"]
            .sudo()
            .search_count(
                [
                    ("is_provider_agreement", "=", True),
                    ("commercial_partner_id", "=", partner_sudo.id),
                    ("state", "!=", "draft"),
                ],
                limit=1,
            )
        )
        return partner_sudo if agreements else partner_sudo.browse()
