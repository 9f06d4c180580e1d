from odoo import models


class ProjectTask(models.Model):
    """The dialogs and documents that the buttons of a request open."""

    _inherit = "project.task"

    def _action_open_request(self):
        """Open the request's form.

        By an action of its own: the browser keeps an action by its id, and would show
        this form where the list is asked for again.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request_form"
        )
        action["res_id"] = self.id
        return action

    def _action_custody(self, operation):
        """Open the dialog in which pieces change hands.

        Its record is saved beforehand: scans come faster than the browser and the
        server agree on the lines of a record that is not.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_custody_wizard_action"
        )
        names = dict(
            self.env["conciergerie.custody.wizard"]
            ._fields["operation"]
            ._description_selection(self.env)
        )
        action["name"] = names[operation]
        action["context"] = {
            "default_operation": operation,
            "default_task_ids": self.ids,
        }
        action["res_id"] = (
            self.env["conciergerie.custody.wizard"]
            .with_context(**action["context"])
            .create({})
            .id
        )
        return action

    def action_deposit(self):
        self.ensure_one()
        return self._action_custody("deposit")

    def action_receive(self):
        return self._action_custody("receive")

    def _action_reason(self, operation):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_reason_wizard_action"
        )
        action["context"] = {
            "default_operation": operation,
            "default_task_ids": self.ids,
        }
        return action

    def action_cancel_request(self):
        return self._action_reason("cancel")

    def action_report_problem(self):
        return self._action_reason("problem")

    def action_print_ticket(self):
        return self.env.ref(
            "conciergerie_base.action_report_deposit_ticket"
        ).report_action(self)

    def action_print_hand_over_note(self):
        return self.env.ref(
            "conciergerie_base.action_report_hand_over_note"
        ).report_action(self)

    def action_print_labels(self):
        return self.env.ref(
            "conciergerie_base.action_report_piece_label"
        ).report_action(self.piece_ids)
