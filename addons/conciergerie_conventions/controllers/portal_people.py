from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.conciergerie_base.controllers.portal_tools import (
    parse_date,
    try_action,
)
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal_payer import PayerPortal

PEOPLE = "/my/conventions/<int:convention_id>/people"


class PeoplePortal(PayerPortal):
    """The list of the people entitled, as their payer keeps it."""

    def _payer_list(self, convention_id):
        """Return a convention of the payer that names people.

        :raise NotFound: another's, or one that entitles without names
        """
        convention_sudo = self._payer_convention(convention_id)
        if convention_sudo.state == "proposed" or not convention_sudo._has_list():
            raise NotFound()
        return convention_sudo

    def _payer_person(self, convention_id, entitlement_id):
        """Return a line of the payer's list; family members have none there."""
        convention_sudo = self._payer_list(convention_id)
        entitlement_sudo = convention_sudo.env["conciergerie.entitlement"].search(
            [
                ("id", "=", entitlement_id),
                ("convention_id", "=", convention_sudo.id),
                ("family_of_id", "=", False),
            ]
        )
        if not entitlement_sudo:
            raise NotFound()
        return entitlement_sudo

    def _convention_values(self, convention_sudo):
        return {
            **super()._convention_values(convention_sudo),
            "has_list": convention_sudo._has_list(),
            "pending_count": convention_sudo.env[
                "conciergerie.entitlement"
            ].search_count(
                [
                    ("convention_id", "=", convention_sudo.id),
                    ("state", "=", "pending"),
                    ("family_of_id", "=", False),
                ]
            ),
        }

    @route(
        [PEOPLE, f"{PEOPLE}/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_people(self, convention_id, page=1, search="", done="", **kw):
        return self._people_page(
            self._payer_list(convention_id), page=page, search=search, done=done
        )

    def _people_page(self, convention_sudo, page=1, search="", **values):
        entitlement_sudo = convention_sudo.env["conciergerie.entitlement"]
        search = (search or "").strip()[:100]
        domain = Domain("convention_id", "=", convention_sudo.id) & Domain(
            "family_of_id", "=", False
        )
        if search:
            # A name that was given hides the contact's: search what is shown.
            domain &= Domain("given_name", "ilike", search) | (
                Domain("given_name", "=", False)
                & Domain("partner_id.name", "ilike", search)
            )
        pager = portal_pager(
            url=f"/my/conventions/{convention_sudo.id}/people",
            url_args={"search": search} if search else {},
            total=entitlement_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        people_sudo = entitlement_sudo.search(
            domain,
            order="state desc, date_from desc, id desc",
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return self._render_payer(
            "portal_my_people",
            {
                "convention": convention_sudo,
                "convention_part": request.env._("People"),
                "people": [person._portal_row() for person in people_sudo],
                "is_open": convention_sudo.state in ("signed", "running"),
                "today": fields.Date.context_today(request.env.user),
                "earliest": convention_sudo._portal_earliest_day(),
                "pager": pager,
                "search": search,
                "page_name": "convention",
                "given": {},
                "pasted": "",
                **values,
            },
        )

    def _people_answer(self, convention_sudo, error, done, **values):
        """Show the list again with what is wrong, or go back to it."""
        if error:
            return self._people_page(convention_sudo, error=error, **values)
        return request.redirect(
            f"/my/conventions/{convention_sudo.id}/people?done={done}"
        )

    @route(f"{PEOPLE}/add", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_people_add(
        self, convention_id, name="", email="", phone="", date_from="", **kw
    ):
        convention_sudo = self._payer_list(convention_id)
        error = try_action(
            convention_sudo._portal_add, name, email, phone, parse_date(date_from)
        )
        given = {"name": name, "email": email, "phone": phone, "date_from": date_from}
        return self._people_answer(convention_sudo, error, "added", given=given)

    @route(
        f"{PEOPLE}/<int:entitlement_id>/leave",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_people_leave(self, convention_id, entitlement_id, day="", **kw):
        person_sudo = self._payer_person(convention_id, entitlement_id)
        day = parse_date(day)
        error = try_action(person_sudo._portal_leave, day)
        convention_sudo = person_sudo.convention_id
        invoiced = convention_sudo._portal_last_invoiced()
        done = "left_invoiced" if day and invoiced and day < invoiced else "left"
        return self._people_answer(convention_sudo, error, done)

    @route(
        f"{PEOPLE}/<int:entitlement_id>/confirm",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_people_confirm(self, convention_id, entitlement_id, **kw):
        person_sudo = self._payer_person(convention_id, entitlement_id)
        error = try_action(person_sudo._portal_confirm)
        return self._people_answer(person_sudo.convention_id, error, "confirmed")

    @route(
        f"{PEOPLE}/<int:entitlement_id>/refuse",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_people_refuse(self, convention_id, entitlement_id, **kw):
        person_sudo = self._payer_person(convention_id, entitlement_id)
        convention_sudo = person_sudo.convention_id
        error = try_action(person_sudo._portal_refuse)
        return self._people_answer(convention_sudo, error, "refused")
