from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Aid that may be counted against a ceiling: legal basis → field that says so.
COUNTS = {
    "de_minimis": "counts_general",
    "de_minimis_sieg": "counts_sieg",
    "de_minimis_agri": "counts_agri",
}


class ConciergerieDeMinimisRegime(models.Model):
    """A ceiling of de minimis aid over rolling years, with its dates.

    Aid of its own legal basis always counts; aid of the other ones where they may be
    combined up to this ceiling.
    """

    _name = "conciergerie.de.minimis.regime"
    _description = "De Minimis Regime"
    _order = "legal_basis, date_from desc, id"

    name = fields.Char(required=True, translate=True)
    legal_basis = fields.Selection(
        selection=[
            ("de_minimis", "De minimis"),
            ("de_minimis_sieg", "De minimis, service of general interest"),
            ("de_minimis_agri", "De minimis, agriculture"),
        ],
        required=True,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    ceiling = fields.Monetary(
        required=True, help="All aid that one undertaking may receive in these years."
    )
    years = fields.Integer(
        string="Rolling Years",
        required=True,
        default=3,
        help="Counted back from the day on which an aid is granted.",
    )
    counts_general = fields.Boolean(string="Counts General Aid")
    counts_sieg = fields.Boolean(string="Counts Aid for General Interest")
    counts_agri = fields.Boolean(string="Counts Aid for Agriculture")
    date_from = fields.Date(string="In Force From", required=True)
    date_to = fields.Date(string="In Force Until")
    legal_reference = fields.Char()
    active = fields.Boolean(default=True)

    _ceiling_positive = models.Constraint(
        "CHECK(ceiling > 0 AND years > 0)",
        "The ceiling and the number of years must be positive.",
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for regime in self:
            if regime.date_to and regime.date_to < regime.date_from:
                raise ValidationError(
                    self.env._(
                        "The regime %(name)s ends before it begins: correct its dates.",
                        name=regime.name,
                    )
                )

    def _counted_bases(self):
        """Return the legal bases whose aid counts against this ceiling."""
        self.ensure_one()
        return [
            basis
            for basis, fname in COUNTS.items()
            if basis == self.legal_basis or self[fname]
        ]

    @api.model
    def _in_force(self, legal_basis, date):
        """Return the regimes whose ceiling an aid granted on a date must respect."""
        regimes = self.search(
            [
                ("date_from", "<=", date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", date),
            ]
        )
        return regimes.filtered(lambda r: legal_basis in r._counted_bases())
