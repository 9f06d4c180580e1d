from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class ConciergerieDeMinimisStatement(models.TransientModel):
    """The register of de minimis aid on a day, or the statement for an application."""

    _name = "conciergerie.de.minimis.statement"
    _description = "De Minimis Statement"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        domain="[('company_id', '=', company_id)]",
        help="The application to which it is attached.",
    )
    legal_basis = fields.Selection(
        selection=[
            ("de_minimis", "De minimis"),
            ("de_minimis_sieg", "De minimis, service of general interest"),
            ("de_minimis_agri", "De minimis, agriculture"),
        ],
        required=True,
        compute="_compute_legal_basis",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    signatory_name = fields.Char(
        string="Signed By", default=lambda self: self.env.user.name
    )
    signatory_role = fields.Char(string="Capacity")
    used = fields.Monetary(compute="_compute_figures", string="Received")
    ceiling = fields.Monetary(compute="_compute_figures")
    headroom = fields.Monetary(compute="_compute_figures", string="Available")

    @api.depends("dossier_id")
    def _compute_legal_basis(self):
        for statement in self:
            basis = statement.dossier_id.legal_basis or ""
            statement.legal_basis = (
                basis
                if basis.startswith("de_minimis")
                else statement.legal_basis or "de_minimis"
            )

    @api.depends("company_id", "legal_basis", "date")
    def _compute_figures(self):
        self.company_id.check_access("read")
        for statement in self:
            figures = {}
            if statement.date and statement.legal_basis:
                figures = self.env["conciergerie.de.minimis.aid"]._headroom(
                    statement.company_id, statement.legal_basis, statement.date
                )
            statement.used = figures.get("used", 0.0)
            statement.ceiling = figures.get("ceiling", 0.0)
            statement.headroom = figures.get("headroom", 0.0)

    def _check_company_of_user(self):
        """Refuse another's company: the register is read with elevated rights.

        Not a constraint: those run with elevated rights themselves.
        """
        self.check_access("read")
        self.company_id.check_access("read")

    def _form(self):
        """Return the form whose words the statement takes."""
        return self.env["conciergerie.form"]._current("de_minimis")

    def _member_names(self):
        """Return the names of the companies of the undertaking, whoever prints."""
        self.ensure_one()
        self._check_company_of_user()
        members_sudo = self.company_id._de_minimis_companies().sudo()
        return members_sudo.mapped("name")

    def _aids(self):
        """Return the aid that counts on the day: of the whole undertaking.

        With elevated rights: the statement is about the undertaking, whose other
        companies the signatory need not work for.
        """
        self.ensure_one()
        self._check_company_of_user()
        self.env["conciergerie.de.minimis.aid"].check_access("read")
        regimes = self.env["conciergerie.de.minimis.regime"]._in_force(
            self.legal_basis, self.date
        )
        years = max(regimes.mapped("years"), default=3)
        return (
            self.env["conciergerie.de.minimis.aid"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id._de_minimis_companies().ids),
                    ("date", ">=", self.date - relativedelta(years=years)),
                    ("date", "<=", self.date),
                ],
                order="date, id",
            )
        )

    def _first_day(self):
        """Return the first day whose aid still counts."""
        self.ensure_one()
        regimes = self.env["conciergerie.de.minimis.regime"]._in_force(
            self.legal_basis, self.date
        )
        return self.date - relativedelta(years=max(regimes.mapped("years"), default=3))

    def _figures(self):
        """Return each ceiling in force with its arithmetic."""
        self.ensure_one()
        self._check_company_of_user()
        aids = self.env["conciergerie.de.minimis.aid"]
        figures = []
        for regime in self.env["conciergerie.de.minimis.regime"]._in_force(
            self.legal_basis, self.date
        ):
            used = aids._used(
                self.company_id, regime._counted_bases(), self.date, regime.years
            )
            figures.append(
                {
                    "regime": regime.name,
                    "reference": regime.legal_reference or "",
                    "ceiling": regime.ceiling,
                    "used": used,
                    "headroom": max(regime.ceiling - used, 0.0),
                }
            )
        return figures

    def action_print_register(self):
        """Print the register."""
        return self.env.ref(
            "conciergerie_subsidies.action_report_de_minimis_register"
        ).report_action(self)

    def action_print_statement(self):
        """Print the statement to sign and attach."""
        return self.env.ref(
            "conciergerie_subsidies.action_report_de_minimis_statement"
        ).report_action(self)


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    def action_de_minimis_statement(self):
        """Open the dialog that prints the statement for this application."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_de_minimis_statement_action"
        )
        action["context"] = {"default_dossier_id": self.id}
        return action
