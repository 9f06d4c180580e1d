from odoo import api, fields, models
from odoo.exceptions import ValidationError

PERCENT_FIELDS = (
    "aid_rate",
    "public_rate_max",
    "own_share_min",
    "cap_before_balance",
    "advance_rate",
    "flat_rate",
)
POSITIVE_FIELDS = (
    "amount_min",
    "amount_max",
    "claim_max",
    "report_months",
    "retention_years",
)


class ConciergerieSubsidyTerms(models.AbstractModel):
    """What a funder demands: rates, caps, flat rates, delays.

    A programme states them; a dossier copies them when it is filed and keeps them, so
    that a programme edited later changes no dossier that runs. Rates are in per cent,
    amounts in the currency of the programme.
    """

    _name = "conciergerie.subsidy.terms"
    _description = "Subsidy Terms"

    legal_basis = fields.Selection(
        selection=[
            ("none", "No State aid"),
            ("exempted", "Exempted scheme"),
            ("de_minimis", "De minimis"),
            ("de_minimis_sieg", "De minimis, service of general interest"),
            ("de_minimis_agri", "De minimis, agriculture"),
        ],
        required=True,
        default="none",
        help="De minimis aid enters the register and respects its ceiling.",
    )
    aid_rate = fields.Float(
        string="Aid Rate (%)",
        digits=(6, 2),
        help="Share of the eligible cost that this aid pays at most. 0: a fixed sum, "
        "whatever the cost.",
    )
    public_rate_max = fields.Float(
        string="Public Aid at Most (%)",
        digits=(6, 2),
        default=100.0,
        help="All public aid together, of the eligible cost. Private gifts do not "
        "count.",
    )
    own_share_min = fields.Float(
        string="Own Share at Least (%)",
        digits=(6, 2),
        help="What the structure pays itself, of the total of the plan.",
    )
    amount_min = fields.Monetary(string="Smallest Aid", help="0: no lower limit.")
    amount_max = fields.Monetary(string="Largest Aid", help="0: no upper limit.")
    claim_max = fields.Integer(
        string="Claims at Most", help="The balance included. 0: as many as you like."
    )
    cap_before_balance = fields.Float(
        string="Paid before the Balance (%)",
        digits=(6, 2),
        default=100.0,
        help="Of the award: advance and claims together stop there until the balance.",
    )
    advance_rate = fields.Float(
        string="Advance (%)", digits=(6, 2), help="Of the award, paid at its beginning."
    )
    hours_base = fields.Integer(
        string="Hours of a Year",
        default=1607,
        help="The yearly cost of an employee is divided by it: 1 607 or 1 720.",
    )
    flat_rate = fields.Float(string="Flat Rate (%)", digits=(6, 2))
    flat_rate_base = fields.Selection(
        selection=[
            ("none", "No flat rate"),
            ("direct", "Of direct costs"),
            ("staff", "Of staff costs"),
            ("staff_all", "Of staff costs, for all else"),
        ],
        string="Flat Rate Taken On",
        required=True,
        default="none",
        help="Costs that are paid without invoices. “For all else”: only staff costs "
        "are real, the flat rate stands for everything besides.",
    )
    paid_only = fields.Boolean(
        string="Costs Must Be Paid",
        default=True,
        help="A cost is claimed once it is paid, with its proof.",
    )
    report_months = fields.Integer(
        string="Report Due After (months)",
        default=6,
        help="After the end of the financial year that the aid is for: in which the "
        "period ends. 0: no report.",
    )
    retention_years = fields.Integer(string="Papers Kept (years)", default=10)
    currency_id = fields.Many2one(comodel_name="res.currency")

    @api.constrains(*PERCENT_FIELDS, *POSITIVE_FIELDS, "hours_base")
    def _check_terms(self):
        for record in self:
            for fname in (*PERCENT_FIELDS, *POSITIVE_FIELDS):
                value = record[fname]
                if value < 0 or (fname in PERCENT_FIELDS and value > 100):
                    raise ValidationError(
                        self.env._(
                            "%(name)s: “%(field)s” cannot be %(value)s. Give a rate "
                            "between 0 and 100, or a positive figure.",
                            name=record.display_name,
                            field=record._fields[fname]._description_string(self.env),
                            value=self.env["conciergerie.dossier"]._short_number(value),
                        )
                    )
            if record.hours_base <= 0:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the hours of a year must be positive, 1 607 for "
                        "instance.",
                        name=record.display_name,
                    )
                )

    @api.model
    def _terms_fields(self):
        """Return the names of the fields that a dossier copies from its programme."""
        fields_by_name = self.env["conciergerie.subsidy.terms"]._fields
        return [
            name
            for name, field in fields_by_name.items()
            if field.store and name not in (*models.MAGIC_COLUMNS, "currency_id")
        ]

    def _prepare_terms_vals(self):
        """Return the terms as values to write on a dossier."""
        self.ensure_one()
        return {name: self[name] for name in self._terms_fields()}
