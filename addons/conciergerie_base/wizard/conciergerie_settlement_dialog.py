from odoo import api, fields, models
from odoo.exceptions import AccessError


class ConciergerieStatementDialog(models.AbstractModel):
    """A dialog about the statements of a company: it makes, pays or opens them.

    Much of that is done with elevated rights, so that the rights to it are asked here,
    before anything is read. The model that inherits names what it is about in
    ``_statement_model``.
    """

    _name = "conciergerie.statement.dialog"
    _description = "Dialog about Statements"

    _statement_model = None

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _check_rights(self):
        """Only who reads the statements of a company gets anything from the dialog.

        :raise AccessError: another role, or another company
        """
        self.env[self._statement_model].check_access("read")
        for company in self.company_id - self.env.companies:
            raise AccessError(
                self.env._("You do not work for %s.", company.sudo().name)
            )


class ConciergerieSettlementDialog(models.AbstractModel):
    """A dialog that makes the statements of a period."""

    _name = "conciergerie.settlement.dialog"
    _description = "Statements of a Period"
    _inherit = "conciergerie.statement.dialog"

    period_end = fields.Date(
        required=True,
        default=lambda self: self._default_period_end(),
        help="Last day of the period, included.",
    )

    @api.model
    def _default_period_end(self):
        """The last day of the month before this one."""
        today = fields.Date.context_today(self)
        return fields.Date.subtract(today.replace(day=1), days=1)
