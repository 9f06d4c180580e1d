from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    conciergerie_deposit_terms = fields.Text(
        string="Deposit Terms",
        translate=True,
        help="Printed at the foot of every deposit ticket: liability, delay to "
        "collect, complaints.",
    )
    conciergerie_liability_limit = fields.Monetary(
        string="Liability Limit per Piece",
        currency_field="currency_id",
        help="Highest compensation for one lost or damaged piece, printed on the "
        "deposit ticket. Zero: none is printed.",
    )
    conciergerie_sms = fields.Boolean(
        string="Send SMS",
        help="Beneficiaries with a phone get messages by SMS as well. Needs an SMS "
        "service in the settings.",
    )
    conciergerie_unclaimed_days = fields.Integer(
        string="Notice for Unclaimed Things (days)",
        default=365,
        help="Days between the notice and the day when unclaimed things may be sold "
        "or given away. The law and your terms decide; one year is the default.",
    )

    conciergerie_proof_months = fields.Integer(
        string="Keep Proofs of Hand-over (months)",
        default=24,
        help="Names and signatures of hand-overs are erased after this period; the "
        "record of who had each piece remains.",
    )

    _conciergerie_unclaimed_days_positive = models.Constraint(
        "CHECK(conciergerie_unclaimed_days > 0)",
        "The notice for unclaimed things has at least one day.",
    )
    _conciergerie_proof_months_positive = models.Constraint(
        "CHECK(conciergerie_proof_months > 0)",
        "Proofs of hand-over are kept for at least one month.",
    )
