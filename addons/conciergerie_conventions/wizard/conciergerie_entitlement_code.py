from odoo import fields, models


class ConciergerieEntitlementCode(models.TransientModel):
    """Type the code that a person was given by the payer."""

    _name = "conciergerie.entitlement.code"
    _description = "Entitle by the Code of a Payer"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Person", required=True
    )
    code = fields.Char(string="Code of the Payer", help="Capitals do not matter.")
    message = fields.Char(readonly=True)
    is_done = fields.Boolean(readonly=True)

    def action_confirm(self):
        """Put the person on the list, or say that the code is wrong.

        :raise UserError: too many wrong codes
        """
        self.ensure_one()
        convention, message = self.env["contract.contract"]._entitle_by_code(
            self.partner_id, self.code
        )
        # What was typed is not kept.
        self.write({"message": message, "is_done": bool(convention), "code": False})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Code of a Payer"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }
