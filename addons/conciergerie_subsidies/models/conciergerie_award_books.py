from odoo import api, models


class ConciergerieAward(models.Model):
    _inherit = "conciergerie.award"

    @api.model_create_multi
    def create(self, vals_list):
        """Propose what an award brings to the books, and when its money comes.

        With elevated rights: who records an award may not write the books, and
        nothing is posted here.
        """
        awards = super().create(vals_list)
        for dossier_sudo in awards.sudo().dossier_id:
            dossier_sudo._propose_after_award()
        return awards


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    def _propose_after_award(self):
        """Propose the receivable and the schedule of the last award.

        A company that has not chosen its accounts yet gets no proposal: recording an
        award does not wait for the accountant.
        """
        self.ensure_one()
        entries = self.env["conciergerie.subsidy.entry"]
        if self.company_id.subsidy_receivable_account_id or self.receivable_account_id:
            entries._propose_receivable(self)
        self._propose_schedule()
