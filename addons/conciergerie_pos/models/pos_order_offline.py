from contextlib import nullcontext

from odoo import models
from odoo.exceptions import UserError


class KeptTicket:
    """What would have refused a ticket that was paid without network.

    It is passed in the context as an object, which no call by RPC can hold.
    """

    def __init__(self):
        self.reasons = []


class PosOrder(models.Model):
    """A ticket paid without network is accepted, whatever a rule says of it (B9).

    The money is in the drawer and the customer has left: a refusal would only keep
    the sale out of the books. Each rule that does not hold becomes a reason in one
    activity of a manager.
    """

    _inherit = "pos.order"

    def _kept_offline(self):
        """Return what collects the reasons, or None where a rule may still refuse."""
        kept = self.env.context.get("conciergerie_kept")
        return kept if isinstance(kept, KeptTicket) else None

    def _refuse_or_keep(self, sentence):
        """Refuse a ticket, or note why it would have been.

        :param str sentence: the reason, and what to do
        :raise UserError: the money is not taken yet
        """
        kept = self._kept_offline()
        if kept is None:
            raise UserError(sentence)
        if sentence not in kept.reasons:
            kept.reasons.append(sentence)

    def _check_or_keep(self, check, *args, undo=False):
        """Call what may refuse a ticket; note its reason where it is kept.

        :param check: function that raises a ``UserError``
        :param bool undo: take back what was written before the refusal
        """
        if self._kept_offline() is None:
            check(*args)
            return
        try:
            with self.env.cr.savepoint() if undo else nullcontext():
                check(*args)
        except UserError as error:
            self._refuse_or_keep(str(error))

    def _tell_kept(self):
        """Give a manager the task of sorting out a ticket that no rule lets pass.

        On the session, which is where the ticket is found and its till is closed.
        """
        self.ensure_one()
        kept = self._kept_offline()
        if not kept or not kept.reasons:
            return
        name = self.pos_reference or self.name
        self.config_id.site_id._pos_tell_manager(
            self.session_id,
            self.env._("Sold without network, to be checked: ticket %s", name),
            self.env._(
                "Ticket %(ticket)s of %(amount)s was paid without network and is in "
                "the books as it was sold. With network it would have been refused:",
                ticket=name,
                amount=self.currency_id.format(self.amount_total),
            )
            + "\n"
            + "\n".join(f"– {reason}" for reason in kept.reasons),
        )
