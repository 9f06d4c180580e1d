from odoo import api, fields, models
from odoo.exceptions import UserError

# Heading of the form under which the aid of a funder of this kind stands.
HEADING_BY_KIND = {
    "eu": "heading_12156_74_eu",
    "state": "heading_12156_74_state",
    "region": "heading_12156_74_region",
    "department": "heading_12156_74_department",
    "commune": "heading_12156_74_commune",
    "caf": "heading_12156_74_social",
    "other_public": "heading_12156_74_public",
    "foundation": "heading_12156_74_private",
    "company": "heading_12156_74_private",
}


class ConciergerieDossier(models.Model):
    """What the terms propose: flat-rate line, aid, other public aid, own share."""

    _inherit = "conciergerie.dossier"

    proposed_amount = fields.Monetary(
        string="Aid at Most",
        compute="_compute_proposed_amount",
        help="What the rate and the caps of the programme allow on this plan.",
    )

    @api.depends("aid_rate", "amount_max", "eligible_cost")
    def _compute_proposed_amount(self):
        for dossier in self:
            dossier.proposed_amount = dossier._plan_shares()["aid"]

    def _plan_shares(self):
        """Return how the terms share the eligible cost between the payers.

        With a rate of 64 % and public aid of 80 %: 37 600 gives 30 080 of public aid,
        of which 24 064 of this funder and 6 016 of others, and 7 520 of one's own
        (CASES D2). A fixed sum (rate 0) is its own cap.

        :return: ``{eligible, aid, public, other_public, own}``
        """
        self.ensure_one()
        currency = self.currency_id
        eligible = self.eligible_cost
        if self.aid_rate:
            aid = currency.round(eligible * self.aid_rate / 100.0)
            aid = min(aid, self.amount_max) if self.amount_max else aid
        else:
            aid = min(self.amount_max or eligible, eligible)
        shares = {"eligible": eligible, "aid": aid}
        if self.funder_id.is_public_funder and self.aid_rate:
            public = currency.round(eligible * self.public_rate_max / 100.0)
            public = max(public, aid)
        else:
            public = aid if self.funder_id.is_public_funder else 0.0
        shares["public"] = public
        shares["other_public"] = max(
            currency.round(public - aid) if public else 0.0, 0.0
        )
        shares["own"] = currency.round(self.total_cost - aid - shares["other_public"])
        return shares

    def action_propose_flat_line(self):
        """Add the line of flat-rate costs that the terms allow."""
        self.ensure_one()
        self._check_plan_open()
        if self.flat_rate_base == "none" or self.has_flat_line:
            raise UserError(
                self.env._(
                    "%(dossier)s has its flat-rate line already, or its programme "
                    "knows no flat rate.",
                    dossier=self.display_name,
                )
            )
        self.env["conciergerie.budget.line"].create(
            {
                "dossier_id": self.id,
                "side": "expense",
                "heading_id": self._heading("heading_12156_indirect_fixed").id,
                "expense_kind_id": self.env.ref(
                    "conciergerie_subsidies.expense_kind_indirect"
                ).id,
                "name": self.env._(
                    "Flat rate of %(rate)s %%", rate=self._rate_words(self.flat_rate)
                ),
                "is_flat": True,
                "planned_amount": self.flat_amount,
            }
        )

    def action_propose_resources(self):
        """Fill the resources: this aid, public aid still to find, own share.

        What the user entered stays; the own share takes what is left.
        """
        self.ensure_one()
        self._check_plan_open()
        if not self.total_cost:
            raise UserError(
                self.env._(
                    "Enter the expenses of %(dossier)s first: the aid is taken on "
                    "them.",
                    dossier=self.display_name,
                )
            )
        shares = self._plan_shares()
        vals_list = []
        if not self._asked_lines() and shares["aid"]:
            asked = self.requested_amount or shares["aid"]
            vals_list.append(self._prepare_aid_vals(asked))
            self.requested_amount = asked
        others = self._plan_lines("resource").filtered("is_public")
        if shares["other_public"] and not others - self._asked_lines():
            vals_list.append(
                {
                    **self._prepare_resource_vals("heading_12156_74"),
                    "name": self.env._("Other public aid, to be found"),
                    "is_public": True,
                    "planned_amount": shares["other_public"],
                }
            )
        self.env["conciergerie.budget.line"].create(vals_list)
        self._balance_by_own_share()

    def _balance_by_own_share(self):
        """Let the own share take what the other resources leave open."""
        self.ensure_one()
        own = self._plan_lines("resource").filtered("is_own")
        gap = self.currency_id.round(self.plan_gap)
        if own and own[0].planned_amount + gap >= 0:
            own[0].planned_amount += gap
        elif not own and gap > 0:
            self.env["conciergerie.budget.line"].create(
                {
                    **self._prepare_resource_vals("heading_12156_own"),
                    "name": self.env._("Own share"),
                    "is_own": True,
                    "planned_amount": gap,
                }
            )

    def _prepare_aid_vals(self, amount):
        return {
            **self._prepare_resource_vals(
                HEADING_BY_KIND.get(self.funder_id.funder_kind, "heading_12156_74")
            ),
            "name": self.programme_id.name,
            "funder_id": self.funder_id.id,
            "planned_amount": amount,
        }

    def _prepare_resource_vals(self, heading):
        return {
            "dossier_id": self._plan_dossier().id,
            "side": "resource",
            "heading_id": self._heading(heading).id,
        }

    @api.model
    def _heading(self, xmlid):
        """Return a shipped heading, or where it was deleted the first of its side."""
        heading = self.env.ref(
            f"conciergerie_subsidies.{xmlid}", raise_if_not_found=False
        )
        return heading or self.env["conciergerie.form.heading"].search([], limit=1)

    def action_set_requested(self):
        """Ask for what the rate and the caps allow."""
        self.ensure_one()
        self.requested_amount = self.proposed_amount
        lines = self._asked_lines()
        if len(lines) == 1 and self._is_plan_open():
            lines.planned_amount = self.proposed_amount
            self._balance_by_own_share()

    def action_reuse_papers(self):
        """Take over papers that another dossier of the company has and still hold."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        paper_model = self.env["conciergerie.dossier.paper"]
        wanted = self.paper_ids.filtered(lambda p: p.state in ("missing", "expired"))
        found = paper_model.search(
            [
                ("company_id", "=", self.company_id.id),
                ("dossier_id", "!=", self.id),
                ("name", "in", wanted.mapped("name")),
                ("has_document", "=", True),
                "|",
                ("expiry_date", "=", False),
                ("expiry_date", ">=", today),
            ],
            order="date desc nulls last, id desc",
        )
        reused = paper_model
        for paper in wanted:
            source = found.filtered(lambda p, paper=paper: p.name == paper.name)[:1]
            if source:
                paper.write(source._prepare_reuse_vals())
                reused |= paper
        if not reused:
            raise UserError(
                self.env._(
                    "No other dossier has a paper in force that %(dossier)s misses.",
                    dossier=self.display_name,
                )
            )
