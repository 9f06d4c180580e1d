from odoo import models

from .project_task_ticket import Taking


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _timesheet_create_task_prepare_values(self, project):
        """Pass to the request what was said when the things were left."""
        values = super()._timesheet_create_task_prepare_values(project)
        taking = self.env.context.get("conciergerie_taking")
        line = isinstance(taking, Taking) and taking.order_lines.get(self.id)
        if line:
            values.update(line._prepare_request_vals())
        return values
