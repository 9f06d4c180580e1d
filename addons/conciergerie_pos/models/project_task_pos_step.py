from odoo import api, models
from odoo.exceptions import UserError


class ProjectTask(models.Model):
    """The steps of requests from a till: one call for each transition of base.

    Each answers with the new rows, so that the screen shows what the server knows.
    """

    _inherit = "project.task"

    @api.model
    def _pos_requests(self, ids):
        """Return requests by id, once the user may change them."""
        tasks = self.browse(int(task_id) for task_id in ids).exists()
        tasks = tasks.filtered("site_id")
        if not tasks:
            raise UserError(self.env._("This request no longer exists. Look again."))
        tasks.check_access("write")
        return tasks

    @api.model
    def pos_send_to_provider(self, ids):
        """Entrust requests, with their pieces, to their provider.

        :param list ids: ids of the requests
        :return: their new rows
        """
        tasks = self._pos_requests(ids)
        tasks._send_to_provider()
        return tasks._pos_rows()

    @api.model
    def pos_mark_ready(self, ids):
        """Mark requests ready; their beneficiaries are told.

        :param list ids: ids of the requests
        :return: their new rows
        """
        tasks = self._pos_requests(ids)
        tasks._mark_ready()
        return tasks._pos_rows()

    @api.model
    def pos_resume(self, ids):
        """Return requests from a problem to the step where it happened.

        :param list ids: ids of the requests
        :return: their new rows
        """
        tasks = self._pos_requests(ids)
        tasks._resume()
        return tasks._pos_rows()

    @api.model
    def pos_report_problem(self, ids, reason, kind="other"):
        """Put requests aside until a problem is solved.

        :param list ids: ids of the requests
        :param str reason: what happened
        :param str kind: ``lost``, ``damaged``, ``refused`` or ``other``
        :return: their new rows
        """
        tasks = self._pos_requests(ids)
        tasks._report_problem(reason, kind)
        return tasks._pos_rows()

    @api.model
    def pos_receive_pieces(self, piece_ids, rack=""):
        """Receive a provider's delivery; complete requests become ready.

        :param list piece_ids: ids of the pieces that were scanned
        :param str rack: where they were put, if they all go to one place
        :return: the new rows of their requests
        """
        pieces = self.env["conciergerie.piece"].browse(map(int, piece_ids)).exists()
        if not pieces:
            raise UserError(self.env._("Scan the labels of what came back first."))
        tasks = self._pos_requests(pieces.task_id.ids)
        rack = (rack or "").strip()
        if rack:
            pieces.write({"rack": rack})
        tasks._receive_pieces(pieces)
        return tasks._pos_rows()

    @api.model
    def pos_set_rack(self, piece_ids, rack):
        """Note where pieces hang.

        :param list piece_ids: ids of the pieces
        :param str rack: the place, as written on the rack
        :return: the new rows of their requests
        """
        pieces = self.env["conciergerie.piece"].browse(map(int, piece_ids)).exists()
        tasks = self._pos_requests(pieces.task_id.ids)
        pieces.write({"rack": (rack or "").strip()})
        return tasks._pos_rows()
