from odoo import fields, models
from odoo.exceptions import UserError


class ProjectTask(models.Model):
    _inherit = "project.task"

    def write(self, vals):
        """A request that is with its provider, or closed, keeps it.

        :raise UserError: naming the request
        """
        if "provider_id" in vals:
            for task in self.filtered(
                lambda t: (
                    t.provider_id.id != vals["provider_id"]
                    and t.step in ("provider", "handed_over", "cancelled")
                )
            ):
                raise UserError(
                    self.env._(
                        "%(request)s is at the step “%(step)s”: its provider cannot "
                        "change any more. Receive its pieces back first.",
                        request=task.display_name,
                        step=dict(
                            self._fields["step"]._description_selection(self.env)
                        )[task.step],
                    )
                )
        return super().write(vals)

    def _send_to_provider(self):
        """Refuse new requests to a provider whose papers have run out (A19)."""
        today = fields.Date.context_today(self)
        for (provider, company), tasks in self.grouped(
            lambda t: (t.provider_id.commercial_partner_id, t.company_id)
        ).items():
            wrong = provider._wrong_papers(company, today).get(provider)
            if wrong:
                raise UserError(
                    self.env._(
                        "%(request)s cannot go to %(provider)s: “%(paper)s” is missing "
                        "or has run out. Ask for a new one, or choose another "
                        "provider.",
                        request=tasks[0].display_name,
                        provider=provider.name,
                        paper=wrong.display_name,
                    )
                )
        return super()._send_to_provider()
