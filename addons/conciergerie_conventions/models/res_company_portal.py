from odoo import api, fields, models

from .conciergerie_copay_summary import MIN_PEOPLE


class ResCompany(models.Model):
    _inherit = "res.company"

    convention_min_people = fields.Integer(
        string="People behind a Figure",
        default=MIN_PEOPLE,
        help="What a payer sees of the uses is broken down by service only where at "
        "least this many people are behind each figure.",
    )

    convention_legal_terms = fields.Text(
        string="Legal Terms of Conventions",
        translate=True,
        help="Each new convention ends with it; empty: a usual text. Have it read by "
        "your counsel.",
    )

    _convention_min_people_check = models.Constraint(
        "CHECK(convention_min_people >= 2)",
        "A figure shown to a payer has at least 2 people behind it; 5 is usual.",
    )

    @api.model
    def _usual_legal_terms(self):
        """Return a text to start from; the law is cited, the choices are theirs.

        In the language of the environment: a default stored with the company would
        be that of the installation.
        """
        return "\n\n".join(
            [
                self.env._(
                    "Personal data. Each of the two answers for its own files. The "
                    "payer gives the names of those entitled and nothing else; the "
                    "conciergerie tells the payer numbers and amounts, never what a "
                    "person bought nor when. The people are told of it and may ask to "
                    "read, correct or erase their data (GDPR, art. 13 to 17)."
                ),
                self.env._(
                    "Payment. Invoices are due at the date they carry. What is late "
                    "bears interest and a fixed compensation of 40 euros for the cost "
                    "of recovery (Commercial Code, art. L. 441-10 and D. 441-5; public "
                    "payers: Public Procurement Code, art. L. 2192-13 and D. 2192-35)."
                ),
                self.env._(
                    "End. If one of the two does not do its part, the other may end "
                    "the convention 30 days after a registered letter that stayed "
                    "without effect. What was used until the last day is owed."
                ),
            ]
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    convention_min_people = fields.Integer(
        related="company_id.convention_min_people", readonly=False
    )
    convention_legal_terms = fields.Text(
        related="company_id.convention_legal_terms", readonly=False
    )
