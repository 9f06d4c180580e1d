import re
from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError


class ConciergerieSite(models.Model):
    """A place (or a round) where people bring requests.

    Each site has its own project, in which its requests are tasks, its analytic
    account, and its yearly sequence of references.
    """

    _name = "conciergerie.site"
    _description = "Conciergerie Site"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Two to six capital letters or digits that begin the references and "
        "labels of this site, for instance VAL.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[
            ("counter", "Counter"),
            ("round", "Round"),
            ("both", "Counter and round"),
        ],
        required=True,
        default="counter",
    )
    phase = fields.Selection(
        selection=[
            ("idea", "Idea"),
            ("test", "Test"),
            ("open", "Open"),
            ("paused", "Paused"),
            ("closed", "Closed"),
        ],
        required=True,
        default="open",
        tracking=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Address",
        check_company=True,
        help="Address and phone of the counter, printed on deposit tickets.",
    )
    resource_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Opening Hours",
        required=True,
        check_company=True,
        default=lambda self: self.env.company.resource_calendar_id,
        help="Promised dates fall on days when this calendar is open.",
    )
    commune_ids = fields.Many2many(
        comodel_name="conciergerie.commune", string="Communes Served"
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="conciergerie_site_res_users_rel",
        string="Team",
        domain=[("share", "=", False)],
    )
    project_id = fields.Many2one(
        comodel_name="project.project",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    analytic_account_id = fields.Many2one(related="project_id.account_id")
    sequence_id = fields.Many2one(
        comodel_name="ir.sequence",
        string="Numbering",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    request_ids = fields.One2many(
        comodel_name="project.task", inverse_name="site_id", string="Requests"
    )
    _code_company_unique = models.UniqueIndex(
        "(company_id, code)", "Another site of this company has the same code."
    )
    _project_unique = models.UniqueIndex(
        "(project_id) WHERE project_id IS NOT NULL", "A project belongs to one site."
    )

    @api.constrains("code")
    def _check_code(self):
        for site in self:
            if not re.fullmatch(r"[A-Z0-9]{2,6}", site.code):
                raise ValidationError(
                    self.env._(
                        "The code of site %(site)s is “%(code)s”; it must be two to "
                        "six capital letters or digits, because labels carry it in a "
                        "barcode.",
                        site=site.name,
                        code=site.code,
                    )
                )

    @api.constrains("phase", "active")
    def _check_no_open_request_when_closed(self):
        closed = self.filtered(lambda s: s.phase == "closed" or not s.active)
        counts = dict(
            self.env["project.task"]._read_group(
                [
                    ("site_id", "in", closed.ids),
                    ("step", "in", self.env["project.task"]._open_steps()),
                ],
                ["site_id"],
                ["__count"],
            )
        )
        for site, count in counts.items():
            raise ValidationError(
                self.env._(
                    "%(site)s still has %(count)s open requests. Hand them over, "
                    "cancel them or move them to another site before closing it.",
                    site=site.name,
                    count=count,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code"):
                vals["code"] = vals["code"].strip().upper()
        sites = super().create(vals_list)
        sites._ensure_project()
        return sites

    def write(self, vals):
        if vals.get("code"):
            vals = {**vals, "code": vals["code"].strip().upper()}
        result = super().write(vals)
        if {"code", "name"} & vals.keys():
            for site in self:
                site.sequence_id.sudo().prefix = site._sequence_prefix()
                site.project_id.sudo().name = site.name
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_requests(self):
        for site in self.with_context(active_test=False):
            if site.request_ids:
                raise UserError(
                    self.env._(
                        "%(site)s has requests, which are kept. Set its phase to "
                        "Closed or archive it instead of deleting it.",
                        site=site.name,
                    )
                )

    def _sequence_prefix(self):
        self.ensure_one()
        return f"{self.code}-%(range_year)s-"

    def _ensure_project(self):
        """Make what a new site needs: project, analytic account, sequence.

        Runs with elevated rights: creating a site was checked, and its project and
        sequence are the site's own.
        """
        project_plan, _others = self.env["account.analytic.plan"]._get_all_plans()
        stages = self.env["project.task.type"].sudo()._request_stages()
        for site in self.filtered(lambda s: not s.project_id):
            site_sudo = site.sudo()
            account = self.env["account.analytic.account"].sudo()
            site_sudo.project_id = (
                self.env["project.project"]
                .sudo()
                .create(
                    {
                        "name": site.name,
                        "company_id": site.company_id.id,
                        # Not core's `portal`: with it, a provider and a
                        # beneficiary who follow one task read each other.
                        "privacy_visibility": "employees",
                        "allow_billable": True,
                        "allow_timesheets": True,
                        "account_id": account.create(
                            {
                                "name": site.name,
                                "code": site.code,
                                "plan_id": project_plan.id,
                                "company_id": site.company_id.id,
                            }
                        ).id,
                        "type_ids": [Command.set(stages.ids)],
                    }
                )
            )
            site_sudo.sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": f"Requests of {site.name}",
                        "company_id": site.company_id.id,
                        "prefix": site._sequence_prefix(),
                        "padding": 4,
                        "use_date_range": True,
                    }
                )
            )

    def _check_takes_requests(self):
        """Check that new requests may come to these sites.

        :raise UserError: one of them is closed for good
        """
        for site in self:
            if site.phase == "closed" or not site.active:
                raise UserError(
                    self.env._(
                        "%s is closed and takes no new requests. Choose another site, "
                        "or change its phase.",
                        site.name,
                    )
                )

    def _next_reference(self):
        """Return the next request reference of the site, e.g. ``VAL-2026-0042``."""
        self.ensure_one()
        return self.sequence_id.sudo().next_by_id(
            sequence_date=fields.Date.context_today(self)
        )

    @api.model
    def _default_for_user(self):
        """Return the site where the current user works: the first she is assigned.

        Somebody assigned to none gets the only site of the company, if there is one.
        """
        sites = self.search(
            [("company_id", "=", self.env.company.id), ("phase", "!=", "closed")]
        )
        mine = sites.filtered(lambda s: self.env.user in s.user_ids)
        return mine[:1] or (sites if len(sites) == 1 else self.browse())

    def _opening_date(self, date, opening_days=0):
        """Return the first open day on or after a date, moved on by opening days.

        :param date: date from which to count
        :param int opening_days: open days to add after that first one
        :rtype: datetime.date
        """
        self.ensure_one()
        # An order of many services asks the same again and again: its confirmation
        # gives a place to remember the answers, no longer than it lasts.
        known = self.env.context.get("conciergerie_known_openings")
        key = (self.id, date, opening_days)
        if known is not None and key in known:
            return known[key]
        calendar = self.resource_calendar_id
        tz = pytz.timezone(calendar.tz or "UTC")
        start = tz.localize(datetime.combine(date, time.min))
        end = calendar.plan_days(opening_days + 1, start, compute_leaves=True)
        if end:
            result = end.astimezone(tz).date()
        else:  # a calendar without opening hours: count calendar days
            result = date + timedelta(days=opening_days)
        if isinstance(known, dict):
            known[key] = result
        return result

    def _is_open_on(self, date):
        """Tell whether the site's calendar is open on a date, closures considered."""
        return self._opening_date(date) == date

    def action_new_request(self):
        """Open the short form for a new request at this site."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_request_wizard_action"
        )
        action["context"] = {"default_site_id": self.id}
        return action
