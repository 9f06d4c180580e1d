from odoo import fields
from odoo.http import request, route

from .portal_provider import ProviderPortal


class ReferralPortal(ProviderPortal):
    """Sales that the provider made itself thanks to the conciergerie."""

    @route(
        ["/my/referrals", "/my/referrals/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_referrals(self, page=1, done="", **kw):
        return self._referrals_page(page=page, done=done)

    def _referrals_page(self, page=1, **values):
        referrals_sudo, pager = self._own_page(
            "conciergerie.referral",
            "/my/referrals",
            page=page,
            order="declaration_date desc, id desc",
        )
        services = self._referral_services(self._provider())
        return self._render_provider(
            "portal_my_referrals",
            {
                "referrals": referrals_sudo,
                "services": [
                    (key, service.name, company.name)
                    for key, (company, service) in services.items()
                ],
                "today": fields.Date.context_today(request.env.user),
                "form": {},
                "pager": pager,
                "page_name": "provider_referral",
                **values,
            },
        )

    def _referral_services(self, provider_sudo):
        """Return what the form offers: its key → (company, service)."""
        services = (
            request.env["conciergerie.referral"].sudo()._portal_services(provider_sudo)
        )
        return {
            f"{company.id}-{service.id}": (company, service)
            for company, service in services
        }

    @route(
        "/my/referrals/declare",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_referral_declare(
        self, service="", date="", price="", reference="", description="", **kw
    ):
        provider_sudo = self._provider()
        company_sudo, service_sudo = self._referral_services(provider_sudo).get(
            service, (None, None)
        )
        form = {
            "service": service,
            "date": date,
            "price": price,
            "reference": reference,
            "description": description,
        }
        if not service_sudo:
            return self._referrals_page(
                form=form, error=request.env._("Choose the service that you sold.")
            )
        error = self._try(
            request.env["conciergerie.referral"].sudo()._portal_declare,
            provider_sudo,
            company_sudo,
            service_sudo,
            {
                "date": self._parse_date(date),
                "price_total": self._parse_price(price),
                "provider_reference": reference.strip()[:64],
                "description": description.strip()[:200],
            },
        )
        if error:
            return self._referrals_page(form=form, error=error)
        return request.redirect("/my/referrals?done=declared")
