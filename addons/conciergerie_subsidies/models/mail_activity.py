from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Mark as done, too, the deadline that the activity stands for.

        Runs with elevated rights: who may do the activity has done what was due.
        """
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        deadlines_sudo = (
            self.env["conciergerie.deadline"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("done_date", "=", False)])
        )
        deadlines_sudo.done_date = fields.Date.context_today(self)
        return result
