from odoo.tools import file_open

from odoo.addons.point_of_sale.controllers.main import PosController


class TillController(PosController):
    def _get_pos_service_worker(self):
        """Let a till open without network at any of its addresses.

        Ours comes first: its listener leaves to core's what is no page of a till.
        """
        with file_open("conciergerie_pos/static/service_worker/till.js") as script:
            return f"{script.read()}\n{super()._get_pos_service_worker()}"
