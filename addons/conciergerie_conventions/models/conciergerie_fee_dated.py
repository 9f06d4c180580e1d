from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieFeeDated(models.AbstractModel):
    """What a fee costs from a day on: never changed in what is invoiced already."""

    _name = "conciergerie.fee.dated"
    _description = "Dated Part of a Fee"

    contract_line_id = fields.Many2one(
        comodel_name="contract.line",
        string="Fee",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="contract_line_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="contract_line_id.currency_id")
    date_from = fields.Date(string="In Force from")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_not_invoiced()
        return records

    def write(self, vals):
        self._check_not_invoiced()
        result = super().write(vals)
        self._check_not_invoiced()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        self._check_not_invoiced()

    def _check_not_invoiced(self):
        """Refuse to touch what months already invoiced were counted on.

        :raise UserError: with the last day invoiced
        """
        for record in self:
            fee = record.contract_line_id
            invoiced = fee.last_date_invoiced
            if invoiced and (not record.date_from or record.date_from <= invoiced):
                raise UserError(
                    self._past_message(
                        fee=fee.name,
                        convention=fee.contract_id.display_name,
                        day=invoiced.strftime("%d/%m/%Y"),
                    )
                )

    def _past_message(self, **values):
        """Return the sentence of the refusal: what to do instead differs."""
        raise NotImplementedError
