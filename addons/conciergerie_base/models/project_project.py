from odoo import fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    site_ids = fields.One2many(
        comodel_name="conciergerie.site", inverse_name="project_id", string="Site"
    )
