from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.project.controllers.portal import ProjectCustomerPortal

# What the three faces of the form send.
RATES = {"1": 1, "3": 3, "5": 5}


class ConciergeriePortal(ProjectCustomerPortal):
    """The beneficiary's pages: one request by its link, her own list with a login."""

    # ------------------------------------------------------------------
    # Link without login
    # ------------------------------------------------------------------

    @route(
        "/suivi/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def request_tracking(self, token, **kw):
        task_sudo = request.env["project.task"]._get_by_tracking_token(token)
        if not task_sudo:
            return self._tracking_expired()
        return self._render_tracking(
            task_sudo,
            f"/suivi/{token}/rate",
            rated=kw.get("rated"),
            rate_error=kw.get("error"),
        )

    @route(
        "/suivi/<string:token>/rate",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def request_tracking_rate(self, token, rate="", feedback="", **kw):
        task_sudo = request.env["project.task"]._get_by_tracking_token(token)
        if not task_sudo:
            return self._tracking_expired()
        return self._rate(task_sudo, f"/suivi/{token}", rate, feedback)

    def _tracking_expired(self):
        response = request.render("conciergerie_base.portal_tracking_expired")
        response.status_code = 404
        self._no_store(response)
        return response

    def _no_store(self, response):
        """Keep the page, and the address that opens it, away from others."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"

    # ------------------------------------------------------------------
    # Own requests, with a login
    # ------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "request_count" in counters:
            values["request_count"] = (
                request.env["project.task"]
                .sudo()
                .search_count(self._own_requests_domain())
            )
        return values

    def _own_requests_domain(self):
        """Requests of the person who is logged in, and of nobody else."""
        return [
            ("partner_id", "=", request.env.user.partner_id.id),
            ("site_id", "!=", False),
        ]

    @route(
        ["/my/requests", "/my/requests/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_requests(self, page=1, **kw):
        task_sudo = request.env["project.task"].sudo()
        domain = self._own_requests_domain()
        pager = portal_pager(
            url="/my/requests",
            total=task_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        requests_sudo = task_sudo.search(
            domain,
            order="create_date desc, id desc",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return request.render(
            "conciergerie_base.portal_my_requests",
            {
                "requests": requests_sudo,
                "page_name": "request",
                "pager": pager,
                "default_url": "/my/requests",
            },
        )

    def _get_own_request(self, task_id):
        """Return a request of the person who is logged in.

        :raise NotFound: it is another's, or there is none: the answer is the same
        """
        task_sudo = (
            request.env["project.task"]
            .sudo()
            .search([("id", "=", task_id), *self._own_requests_domain()])
        )
        if not task_sudo:
            raise NotFound()
        return task_sudo

    @route("/my/requests/<int:task_id>", type="http", auth="user", website=True)
    def portal_my_request(self, task_id, **kw):
        task_sudo = self._get_own_request(task_id)
        return self._render_tracking(
            task_sudo,
            f"/my/requests/{task_id}/rate",
            page_name="request",
            rated=kw.get("rated"),
            rate_error=kw.get("error"),
        )

    @route(
        "/my/requests/<int:task_id>/rate",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_request_rate(self, task_id, rate="", feedback="", **kw):
        task_sudo = self._get_own_request(task_id)
        return self._rate(task_sudo, f"/my/requests/{task_id}", rate, feedback)

    # ------------------------------------------------------------------
    # Shared
    # ------------------------------------------------------------------

    def _render_tracking(
        self, task_sudo, rate_url, page_name="", rated=None, rate_error=None
    ):
        lang = task_sudo.partner_id.lang or request.env.lang
        # The page's own words too, not only the names on it.
        request.update_context(lang=lang)
        task_sudo = task_sudo.with_context(lang=lang)
        rating = task_sudo.rating_ids.filtered("consumed")[:1]
        response = request.render(
            "conciergerie_base.portal_tracking",
            {
                "task": task_sudo,
                "rating": rating,
                "rate_url": rate_url,
                "rated": rated,
                "rate_error": rate_error,
                "page_name": page_name,
                "no_breadcrumbs": not page_name,
            },
        )
        self._no_store(response)
        return response

    def _rate(self, task_sudo, page_url, rate, feedback):
        try:
            task_sudo._rate(RATES.get(rate, 0), feedback)
        except UserError:
            return request.redirect(f"{page_url}?error=1")
        return request.redirect(f"{page_url}?rated=1")

    def _is_request(self, task_id):
        """Tell whether a task is a request, whose core page is closed to portals."""
        return bool(
            request.env["project.task"]
            .sudo()
            .search_count([("id", "=", task_id), ("site_id", "!=", False)], limit=1)
        )

    @route()
    def portal_my_task(self, task_id, *args, **kw):
        if self._is_request(task_id):
            return request.redirect(f"/my/requests/{task_id}")
        return super().portal_my_task(task_id, *args, **kw)

    @route()
    def portal_my_project_task(self, project_id=None, task_id=None, **kw):
        if task_id and self._is_request(task_id):
            return request.redirect(f"/my/requests/{task_id}")
        return super().portal_my_project_task(
            project_id=project_id, task_id=task_id, **kw
        )
