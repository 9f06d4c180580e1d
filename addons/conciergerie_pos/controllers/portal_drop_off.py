from odoo.http import request, route

from odoo.addons.conciergerie_base.controllers.portal import ConciergeriePortal


class DropOffPortal(ConciergeriePortal):
    @route(
        "/suivi/depot/<string:uuid>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def drop_off_tracking(self, uuid, **kw):
        """Open what the code of a deposit ticket stands for.

        The till prints it before the server knows of the drop-off: it holds the
        identifier that the till drew by lot, and leads to the requests' own links,
        which expire.
        """
        tasks_sudo = request.env["conciergerie.drop.off"]._tracked_requests(uuid)
        if not tasks_sudo:
            return self._tracking_expired()
        if len(tasks_sudo) == 1:
            response = request.redirect(tasks_sudo.tracking_url, local=False)
        else:
            response = request.render(
                "conciergerie_pos.portal_drop_off", {"tasks": tasks_sudo}
            )
        self._no_store(response)
        return response
