from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .portal_provider import ProviderPortal


class PaperPortal(ProviderPortal):
    """The provider's papers: what is asked for, what runs out, sending one."""

    def _paper_agreements(self, provider_sudo):
        """Return the agreements for which papers are asked now."""
        return (
            request.env["agreement"]
            .sudo()
            .search(
                [
                    *self._provider_domain("agreement", provider_sudo),
                    ("state", "in", ("proposed", "signed", "running")),
                ]
            )
        )

    def _provider_waiting(self, provider_sudo):
        papers_sudo = self._paper_agreements(provider_sudo).paper_ids
        return [
            *super()._provider_waiting(provider_sudo),
            ("papers", len(papers_sudo.filtered(lambda p: p.state != "valid"))),
        ]

    @route("/my/papers", type="http", auth="user", website=True)
    def portal_my_papers(self, done="", **kw):
        return self._papers_page(self._provider(), done=done)

    def _papers_page(self, provider_sudo, **values):
        agreements_sudo = self._paper_agreements(provider_sudo)
        kinds = request.env["conciergerie.provider.paper"]._fields["kind"]
        return self._render_provider(
            "portal_my_papers",
            {
                "agreements": agreements_sudo,
                "kinds": kinds._description_selection(request.env),
                "page_name": "provider_paper",
                **values,
            },
        )

    @route(
        "/my/papers/<int:agreement_id>/upload",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_papers_upload(
        self, agreement_id, kind="", expiry_date="", document=None, **kw
    ):
        provider_sudo = self._provider()
        agreement_sudo = self._paper_agreements(provider_sudo).filtered(
            lambda a: a.id == agreement_id
        )
        if not agreement_sudo:
            raise NotFound()
        name, content = self._read_file(document)
        error = self._try(
            request.env["conciergerie.provider.paper"].sudo()._portal_upload,
            agreement_sudo,
            kind,
            name,
            content,
            self._parse_date(expiry_date),
        )
        if error:
            return self._papers_page(provider_sudo, error=error)
        return request.redirect("/my/papers?done=sent")
