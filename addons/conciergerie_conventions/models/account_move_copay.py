from dateutil.relativedelta import relativedelta

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """What payers take in charge of an invoice, booked when it is posted (CASES B2).

    The sale stays whole: one entry moves the share from the customer to the payers.
    """

    _inherit = "account.move"

    copay_use_ids = fields.One2many(
        comodel_name="conciergerie.copay.use",
        inverse_name="move_id",
        string="Taken in Charge",
        readonly=True,
    )

    def _post(self, soft=True):
        """Book what is taken in charge of customers' invoices and credit notes."""
        posted = super()._post(soft=soft)
        sales_sudo = posted.sudo().filtered(lambda m: m._takes_copay())
        sales_sudo.filtered(lambda m: m.move_type == "out_invoice")._book_copay()
        sales_sudo.filtered(lambda m: m.move_type == "out_refund")._give_back_copay()
        return posted

    def _takes_copay(self):
        """Say whether shares of this invoice are computed and booked here.

        A hook: what the counter has sold was shared when it was paid. Shares are in
        the company's currency, so that invoices in another one have none.
        """
        self.ensure_one()
        return (
            self.move_type in ("out_invoice", "out_refund")
            and self.currency_id == self.company_currency_id
            and not self.copay_use_ids
        )

    def write(self, vals):
        """Keep what was taken in charge: only a credit note gives it back.

        :raise UserError: a posted invoice with shares, or the entry that moved them,
            would go back to draft or be cancelled
        """
        if vals.get("state") in ("draft", "cancel"):
            self._check_no_copay()
        return super().write(vals)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Refuse to reverse the entry of a share by itself: its sale keeps the share.

        :raise UserError: naming the invoice to credit instead
        """
        use_sudo = (
            self.env["conciergerie.copay.use"]
            .sudo()
            .search([("transfer_move_id", "in", self.ids)], limit=1)
        )
        if use_sudo:
            raise UserError(
                self.env._(
                    "This entry moves what %(convention)s takes in charge of "
                    "%(invoice)s: make a credit note of that invoice, which gives "
                    "every share back.",
                    convention=use_sudo.convention_id.name,
                    invoice=use_sudo.move_id.name,
                )
            )
        return super()._reverse_moves(default_values_list, cancel)

    def _check_no_copay(self):
        use = (
            self.env["conciergerie.copay.use"]
            .sudo()
            .search(
                [
                    "|",
                    ("move_id", "in", self.ids),
                    ("transfer_move_id", "in", self.ids),
                ],
                limit=1,
            )
        )
        if use:
            raise UserError(
                self.env._(
                    "%(convention)s has counted what it takes in charge of "
                    "%(invoice)s, which cannot go back to draft or be cancelled. Make "
                    "a credit note: it gives back every share.",
                    convention=use.convention_id.name,
                    invoice=use.move_id.name,
                )
            )

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _copay_lines(self):
        """Return the sold lines, by person, as the engine of shares takes them.

        The person is the one of the order, since an invoice may go to another
        address; without an order, the one of the invoice.
        """
        self.ensure_one()
        found = []
        for line in self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ):
            order = line.sale_line_ids.order_id[:1]
            found.append(
                {
                    "key": line,
                    "person": order.partner_id or self._copay_partner(),
                    "product": line.product_id,
                    "price_total": line.price_total,
                    "quantity": line.quantity,
                    "site": order.site_id,
                    "is_downpayment": any(line.sale_line_ids.mapped("is_downpayment")),
                }
            )
        total = sum(
            line.balance
            for line in self.line_ids
            if line.display_type in ("product", "tax")
        )
        self.env["conciergerie.copay"]._spread_difference(
            found, abs(total), self.currency_id
        )
        by_person = {}
        for line in found:
            by_person.setdefault(line["person"], []).append(line)
        return by_person

    def _copay_partner(self):
        """Return the person of an invoice that may be sent to an address of hers."""
        partner = self.partner_id
        if partner.type in ("invoice", "delivery", "other") and partner.parent_id:
            return partner.parent_id
        return partner

    def _book_copay(self):
        """Count the uses of posted invoices and move the shares to their payers."""
        engine = self.env["conciergerie.copay"]
        for move in self:
            values = []
            for person, lines in move._copay_lines().items():
                result = engine._compute_shares(
                    person,
                    move.company_id,
                    move.date,
                    lines,
                    customer=move.partner_id,
                )
                self.env["conciergerie.copay.ceiling"]._raise(
                    person, move.date, engine._by_rule(result)
                )
                for line in lines:
                    values += [
                        move._prepare_copay_use_vals(person, line, share)
                        for share in result[line["key"]]["shares"]
                    ]
            uses = self.env["conciergerie.copay.use"].create(values)
            move._transfer_copay(uses)

    def _prepare_copay_use_vals(self, person, line, share):
        self.ensure_one()
        return {
            "convention_id": share["convention"].id,
            "company_id": self.company_id.id,
            "payer_id": share["payer"].id,
            "partner_id": person.id,
            "product_id": line["product"].id,
            "site_id": line["site"].id,
            "rule_id": share["rule"].id,
            "date": self.date,
            "quantity": line["quantity"],
            "price_total": line["price_total"],
            "share_amount": share["amount"],
            "move_line_id": line["key"].id,
            "move_id": self.id,
        }

    def _transfer_copay(self, uses):
        """Move the shares of an invoice from the customer to the payers, in one entry.

        :param uses: ``conciergerie.copay.use`` of this invoice or credit note
        :return: the posted entry; empty where there is nothing to move
        """
        self.ensure_one()
        shared = uses.filtered("share_amount")
        receivable = self.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        if not shared or not receivable:
            return self.browse()
        transfer = self.create(self._prepare_copay_transfer_vals(shared, receivable))
        transfer._post(soft=False)
        shared.write({"transfer_move_id": transfer.id})
        (
            transfer._copay_customer_items(self)
            + receivable.filtered(lambda line: not line.reconciled)
        ).reconcile()
        return transfer

    def _copay_customer_items(self, invoice):
        """Return the items of these transfers that are the customer's, not the payers'.

        :param invoice: the invoice or credit note that was shared
        """
        return self.line_ids.filtered(
            lambda line: line.partner_id == invoice.commercial_partner_id
        )

    def _prepare_copay_transfer_vals(self, uses, receivable):
        """Return the entry: Cr 411 customer, Dr 411 of each payer.

        The payer's items say the convention and the month: its ledger names no
        person, no service and no invoice.
        """
        self.ensure_one()
        currency = self.currency_id
        items = []
        for convention, own in uses.grouped("convention_id").items():
            payer = own.payer_id[:1].with_company(self.company_id)
            items.append(
                {
                    "name": f"{convention.name}, {self.date:%m/%Y}",
                    "partner_id": payer.id,
                    "account_id": payer.property_account_receivable_id.id,
                    "balance": currency.round(sum(own.mapped("share_amount"))),
                    "date_maturity": convention._copay_due_date(self.date),
                    "copay_convention_id": convention.id,
                }
            )
        customer = {
            "name": self.env._("Taken in charge of %s", self.name),
            "partner_id": self.commercial_partner_id.id,
            "account_id": receivable.account_id[:1].id,
            "balance": -currency.round(sum(item["balance"] for item in items)),
            "date_maturity": self.date,
        }
        return {
            "move_type": "entry",
            "company_id": self.company_id.id,
            "journal_id": self.company_id._get_copay_journal().id,
            "date": self.date,
            "ref": self.env._("Taken in charge"),
            "is_neutral_transfer": True,
            "line_ids": [Command.create(item) for item in [customer, *items]],
        }


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _copay_due_date(self, day):
        """Return when a share is due: the payment term, from the end of the month.

        The payer's monthly document asks for it.
        """
        self.ensure_one()
        end = day + relativedelta(day=31)
        lines = self.payment_term_id.line_ids
        return max((line._get_due_date(end) for line in lines), default=end)
