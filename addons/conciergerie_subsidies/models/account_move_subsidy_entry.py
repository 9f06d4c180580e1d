from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    subsidy_entry_ids = fields.One2many(
        comodel_name="conciergerie.subsidy.entry",
        inverse_name="move_id",
        string="Subsidy Entries",
    )

    def _posted_subsidy_entries(self):
        """Return the entries of subsidies that these moves are the books of."""
        return (
            self.env["conciergerie.subsidy.entry"]
            .sudo()
            .search([("move_id", "in", self.ids), ("state", "=", "posted")])
        )

    def button_draft(self):
        """Refuse to open what the accountant posted for a dossier: it is reversed."""
        if entries := self._posted_subsidy_entries():
            raise UserError(
                self.env._(
                    "%(move)s books %(entry)s. Reverse it instead: both stay in the "
                    "books, and it can be proposed again.",
                    move=entries[0].move_id.name,
                    entry=entries[0].display_name,
                )
            )
        result = super().button_draft()
        self._tell_instalments()
        return result

    def _post(self, soft=True):
        """Tell the entries of subsidies whose books are reversed by these moves."""
        posted = super()._post(soft)
        posted._tell_instalments()
        reversals = posted.filtered("reversed_entry_id")
        if reversals and (
            entries := reversals.reversed_entry_id._posted_subsidy_entries()
        ):
            by_origin = {move.reversed_entry_id: move for move in reversals}
            entries._on_reversed({e: by_origin[e.move_id] for e in entries})
        return posted

    def _tell_instalments(self):
        """Tell the claims whose money these moves brought that they changed state."""
        receipts_sudo = self.line_ids.sudo().subsidy_receipt_ids
        receipts_sudo.instalment_id._tell_claims()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # An entry just made knows that it has none: what a receipt takes from its journal
    # item is followed without a query for each entry that is posted.
    subsidy_receipt_ids = fields.One2many(
        comodel_name="conciergerie.instalment.receipt",
        inverse_name="move_line_id",
        groups="conciergerie_base.group_accountant,conciergerie_base.group_manager",
    )

    def unlink(self):
        """Take what was received with a deleted line of the bank back from its aid."""
        self.sudo().subsidy_receipt_ids.unlink()
        return super().unlink()
