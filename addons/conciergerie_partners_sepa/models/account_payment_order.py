from odoo import models
from odoo.exceptions import UserError


class AccountPaymentOrder(models.Model):
    """The accounts of providers are checked again when the bank's file is made."""

    _inherit = "account.payment.order"

    def open2generated(self):
        """Make the bank's file, once no account has changed since the order.

        :raise UserError: the account of a provider waits for a manager's word
        """
        self.ensure_one()
        self.check_access("write")
        if self.payment_type == "outbound":
            self._check_provider_accounts()
        return super().open2generated()

    def _check_provider_accounts(self):
        """Apply the pay run's rule to the accounts of providers in the order.

        :raise UserError: with each provider's name, the reason and what to do
        """
        run = self.env["conciergerie.pay.run"].new(
            {"company_id": self.company_id.id, "journal_id": self.journal_id.id}
        )
        paid = {
            (line.partner_id, line.partner_bank_id)
            for lines in (self.payment_line_ids, self.payment_ids)
            for line in lines
            if line.partner_id.commercial_partner_id.sudo().provider_agreement_ids
        }
        reasons = []
        for provider, bank in sorted(paid, key=lambda pair: pair[0].name or ""):
            if reason := run._why_account_held(provider, bank):
                reasons.append(f"{provider.name}: {reason}")
        if reasons:
            raise UserError(
                self.env._(
                    "No file is made of %(order)s, for an account has changed since:\n"
                    "%(reasons)s\nOnce it is confirmed, make the file again; or cancel "
                    "the order and pay the others.",
                    order=self.name,
                    reasons="\n".join(reasons),
                )
            )
