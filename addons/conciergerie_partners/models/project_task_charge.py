from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectTask(models.Model):
    """What went wrong at the provider is charged to it."""

    _inherit = "project.task"

    charge_entry_ids = fields.One2many(
        comodel_name="conciergerie.due.entry",
        inverse_name="task_id",
        groups="conciergerie_base.group_manager,conciergerie_base.group_accountant",
    )
    provider_charge_amount = fields.Monetary(
        compute="_compute_provider_charge_amount",
        string="Charged to the Provider",
        groups="conciergerie_base.group_manager,conciergerie_base.group_accountant",
        help="Deducted on the provider's statements for this request.",
    )

    @api.depends("charge_entry_ids.charge_amount")
    def _compute_provider_charge_amount(self):
        for task in self:
            # What a reversed statement opened again is the same charge.
            entries_sudo = task.sudo().charge_entry_ids.filtered(
                lambda entry: not entry.origin_id
            )
            task.provider_charge_amount = sum(entries_sudo.mapped("charge_amount"))

    def action_charge_provider(self):
        """Open the dialog that charges the provider.

        :raise UserError: the request has no provider
        """
        self.ensure_one()
        self.env["conciergerie.due.entry"]._check_may_charge()
        self.check_access("read")
        if not self.provider_id:
            raise UserError(
                self.env._("%s has no provider to charge.", self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charge the Provider"),
            "res_model": "conciergerie.charge.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id},
        }

    def action_view_charges(self):
        """Show what is charged to the provider for this request."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_due_entry_action"
        )
        action["domain"] = [("task_id", "=", self.id)]
        action["context"] = {}
        return action
