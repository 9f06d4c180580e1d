from odoo.http import request, route

from .portal_provider import ProviderPortal


class AgreementPortal(ProviderPortal):
    """The provider's agreements: read, sign, decline, download."""

    @route("/my/agreements", type="http", auth="user", website=True)
    def portal_my_agreements(self, **kw):
        agreements_sudo, pager = self._own_page(
            "agreement", "/my/agreements", order="start_date desc, id desc"
        )
        return self._render_provider(
            "portal_my_agreements",
            {
                "agreements": agreements_sudo,
                "pager": pager,
                "page_name": "provider_agreement",
            },
        )

    @route("/my/agreements/<int:agreement_id>", type="http", auth="user", website=True)
    def portal_my_agreement(self, agreement_id, done="", **kw):
        return self._agreement_page(self._get_own("agreement", agreement_id), done=done)

    def _agreement_page(self, agreement_sudo, **values):
        return self._render_provider(
            "portal_my_agreement",
            {
                "agreement": agreement_sudo,
                "signer_name": request.env.user.name,
                "page_name": "provider_agreement",
                **values,
            },
        )

    @route("/my/agreements/<int:agreement_id>/pdf", type="http", auth="user")
    def portal_my_agreement_pdf(self, agreement_id, **kw):
        agreement_sudo = self._get_own("agreement", agreement_id)
        return self._pdf_response(
            agreement_sudo._print_pdf(), agreement_sudo._print_name()
        )

    @route(
        "/my/agreements/<int:agreement_id>/sign",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def portal_my_agreement_sign(self, agreement_id, name=None, signature=None, **kw):
        """Answer core's signature widget: where to go, or what is wrong."""
        agreement_sudo = self._get_own("agreement", agreement_id)
        # The widget calls the address of the page, which names what was read.
        seen = request.httprequest.args.get("seen", "")
        error = self._try(agreement_sudo._portal_sign, name, signature, seen)
        if error:
            return {"error": error}
        return {
            "force_refresh": True,
            "redirect_url": f"/my/agreements/{agreement_id}?done=signed",
        }

    @route(
        "/my/agreements/<int:agreement_id>/decline",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_agreement_decline(self, agreement_id, reason="", **kw):
        agreement_sudo = self._get_own("agreement", agreement_id)
        error = self._try(agreement_sudo._portal_decline, reason)
        if error:
            return self._agreement_page(agreement_sudo, error=error)
        # Back in draft, the agreement is the conciergerie's to change: no page now.
        return request.redirect("/my/provider?done=declined")
