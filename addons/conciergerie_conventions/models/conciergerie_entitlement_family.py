from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConciergerieEntitlement(models.Model):
    """Family on the list, which leaves with the person through whom it is entitled."""

    _inherit = "conciergerie.entitlement"

    staff_number = fields.Char(
        index="btree_not_null",
        help="As the payer numbers its people; tells homonyms apart in the next list.",
    )
    family_ids = fields.One2many(
        comodel_name="conciergerie.entitlement",
        inverse_name="family_of_id",
    )
    is_family_included = fields.Boolean(related="convention_id.is_family_included")

    @api.constrains("family_of_id", "convention_id", "partner_id")
    def _check_family(self):
        for line in self.filtered("family_of_id"):
            employee = line.family_of_id
            if employee.convention_id != line.convention_id or employee.family_of_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s is entitled through %(employee)s: choose somebody "
                        "who is on the list of the same convention in their own name.",
                        person=line.partner_id.display_name,
                        employee=employee.partner_id.display_name,
                    )
                )
            if employee.partner_id == line.partner_id:
                raise ValidationError(
                    self.env._(
                        "%s is not their own family.", line.partner_id.display_name
                    )
                )
            if not line.convention_id.is_family_included:
                raise ValidationError(
                    self.env._(
                        "%(convention)s does not include the family: %(person)s cannot "
                        "be added.",
                        convention=line.convention_id.display_name,
                        person=line.partner_id.display_name,
                    )
                )

    @api.constrains("family_of_id", "date_from")
    def _check_family_dates(self):
        for line in self.filtered("family_of_id"):
            employee = line.family_of_id
            if line.date_from < employee.date_from:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot join before %(employee)s, who joins on "
                        "%(joined)s.",
                        person=line.partner_id.display_name,
                        employee=employee.partner_id.display_name,
                        joined=employee.date_from.strftime("%d/%m/%Y"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines.filtered("family_of_id.date_to"):
            last = line.family_of_id.date_to
            if not line.date_to or line.date_to > last:
                line.date_to = last
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("date_to"):
            day = fields.Date.to_date(vals["date_to"])
            # Who would join later is not entitled without the person anyway.
            family = self.family_ids.filtered(
                lambda line: (
                    line.date_from <= day and (not line.date_to or line.date_to > day)
                )
            )
            if family:
                family.write({"date_to": day})
        return result
