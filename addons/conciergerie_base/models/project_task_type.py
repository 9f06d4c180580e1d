from odoo import api, fields, models, tools
from odoo.exceptions import UserError

STEPS = [
    ("todo", "To do"),
    ("provider", "With the provider"),
    ("ready", "Ready"),
    ("handed_over", "Handed over"),
    ("cancelled", "Cancelled"),
    ("problem", "Problem"),
]


class ProjectTaskType(models.Model):
    """The stages of requests: one set for all sites, whose steps are fixed."""

    _inherit = "project.task.type"

    step = fields.Selection(
        selection=STEPS,
        readonly=True,
        copy=False,
        help="Step of a conciergerie request. Set by the software: features rely on "
        "it.",
    )

    _step_unique = models.UniqueIndex(
        "(step) WHERE step IS NOT NULL", "There is one stage for each step."
    )

    @api.model
    def _request_stages(self):
        """Return the shared stages of requests, one for each step."""
        return self.with_context(active_test=False).search([("step", "!=", False)])

    @api.model
    def _stage_of_step(self, step):
        return self.browse(self._stage_id_of_step(step))

    @api.model
    @tools.ormcache("step")
    def _stage_id_of_step(self, step):
        """Return the id of the stage of a step: every transition asks for it."""
        stages_sudo = self.sudo()._request_stages()
        return stages_sudo.filtered(lambda s: s.step == step).id

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("step") for vals in vals_list):
            self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "step" in vals:
            self.env.registry.clear_cache()
        protected = self.filtered("step")
        if protected:
            if "active" in vals and not vals["active"]:
                raise UserError(protected._protected_message())
            if "step" in vals and any(s.step != vals["step"] for s in protected):
                raise UserError(protected._protected_message())
        result = super().write(vals)
        if protected and "project_ids" in vals:
            protected._check_linked_to_sites()
        return result

    def _check_linked_to_sites(self):
        site_projects = (
            self.env["conciergerie.site"]
            .sudo()
            .with_context(active_test=False)
            .search([])
            .project_id
        )
        for stage in self.sudo():
            if site_projects - stage.project_ids:
                raise UserError(stage._protected_message())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_step(self):
        if protected := self.filtered("step"):
            raise UserError(protected._protected_message())

    def _protected_message(self):
        return self.env._(
            "The stage “%(stage)s” is a step of the conciergerie's requests: it can "
            "be renamed, but not archived, deleted or taken away from a site.",
            stage=self[0].name,
        )
