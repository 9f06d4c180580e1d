from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PosPayment(models.Model):
    """A share taken in charge: who owes it, for which convention.

    One payment for each convention of an order. The payer is set by the server when
    the order is paid, from what the engine of shares says; the till sends
    ``copay_key`` only.
    """

    _inherit = "pos.payment"

    copay_key = fields.Integer(
        copy=False, help="The convention, as the till names it before it is paid."
    )
    copay_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Payer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who owes this share: the convention's commercial entity.",
    )
    copay_convention_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Convention",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.constrains("copay_partner_id", "payment_method_id")
    def _check_copay_method(self):
        for payment in self:
            if payment.copay_partner_id and not payment.payment_method_id.is_copay:
                raise ValidationError(
                    self.env._(
                        "%(method)s is received at the till: no payer owes it. Only "
                        "what is taken in charge names one.",
                        method=payment.payment_method_id.name,
                    )
                )

    def _copay_key(self):
        """Return the id of the convention of a share, before and after it is paid."""
        self.ensure_one()
        return self.copay_convention_id.id or self.copay_key

    def _create_payment_moves(self, is_reverse=False):
        """Move the shares of an invoiced ticket from the customer to the payers.

        Not where the session is closed already (``is_reverse``): its entry has put
        them on the payers, and the reversal of the sale is matched with the invoice.
        """
        result = super()._create_payment_moves(is_reverse)
        if not is_reverse:
            for payment in self.filtered("copay_partner_id"):
                result |= payment._create_copay_move()
        return result

    def _create_copay_move(self):
        """Make the entry Cr 411 customer / Dr 411 payer of a share, and match it."""
        self.ensure_one()
        order = self.pos_order_id
        customer = self.env["res.partner"]._find_accounting_partner(self.partner_id)
        customer = customer.with_company(order.company_id)
        journal = order.config_id.journal_id
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": order._ticket_date(),
                "ref": self.env._("Taken in charge of %s", order.account_move.name),
                "is_neutral_transfer": True,
                "pos_payment_ids": self.ids,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": customer.property_account_receivable_id.id,
                            "partner_id": customer.id,
                            "balance": -self.amount,
                        }
                    ),
                    fields.Command.create(
                        {**self._copay_item_vals(), "balance": self.amount}
                    ),
                ],
            }
        )
        move._post()
        self._match_copay_items()
        return move

    def _copay_item_vals(self):
        """Return who owes a share, for which convention, until when.

        Its name is that of the method: the payer's ledger names no person.
        """
        self.ensure_one()
        order = self.pos_order_id
        payer = self.copay_partner_id.with_company(order.company_id)
        return {
            "name": f"{order.session_id.name} - {self.payment_method_id.name}",
            "partner_id": payer.id,
            "account_id": payer.property_account_receivable_id.id,
            "date_maturity": self.copay_convention_id.sudo()._copay_due_date(
                order._ticket_date()
            ),
            "copay_convention_id": self.copay_convention_id.id,
            "copay_pos_payment_id": self.id,
        }

    def _copay_items(self):
        """Return the journal items by which payers owe these shares."""
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("copay_pos_payment_id", "in", self.ids),
                    ("parent_state", "=", "posted"),
                ]
            )
        )

    def _match_copay_items(self):
        """Match what payers get back with their items of the sale that are open."""
        for payment in self.filtered(lambda p: p.amount < 0 and p.copay_partner_id):
            sold = payment.pos_order_id.refunded_order_id.payment_ids.filtered(
                lambda p, back=payment: (
                    p.copay_convention_id == back.copay_convention_id and p.amount > 0
                )
            )
            items = (payment | sold)._copay_items().filtered(lambda i: not i.reconciled)
            for same in items.grouped(lambda i: (i.partner_id, i.account_id)).values():
                if len(same) > 1:
                    same.reconcile()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    copay_pos_payment_id = fields.Many2one(
        comodel_name="pos.payment",
        string="Share at the Till",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The payment of a ticket by which a payer owes this item.",
    )
