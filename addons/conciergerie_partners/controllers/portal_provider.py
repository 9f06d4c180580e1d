import re

from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class ProviderPortal(CustomerPortal):
    """The provider's pages: home, and what they all need.

    Portal users have no right on our models. Each page looks for records of the
    provider who is logged in, and answers “not found” to anything else (case A20).
    """

    # ------------------------------------------------------------------
    # Whose records
    # ------------------------------------------------------------------

    def _provider(self):
        """Return the provider who is logged in, with elevated rights.

        :raise NotFound: the person works for no provider
        """
        provider_sudo = request.env.user._portal_provider()
        if not provider_sudo:
            raise NotFound()
        return provider_sudo

    def _provider_domain(self, model, provider):
        """Return the domain of a model's records that are a provider's own."""
        if model == "agreement":
            return [
                ("is_provider_agreement", "=", True),
                ("state", "!=", "draft"),
                ("commercial_partner_id", "=", provider.id),
            ]
        return [("provider_id", "=", provider.id)]

    def _get_own(self, model, record_id):
        """Return a record of the provider who is logged in.

        :raise NotFound: it is another's, or there is none: the answer is the same
        """
        domain = self._provider_domain(model, self._provider())
        record_sudo = (
            request.env[model].sudo().search([("id", "=", record_id), *domain])
        )
        if not record_sudo:
            raise NotFound()
        return record_sudo

    def _own_page(self, model, url, domain=(), page=1, url_args=None, order=None):
        """Return the provider's records on one page of a list, and its pager."""
        model_sudo = request.env[model].sudo()
        domain = [*self._provider_domain(model, self._provider()), *domain]
        pager = portal_pager(
            url=url,
            url_args=url_args or {},
            total=model_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        records_sudo = model_sudo.search(
            domain,
            limit=self._items_per_page,
            offset=pager["offset"],
            order=order,
        )
        return records_sudo, pager

    def _try(self, action, *args):
        """Do what a form asked for, or return the sentence that says why not."""
        try:
            with request.env.cr.savepoint():
                action(*args)
        except UserError as error:
            return str(error)
        return ""

    def _parse_date(self, text):
        """Return the date of a form's field, or none where it is not one."""
        try:
            return fields.Date.to_date(text or False) or None
        except ValueError:
            return None

    def _parse_price(self, text):
        """Return the amount of a form's field, with a comma or a point, else zero."""
        text = re.sub(r"[\s€]", "", text or "").replace(",", ".")
        return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,4})?", text) else 0.0

    def _read_file(self, upload):
        """Return the name and the bytes of a file sent with a form."""
        if not hasattr(upload, "read"):
            return "", b""
        return upload.filename, upload.read()

    def _render_provider(self, template, values):
        """Render a page that browsers and proxies keep no copy of."""
        response = request.render(
            f"conciergerie_partners.{template}",
            {"pager": None, "error": "", "done": "", **values},
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def _pdf_response(self, content, name):
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{name}.pdf")),
                ("Cache-Control", "no-store"),
            ],
        )

    # ------------------------------------------------------------------
    # Home
    # ------------------------------------------------------------------

    def _provider_waiting(self, provider_sudo):
        """Return what waits for the provider: list of (key, number)."""
        count = self._provider_counter(provider_sudo)
        return [("agreements", count("agreement", [("state", "=", "proposed")]))]

    def _provider_counter(self, provider_sudo):
        """Return a function that counts the provider's records of a model."""

        def count(model, domain):
            own = self._provider_domain(model, provider_sudo)
            return request.env[model].sudo().search_count([*own, *domain])

        return count

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "provider_waiting_count" in counters:
            provider_sudo = request.env.user._portal_provider()
            values["provider_waiting_count"] = (
                sum(number for _key, number in self._provider_waiting(provider_sudo))
                if provider_sudo
                else 0
            )
        return values

    @route("/my/provider", type="http", auth="user", website=True)
    def portal_provider_home(self, **kw):
        provider_sudo = self._provider()
        return self._render_provider(
            "portal_provider_home",
            {
                "provider_name": provider_sudo.name,
                "waiting": dict(self._provider_waiting(provider_sudo)),
                "page_name": "provider",
            },
        )
