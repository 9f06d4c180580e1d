from odoo import api, fields, models

from .conciergerie_dossier import DEAD_STATES

# Once closed, a dossier has only its papers to keep.
ENDED_STATES = (*DEAD_STATES, "closed")


class ConciergerieDossier(models.Model):
    """What is due to the funder, derived from the dossier itself."""

    _inherit = "conciergerie.dossier"

    deadline_ids = fields.One2many(
        comodel_name="conciergerie.deadline", inverse_name="dossier_id"
    )
    next_deadline_date = fields.Date(
        string="Next Deadline", compute="_compute_next_deadline", store=True
    )
    next_deadline_name = fields.Char(
        string="What Is Due", compute="_compute_next_deadline", store=True
    )

    @api.depends("deadline_ids.date", "deadline_ids.done_date", "deadline_ids.name")
    def _compute_next_deadline(self):
        for dossier in self:
            due = dossier.deadline_ids.filtered(lambda d: not d.done_date)
            first = due.sorted(lambda d: (d.date, d._origin.id))[:1]
            dossier.next_deadline_date = first.date
            dossier.next_deadline_name = first.name

    def _in_owners_language(self):
        """Return the dossier in the language of who reads its deadlines.

        Their names are kept as text: the night job, or a colleague in another language,
        must not write them in its own.
        """
        self.ensure_one()
        lang = self.user_id.lang or self.company_id.partner_id.lang
        return self.with_context(lang=lang) if lang else self

    @api.model
    def _deadline_fields(self):
        """Return the fields from which deadlines follow."""
        return {
            "state",
            "programme_id",
            "date_from",
            "date_to",
            "claim_until",
            "awarded_date",
            "report_months",
            "retention_date",
            "retention_years",
            "paper_ids",
            "condition_ids",
        }

    def _owned_deadlines(self):
        """Return what is still due by the owners of the dossiers themselves."""
        return self.deadline_ids.filtered(
            lambda d: not d.done_date and d.user_id == d.dossier_id.user_id
        )

    def _wanted_deadlines(self):
        """Return what is due: values of the deadlines that follow from the dossier.

        Each has a ``kind`` and, for papers and conditions, the record it comes from.
        """
        self.ensure_one()
        wanted = []

        def add(kind, date, name, **source):
            if date:
                wanted.append({"kind": kind, "date": date, "name": name, **source})

        if self.state == "idea":
            programme = self.programme_id
            add("call", programme.next_call_date, self.env._("File: the call closes"))
        elif self.state not in ENDED_STATES:
            if self.awarded_date:
                add("end", self.date_to, self.env._("End of the project"))
                add("claim", self.claim_until, self.env._("Last claim"))
                if self.state != "reported":
                    add("report", self.report_date, self.env._("Financial report"))
            for condition in self.condition_ids.filtered(lambda c: not c.done_date):
                add(
                    "condition",
                    condition.date,
                    self.env._("Condition: %(name)s", name=condition.name),
                    condition_id=condition.id,
                )
            for paper in self.paper_ids.filtered(
                lambda p: p.is_required and p.step != "file"
            ):
                add(
                    "paper",
                    paper.expiry_date,
                    self.env._("Renew: %(name)s", name=paper.name),
                    paper_id=paper.id,
                )
        if self.awarded_date and self.state not in DEAD_STATES:
            add("retention", self.retention_date, self.env._("Papers may be destroyed"))
        return wanted

    def _sync_deadlines(self):
        """Bring the deadlines that follow from the dossiers up to date.

        Those entered by hand, and those that are done, stay as they are. Runs with
        elevated rights: who changed the dossier was allowed to.
        """
        deadline_sudo = self.env["conciergerie.deadline"].sudo()
        vals_list, gone = [], deadline_sudo
        for dossier_sudo in self.sudo():
            present = {
                d._source_key(): d for d in dossier_sudo.deadline_ids if d.is_auto
            }
            for vals in dossier_sudo._in_owners_language()._wanted_deadlines():
                key = (vals["kind"], vals.get("condition_id"), vals.get("paper_id"))
                deadline = present.pop(key, None)
                if not deadline:
                    vals_list.append(
                        {
                            **vals,
                            "dossier_id": dossier_sudo.id,
                            "user_id": dossier_sudo.user_id.id,
                            "is_auto": True,
                        }
                    )
                elif not deadline.done_date or deadline.date != vals["date"]:
                    deadline._follow(vals)
            gone |= deadline_sudo.union(
                *(d for d in present.values() if d._is_void_for(dossier_sudo))
            )
            if dossier_sudo.state in ENDED_STATES:
                gone |= dossier_sudo.deadline_ids.filtered(
                    lambda d: not d.done_date and d.kind != "retention"
                )
        gone.unlink()
        deadline_sudo.create(vals_list)
