from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ConciergerieDeMinimisAid(models.Model):
    """The register: one aid granted under a de minimis regulation.

    An award makes its row, an amendment that of its difference; what linked companies
    or the past received is entered by hand.
    """

    _name = "conciergerie.de.minimis.aid"
    _description = "De Minimis Aid"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    award_id = fields.Many2one(
        comodel_name="conciergerie.award",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )
    dossier_id = fields.Many2one(
        related="award_id.dossier_id", store=True, index="btree_not_null"
    )
    name = fields.Char(string="Aid", required=True)
    holder = fields.Char(
        string="Received By",
        help="A company of the same undertaking, where it was not this one.",
    )
    funder_id = fields.Many2one(comodel_name="res.partner", index="btree_not_null")
    legal_basis = fields.Selection(
        selection=[
            ("de_minimis", "De minimis"),
            ("de_minimis_sieg", "De minimis, service of general interest"),
            ("de_minimis_agri", "De minimis, agriculture"),
        ],
        required=True,
        default="de_minimis",
    )
    date = fields.Date(
        string="Granted On",
        required=True,
        help="The day of the decision or of the agreement, not of the payment.",
    )
    amount = fields.Monetary(
        required=True, help="Gross grant equivalent: for a grant, its amount."
    )
    counts_until = fields.Date(
        compute="_compute_counts_until",
        help="Last day on which a new aid is granted with this one still counted.",
    )

    @api.depends("date", "legal_basis")
    def _compute_counts_until(self):
        today = fields.Date.context_today(self)
        regimes = {
            basis: self.env["conciergerie.de.minimis.regime"]._in_force(basis, today)
            for basis in set(self.mapped("legal_basis"))
        }
        for aid in self:
            own = regimes[aid.legal_basis].filtered(
                lambda r, aid=aid: r.legal_basis == aid.legal_basis
            )[:1]
            aid.counts_until = (
                aid.date and own and aid.date + relativedelta(years=own.years)
            )

    @api.constrains("amount", "award_id")
    def _check_amount(self):
        """What is entered by hand is an aid; an amendment alone takes back."""
        for aid in self:
            if not aid.award_id and aid.amount <= 0:
                raise ValidationError(
                    self.env._(
                        "“%(aid)s” cannot be of %(amount)s: enter the aid that was "
                        "granted, above zero.",
                        aid=aid.name,
                        amount=aid.currency_id.format(aid.amount),
                    )
                )

    def write(self, vals):
        self._check_not_from_award()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_award(self):
        self._check_not_from_award()

    def _check_not_from_award(self):
        made = self.filtered("award_id")
        if made and not self.env.su:
            raise UserError(
                self.env._(
                    "“%(aid)s” comes from the award of the dossier %(dossier)s: record "
                    "an amendment there.",
                    aid=made[0].name,
                    dossier=made[0].dossier_id.display_name,
                )
            )

    @api.model
    def _used(self, company, bases, date, years):
        """Return what an undertaking received in the years that end on a date.

        :param company: a company of the undertaking
        :param list bases: legal bases that count
        :param date date: day on which a further aid would be granted
        :param int years: rolling years; an aid granted on the same day that many years
            ago still counts (CASES D1)
        """
        companies = company._de_minimis_companies()
        rows = self.sudo()._read_group(
            [
                ("company_id", "in", companies.ids),
                ("legal_basis", "in", bases),
                ("date", ">=", date - relativedelta(years=years)),
                ("date", "<=", date),
            ],
            aggregates=["amount:sum"],
        )
        return company.currency_id.round(rows[0][0])

    @api.model
    def _headroom(self, company, legal_basis, date):
        """Return the figures of the ceiling that leaves least: the binding one.

        :return: ``{regime, ceiling, used, headroom, years}``, empty where no regime is
            in force on that date
        """
        figures = []
        for regime in self.env["conciergerie.de.minimis.regime"]._in_force(
            legal_basis, date
        ):
            used = self._used(company, regime._counted_bases(), date, regime.years)
            figures.append(
                {
                    "regime": regime.name,
                    "ceiling": regime.ceiling,
                    "used": used,
                    "headroom": max(regime.ceiling - used, 0.0),
                    "years": regime.years,
                }
            )
        return min(figures, key=lambda f: f["headroom"], default={})
