from odoo import fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    site_ids = fields.One2many(
        comodel_name="conciergerie.site", inverse_name="project_id"
    )

    def write(self, vals):
        """Keep the steps of requests in the projects of sites."""
        result = super().write(vals)
        if "type_ids" in vals:
            site_projects = self.filtered("site_ids")
            if site_projects:
                self.env["project.task.type"]._request_stages()._check_linked_to_sites()
        return result
