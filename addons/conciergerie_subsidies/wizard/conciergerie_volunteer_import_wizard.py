from odoo import api, fields, models
from odoo.exceptions import UserError


class ConciergerieVolunteerImportWizard(models.TransientModel):
    """Takes the hours of volunteers from the shifts they really kept."""

    _name = "conciergerie.volunteer.import.wizard"
    _description = "Take Volunteer Hours from Shifts"

    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.start_of(
            fields.Date.context_today(self), "year"
        ),
    )
    date_to = fields.Date(required=True, default=fields.Date.context_today)
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all sites.",
    )
    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        domain="[('company_id', '=', company_id)]",
        help="Empty: hours of the organisation itself.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Volunteers",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        help="People who kept shifts and are no employees. Take out those who are "
        "paid otherwise.",
    )
    shift_count = fields.Integer(compute="_compute_shift_count", string="Shifts Found")

    def _shift_domain(self):
        """Return the domain of the shifts that ended and were not taken yet."""
        self.ensure_one()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("taken_at", "!=", False),
            ("start", ">=", self.date_from),
            ("start", "<", fields.Date.add(self.date_to, days=1)),
            ("stop", "<", fields.Datetime.now()),
        ]
        if self.site_id:
            domain.append(("site_id", "=", self.site_id.id))
        taken = self.env["conciergerie.volunteer.hours"]._search(
            [("shift_id", "!=", False)]
        )
        domain.append(("id", "not in", taken.subselect("shift_id")))
        return domain

    @api.depends("date_from", "date_to", "site_id")
    def _compute_user_ids(self):
        for wizard in self:
            if not (wizard.date_from and wizard.date_to):
                wizard.user_ids = False
                continue
            shifts = self.env["conciergerie.shift"].search(wizard._shift_domain())
            users_sudo = shifts.user_id.sudo()
            wizard.user_ids = users_sudo.filtered(lambda u: not u.employee_ids).ids

    @api.depends("date_from", "date_to", "site_id", "user_ids")
    def _compute_shift_count(self):
        for wizard in self:
            wizard.shift_count = len(wizard._shifts())

    def _shifts(self):
        if not (self.date_from and self.date_to):
            return self.env["conciergerie.shift"]
        return self.env["conciergerie.shift"].search(
            [*self._shift_domain(), ("user_id", "in", self.user_ids.ids)]
        )

    def action_import(self):
        """Record the hours of the shifts.

        :raise UserError: there are none
        """
        self.ensure_one()
        shifts = self._shifts()
        if not shifts:
            raise UserError(
                self.env._(
                    "No shift that is over was kept by these people in that time, or "
                    "all were taken already."
                )
            )
        lines = self.env["conciergerie.volunteer.hours"].create(
            [self._prepare_hours_vals(shift) for shift in shifts]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Volunteer Hours"),
            "res_model": lines._name,
            "view_mode": "list,form",
            "domain": [("id", "in", lines.ids)],
        }

    def _prepare_hours_vals(self, shift):
        """Return the values of the hours of a shift: from arrival to leaving.

        Who forgot to press “I leave” counts until the planned end.
        """
        left = shift.left_at or max(shift.stop, shift.taken_at)
        # Whole minutes, as they are shown: who checks the sum by hand finds it.
        minutes = round((left - shift.taken_at).total_seconds() / 60)
        return {
            "company_id": shift.company_id.id,
            "date": fields.Datetime.context_timestamp(
                shift.with_context(tz=shift._tz()), shift.start
            ).date(),
            "partner_id": shift.user_id.sudo().partner_id.id,
            "site_id": shift.site_id.id,
            "hours": max(minutes, 1) / 60,
            "dossier_id": self.dossier_id.id,
            "shift_id": shift.id,
        }
