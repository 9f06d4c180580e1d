from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.conciergerie_base.lock import lock_for_update


class AccountPayment(models.Model):
    _inherit = "account.payment"

    is_provider_payout = fields.Boolean(
        readonly=True, copy=False, help="Made by a payment of providers' statements."
    )
    returned_move_id = fields.Many2one(
        comodel_name="account.move",
        readonly=True,
        copy=False,
        ondelete="restrict",
        string="Returned by the Bank",
    )

    def action_returned_by_bank(self):
        """Record that the bank sent the money back: both events are kept (case A14).

        What was paid is owed again, and the next payment proposes it.

        :raise UserError: it was returned already, or no entry was made of it
        """
        self.ensure_one()
        self.check_access("write")
        lock_for_update(self)
        if not self.is_provider_payout or not self.move_id or self.returned_move_id:
            raise UserError(
                self.env._(
                    "%s is no payment to a provider that could have been returned, or "
                    "its return is recorded already.",
                    self.display_name,
                )
            )
        self.returned_move_id = self.move_id._reverse_moves(
            [
                {
                    "date": fields.Date.context_today(self),
                    "ref": self.env._("%s returned by the bank", self.name),
                }
            ],
            cancel=True,
        )
