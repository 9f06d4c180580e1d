from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    audience_ids = fields.Many2many(
        comodel_name="conciergerie.audience", string="Audiences"
    )
    commune_id = fields.Many2one(
        comodel_name="conciergerie.commune",
        string="Home Commune",
        index="btree_not_null",
        help="Where the person lives; counted in the activity report.",
    )
    employer_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        domain=[("is_company", "=", True)],
        help="The person remains invoiced in her own name: this is not the "
        "company of the contact.",
    )
    is_provider = fields.Boolean(
        compute="_compute_is_provider", search="_search_is_provider"
    )
    request_ids = fields.One2many(
        comodel_name="project.task",
        inverse_name="partner_id",
        string="Requests",
        domain=[("site_id", "!=", False)],
    )
    request_count = fields.Integer(compute="_compute_request_count")

    @api.model
    def default_get(self, fields):
        """Beneficiaries belong to the company that registers them.

        Core leaves contacts open to all companies, which providers need.
        """
        values = super().default_get(fields)
        commands = self.env.context.get("default_audience_ids")
        if commands and "company_id" in fields and not values.get("company_id"):
            audiences = self.new({"audience_ids": commands}).audience_ids
            if {"inhabitant", "employee"} & set(audiences.mapped("code")):
                values["company_id"] = self.env.company.id
        return values

    @api.depends("audience_ids.code")
    def _compute_is_provider(self):
        for partner in self:
            partner.is_provider = "provider" in partner.audience_ids.mapped("code")

    def _search_is_provider(self, operator, value):
        if operator != "in":
            return NotImplemented
        negate = [] if True in value else ["!"]
        return [*negate, ("audience_ids.code", "=", "provider")]

    @api.depends_context("uid")
    def _compute_request_count(self):
        """Count requests as beneficiary and as provider, two queries in all."""
        task = self.env["project.task"]
        counts = dict.fromkeys(self.ids, 0)
        for fname in ("partner_id", "provider_id"):
            domain = [("site_id", "!=", False), (fname, "in", self.ids)]
            for partner, count in task._read_group(domain, [fname], ["__count"]):
                counts[partner.id] += count
        for partner in self:
            partner.request_count = counts.get(partner.id, 0)

    def action_view_requests(self):
        """Open the requests of a beneficiary, or those entrusted to a provider."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        action["domain"] = [
            ("site_id", "!=", False),
            "|",
            ("partner_id", "=", self.id),
            ("provider_id", "=", self.id),
        ]
        action["context"] = {"default_partner_id": self.id}
        return action
