from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_member_today = fields.Boolean(
        string="Member Today", compute="_compute_is_member_today"
    )

    @api.depends_context("company")
    @api.depends("member_line_ids.state", "member_line_ids.date_to")
    def _compute_is_member_today(self):
        members = self._members_on(self.env.company, fields.Date.context_today(self))
        for partner in self:
            partner.is_member_today = partner in members

    @api.depends_context("company", "country_code", "membership_day")
    @api.depends(
        "member_line_ids.state",
        "member_line_ids.date_from",
        "member_line_ids.date_to",
        "member_line_ids.date_cancel",
        "associate_member_id.member_line_ids.state",
    )
    def _compute_product_pricelist(self):
        return super()._compute_product_pricelist()

    def _members_on(self, company, day):
        """Return who of these people is a member of a company on a day.

        By an own membership; by that of the family member with whom the person is
        associated; by that of the organisation whose contact the person is. Three
        queries for any number of people. Meant for the software itself: dates and
        kind alone are read with elevated rights.

        :param company: ``res.company``
        :param date day: day of the sale
        :return: ``res.partner``, a part of ``self``
        """
        people_sudo = self.sudo()
        families_sudo = people_sudo.associate_member_id
        entities_sudo = people_sudo.commercial_partner_id
        asked = people_sudo._origin | families_sudo._origin | entities_sudo._origin
        lines_sudo = self.env["membership.membership_line"].sudo()
        lines_sudo = lines_sudo.search(
            lines_sudo._valid_domain(day)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", asked.ids)
        )
        own = set(lines_sudo.partner_id.ids)
        of_kind = {
            kind: set(lines.partner_id.ids)
            for kind, lines in lines_sudo.grouped("membership_kind").items()
        }
        families = of_kind.get("family", set())
        organisations = of_kind.get("organisation", set())
        return people_sudo.filtered(
            lambda p: (
                p._origin.id in own
                or p.associate_member_id._origin.id in families
                or p.commercial_partner_id._origin.id in organisations
            )
        ).with_env(self.env)

    def _member_until(self, company, day):
        """Return the last day of the membership that makes a person a member.

        :param company: ``res.company``
        :param date day: a day on which it counts
        :return: a date; False for who is no member on that day
        """
        self.ensure_one()
        if not self._members_on(company, day):
            return False
        person_sudo = self.sudo()
        asked = person_sudo | person_sudo.associate_member_id
        asked |= person_sudo.commercial_partner_id
        lines_sudo = self.env["membership.membership_line"].sudo()
        lines_sudo = lines_sudo.search(
            lines_sudo._valid_domain(day)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", asked.ids)
        ).filtered(
            lambda line: (
                line.partner_id == person_sudo
                or (
                    line.membership_kind == "family"
                    and line.partner_id == person_sudo.associate_member_id
                )
                or line.membership_kind == "organisation"
            )
        )
        return max(lines_sudo.mapped("date_to"))

    # ------------------------------------------------------------------
    # Nobody becomes a member for nothing by hand
    # ------------------------------------------------------------------

    def _check_free_member(self, vals_list):
        """Leave free memberships to the manager.

        :raise AccessError: a user without the manager's role sets OCA's checkbox
        """
        if self.env.su or not any(vals.get("free_member") for vals in vals_list):
            return
        if not self.env.user.has_group("conciergerie_base.group_manager"):
            raise AccessError(
                self.env._("A free membership is given by the manager: ask for it.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_free_member(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_free_member([vals])
        return super().write(vals)

    @api.constrains("associate_member_id")
    def _check_associates(self):
        """Hold the number of people of a family membership."""
        today = fields.Date.context_today(self)
        for member_sudo in self.sudo().associate_member_id:
            lines_sudo = member_sudo.member_line_ids.filtered(
                lambda m: (
                    m.membership_kind == "family"
                    and m.state not in ("canceled", "none", "old")
                    and m.date_to
                    and m.date_to >= today
                )
            )
            limit = max(lines_sudo.membership_id.mapped("membership_people"), default=0)
            count = self.sudo().search_count(
                [("associate_member_id", "=", member_sudo.id)]
            )
            if count > limit:
                raise ValidationError(
                    self.env._(
                        "The membership of %(member)s counts for %(limit)s other "
                        "people at most, and %(count)s would be associated: sell a "
                        "family membership first, or associate fewer.",
                        member=member_sudo.display_name,
                        limit=limit,
                        count=count,
                    )
                )

    @api.model
    def _cron_update_membership(self):
        """Turn on, in the state that OCA stores, what begins; OCA only turns off."""
        result = super()._cron_update_membership()
        lines = self.env["membership.membership_line"]
        begun = lines.search(
            lines._valid_domain(fields.Date.context_today(self))
            & Domain("partner_id.associate_member_id", "=", False)
            & Domain("partner_id.membership_state", "in", (False, "none", "old"))
        )
        begun.partner_id._compute_membership_state()
        return result

    def action_sell_membership(self):
        """Open the dialog that sells a membership to this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.conciergerie_membership_wizard_action"
        )
        action["context"] = {"default_partner_id": self.id}
        return action
