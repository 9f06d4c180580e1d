from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.conciergerie_base.controllers.portal_tools import (
    keep_no_copy,
    pdf_response,
    try_action,
)
from odoo.addons.portal.controllers.portal import CustomerPortal


class PayerPortal(CustomerPortal):
    """The payer's pages: its conventions, what they were used for, the signature.

    Portal users have no right on our models. Each page looks for records of the payer
    who is logged in, and answers “not found” to anything else. Methods carry the
    payer's name: Odoo makes one class of all portal controllers.
    """

    # ------------------------------------------------------------------
    # Whose records
    # ------------------------------------------------------------------

    def _payer(self):
        """Return the payer who is logged in, with elevated rights.

        :raise NotFound: the person works for no payer
        """
        payer_sudo = request.env.user._portal_payer()
        if not payer_sudo:
            raise NotFound()
        return payer_sudo

    def _payer_conventions(self, domain=()):
        """Return the conventions of the payer who is logged in, the latest first."""
        own = request.env.user._portal_payer_domain(self._payer())
        return (
            request.env["contract.contract"]
            .sudo()
            .search([*own, *domain], order="start_date desc, id desc")
        )

    def _payer_convention(self, convention_id):
        """Return a convention of the payer who is logged in.

        :raise NotFound: it is another's, or there is none: the answer is the same
        """
        convention_sudo = self._payer_conventions([("id", "=", convention_id)])
        if not convention_sudo:
            raise NotFound()
        return convention_sudo

    def _render_payer(self, template, values):
        """Render a page that browsers and proxies keep no copy of."""
        return keep_no_copy(
            request.render(
                f"conciergerie_conventions.{template}",
                {"pager": None, "error": "", "done": "", **values},
            )
        )

    # ------------------------------------------------------------------
    # Home and list
    # ------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "convention_waiting_count" in counters:
            user = request.env.user
            payer_sudo = user._portal_payer()
            values["convention_waiting_count"] = (
                request.env["contract.contract"]
                .sudo()
                .search_count(
                    [*user._portal_payer_domain(payer_sudo), ("state", "=", "proposed")]
                )
                if payer_sudo
                else 0
            )
        return values

    @route("/my/conventions", type="http", auth="user", website=True)
    def portal_my_conventions(self, done="", **kw):
        states = self._convention_states()
        return self._render_payer(
            "portal_my_conventions",
            {
                "conventions": [
                    {
                        "id": convention.id,
                        "name": convention.name,
                        "company": convention.company_id.name,
                        "term": convention._term_in_words()[0],
                        "state": convention.state,
                        "state_name": states[convention.state],
                    }
                    for convention in self._payer_conventions()
                ],
                "done": done,
                "page_name": "convention",
            },
        )

    def _convention_states(self):
        state = request.env["contract.contract"]._fields["state"]
        return dict(state._description_selection(request.env))

    # ------------------------------------------------------------------
    # One convention
    # ------------------------------------------------------------------

    @route(
        "/my/conventions/<int:convention_id>", type="http", auth="user", website=True
    )
    def portal_my_convention(self, convention_id, done="", **kw):
        return self._convention_page(self._payer_convention(convention_id), done=done)

    def _convention_page(self, convention_sudo, **values):
        return self._render_payer(
            "portal_my_convention",
            {
                **self._convention_values(convention_sudo),
                "signer_name": request.env.user.name,
                "page_name": "convention",
                **values,
            },
        )

    def _convention_values(self, convention_sudo):
        """Return what the page of a convention shows, besides its text."""
        if convention_sudo.state == "proposed":
            return {"convention": convention_sudo}
        return {
            "convention": convention_sudo,
            "state_name": self._convention_states()[convention_sudo.state],
            "money": convention_sudo.company_id.currency_id.format,
            "months": convention_sudo._portal_months(),
            "min_people": convention_sudo.company_id.convention_min_people,
            "invoices": convention_sudo._portal_invoices(),
            "statements": convention_sudo._portal_statements(),
            "people_count": convention_sudo.entitlement_count,
        }

    @route("/my/conventions/<int:convention_id>/pdf", type="http", auth="user")
    def portal_my_convention_pdf(self, convention_id, **kw):
        convention_sudo = self._payer_convention(convention_id)
        return pdf_response(convention_sudo._print_pdf(), convention_sudo._print_name())

    @route(
        "/my/conventions/<int:convention_id>/statements/<int:statement_id>",
        type="http",
        auth="user",
    )
    def portal_my_convention_statement(self, convention_id, statement_id, **kw):
        printed = self._payer_convention(convention_id)._print_statement(statement_id)
        if not printed:
            raise NotFound()
        name, content = printed
        return pdf_response(content, name)

    @route(
        "/my/conventions/<int:convention_id>/sign",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def portal_my_convention_sign(self, convention_id, name=None, signature=None, **kw):
        """Answer core's signature widget: where to go, or what is wrong."""
        convention_sudo = self._payer_convention(convention_id)
        # The widget calls the address of the page, which names what was read.
        seen = request.httprequest.args.get("seen", "")
        error = try_action(convention_sudo._portal_sign, name, signature, seen)
        if error:
            return {"error": error}
        return {
            "force_refresh": True,
            "redirect_url": f"/my/conventions/{convention_id}?done=signed",
        }

    @route(
        "/my/conventions/<int:convention_id>/decline",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_convention_decline(self, convention_id, reason="", **kw):
        convention_sudo = self._payer_convention(convention_id)
        error = try_action(convention_sudo._portal_decline, reason)
        if error:
            return self._convention_page(convention_sudo, error=error)
        # Back in draft, the convention is the conciergerie's to change: no page now.
        return request.redirect("/my?convention=declined")
