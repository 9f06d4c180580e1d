import re

from odoo import api, models


class ConciergerieDropOff(models.Model):
    """What the codes of a deposit ticket lead to."""

    _inherit = "conciergerie.drop.off"

    @api.model
    def _tracked_requests(self, uuid):
        """Return the requests that the code of a deposit ticket opens, elevated.

        :param str uuid: from the address
        """
        tasks = self.env["project.task"]
        if not re.fullmatch(r"[0-9a-f-]{36}", uuid or "", re.ASCII):
            return tasks
        drop_off_sudo = self.sudo().search([("uuid", "=", uuid)], limit=1)
        opened = tasks.sudo()
        for task_sudo in drop_off_sudo.task_ids - drop_off_sudo.task_ids._shut_codes():
            # A link that expired stays shut.
            opened |= tasks._get_by_tracking_token(task_sudo.tracking_token)
        return opened


class ProjectTask(models.Model):
    _inherit = "project.task"

    def _code_claim(self):
        """Return the identifier that says: no printed code opens this any more."""
        self.ensure_one()
        return f"code-{self.id}"

    def _shut_codes(self):
        """Return those of these requests whose link was replaced since."""
        claims = self.env["conciergerie.pos.claim"].sudo()
        shut = claims.search([("uuid", "in", [task._code_claim() for task in self])])
        shut = set(shut.mapped("uuid"))
        return self.filtered(lambda task: task._code_claim() in shut)

    def action_renew_tracking_link(self):
        """The code of the deposit ticket was given out before: it opens nothing."""
        result = super().action_renew_tracking_link()
        self.env["conciergerie.pos.claim"]._claim([self._code_claim()])
        return result
