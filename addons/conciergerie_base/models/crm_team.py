from odoo import api, fields, models


class CrmTeam(models.Model):
    """The pipeline of one kind of audience: its own stages and its playbook."""

    _inherit = "crm.team"

    audience_id = fields.Many2one(
        comodel_name="conciergerie.audience",
        index="btree_not_null",
        help="Prospects of this audience come to this team, which then shows its own "
        "stages only.",
    )
    playbook_id = fields.Many2one(
        comodel_name="mail.activity.plan",
        index="btree_not_null",
        domain=[("res_model", "=", "crm.lead")],
        help="Activities scheduled by themselves when a prospect of this team has "
        "somebody in charge.",
    )

    _audience_company_unique = models.UniqueIndex(
        "(audience_id, COALESCE(company_id, 0)) "
        "WHERE audience_id IS NOT NULL AND active",
        "An audience has one pipeline in each company.",
    )

    @api.model
    def _get_by_audience(self, audiences):
        """Return the teams of audiences as ``{(audience, company): team}``.

        A team without company, key ``False``, serves those that have none of their
        own.
        """
        teams = self.search([("audience_id", "in", audiences.ids)])
        return {(team.audience_id.id, team.company_id.id): team for team in teams}

    @api.model
    def _get_playbooks(self):
        """Return the playbooks shipped, by audience.

        Texts of activity plans are data in one language: they are written in the
        language of the company when the software is installed.

        :return: ``{audience code: (name, [(activity type, days, summary, note)])}``
        """
        return {
            "company": (
                self.env._("Employers"),
                [
                    (
                        "call",
                        1,
                        self.env._("Call: who decides, how many employees, which site"),
                        self.env._("Ask for human resources or the works council."),
                    ),
                    (
                        "email",
                        3,
                        self.env._("Send the presentation and two examples"),
                        self.env._("Show what an employee and what the employer pay."),
                    ),
                    (
                        "meeting",
                        10,
                        self.env._("Meeting on site: needs, place, opening times"),
                        self.env._(
                            "See where a locker or a weekly presence would fit."
                        ),
                    ),
                    (
                        "todo",
                        17,
                        self.env._("Survey of the employees"),
                        self.env._(
                            "Ten questions; a fifth of the answers is enough to choose."
                        ),
                    ),
                    (
                        "email",
                        25,
                        self.env._("Send the proposal of convention"),
                        self.env._(
                            "Fee, share paid by the employer, ceilings, a test period."
                        ),
                    ),
                    ("call", 35, self.env._("Call back about the proposal"), False),
                ],
            ),
            "commune": (
                self.env._("Communes"),
                [
                    (
                        "call",
                        1,
                        self.env._("Call the town hall: mayor or the deputy in charge"),
                        False,
                    ),
                    (
                        "meeting",
                        10,
                        self.env._(
                            "Meet the elected: shops that closed, isolated people"
                        ),
                        self.env._("Bring the map of the communes already served."),
                    ),
                    (
                        "todo",
                        20,
                        self.env._(
                            "Note of needs: inhabitants, professionals, a place"
                        ),
                        self.env._("List the professionals nearby who could join."),
                    ),
                    (
                        "email",
                        30,
                        self.env._(
                            "Send the draft agreement and the draft deliberation"
                        ),
                        self.env._("Ask for the date of the next council."),
                    ),
                    (
                        "call",
                        60,
                        self.env._("After the council: vote and start date"),
                        False,
                    ),
                ],
            ),
            "landlord": (
                self.env._("Landlords"),
                [
                    (
                        "call",
                        1,
                        self.env._("Call: residences, number of dwellings"),
                        False,
                    ),
                    (
                        "meeting",
                        10,
                        self.env._("Visit a residence with the caretaker"),
                        self.env._(
                            "Look for a room, a letter box, an access for the truck."
                        ),
                    ),
                    (
                        "email",
                        20,
                        self.env._("Send the proposal for one residence"),
                        self.env._(
                            "State what tenants pay and what the charges may not bear."
                        ),
                    ),
                    (
                        "meeting",
                        35,
                        self.env._("Meet the tenants' representatives"),
                        False,
                    ),
                    ("call", 45, self.env._("Call back about the proposal"), False),
                ],
            ),
            "inhabitant": (
                self.env._("Inhabitants"),
                [
                    (
                        "call",
                        1,
                        self.env._("Call back: what is needed, when, where"),
                        self.env._(
                            "Make the request from here as soon as it is clear."
                        ),
                    ),
                    (
                        "call",
                        15,
                        self.env._(
                            "Ask whether everything is well, propose the membership"
                        ),
                        False,
                    ),
                ],
            ),
        }

    @api.model
    def _install_playbooks(self):
        """Create the shipped playbooks and give them to their teams, once."""
        lang = (
            self.env.company.partner_id.lang
            or self.env["res.lang"].get_installed()[0][0]
        )
        plan_model = self.env["mail.activity.plan"]
        playbooks = self.with_context(lang=lang)._get_playbooks()
        for code, (name, steps) in playbooks.items():
            xml_id = f"conciergerie_base.mail_activity_plan_{code}"
            team = self.env.ref(f"conciergerie_base.crm_team_{code}", False)
            if not team or self.env.ref(xml_id, raise_if_not_found=False):
                continue
            templates = [
                {
                    "sequence": 10 * number,
                    "activity_type_id": self.env.ref(
                        f"mail.mail_activity_data_{kind}"
                    ).id,
                    "delay_count": days,
                    "delay_from": "after_plan_date",
                    "summary": summary,
                    "note": note,
                    "responsible_type": "on_demand",
                }
                for number, (kind, days, summary, note) in enumerate(steps, 1)
            ]
            team.playbook_id = plan_model._load_records(
                [
                    {
                        "xml_id": xml_id,
                        "noupdate": True,
                        "values": {
                            "name": name,
                            "res_model": "crm.lead",
                            "company_id": False,
                            "template_ids": [
                                fields.Command.create(t) for t in templates
                            ],
                        },
                    }
                ]
            )

    @api.model
    def _remove_shipped(self):
        """Give prospects back to the shared stages and delete what we shipped.

        For the removal of the software: stages hold on to their teams and leads to
        their stages, so that the records cannot go by themselves.
        """
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "conciergerie_base"),
                ("model", "in", ("crm.team", "crm.stage")),
            ]
        )
        ids = {
            model: [row.res_id for row in rows]
            for model, rows in data.grouped("model").items()
        }
        stages = self.env["crm.stage"].browse(ids.get("crm.stage", ())).exists()
        teams = self.browse(ids.get("crm.team", ())).exists()
        shared = self.env["crm.stage"].search([("team_ids", "=", False)])
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.search(
            ["|", ("stage_id", "in", stages.ids), ("team_id", "in", teams.ids)]
        )
        for is_won, group in leads.grouped(lambda lead: lead.stage_id.is_won).items():
            stage = shared.filtered(lambda s, won=is_won: s.is_won == won)[:1]
            if not stage:
                return
            group.write({"audience_id": False, "team_id": False, "stage_id": stage.id})
        stages.unlink()
        teams.unlink()
