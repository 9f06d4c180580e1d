from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

FROZEN = {"company_id", "date", "partner_id", "hours", "rate", "dossier_id"}


class ConciergerieVolunteerHours(models.Model):
    """Hours that a volunteer gave, and what they are worth."""

    _name = "conciergerie.volunteer.hours"
    _description = "Volunteer Hours"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Volunteer",
        required=True,
        index=True,
        check_company=True,
    )
    name = fields.Char(string="What For")
    site_id = fields.Many2one(
        comodel_name="conciergerie.site", index="btree_not_null", check_company=True
    )
    hours = fields.Float(required=True)
    rate = fields.Monetary(
        string="Value of an Hour",
        compute="_compute_rate",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Worth")
    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        index="btree_not_null",
        check_company=True,
        help="Empty: hours of the organisation itself.",
    )
    shift_id = fields.Many2one(
        comodel_name="conciergerie.shift",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    entry_id = fields.Many2one(
        comodel_name="conciergerie.subsidy.entry",
        string="Booked By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_booked = fields.Boolean(compute="_compute_is_booked", store=True)

    _hours_of_a_day = models.Constraint(
        "CHECK(hours > 0 AND hours <= 24)",
        "Enter the hours of one day: more than 0, at most 24.",
    )
    _rate_positive = models.Constraint(
        "CHECK(rate >= 0)", "An hour is not worth less than nothing."
    )
    _shift_once = models.UniqueIndex(
        "(shift_id) WHERE shift_id IS NOT NULL", "This shift was taken over already."
    )

    @api.constrains("date")
    def _check_date(self):
        """Hours of a day to come were not given yet, and would be booked."""
        today = fields.Date.context_today(self)
        for line in self:
            if line.date and line.date > today:
                raise ValidationError(
                    self.env._(
                        "The hours of %(person)s are dated %(date)s, a day to come: "
                        "enter them once they were given.",
                        person=line.partner_id.name,
                        date=format_date(self.env, line.date),
                    )
                )

    @api.depends("company_id")
    def _compute_rate(self):
        for line in self:
            line.rate = line.rate or line.company_id.subsidy_volunteer_rate

    @api.depends("hours", "rate")
    def _compute_amount(self):
        for line in self:
            currency = line.currency_id or self.env.company.currency_id
            line.amount = currency.round(line.hours * line.rate)

    @api.depends("entry_id.state")
    def _compute_is_booked(self):
        for line in self:
            line.is_booked = line.entry_id.state == "posted"

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.partner_id.name or ''} {line.date or ''}".strip()
            )

    @api.onchange("dossier_id")
    def _onchange_dossier_id(self):
        if self.dossier_id.site_id and not self.site_id:
            self.site_id = self.dossier_id.site_id

    def write(self, vals):
        if FROZEN & vals.keys():
            self._check_not_booked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._check_not_booked()

    def _check_not_booked(self):
        for line in self:
            if line.is_booked:
                raise UserError(
                    self.env._(
                        "The hours of %(person)s on %(date)s are in the books with "
                        "%(entry)s. Reverse that entry first.",
                        person=line.partner_id.name,
                        date=format_date(self.env, line.date),
                        entry=line.entry_id.sudo().move_id.name,
                    )
                )


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    volunteer_hours_ids = fields.One2many(
        comodel_name="conciergerie.volunteer.hours", inverse_name="dossier_id"
    )


class ConciergerieSubsidyEntry(models.Model):
    _inherit = "conciergerie.subsidy.entry"

    volunteer_hours_ids = fields.One2many(
        comodel_name="conciergerie.volunteer.hours", inverse_name="entry_id"
    )

    def _check_hours_unchanged(self):
        """Check that volunteer time is still what was proposed.

        :raise UserError: hours were changed or deleted since
        """
        for entry in self.filtered(lambda e: e.kind == "volunteer"):
            worth = sum(entry.volunteer_hours_ids.mapped("amount"))
            if entry.currency_id.compare_amounts(worth, entry.amount):
                raise UserError(
                    self.env._(
                        "The hours of %(entry)s are now worth %(worth)s. Propose it "
                        "again: “Close the Year”.",
                        entry=entry.display_name,
                        worth=self._money(worth, entry.currency_id),
                    )
                )

    @api.model
    def _propose_volunteers(self, company, date, dossiers):
        """Propose the value of volunteer time, off the balance sheet (case D12).

        Hours are taken into one entry each; those that come late make another.

        :param company: ``res.company``
        :param date: any day of the financial year
        :param dossiers: ``conciergerie.dossier``, all and none by default
        :return: list of messages
        """
        year, start, end = self._fiscal_period(company, date)
        hours = self._hours_to_book(company, start, end, dossiers)
        if not hours:
            return []
        accounts = (
            company._get_subsidy_account("subsidy_volunteer_use_account_id"),
            company._get_subsidy_account("subsidy_volunteer_source_account_id"),
        )
        for dossier, lines in hours.grouped("dossier_id").items():
            period, entry = self._volunteer_period(company, dossier, year)
            values = {
                "dossier_id": dossier.id,
                "company_id": company.id,
                "kind": "volunteer",
                "date": end,
                "debit_account_id": accounts[0].id,
                "credit_account_id": accounts[1].id,
                **self._prepare_volunteer_vals(lines, year),
            }
            if entry:
                entry.write(values)
            else:
                entry = self.create({**values, "period": period})
            lines.write({"entry_id": entry.id})
        return []

    @api.model
    def _hours_to_book(self, company, start, end, dossiers):
        """Return the hours of a year that no posted entry has."""
        domain = [
            ("company_id", "=", company.id),
            ("date", ">=", start),
            ("date", "<=", end),
            ("is_booked", "=", False),
            ("amount", ">", 0),
        ]
        if dossiers:
            domain.append(("dossier_id", "in", dossiers.ids))
        return self.env["conciergerie.volunteer.hours"].search(domain)

    def _prepare_volunteer_vals(self, lines, year):
        """Return amount and explanation of the hours of one dossier, or of none."""
        return {
            "amount": sum(lines.mapped("amount")),
            "explanation": self.env._(
                "%(hours)s hours of %(people)s volunteers in %(year)s.",
                hours=self.env["conciergerie.dossier"]._short_number(
                    sum(lines.mapped("hours"))
                ),
                people=len(lines.partner_id),
                year=year,
            ),
        }

    def _volunteer_period(self, company, dossier, year):
        """Return the name of the next entry of a year, and the proposal that waits."""
        existing = self.search(
            [
                ("company_id", "=", company.id),
                ("dossier_id", "=", dossier.id),
                ("kind", "=", "volunteer"),
                ("period", "=like", f"{year}%"),
                ("state", "!=", "reversed"),
            ]
        )
        posted = existing.filtered(lambda e: e.state == "posted")
        period = f"{year}/{len(posted) + 1}" if posted else year
        return period, (existing - posted)[:1]
