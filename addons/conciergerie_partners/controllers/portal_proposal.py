from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .portal_provider import ProviderPortal


class ProposalPortal(ProviderPortal):
    """Prices and delays of the provider's services, and changes that it proposes."""

    @route("/my/proposals", type="http", auth="user", website=True)
    def portal_my_proposals(self, done="", **kw):
        return self._proposals_page(self._provider(), done=done)

    def _proposals_page(self, provider_sudo, **values):
        proposal_sudo = request.env["conciergerie.price.proposal"].sudo()
        proposals_sudo = proposal_sudo.search(
            self._provider_domain("conciergerie.price.proposal", provider_sudo),
            limit=50,
        )
        return self._render_provider(
            "portal_my_proposals",
            {
                "offers": proposal_sudo._portal_offers(provider_sudo),
                "proposals": proposals_sudo,
                "waiting": proposals_sudo.filtered(
                    lambda p: p.state == "proposed"
                ).offer_id,
                "page_name": "provider_proposal",
                **values,
            },
        )

    @route(
        "/my/proposals/<int:offer_id>/propose",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_proposal_propose(self, offer_id, price="", delay="", reason="", **kw):
        provider_sudo = self._provider()
        proposal_sudo = request.env["conciergerie.price.proposal"].sudo()
        offer_sudo = proposal_sudo._portal_offers(provider_sudo).filtered(
            lambda offer: offer.id == offer_id
        )
        if not offer_sudo:
            raise NotFound()
        error = self._try(
            proposal_sudo._portal_propose,
            provider_sudo,
            offer_sudo,
            self._parse_price(price) or None,
            int(delay) if delay.isdecimal() and len(delay) < 6 else None,
            reason,
        )
        if error:
            return self._proposals_page(provider_sudo, error=error)
        return request.redirect("/my/proposals?done=proposed")
