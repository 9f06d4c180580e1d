from odoo import Command, api, fields, models


class CrmLead(models.Model):
    """A prospect of one audience, in the pipeline of that audience."""

    _inherit = "crm.lead"

    audience_id = fields.Many2one(
        comodel_name="conciergerie.audience",
        index="btree_not_null",
        tracking=True,
        help="Gives the prospect its pipeline, its playbook, and the audience of the "
        "contact made from it.",
    )
    pipeline_audience_id = fields.Many2one(
        related="team_id.audience_id", string="Audience of the Pipeline"
    )
    commune_id = fields.Many2one(
        comodel_name="conciergerie.commune",
        compute="_compute_commune_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        compute="_compute_site_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="['|', ('company_id', '=', company_id), (not company_id, '=', 1)]",
        help="Site that would serve the prospect.",
    )
    service_id = fields.Many2one(
        comodel_name="product.product",
        index="btree_not_null",
        domain=[("is_conciergerie_service", "=", True)],
        help="What the prospect asks for; carried into the request or quotation.",
    )

    @api.depends("audience_id")
    def _compute_team_id(self):
        """The audience chooses the team, whoever is in charge."""
        leads = self.filtered("audience_id")
        teams = self.env["crm.team"]._get_by_audience(leads.audience_id)
        placed = self.browse()
        for lead in leads:
            audience = lead.audience_id.id
            company = lead.company_id or self.env.company
            team = teams.get((audience, company.id)) or teams.get((audience, False))
            if team and lead.team_id.audience_id != lead.audience_id:
                lead.team_id = team
            if team:
                placed += lead
        return super(CrmLead, self - placed)._compute_team_id()

    @api.depends("partner_id")
    def _compute_commune_id(self):
        for lead in self:
            lead.commune_id = lead.partner_id.commune_id or lead.commune_id

    @api.depends("commune_id")
    def _compute_site_id(self):
        """Propose a site that serves the commune; keep the one chosen."""
        communes = self.filtered(lambda lead: not lead.site_id).commune_id
        sites = self.env["conciergerie.site"].search(
            [
                ("commune_ids", "in", communes.ids),
                ("phase", "in", ("test", "open")),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        for lead in self:
            if lead.site_id:
                continue
            company = lead.company_id or self.env.company
            lead.site_id = sites.filtered(
                lambda site, lead=lead, company=company: (
                    lead.commune_id in site.commune_ids and site.company_id == company
                )
            )[:1]

    @api.onchange("team_id")
    def _onchange_team_id(self):
        if self.team_id.audience_id:
            self.audience_id = self.team_id.audience_id

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._take_audience_of_team()
        leads._start_due_playbooks()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if vals.get("team_id") and "audience_id" not in vals:
            self._take_audience_of_team()
        if {"team_id", "user_id", "audience_id"} & vals.keys():
            self._start_due_playbooks()
        return result

    def _take_audience_of_team(self):
        """A prospect that is put into an audience's pipeline is of that audience."""
        for audience, leads in self.grouped("pipeline_audience_id").items():
            wrong = leads.filtered(lambda lead, a=audience: lead.audience_id != a)
            if audience and wrong:
                wrong.audience_id = audience

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """The team of an audience has stages of its own: leave out the shared ones."""
        teams = self.team_id | self.env["crm.team"].browse(team_id or ())
        if teams and all(team.audience_id for team in teams):
            own = [("team_ids", "in", teams.ids), *(domain or ())]
            stages = super()._stage_find(team_id, own, order=order, limit=limit)
            if stages:
                return stages
        return super()._stage_find(team_id, domain, order=order, limit=limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        team = self.env["crm.team"].browse(self.env.context.get("default_team_id"))
        if not team.audience_id:
            return super()._read_group_stage_ids(stages, domain)
        return self.env["crm.stage"].search(
            ["|", ("id", "in", stages.ids), ("team_ids", "in", team.ids)],
            order=stages._order,
        )

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "audience_id",
            "commune_id",
            "site_id",
            "service_id",
        ]

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Give the contact its audience, home commune and company."""
        values = super()._prepare_customer_values(
            partner_name, is_company=is_company, parent_id=parent_id
        )
        values["company_id"] = (self.company_id or self.env.company).id
        if parent_id:
            return values
        if self.audience_id:
            values["audience_ids"] = [Command.set(self.audience_id.ids)]
        if self.commune_id:
            values["commune_id"] = self.commune_id.id
            values["city"] = values["city"] or self.commune_id.name
            values["zip"] = values["zip"] or self.commune_id.zip
        return values
