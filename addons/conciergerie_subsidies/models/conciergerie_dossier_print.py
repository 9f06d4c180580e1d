from odoo import models


class ConciergerieDossier(models.Model):
    """The financing plan on paper."""

    _inherit = "conciergerie.dossier"

    def _plan_form(self):
        """Return the form of the plan: of the version that its headings have."""
        self.ensure_one()
        form = self.env["conciergerie.form"]
        heading = self._plan_dossier().budget_line_ids.heading_id[:1]
        return form.search(
            [
                ("kind", "=", "plan"),
                ("number", "=", heading.form_number),
                ("version", "=", heading.form_version),
            ],
            limit=1,
        ) or form._current("plan")

    def _print_plan_table(self):
        """Return the table of the form: what is planned, by heading."""
        self.ensure_one()
        lines = self._plan_dossier().budget_line_ids
        return self.env["conciergerie.form.table"]._form_table(
            lines, [{line: line.planned_amount for line in lines}]
        )

    def _print_request(self):
        """Return the aid asked for and its share of the resources, in per cent."""
        self.ensure_one()
        total = self.total_resource
        share = 100 * self.requested_amount / total if total else 0.0
        return self.requested_amount, round(share, 1)

    def action_print_plan(self):
        """Print the financing plan in the order of the form."""
        return self.env.ref(
            "conciergerie_subsidies.action_report_financing_plan"
        ).report_action(self)
