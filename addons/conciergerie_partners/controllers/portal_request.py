from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from .portal_provider import ProviderPortal

OPEN_STEPS = ("todo", "provider", "problem")


class RequestPortal(ProviderPortal):
    """Requests given to the provider.

    Its pages get plain values: nothing of the beneficiary can slip into a template.
    """

    def _provider_domain(self, model, provider):
        if model == "project.task":
            return [
                ("site_id", "!=", False),
                ("provider_id.commercial_partner_id", "=", provider.id),
            ]
        return super()._provider_domain(model, provider)

    def _request_filters(self):
        to_answer = Domain("provider_answer", "in", ("waiting", "late")) & Domain(
            "step", "in", ("todo", "provider")
        )
        return {
            "answer": to_answer,
            "hand": Domain("step", "in", OPEN_STEPS)
            & ~to_answer
            & Domain("provider_done_date", "=", False)
            & Domain("provider_answer", "in", (False, "accepted")),
            "done": Domain("provider_done_date", "!=", False)
            | Domain("step", "in", ("ready", "handed_over")),
        }

    def _provider_waiting(self, provider_sudo):
        count = self._provider_counter(provider_sudo)
        filters = self._request_filters()
        return [
            *super()._provider_waiting(provider_sudo),
            ("requests", count("project.task", filters["answer"])),
        ]

    @route(
        ["/my/provider/requests", "/my/provider/requests/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_provider_requests(self, page=1, filterby="", **kw):
        provider_sudo = self._provider()
        filters = self._request_filters()
        count = self._provider_counter(provider_sudo)
        counts = {key: count("project.task", domain) for key, domain in filters.items()}
        if filterby not in filters:
            filterby = "answer" if counts["answer"] else "hand"
        tasks_sudo, pager = self._own_page(
            "project.task",
            "/my/provider/requests",
            filters[filterby],
            page=page,
            url_args={"filterby": filterby},
            order="promised_date desc, id desc"
            if filterby == "done"
            else "promised_date, id",
        )
        return self._render_provider(
            "portal_provider_requests",
            {
                "requests": [self._request_values(task) for task in tasks_sudo],
                "filterby": filterby,
                "counts": counts,
                "pager": pager,
                "page_name": "provider_request",
            },
        )

    def _request_values(self, task_sudo):
        """Return what a provider may know of a request: not for whom it is."""
        site_sudo = task_sudo.site_id
        address = site_sudo.partner_id._display_address(without_company=True)
        return {
            "id": task_sudo.id,
            "reference": task_sudo.reference,
            "service": task_sudo.service_id.name or task_sudo.reference,
            "note": task_sudo.provider_note,
            "charges": [
                (entry.name, entry.charge_amount, entry.currency_id)
                for entry in task_sudo.charge_entry_ids
                if not entry.origin_id
                # Another provider may have had the request before.
                and entry.provider_id == task_sudo.provider_id.commercial_partner_id
            ],
            "pieces": [(p.label, p.description or "") for p in task_sudo.piece_ids],
            "promised_date": task_sudo.promised_date,
            "site": site_sudo.name,
            "site_address": "\n".join(filter(None, address.splitlines())),
            "site_phone": site_sudo.partner_id.phone,
            "step": task_sudo.step,
            "step_label": task_sudo._step_label(),
            "answer": task_sudo.provider_answer,
            "deadline": task_sudo.provider_answer_deadline,
            "date": task_sudo.provider_date,
            "picked_date": task_sudo.provider_picked_date,
            "done_date": task_sudo.provider_done_date,
            "decline_reason": task_sudo.provider_decline_reason,
            "open": task_sudo.step in OPEN_STEPS,
        }

    @route(
        "/my/provider/requests/<int:task_id>", type="http", auth="user", website=True
    )
    def portal_provider_request(self, task_id, done="", **kw):
        return self._request_page(self._get_own("project.task", task_id), done=done)

    def _request_page(self, task_sudo, **values):
        photos_sudo = (
            request.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "project.task"),
                    ("res_id", "=", task_sudo.id),
                    ("create_uid", "=", request.env.uid),
                ]
            )
        )
        today = fields.Date.context_today(request.env.user)
        promised = task_sudo.promised_date
        return self._render_provider(
            "portal_provider_request",
            {
                "own": self._request_values(task_sudo),
                "photos": photos_sudo.mapped("name"),
                "today": today,
                "proposed_date": max(
                    task_sudo.provider_date or promised or today, today
                ),
                "page_name": "provider_request",
                **values,
            },
        )

    def _answer(self, task_id, done, action, *args):
        """Record an answer and go back to the request's page."""
        task_sudo = self._get_own("project.task", task_id)
        error = self._try(getattr(task_sudo, action), *args)
        if error:
            return self._request_page(task_sudo, error=error)
        return request.redirect(f"/my/provider/requests/{task_id}?done={done}")

    @route(
        "/my/provider/requests/<int:task_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_provider_request_accept(self, task_id, date="", **kw):
        return self._answer(
            task_id, "accepted", "_provider_accept", self._parse_date(date)
        )

    @route(
        "/my/provider/requests/<int:task_id>/decline",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_provider_request_decline(self, task_id, reason="", **kw):
        return self._answer(task_id, "declined", "_provider_decline", reason)

    @route(
        "/my/provider/requests/<int:task_id>/picked",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_provider_request_picked(self, task_id, **kw):
        return self._answer(task_id, "picked", "_provider_mark_picked")

    @route(
        "/my/provider/requests/<int:task_id>/done",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_provider_request_done(self, task_id, **kw):
        return self._answer(task_id, "done", "_provider_mark_done")

    @route(
        "/my/provider/requests/<int:task_id>/photo",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_provider_request_photo(self, task_id, photo=None, **kw):
        name, content = self._read_file(photo)
        return self._answer(task_id, "photo", "_provider_add_photo", name, content)
