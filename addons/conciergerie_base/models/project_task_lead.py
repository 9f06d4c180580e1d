from odoo import api, fields, models


class ProjectTask(models.Model):
    """The prospect that a request comes from."""

    _inherit = "project.task"

    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Prospect",
        compute="_compute_lead_id",
        compute_sudo=True,
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
    )

    @api.depends("sale_line_id.order_id.opportunity_id")
    def _compute_lead_id(self):
        for task in self:
            opportunity = task.sale_line_id.order_id.opportunity_id
            task.lead_id = opportunity or task.lead_id

    def action_view_lead(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [[False, "form"]],
        }
