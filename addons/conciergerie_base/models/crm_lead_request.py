from odoo import Command, api, fields, models
from odoo.tools import html2plaintext


class CrmLead(models.Model):
    """From a prospect to a request or a quotation, with nothing to retype."""

    _inherit = "crm.lead"

    request_ids = fields.One2many(
        comodel_name="project.task", inverse_name="lead_id", string="Requests"
    )
    request_count = fields.Integer(compute="_compute_request_count")

    @api.depends("request_ids")
    def _compute_request_count(self):
        counts = dict(
            self.env["project.task"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.request_count = counts.get(lead._origin, 0)

    def action_make_request(self):
        """Open the short form, filled with what the prospect has told."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_request_wizard_action"
        )
        action["context"] = {
            f"default_{fname}": value
            for fname, value in self._prepare_request_vals().items()
            if value
        }
        return action

    def _prepare_request_vals(self):
        """Return the values of the short form."""
        self.ensure_one()
        vals = {
            "lead_id": self.id,
            "site_id": self.site_id.id,
            "service_id": self.service_id.id,
            "remarks": html2plaintext(self.description or "").strip(),
        }
        if self.partner_id:
            return {**vals, "partner_id": self.partner_id.id}
        return {
            **vals,
            "new_name": self.contact_name or self.partner_name,
            "new_phone": self.phone,
            "new_email": self.email_from,
            "new_commune_id": self.commune_id.id,
        }

    def _create_beneficiary(self, name, vals):
        """Create the contact of the prospect as it was confirmed in the short form.

        :param dict vals: ``phone``, ``email_from``, ``commune_id`` as typed
        """
        self.ensure_one()
        if name != self.partner_name:
            vals = {**vals, "contact_name": name}
        self.write(vals)
        self._handle_partner_assignment()
        return self.partner_id

    def _link_request(self, task, won):
        """Note the request made from the prospect, which is won if the user says so."""
        self.ensure_one()
        if self.type == "lead":
            self.convert_opportunity(task.partner_id)
        elif not self.partner_id:
            self.partner_id = task.partner_id
        self._message_log(body=self.env._("Request made: %s", task._get_html_link()))
        if won and self.won_status != "won":
            self.action_set_won()

    def action_view_requests(self):
        self.ensure_one()
        if self.request_count == 1:
            return self.request_ids._action_open_request()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_sale_quotations_new(self):
        """Quote at once: create the contact, unless the person may be known."""
        self.ensure_one()
        if self.partner_id or not self.audience_id:
            return super().action_sale_quotations_new()
        partner = self.env["res.partner"]
        keys = partner._prepare_duplicate_keys(
            {
                "name": self.contact_name or self.partner_name,
                "phone": self.phone,
                "email": self.email_from,
                "commune_id": self.commune_id.id,
            }
        )
        candidates = partner._find_duplicates([keys])[0]
        if candidates:
            action = super().action_sale_quotations_new()
            action["context"] = {
                "default_partner_id": candidates[0][0].id,
                "default_action": "exist",
            }
            return action
        self._handle_partner_assignment()
        return self.action_new_quotation()

    def _prepare_opportunity_quotation_context(self):
        context = super()._prepare_opportunity_quotation_context()
        if self.site_id:
            context["default_site_id"] = self.site_id.id
        if self.service_id:
            context["default_order_line"] = [
                Command.create({"product_id": self.service_id.id})
            ]
        return context

    def _merge_get_fields_specific(self):
        merged = super()._merge_get_fields_specific()
        merged["request_ids"] = lambda _fname, leads: [
            Command.link(task.id) for task in leads.request_ids
        ]
        return merged
