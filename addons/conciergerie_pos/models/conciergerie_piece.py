from odoo import api, models


class ConciergeriePiece(models.Model):
    _inherit = "conciergerie.piece"

    @api.model
    def action_open_code(self, code):
        """Open the requests of a scanned deposit ticket as well."""
        action = super().action_open_code(code)
        if action:
            return action
        drop_off = self.env["conciergerie.drop.off"].search(
            [("name", "=", (code or "").strip().upper())], limit=1
        )
        tasks = drop_off.task_ids
        if len(tasks) == 1:
            return tasks._action_open_request()
        return drop_off._action_open() if drop_off else False
