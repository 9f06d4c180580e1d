from odoo import api, fields, models


class ConciergerieEntitlementCheck(models.TransientModel):
    """Show which conventions entitle a person, who pays first, and why or why not."""

    _name = "conciergerie.entitlement.check"
    _description = "Check Entitlement"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Person", required=True, readonly=True
    )
    day = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site", help="Some conventions cover some sites only."
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.entitlement.check.line",
        inverse_name="check_id",
        compute="_compute_line_ids",
    )
    is_overlap = fields.Boolean(compute="_compute_line_ids")

    @api.depends("partner_id", "day", "site_id")
    def _compute_line_ids(self):
        line_model = self.env["conciergerie.entitlement.check.line"]
        for check in self:
            rows = (
                check.partner_id._entitlement_rows(
                    self.env.company, check.day, check.site_id
                )
                if check.partner_id and check.day
                else []
            )
            check.line_ids = line_model.union(
                *(
                    line_model.new(
                        {
                            "name": row["convention"].name,
                            "payer": row["convention"].partner_id.name,
                            "order": str(row["order"] or ""),
                            "is_entitled": row["is_entitled"],
                            "why": row["why"],
                        }
                    )
                    for row in rows
                )
            )
            check.is_overlap = sum(row["is_entitled"] for row in rows) > 1


class ConciergerieEntitlementCheckLine(models.TransientModel):
    _name = "conciergerie.entitlement.check.line"
    _description = "A Convention and a Person"

    check_id = fields.Many2one(
        comodel_name="conciergerie.entitlement.check", index=True, ondelete="cascade"
    )
    order = fields.Char(string="Pays", help="1 pays first, 2 of what is left.")
    name = fields.Char(string="Convention")
    payer = fields.Char()
    is_entitled = fields.Boolean(string="Entitled")
    why = fields.Char()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_check_entitlement(self):
        """Open the conventions of a person, with why and why not."""
        return self._open_entitlement_dialog("check", dialog_size="extra-large")

    def action_type_code(self):
        """Open the dialog for the code of a payer."""
        return self._open_entitlement_dialog("code")

    def _open_entitlement_dialog(self, name, **context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"conciergerie_conventions.conciergerie_entitlement_{name}_action"
        )
        action["context"] = {"default_partner_id": self.id, **context}
        return action
