from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CrmLead(models.Model):
    """The playbook: activities of the audience, scheduled without being asked for.

    They start by themselves as soon as somebody is in charge, so that no prospect is
    forgotten; a prospect that changes pipeline keeps what was begun, and the button
    starts the other playbook.
    """

    _inherit = "crm.lead"

    playbook_id = fields.Many2one(
        comodel_name="mail.activity.plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Playbook whose activities have been scheduled.",
    )
    can_start_playbook = fields.Boolean(compute="_compute_can_start_playbook")

    @api.depends("active", "won_status", "team_id.playbook_id.active", "playbook_id")
    def _compute_can_start_playbook(self):
        for lead in self:
            playbook = lead.team_id.playbook_id
            lead.can_start_playbook = (
                lead.active
                and lead.won_status == "pending"
                and playbook.active
                and playbook != lead.playbook_id
            )

    def _start_due_playbooks(self):
        """Start the playbook of leads that have somebody in charge and none yet."""
        self.filtered(
            lambda lead: (
                lead.audience_id
                and lead.user_id
                and not lead.playbook_id
                and lead.can_start_playbook
            )
        )._start_playbook()

    def action_start_playbook(self):
        """Schedule the activities of the playbook of the team.

        :raise UserError: nobody is in charge, or there is nothing to start
        """
        for lead in self:
            if not lead.user_id:
                raise UserError(
                    self.env._(
                        "Nobody is in charge of “%(lead)s”: choose the salesperson, "
                        "the playbook then starts by itself.",
                        lead=lead.name,
                    )
                )
            if not lead.can_start_playbook:
                raise UserError(
                    self.env._(
                        "There is no playbook to start for “%(lead)s”: its team has "
                        "none, or it has been started already.",
                        lead=lead.name,
                    )
                )
        self._start_playbook()

    def _start_playbook(self):
        """Schedule the activities in one batch, and log what was scheduled."""
        if not self:
            return
        today = fields.Date.context_today(self)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list, bodies = [], {}
        for lead in self:
            lead.playbook_id = lead.team_id.playbook_id
            rows = Markup()
            for step in lead.playbook_id.template_ids:
                responsible = step._determine_responsible(lead.user_id, lead)
                deadline = step._get_date_deadline(today)
                vals_list.append(
                    {
                        "activity_type_id": step.activity_type_id.id,
                        "automated": True,
                        "summary": step.summary,
                        "note": step.note,
                        "user_id": responsible["responsible"].id or lead.user_id.id,
                        "date_deadline": deadline,
                        "res_model_id": model_id,
                        "res_id": lead.id,
                    }
                )
                rows += Markup("<li>%s: %s</li>") % (
                    format_date(self.env, deadline),
                    step.summary or step.activity_type_id.name,
                )
            bodies[lead.id] = Markup("%s<ul>%s</ul>") % (
                self.env._("Playbook started: %s", lead.playbook_id.name),
                rows,
            )
        # One mail for each step would drown the person; her activities tell her.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            vals_list
        )
        self._message_log_batch(bodies=bodies)
