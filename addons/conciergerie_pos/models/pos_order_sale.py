from odoo import fields, models

from .deal import day_in


class PosOrder(models.Model):
    """What a paid ticket sells for others enters the ledger, once."""

    _inherit = "pos.order"

    def _ticket_date(self):
        """Return the day of the ticket for the person at the till."""
        self.ensure_one()
        return day_in(self.env.tz, self.date_order or fields.Datetime.now())

    def action_pos_order_paid(self):
        """Freeze the deals before payment is recorded, book them right after.

        Every way to pay comes here: the till's, the back office's, a refund's. Before
        core makes stock moves or an invoice, so that these find what was booked.
        """
        if self.lines._freeze_deals():
            self._compute_prices()
        self._check_deals()
        result = super().action_pos_order_paid()
        self._book_provider_lines()
        return result

    def _book_provider_lines(self):
        """Make the commission lines of the provider's services just paid.

        What is a referral is invoiced by the provider, and enters the ledger as it is
        declared.
        """
        lines = self.lines.filtered(
            lambda line: line.deal_mode and line.deal_mode != "referral"
        )
        lines -= lines.sudo().filtered("commission_line_ids")
        if lines:
            booked = self.env["conciergerie.commission.line"]._book(
                [line._commission_source() for line in lines]
            )
            # An invoice issues its own, for the ticket that it is of.
            self.env["conciergerie.provider.document"]._issue_given_back(
                booked.filtered(lambda line: not line.pos_line_id.order_id.to_invoice)
            )

    def _get_invoice_lines_values(self, line_values, pos_line, move_type):
        """An invoice of a ticket books its lines where the ticket does."""
        values = super()._get_invoice_lines_values(line_values, pos_line, move_type)
        if pos_line.deal_mode:
            values["provider_id"] = pos_line.provider_id.id
            values["pos_order_line_id"] = pos_line.id
            if pos_line.deal_mode in ("mandate", "deposit"):
                values["account_id"] = line_values["account_id"].id
        return values

    def _create_misc_reversal_move(self, payment_moves):
        """Let the counter invoice a ticket of a closed session.

        Core makes the invoice for whoever may write the ticket, and then asks for the
        right to make entries, which a cashier has not.
        """
        self.check_access("write")
        order_sudo = self.sudo()
        result = super(PosOrder, order_sudo)._create_misc_reversal_move(
            payment_moves.sudo()
        )
        order_sudo._match_late_invoice_on_account()
        return result

    def _match_late_invoice_on_account(self):
        """Leave the customer one debt where a ticket on account is invoiced later.

        The closing entry has debited the customer, the invoice does again, and core
        credits what reverses the first without matching it: both would look owed. The
        credit goes to the first one, or to the invoice for what has been paid of it.
        """
        self.ensure_one()
        owed = self.payment_ids.filtered(
            lambda payment: not payment.copay_partner_id
        ).receivable_item_id.filtered("partner_id")
        if not owed:
            return
        reversal = self.env["account.move"].search(
            [("reversed_pos_order_id", "=", self.id)], order="id desc", limit=1
        )
        items = owed | (reversal | self.account_move).line_ids.filtered(
            lambda item: (
                item.account_id == owed[:1].account_id
                and item.partner_id == owed[:1].partner_id
            )
        )
        items.filtered(lambda item: not item.reconciled).reconcile()
