from datetime import timedelta

from odoo import api, fields, models

# Years ahead, the end of retention would only fill a to-do list.
RETENTION_NOTICE_DAYS = 60
BATCH = 200


class ConciergerieDeadline(models.Model):
    """Something due to a funder, on a date, by somebody.

    Each open one has one activity of its owner on the dossier; doing either does both.
    """

    _name = "conciergerie.deadline"
    _description = "Deadline"
    _order = "date, id"
    _check_company_auto = True

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    funder_id = fields.Many2one(related="dossier_id.funder_id", store=True, index=True)
    name = fields.Char(string="What Is Due", required=True)
    kind = fields.Selection(
        selection=[
            ("call", "Close of a call"),
            ("start", "Start of the period"),
            ("end", "End of the period"),
            ("claim", "Claim"),
            ("report", "Report"),
            ("condition", "Condition"),
            ("paper", "Paper"),
            ("retention", "End of retention"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    date = fields.Date(string="Due On", required=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Empty: the owner of the dossier.",
    )
    done_date = fields.Date(string="Done On")
    state = fields.Selection(
        selection=[
            ("late", "Late"),
            ("soon", "Within 30 days"),
            ("ahead", "Later"),
            ("done", "Done"),
        ],
        compute="_compute_state",
    )
    is_auto = fields.Boolean(readonly=True, copy=False)
    condition_id = fields.Many2one(
        comodel_name="conciergerie.dossier.condition",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    paper_id = fields.Many2one(
        comodel_name="conciergerie.dossier.paper",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )

    @api.depends("date", "done_date")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for deadline in self:
            if deadline.done_date:
                deadline.state = "done"
            elif deadline.date and deadline.date < today:
                deadline.state = "late"
            else:
                soon = deadline.date and deadline.date <= today + timedelta(days=30)
                deadline.state = "soon" if soon else "ahead"

    @api.depends("name", "dossier_id.name")
    def _compute_display_name(self):
        for deadline in self:
            parts = (deadline.name, deadline.dossier_id.name)
            deadline.display_name = " – ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        deadlines = super().create(vals_list)
        deadlines._sync_activities()
        return deadlines

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"name", "date", "user_id", "done_date"}:
            self._sync_activities()
        return result

    def unlink(self):
        # An activity without its deadline would call for nothing.
        activities_sudo = self.sudo().activity_id.filtered("active")
        result = super().unlink()
        activities_sudo.unlink()
        return result

    def action_done(self):
        """Mark as done today; its activity is done with it."""
        self.done_date = fields.Date.context_today(self)

    def action_open_dossier(self):
        """Open the dossier that it belongs to."""
        self.ensure_one()
        return self.dossier_id.get_formview_action()

    def _source_key(self):
        """Return what tells apart the deadlines that follow from one dossier."""
        self.ensure_one()
        return (
            self.kind,
            self.condition_id.id or None,
            self.paper_id.id or None,
        )

    def _is_void_for(self, dossier):
        """Say whether what no longer follows from a dossier is to go.

        What is done stays, and so does the close of a call that an idea has missed:
        it is late, until the idea is given up or another call opens.
        """
        self.ensure_one()
        missed = (
            self.kind == "call"
            and dossier.state == "idea"
            and self.date < fields.Date.context_today(self)
        )
        return not self.done_date and not missed

    def _follow(self, vals):
        """Take over a moved date or a new name; a moved date opens it again."""
        self.ensure_one()
        changed = {n: vals[n] for n in ("date", "name") if self[n] != vals[n]}
        if self.done_date and "date" in changed:
            changed["done_date"] = False
        if not self.done_date and not self.user_id:
            changed["user_id"] = self.dossier_id.user_id.id
        if changed:
            self.write(changed)

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------

    def _in_charge(self):
        """Return who is told: the owner, else the dossier's, else a manager.

        Nothing falls due unnoticed because somebody has left.
        """
        self.ensure_one()
        users = (self.user_id, self.dossier_id.user_id)
        for user in users:
            if user.active:
                return user
        managers = self.env.ref("conciergerie_base.group_manager").all_user_ids
        return managers.filtered(
            lambda u: u.active and self.company_id in u.company_ids
        )[:1]

    def _prepare_activity_vals(self):
        self.ensure_one()
        return {
            "summary": self.name,
            "date_deadline": self.date,
            "user_id": self._in_charge().id or self.env.uid,
        }

    def _is_announced(self):
        """Say whether it belongs on a to-do list today."""
        self.ensure_one()
        horizon = fields.Date.context_today(self) + timedelta(
            days=RETENTION_NOTICE_DAYS
        )
        return self.kind != "retention" or self.date <= horizon

    def _sync_activities(self):
        """Give each open deadline its one activity, and end that of a done one.

        Runs with elevated rights: owners are told of what others change.
        """
        dossier_model = self.env["ir.model"]._get_id("conciergerie.dossier")
        kind = self.env.ref("conciergerie_subsidies.mail_activity_type_deadline")
        new = self.browse().sudo()
        for deadline_sudo in self.sudo():
            activity = deadline_sudo.activity_id.filtered("active")
            if deadline_sudo.done_date:
                if activity:
                    activity._action_done()
            elif not activity:
                if deadline_sudo._is_announced():
                    new |= deadline_sudo
            else:
                vals = deadline_sudo._prepare_activity_vals()
                current = {
                    "summary": activity.summary,
                    "date_deadline": activity.date_deadline,
                    "user_id": activity.user_id.id,
                }
                if vals != current:
                    activity.write(vals)
        activities = (
            self.env["mail.activity"]
            .sudo()
            .create(
                [
                    {
                        **deadline_sudo._prepare_activity_vals(),
                        "activity_type_id": kind.id,
                        "res_model_id": dossier_model,
                        "res_id": deadline_sudo.dossier_id.id,
                        "automated": True,
                    }
                    for deadline_sudo in new
                ]
            )
        )
        for deadline_sudo, activity in zip(new, activities, strict=True):
            deadline_sudo.activity_id = activity

    @api.model
    def _cron_follow(self):
        """See each day that what is due is on somebody's list.

        New calls of programmes, activities that were deleted, owners who left and
        retention periods that end are caught up with; a run that stops half-way is
        taken up at the next.
        """
        dossiers = self.env["conciergerie.dossier"].search([("state", "=", "idea")])
        dossiers._sync_deadlines()
        due = self.search([("done_date", "=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            batch._sync_activities()
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break
