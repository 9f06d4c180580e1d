from odoo import fields, models

from ..models.project_task_problem import PROBLEM_KINDS


class ConciergerieReasonWizard(models.TransientModel):
    _name = "conciergerie.reason.wizard"
    _description = "Cancel a Request or Report a Problem"

    task_ids = fields.Many2many(comodel_name="project.task", required=True)
    operation = fields.Selection(
        selection=[
            ("cancel", "Cancel"),
            ("problem", "Report a problem"),
            ("dispose", "Dispose of unclaimed things"),
        ],
        required=True,
    )
    problem_kind = fields.Selection(selection=PROBLEM_KINDS)
    outcome = fields.Selection(
        selection=[("sold", "Sold"), ("given", "Given away")], default="given"
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.operation == "cancel":
            self.task_ids._cancel_request(self.reason)
        elif self.operation == "dispose":
            self.task_ids._dispose_unclaimed(self.outcome, self.reason)
        else:
            self.task_ids._report_problem(self.reason, self.problem_kind)
        return {"type": "ir.actions.act_window_close"}
