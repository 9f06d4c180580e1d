from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ConciergerieProgramme(models.Model):
    """A source of aid and what it demands, with the dates of validity of its figures.

    Without a company it serves all of a group; changing it reaches the ideas only,
    since filed dossiers keep their own terms.
    """

    _name = "conciergerie.programme"
    _description = "Programme"
    _inherit = ["mail.thread", "conciergerie.subsidy.terms"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(string="Short Name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for all companies."
    )
    currency_id = fields.Many2one(
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of its figures; dossiers must be in the same one.",
    )
    funder_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    funder_kind = fields.Selection(related="funder_id.funder_kind")
    date_from = fields.Date(string="Figures Valid From")
    date_to = fields.Date(string="Figures Valid Until", tracking=True)
    expense_kind_ids = fields.Many2many(
        comodel_name="conciergerie.expense.kind",
        string="Eligible Expenses",
        help="Empty: every kind of expense.",
    )
    requirement_ids = fields.One2many(
        comodel_name="conciergerie.programme.requirement",
        inverse_name="programme_id",
        string="Papers Asked For",
        copy=True,
    )
    call_ids = fields.One2many(
        comodel_name="conciergerie.programme.call",
        inverse_name="programme_id",
        string="Calls",
    )
    next_call_date = fields.Date(
        string="Next Close of a Call", compute="_compute_next_call_date"
    )
    legal_reference = fields.Char(
        help="The text that its figures come from, to check them again."
    )
    publicity = fields.Text(
        string="Publicity Duties",
        translate=True,
        help="Logos, plates, mentions: copied to each dossier.",
    )
    note = fields.Html()
    eligible_from_receipt = fields.Boolean(
        string="Eligible from the Receipt",
        default=True,
        help="Costs count from the day the funder received the application, not "
        "before.",
    )
    dossier_ids = fields.One2many(
        comodel_name="conciergerie.dossier", inverse_name="programme_id"
    )
    dossier_count = fields.Integer(compute="_compute_dossier_count")

    @api.depends("call_ids.date_close")
    def _compute_next_call_date(self):
        today = fields.Date.context_today(self)
        for programme in self:
            ahead = [d for d in programme.call_ids.mapped("date_close") if d >= today]
            programme.next_call_date = min(ahead, default=False)

    def _compute_dossier_count(self):
        counts = dict(
            self.env["conciergerie.dossier"]._read_group(
                [("programme_id", "in", self.ids)], ["programme_id"], ["__count"]
            )
        )
        for programme in self:
            programme.dossier_count = counts.get(programme, 0)

    @api.depends("name", "code")
    def _compute_display_name(self):
        for programme in self:
            programme.display_name = (
                f"{programme.name} ({programme.code})"
                if programme.code and programme.code != programme.name
                else programme.name
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for programme in self:
            if (
                programme.date_from
                and programme.date_to
                and programme.date_to < programme.date_from
            ):
                raise ValidationError(
                    self.env._(
                        "The figures of %(name)s end on %(date_to)s, before they "
                        "begin: correct the dates of validity.",
                        name=programme.display_name,
                        date_to=format_date(self.env, programme.date_to),
                    )
                )

    @api.constrains("currency_id")
    def _check_currency_of_dossiers(self):
        """Refuse another currency than that of the books of its dossiers."""
        dossiers_sudo = self.env["conciergerie.dossier"].sudo()
        dossiers_sudo.with_context(active_test=False).search(
            [("programme_id", "in", self.ids)]
        )._check_currency()

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(self.env["conciergerie.dossier"]._copied_fields()):
            ideas_sudo = (
                self.env["conciergerie.dossier"]
                .sudo()
                .search([("programme_id", "in", self.ids), ("state", "=", "idea")])
            )
            ideas_sudo._copy_terms()
        return result

    def _open_call(self, date):
        """Return the call that takes applications on a date, empty if none."""
        self.ensure_one()
        return self.call_ids.filtered(
            lambda c: (not c.date_open or c.date_open <= date) and c.date_close >= date
        ).sorted("date_close")[:1]

    def action_view_dossiers(self):
        """Open the dossiers of this programme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_dossier_action"
        )
        action["domain"] = [("programme_id", "=", self.id)]
        action["context"] = {"default_programme_id": self.id}
        return action
