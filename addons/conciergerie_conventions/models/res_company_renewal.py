from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    renewal_lead_days = fields.Integer(
        string="Renewals Come Back (days before notice)",
        default=60,
        help="Days before the last day of notice on which the renewal of a convention "
        "comes into the pipeline; 0 for never.",
    )

    _renewal_lead_days_positive = models.Constraint(
        "CHECK(renewal_lead_days >= 0)",
        "The days before the last day of notice are not negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    renewal_lead_days = fields.Integer(
        related="company_id.renewal_lead_days", readonly=False
    )
