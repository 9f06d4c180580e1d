from odoo.http import request, route

from odoo.addons.conciergerie_base.controllers.portal_tools import try_action

from .portal_people import PEOPLE, PeoplePortal


class PeopleImportPortal(PeoplePortal):
    """The payer sends a list of people: it sees what it does, then confirms."""

    @route(f"{PEOPLE}/import", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_people_import(self, convention_id, people="", document=None, **kw):
        convention_sudo = self._payer_list(convention_id)
        content = document.read() if hasattr(document, "read") else b""
        rows = []
        error = try_action(
            lambda: rows.extend(convention_sudo._portal_import_rows(content, people))
        )
        if error:
            return self._people_page(convention_sudo, error=error, pasted=people)
        return self._render_payer(
            "portal_my_people_import",
            {
                "convention": convention_sudo,
                "convention_part": request.env._("People"),
                "rows": rows,
                "new_count": sum(row["kind"] == "new" for row in rows),
                "text": convention_sudo._import_text(rows),
                "page_name": "convention",
            },
        )

    @route(
        f"{PEOPLE}/import/confirm",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_people_import_confirm(self, convention_id, people="", **kw):
        convention_sudo = self._payer_list(convention_id)
        error = try_action(convention_sudo._portal_import, people)
        return self._people_answer(convention_sudo, error, "imported")
