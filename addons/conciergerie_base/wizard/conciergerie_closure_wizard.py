from datetime import timedelta

from odoo import api, fields, models

from ..models.conciergerie_closure import MAX_DAYS, TOLD_STEPS

MAX_PERIOD = timedelta(days=MAX_DAYS)


class ConciergerieClosureWizard(models.TransientModel):
    """Show what a closure would move and whom it would concern, then close."""

    _name = "conciergerie.closure.wizard"
    _description = "Close Exceptionally"

    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        default=lambda self: self.env["conciergerie.site"]._default_for_user(),
    )
    date_from = fields.Date(
        string="Closed from", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    reason = fields.Char(
        required=True, help="Told to the people: works in the street, training…"
    )
    sibling_ids = fields.Many2many(
        comodel_name="conciergerie.site",
        compute="_compute_sharing",
        string="Same Opening Hours",
    )
    with_siblings = fields.Boolean(string="Close Them Too")
    shared_with = fields.Char(compute="_compute_sharing")
    reopening_date = fields.Date(compute="_compute_preview", string="Open Again on")
    moved_task_ids = fields.Many2many(
        comodel_name="project.task", compute="_compute_preview"
    )
    moved_count = fields.Integer(
        compute="_compute_preview", string="Promised Dates Moved"
    )
    ready_count = fields.Integer(
        compute="_compute_preview", string="Ready, to Be Collected Later"
    )
    mail_count = fields.Integer(compute="_compute_preview", string="People Written to")
    call_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_preview",
        string="People to Call",
        help="They have no e-mail address.",
    )
    shift_count = fields.Integer(compute="_compute_preview", string="Shifts Planned")

    @api.depends("date_from")
    def _compute_date_to(self):
        for wizard in self:
            if not wizard.date_to or wizard.date_to < wizard.date_from:
                wizard.date_to = wizard.date_from

    @api.depends("site_id", "with_siblings")
    def _compute_sharing(self):
        for wizard in self:
            site = wizard.site_id
            wizard.sibling_ids = (
                site.search(
                    [
                        ("resource_calendar_id", "=", site.resource_calendar_id.id),
                        ("company_id", "=", site.company_id.id),
                        ("phase", "!=", "closed"),
                        ("id", "!=", site.id),
                    ]
                )
                if site
                else site
            )
            wizard.shared_with = ", ".join(wizard._sites()._calendar_users())

    @api.depends("site_id", "date_from", "date_to", "with_siblings")
    def _compute_preview(self):
        closure = self.env["conciergerie.closure"]
        today = fields.Date.context_today(self)
        for wizard in self:
            first, last, sites = wizard.date_from, wizard.date_to, wizard._sites()
            moved = ready = self.env["project.task"]
            # A mistyped year must not compute opening hours up to the year 9999.
            valid = bool(
                sites and first and last and first <= last <= today + 2 * MAX_PERIOD
            )
            if valid:
                moved, ready = closure._concerned_requests(sites, first, last)
            told = moved.filtered(lambda t: t.step in TOLD_STEPS) | ready
            partners = told.partner_id
            wizard.moved_task_ids = moved
            wizard.moved_count = len(moved)
            wizard.ready_count = len(ready)
            reachable = partners.filtered("email_normalized")
            wizard.mail_count = len(reachable)
            wizard.call_partner_ids = partners - reachable
            wizard.reopening_date = (
                wizard.site_id._opening_date(last + timedelta(days=1))
                if valid
                else False
            )
            wizard.shift_count = (
                self.env["conciergerie.shift"].search_count(
                    [
                        ("site_id", "in", sites.ids),
                        ("start", "<", last + timedelta(days=1)),
                        ("stop", ">", first),
                    ]
                )
                if valid
                else 0
            )

    def _sites(self):
        self.ensure_one()
        return self.site_id | (
            self.sibling_ids if self.with_siblings else self.site_id.browse()
        )

    def action_confirm(self):
        self.ensure_one()
        closures = self.env["conciergerie.closure"]._close(
            self._sites(), self.date_from, self.date_to, self.reason
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_closure_action"
        )
        if len(closures) == 1:
            action.update(views=[(False, "form")], res_id=closures.id)
        else:
            action["domain"] = [("id", "in", closures.ids)]
        return action
