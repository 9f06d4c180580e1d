from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """The entry of money taken over stays: the ledger says the same."""

    _inherit = "account.move"

    def _check_not_opening(self):
        """Refuse to undo an opening entry in the books alone.

        :raise UserError: with what to do instead
        """
        entry = (
            self.env["conciergerie.due.entry"]
            .sudo()
            .search([("move_id", "in", self.ids)], limit=1)
        )
        if entry:
            raise UserError(
                self.env._(
                    "%s takes over money held for providers, and the ledger says the "
                    "same. Take back its rows instead: Local professionals, Due "
                    "entries.",
                    entry.move_id.name,
                )
            )

    def button_draft(self):
        self.check_access("write")  # before the refusal, which names an entry
        self._check_not_opening()
        return super().button_draft()

    def button_cancel(self):
        if self:  # an order without invoices is cancelled by who may not write any
            self.check_access("write")
            self._check_not_opening()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_not_opening()
        return super()._reverse_moves(
            default_values_list=default_values_list, cancel=cancel
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_opening(self):
        self._check_not_opening()
