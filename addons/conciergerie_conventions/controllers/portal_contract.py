from odoo.http import request, route

from odoo.addons.contract.controllers.main import PortalContract


class ConventionContract(PortalContract):
    """OCA's pages show no convention: the payer has its own."""

    def _get_filter_domain(self, kw):
        return [*super()._get_filter_domain(kw), ("is_convention", "=", False)]

    @route()
    def portal_my_contract_detail(self, contract_contract_id, access_token=None, **kw):
        """Send a convention to its page, which looks whose it is; no token opens it."""
        # sudo: only whether the address is a convention's, which both answers hide.
        contract_sudo = request.env["contract.contract"].sudo()
        if contract_sudo.search_count(
            [("id", "=", contract_contract_id), ("is_convention", "=", True)], limit=1
        ):
            return request.redirect(f"/my/conventions/{contract_contract_id}")
        return super().portal_my_contract_detail(
            contract_contract_id, access_token=access_token, **kw
        )
