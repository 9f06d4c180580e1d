from odoo.http import Controller, request, route

from odoo.addons.conciergerie_base.controllers.portal_tools import (
    keep_no_copy,
    pdf_response,
    try_action,
)

from .portal_payer import PayerPortal


class JoinPage(Controller):
    """The public page by which people put themselves on a payer's list."""

    def _page(self, template, values=None, status=200):
        response = request.render(f"conciergerie_conventions.{template}", values or {})
        response.status_code = status
        return keep_no_copy(response)

    def _closed(self):
        return self._page("portal_join_closed", status=404)

    def _join_page(self, token, convention_sudo, **values):
        """Show the form: nothing of the convention but who pays and what to do."""
        return self._page(
            "portal_join",
            {
                "token": token,
                "payer": convention_sudo.commercial_partner_id.name,
                "company": convention_sudo.company_id.name,
                "steps": (convention_sudo.join_text or "").splitlines(),
                "has_code": bool(convention_sudo.join_code),
                "error": "",
                "given": {},
                **values,
            },
        )

    @route(
        "/join/<string:token>", type="http", auth="public", website=True, sitemap=False
    )
    def join(self, token, **kw):
        convention_sudo = request.env["contract.contract"]._get_by_join_token(token)
        if not convention_sudo:
            return self._closed()
        return self._join_page(token, convention_sudo)

    @route(
        "/join/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def join_send(self, token, name="", email="", phone="", code="", consent="", **kw):
        convention_sudo = request.env["contract.contract"]._get_by_join_token(token)
        if not convention_sudo:
            return self._closed()
        result = []
        # A field that people do not see: who fills it is a program.
        if kw.get("company_website"):
            result, error = ["sent"], ""
        else:
            error = self._send(
                convention_sudo, result, name, email, phone, code, bool(consent)
            )
        if error:
            given = {"name": name, "email": email, "phone": phone}
            return self._join_page(token, convention_sudo, error=error, given=given)
        return self._page(
            "portal_join_done",
            {"result": result[0], "company": convention_sudo.company_id.name},
        )

    def _send(self, convention_sudo, result, name, email, phone, code, consent):
        """Take the form; return the sentence that says what is wrong."""
        wrong = []
        error = try_action(
            lambda: wrong.append(convention_sudo._is_join_code_wrong(code))
        )
        if error:
            return error
        if wrong[0]:
            return request.env._(
                "This is not the code: write it again, or leave it empty."
            )
        return try_action(
            lambda: result.append(
                convention_sudo._join(name, email, phone, code, consent)
            )
        )

    @route(
        "/join/address/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def join_address(self, token, **kw):
        """Show one button: programs that open the links of e-mails confirm nothing."""
        request_sudo = request.env["conciergerie.join.request"]._get_by_token(token)
        if not request_sudo:
            return self._closed()
        return self._page(
            "portal_join_address",
            {
                "token": token,
                "company": request_sudo.company_id.name,
                "payer": request_sudo.convention_id.commercial_partner_id.name,
            },
        )

    @route(
        "/join/address/<string:token>/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def join_address_confirm(self, token, **kw):
        request_sudo = request.env["conciergerie.join.request"]._get_by_token(token)
        if not request_sudo:
            return self._closed()
        convention_sudo = request_sudo.convention_id
        domain = request_sudo.email.partition("@")[2]
        is_ours = domain in convention_sudo._email_domain_set()
        request_sudo._confirm_address()
        return self._page(
            "portal_join_done",
            {
                "result": "confirmed"
                if is_ours or request_sudo.is_code_right
                else "pending",
                "company": convention_sudo.company_id.name,
            },
        )


class PosterPortal(PayerPortal):
    """The payer prints the poster of its page to join."""

    def _convention_values(self, convention_sudo):
        is_open = convention_sudo._is_join_open()
        return {
            **super()._convention_values(convention_sudo),
            "join_steps": (convention_sudo.join_text or "").splitlines(),
            "join_url": convention_sudo._join_url() if is_open else "",
        }

    @route("/my/conventions/<int:convention_id>/poster", type="http", auth="user")
    def portal_my_convention_poster(self, convention_id, **kw):
        convention_sudo = self._payer_convention(convention_id)
        if not convention_sudo._is_join_open():
            return request.redirect(f"/my/conventions/{convention_id}")
        name, content = convention_sudo._print_join_poster()
        return pdf_response(content, name)
