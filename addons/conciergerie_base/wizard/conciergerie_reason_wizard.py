from odoo import fields, models


class ConciergerieReasonWizard(models.TransientModel):
    _name = "conciergerie.reason.wizard"
    _description = "Cancel a Request or Report a Problem"

    task_ids = fields.Many2many(comodel_name="project.task", required=True)
    operation = fields.Selection(
        selection=[("cancel", "Cancel"), ("problem", "Report a problem")],
        required=True,
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.operation == "cancel":
            self.task_ids._cancel_request(self.reason)
        else:
            self.task_ids._report_problem(self.reason)
        return {"type": "ir.actions.act_window_close"}
