from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ConciergerieEntitlement(models.Model):
    """A person whom a convention entitles, from a first to a last day.

    Who is entitled by home commune or e-mail domain needs no line here; the list is
    for those named by the payer, by an import, by the code or the page to join.
    """

    _name = "conciergerie.entitlement"
    _description = "Entitled Person"
    _order = "convention_id, date_from desc, id desc"
    _check_company_auto = True

    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_convention", "=", True)],
        check_company=True,
    )
    company_id = fields.Many2one(
        related="convention_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    date_from = fields.Date(
        string="Joined",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="First day on which the person is entitled.",
    )
    date_to = fields.Date(
        string="Left", help="Last day on which the person is entitled."
    )
    family_of_id = fields.Many2one(
        comodel_name="conciergerie.entitlement",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('convention_id', '=', convention_id), ('family_of_id', '=', False)]",
        help="Entitled as family of this person; not counted as a head.",
    )
    state = fields.Selection(
        selection=[("pending", "To confirm"), ("confirmed", "Confirmed")],
        default="confirmed",
        required=True,
        help="Who joined by the public page waits for a confirmation.",
    )
    source = fields.Selection(
        selection=[
            ("list", "List"),
            ("import", "Imported list"),
            ("code", "Code of the payer"),
            ("domain", "E-mail domain"),
            ("portal", "Portal of the payer"),
        ],
        default="list",
        required=True,
        readonly=True,
    )

    @api.depends("partner_id", "convention_id")
    def _compute_display_name(self):
        for entitlement in self:
            entitlement.display_name = self.env._(
                "%(person)s, %(convention)s",
                person=entitlement.partner_id.display_name or "",
                convention=entitlement.convention_id.name or "",
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for entitlement in self:
            if entitlement.date_to and entitlement.date_to < entitlement.date_from:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot leave on %(left)s, before joining on "
                        "%(joined)s.",
                        person=entitlement.partner_id.display_name,
                        left=entitlement.date_to.strftime("%d/%m/%Y"),
                        joined=entitlement.date_from.strftime("%d/%m/%Y"),
                    )
                )

    @api.constrains("date_from", "convention_id")
    def _check_convention_not_over(self):
        for entitlement in self:
            convention = entitlement.convention_id
            end = convention.term_end
            if convention.state == "ended" and end and entitlement.date_from > end:
                raise ValidationError(
                    self.env._(
                        "%(convention)s ended on %(end)s: %(person)s cannot join it on "
                        "%(joined)s.",
                        convention=convention.display_name,
                        end=end.strftime("%d/%m/%Y"),
                        person=entitlement.partner_id.display_name,
                        joined=entitlement.date_from.strftime("%d/%m/%Y"),
                    )
                )

    @api.constrains("partner_id", "convention_id", "date_from", "date_to")
    def _check_once(self):
        """Refuse a person twice on one list on the same day.

        Not a UNIQUE of the database: merging two contacts would delete a line.
        """
        others = self.search(
            [
                ("convention_id", "in", self.convention_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )
        by_person = others.grouped(lambda e: (e.convention_id, e.partner_id))
        for entitlement in self:
            key = (entitlement.convention_id, entitlement.partner_id)
            for other in by_person[key] - entitlement:
                if (not other.date_to or other.date_to >= entitlement.date_from) and (
                    not entitlement.date_to or entitlement.date_to >= other.date_from
                ):
                    raise ValidationError(
                        self.env._(
                            "%(person)s is already on the list of %(convention)s from "
                            "%(joined)s: change that line instead.",
                            person=entitlement.partner_id.display_name,
                            convention=entitlement.convention_id.display_name,
                            joined=other.date_from.strftime("%d/%m/%Y"),
                        )
                    )

    @api.model
    def _valid_domain(self, day):
        """Return the domain of who is entitled on a day."""
        return (
            Domain("state", "=", "confirmed")
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
