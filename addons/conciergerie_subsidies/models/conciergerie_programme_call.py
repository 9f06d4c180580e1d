from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ConciergerieProgrammeCall(models.Model):
    """A call: the dates between which applications are taken."""

    _name = "conciergerie.programme.call"
    _description = "Call for Projects"
    _order = "date_close desc, id desc"

    programme_id = fields.Many2one(
        comodel_name="conciergerie.programme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    name = fields.Char(string="Call", required=True)
    date_open = fields.Date(string="Opens On")
    date_close = fields.Date(string="Closes On", required=True)

    @api.constrains("date_open", "date_close")
    def _check_dates(self):
        for call in self:
            if call.date_open and call.date_close < call.date_open:
                raise ValidationError(
                    self.env._(
                        "The call “%(name)s” closes on %(date)s, before it opens: "
                        "correct its dates.",
                        name=call.name,
                        date=format_date(self.env, call.date_close),
                    )
                )
