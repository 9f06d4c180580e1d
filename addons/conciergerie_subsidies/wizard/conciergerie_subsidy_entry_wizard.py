from odoo import fields, models

# Before the award there is nothing to book, after a refusal neither.
WITHOUT_BOOKS = ("idea", "filed", "instructed", "refused", "abandoned")


class ConciergerieSubsidyEntryWizard(models.TransientModel):
    """Computes what is to be booked for a financial year; posts nothing."""

    _name = "conciergerie.subsidy.entry.wizard"
    _description = "Propose Entries of Subsidies"

    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Financial Year of",
        required=True,
        default=lambda self: self._default_date(),
        help="Any day of the financial year to close.",
    )
    dossier_ids = fields.Many2many(
        comodel_name="conciergerie.dossier",
        string="Dossiers",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all that are awarded.",
    )
    message = fields.Text(readonly=True)

    def _default_date(self):
        """Return today; in the first half of a year, the end of the one before."""
        today = fields.Date.context_today(self)
        dates = self.env.company.compute_fiscalyear_dates(today)
        if (today - dates["date_from"]).days < 183:
            return fields.Date.subtract(dates["date_from"], days=1)
        return dates["date_to"]

    def action_propose(self):
        """Compute the proposals; show them, or first what could not be computed."""
        self.ensure_one()
        entries = self.env["conciergerie.subsidy.entry"]
        entries.check_access("create")
        messages = []
        dossiers = self.dossier_ids or self.env["conciergerie.dossier"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "not in", WITHOUT_BOOKS),
            ]
        )
        for dossier in dossiers:
            messages += entries._propose_receivable(dossier)
            messages += entries._propose_year_end(dossier, self.date)
        messages += entries._propose_volunteers(
            self.company_id, self.date, self.dossier_ids
        )
        self.message = "\n".join(filter(None, messages))
        if not self.message:
            return self.action_view()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Proposed Entries"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_view(self):
        """Open the entries that wait to be posted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_subsidy_entry_action"
        )
        action["context"] = {"search_default_proposed": 1}
        if self.dossier_ids:
            action["domain"] = [("dossier_id", "in", self.dossier_ids.ids)]
        return action
