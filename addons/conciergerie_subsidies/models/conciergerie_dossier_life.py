from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date, formatLang

from .conciergerie_claim import SENT
from .conciergerie_dossier import OPEN_PLAN_STATES

# Each state is entered from these, by one method, action_to_<state>.
FROM_STATES = {
    "idea": ("filed", "instructed", "refused", "abandoned"),
    "filed": ("idea",),
    "instructed": ("filed",),
    "awarded": ("filed", "instructed"),
    "refused": ("filed", "instructed"),
    "abandoned": ("idea", "filed", "instructed"),
    "running": ("awarded", "reported"),
    "claimed": ("awarded", "running", "claimed"),
    "balance": ("awarded", "running", "claimed"),
    "reported": ("running", "claimed", "balance"),
    "closed": ("balance", "reported"),
}
# The accountant takes these steps, claims and report being hers; the manager takes all.
ACCOUNTANT_STATES = ("claimed", "balance", "reported", "closed")
# Entered by the submission of a claim only.
CLAIM_STATES = ("claimed", "balance")
METHODS = {
    "idea": "action_reopen",
    "filed": "action_file",
    "instructed": "action_instruct",
    "awarded": "action_award",
    "refused": "action_refuse",
    "abandoned": "action_abandon",
    "running": "action_start",
    "claimed": "action_claim",
    "balance": "action_balance",
    "reported": "action_report",
    "closed": "action_close",
}


class ConciergerieDossier(models.Model):
    """The life of a dossier: one method for each step, its checks, its effects."""

    _inherit = "conciergerie.dossier"

    next_step = fields.Char(compute="_compute_next_step")

    @api.depends(
        "state",
        "receipt_date",
        "check_blocking_count",
        "condition_ids.done_date",
        "date_to",
        *("total_cost", "total_resource", "in_kind_cost", "in_kind_resource"),
    )
    def _compute_next_step(self):
        for dossier in self:
            dossier.next_step = dossier._next_step_words()

    @api.constrains("filed_date", "receipt_date")
    def _check_days_passed(self):
        """Filed and received are events: costs may count from them, deadlines run."""
        today = fields.Date.context_today(self)
        for dossier in self:
            for fname in ("filed_date", "receipt_date"):
                if dossier[fname] and dossier[fname] > today:
                    raise ValidationError(
                        self.env._(
                            "%(dossier)s: “%(field)s” is %(date)s, which is still to "
                            "come. Enter the day on which it happened, once it has.",
                            dossier=dossier.display_name,
                            field=self._fields[fname]._description_string(self.env),
                            date=format_date(self.env, dossier[fname]),
                        )
                    )

    @api.model
    def _words(self, what, words):
        """Return what a sentence is about, and the sentence."""
        return self.env._("%(what)s: %(words)s", what=what, words=words)

    @api.model
    def _short_number(self, value):
        """Return a number as the language writes it, no decimals if it is whole."""
        return formatLang(self.env, value, digits=0 if value == int(value) else 2)

    def _next_step_words(self):
        """Return what to do next, for somebody who does it for the first time."""
        if self.state == "idea":
            if not self.total_cost:
                return self.env._(
                    "Enter the expenses, then let the resources be proposed."
                )
            if self.check_blocking_count:
                return self.env._(
                    "Points that keep it from being filed: %(count)s. See the check.",
                    count=self.check_blocking_count,
                )
            return self.env._("Nothing keeps it from being filed.")
        if self.state in ("filed", "instructed"):
            imbalance = self._imbalance_words()
            if imbalance:
                return self.env._(
                    "%(words)s Correct the plan: no award is recorded before.",
                    words=imbalance,
                )
        if self.state in ("filed", "instructed") and not self.receipt_date:
            return self.env._(
                "Enter the day on which the funder received it: costs count from then."
            )
        open_conditions = len(self.condition_ids.filtered(lambda c: not c.done_date))
        if self.state in ("awarded", "running", "claimed") and open_conditions:
            return self.env._(
                "Conditions still to be met: %(count)s.", count=open_conditions
            )
        return {
            "filed": self.env._(
                "The funder examines it. Record its decision when it comes."
            ),
            "instructed": self.env._("Record the funder's decision when it comes."),
            "awarded": self.env._(
                "Start it once the agreement with the funder is signed."
            ),
        }.get(self.state, False)

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _check_step(self, state):
        """Refuse a step that the user or the present state does not allow.

        :raise AccessError: the step is a manager's
        :raise UserError: the state is not one from which the step is taken
        """
        self.check_access("read")
        user = self.env.user
        allowed = user.has_group("conciergerie_base.group_manager") or (
            state in ACCOUNTANT_STATES
            and user.has_group("conciergerie_base.group_accountant")
        )
        if not allowed and not self.env.su:
            raise AccessError(
                self.env._("This step of a dossier is taken by its manager.")
            )
        if state in CLAIM_STATES and not self.env.su:
            raise UserError(
                self.env._(
                    "A dossier gets there by its claims: prepare one on its page "
                    "“Claims” and submit it."
                )
            )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for dossier in self:
            if dossier.state not in FROM_STATES[state]:
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: it does not go to “%(target)s” "
                        "from there.",
                        dossier=dossier.display_name,
                        state=labels[dossier.state],
                        target=labels[state],
                    )
                )

    def _set_state(self, state, **vals):
        """Enter a state; the step was checked before."""
        self._check_step(state)
        dossiers_sudo = self.sudo()
        dossiers_sudo.write({"state": state, **vals})
        return True

    def _write_state(self, vals):
        """Route a written state, a card dragged in the pipeline too, to its step."""
        others = {name: value for name, value in vals.items() if name != "state"}
        if others:
            self.write(others)
        state = vals["state"]
        moved = self.filtered(lambda d: d.state != state)
        if not moved:
            return True
        if state == "awarded":
            raise UserError(
                self.env._(
                    "An award needs its date, amount and document: record it with the "
                    "button “Record the award” of the dossier."
                )
            )
        for dossier in moved:
            getattr(dossier, METHODS[state])()
        return True

    @api.model
    def _state_message(self):
        return self.env._(
            "A dossier begins as an idea; its buttons take it from step to step."
        )

    def action_file(self):
        """File with the funder: refused where the check finds what blocks."""
        self._check_step("filed")
        today = fields.Date.context_today(self)
        for dossier in self:
            # The terms of today are those that the funder will apply.
            dossier._copy_terms()
            blocking = self._blocking(dossier._check_eligibility(today))
            if blocking:
                raise UserError(
                    self.env._(
                        "%(dossier)s cannot be filed yet:\n%(reasons)s",
                        dossier=dossier.display_name,
                        reasons="\n".join(
                            "• " + self._words(c["label"], c["message"])
                            for c in blocking
                        ),
                    )
                )
            dossier._set_state("filed", filed_date=today)
            for line_sudo in dossier.sudo().budget_line_ids:
                line_sudo.filed_amount = line_sudo.planned_amount
            dossier._keep_version("filed", today)
        return True

    def action_instruct(self):
        """The funder examines it."""
        return self._set_state("instructed")

    def action_refuse(self):
        """The funder refused it."""
        return self._set_state("refused")

    def action_abandon(self):
        """Given up before any award."""
        return self._set_state("abandoned")

    def action_reopen(self):
        """Take it back to an idea, to correct or to file again."""
        return self._set_state("idea", filed_date=False, receipt_date=False)

    def action_start(self):
        """The agreement is signed: the project runs.

        From a report that was not the last, or not sent, it goes on where it was.
        """
        self._check_step("running")
        for dossier in self:
            if dossier.state == "reported":
                reports = dossier.deadline_ids.filtered(lambda d: d.kind == "report")
                reports.done_date = False
            dossier.sudo().state = dossier._running_state()
        return True

    def _running_state(self):
        """Return the state that the claims of a running dossier give it."""
        self.ensure_one()
        kinds = self.sudo().claim_ids.filtered(lambda c: c.state in SENT).mapped("kind")
        if "balance" in kinds:
            return "balance"
        return "claimed" if "interim" in kinds else "running"

    def action_claim(self):
        """A claim was submitted; the claim itself calls this, with elevated rights."""
        return self._set_state("claimed")

    def action_balance(self):
        """The balance was claimed; its claim calls this, with elevated rights."""
        return self._set_state("balance")

    def action_report(self):
        """The final report was sent: its deadline is done with."""
        self._check_step("reported")
        due = self.deadline_ids.filtered(
            lambda d: d.kind == "report" and not d.done_date
        )
        due.done_date = fields.Date.context_today(self)
        return self._set_state("reported")

    def action_close(self):
        """Close: what remains is to keep the papers."""
        open_conditions = self.condition_ids.filtered(lambda c: not c.done_date)
        if open_conditions:
            raise UserError(
                self.env._(
                    "%(dossier)s has conditions that are not met: %(conditions)s. "
                    "Enter when they were, or delete those that were lifted.",
                    dossier=open_conditions[0].dossier_id.display_name,
                    conditions=", ".join(open_conditions.mapped("name")),
                )
            )
        self._check_reported()
        return self._set_state("closed")

    def _check_reported(self):
        """Refuse to close what still owes its report."""
        for dossier in self:
            if dossier.report_date and dossier.state == "balance":
                raise UserError(
                    self.env._(
                        "%(dossier)s owes its report by %(date)s: send it and press "
                        "“Report sent” first.",
                        dossier=dossier.display_name,
                        date=format_date(self.env, dossier.report_date),
                    )
                )

    def _is_plan_open(self):
        self.ensure_one()
        return self.state in OPEN_PLAN_STATES

    def _check_plan_open(self):
        """Refuse a change of the plan once the aid is awarded.

        :raise UserError: only an amendment changes the plan from then on
        """
        for dossier in self:
            if not dossier._is_plan_open():
                raise UserError(
                    self.env._(
                        "The plan of %(dossier)s was settled by its award: record an "
                        "amendment to change it.",
                        dossier=dossier.display_name,
                    )
                )
