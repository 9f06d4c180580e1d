from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PosOrderLine(models.Model):
    _inherit = "pos.order.line"

    copay_amount = fields.Monetary(
        string="Taken in Charge",
        copy=False,
        help="What payers owe of this line; said again by the server when it is paid.",
    )

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), "copay_amount"]

    def _signed_price(self):
        """Return the price, VAT included, negative where it is given back.

        The till sends what a refund gives back as positive prices, the back office as
        negative ones: quantity and price tell.
        """
        self.ensure_one()
        gives = (self.qty < 0) != (self.price_unit < 0)
        amount = abs(self.price_subtotal_incl)
        return -amount if gives else amount

    @api.model
    def _sql_signed_price(self, alias):
        """Return :meth:`_signed_price` as SQL, of a table of lines named so."""
        return SQL(
            "CASE WHEN (%(line)s.qty < 0) != (%(line)s.price_unit < 0)"
            " THEN -ABS(%(line)s.price_subtotal_incl)"
            " ELSE ABS(%(line)s.price_subtotal_incl) END",
            line=SQL.identifier(alias),
        )

    def _copay_key(self):
        """Return the name of a line that the till knows as well."""
        self.ensure_one()
        return self.uuid or str(self.id)

    @api.model
    def _copay_returned(self, lines):
        """Return what payers get back of sold lines that are refunded.

        :param lines: list of (sold ``pos.order.line``, positive amount, VAT included)
        :return: list of (``conciergerie.copay.use`` with elevated rights, values)
        """
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        if not lines:
            return []
        uses_sudo = uses_sudo.search(
            [
                ("pos_line_id", "in", [line.id for line, _amount in lines]),
                ("refunded_use_id", "=", False),
            ]
        )
        left = uses_sudo._left_by_line("pos_line_id") if uses_sudo else {}
        back = {}
        for line, asked in lines:
            amount = line.currency_id.round(min(left.get(line, 0.0), asked))
            if amount > 0:
                left[line] -= amount
                back[line] = back.get(line, 0.0) + amount
        return uses_sudo._returned_vals("pos_line_id", back)


class PosOrder(models.Model):
    """What payers take in charge of a ticket, booked when it is paid (CASES B2).

    The sale stays whole: the share is a payment of which the payer is the debtor. The
    till proposes the payments, the engine of shares says what they have to be.
    """

    _inherit = "pos.order"

    def action_pos_order_paid(self):
        self._book_copay()
        return super().action_pos_order_paid()

    def _book_copay(self):
        """Count the uses of a ticket that is paid, and check who is said to owe what.

        Once: a ticket that is sent again has its uses already.

        :raise UserError: the payments are not what payers take in charge
        """
        self.ensure_one()
        payments = self.payment_ids.filtered("payment_method_id.is_copay")
        backs = self.lines.filtered("refunded_orderline_id")
        if not (self.partner_id or payments or backs):
            return
        uses_sudo = self.env["conciergerie.copay.use"].sudo()
        if uses_sudo.search_count([("pos_order_id", "=", self.id)], limit=1):
            return
        taken = payments.filtered(lambda payment: payment.amount > 0)
        values = self._copay_sold_vals(with_share=bool(taken))
        values += self._copay_returned_vals(backs)
        if self._kept_offline():
            payments, values = self._copay_that_stands(payments, values)
        self._check_copay_payments(payments, values)
        uses_sudo = uses_sudo.create(values)
        uses_sudo.filtered("refunded_use_id")._give_back_ceilings()
        by_line = uses_sudo.grouped("pos_line_id")
        for line in self.lines:
            uses = by_line.get(line, uses_sudo.browse())
            line.copay_amount = sum(uses.mapped("share_amount"))

    # ------------------------------------------------------------------
    # What is sold
    # ------------------------------------------------------------------

    def _copay_lines(self):
        """Return the sold lines as the engine of shares takes them."""
        self.ensure_one()
        down_payment = self.config_id.down_payment_product_id
        sold = self.lines.filtered(lambda line: not line.refunded_orderline_id)
        found = [
            {
                "key": line._copay_key(),
                "product": line.product_id,
                "price_total": line._signed_price(),
                "quantity": line.qty,
                "is_downpayment": bool(down_payment)
                and line.product_id == down_payment,
            }
            for line in sold
        ]
        total = self.amount_total - sum(
            line._signed_price() for line in self.lines - sold
        )
        self.config_id._spread_copay_rounding(found, total)
        return found

    def _copay_sold_vals(self, with_share):
        """Return the values of the uses of what is sold, and use the ceilings.

        :param bool with_share: false where the sale goes on without a share: the
            use of each convention is counted all the same
        """
        self.ensure_one()
        if not self.partner_id or self.currency_id != self.company_id.currency_id:
            return []
        lines = {line["key"]: line for line in self._copay_lines()}
        by_key = {line._copay_key(): line for line in self.lines}
        return [
            {
                "convention_id": share["convention_id"],
                "company_id": self.company_id.id,
                "payer_id": share["payer_id"],
                "partner_id": self.partner_id.id,
                "product_id": lines[share["key"]]["product"].id,
                "site_id": self.config_id.site_id.id,
                "rule_id": share["rule_id"],
                "date": self._ticket_date(),
                "quantity": lines[share["key"]]["quantity"],
                "price_total": lines[share["key"]]["price_total"],
                "share_amount": share["amount"],
                "above_amount": share.get("above", 0.0),
                "pos_line_id": by_key[share["key"]].id,
                "pos_order_id": self.id,
            }
            for share in self._copay_shares(list(lines.values()), with_share)
        ]

    def _copay_shares(self, lines, with_share):
        """Return what was kept for this ticket, else what is computed now.

        :return: as ``conciergerie.copay._consume``
        """
        engine = self.env["conciergerie.copay"]
        token = self.uuid
        if with_share:
            prices = {line["key"]: line["price_total"] for line in lines}
            kept = engine._consume(token, self.partner_id, prices)
            if kept is not None:
                return self._copay_as_sold(kept, lines)
        else:
            engine._release(token)
        day = self._ticket_date()
        result = engine._compute_shares(
            self.partner_id,
            self.company_id,
            day,
            lines,
            site=self.config_id.site_id,
        )
        shares = engine._frozen_shares(result)
        if not with_share:
            return [{**share, "rule_id": False, "amount": 0.0} for share in shares]
        self.env["conciergerie.copay.ceiling"]._raise(
            self.partner_id, day, engine._by_rule(result)
        )
        return self._copay_as_sold(shares, lines)

    # ------------------------------------------------------------------
    # What is given back
    # ------------------------------------------------------------------

    def _copay_returned_vals(self, lines):
        """Return the values of the uses that are given back.

        :param lines: lines of this ticket that refund one of another
        """
        values = []
        for use, vals in self.lines._copay_returned(
            [(line.refunded_orderline_id, -line._signed_price()) for line in lines]
        ):
            line = lines.filtered(
                lambda line, use=use: line.refunded_orderline_id == use.pos_line_id
            )
            values.append(
                {
                    **use._copied_vals(),
                    **vals,
                    "date": self._ticket_date(),
                    "pos_line_id": line[:1].id,
                    "pos_order_id": self.id,
                    "refunded_use_id": use.id,
                }
            )
        return values

    # ------------------------------------------------------------------
    # Who owes it
    # ------------------------------------------------------------------

    def _check_copay_payments(self, payments, values):
        """Name the payer of each payment; refuse any that nobody has computed.

        :param payments: ``pos.payment`` of a method ``is_copay``
        :param values: values of the uses of this ticket
        :raise UserError: the payments are not what payers take in charge
        """
        self.ensure_one()
        payers = {
            vals["convention_id"]: vals["payer_id"]
            for vals in values
            if not self.currency_id.is_zero(vals["share_amount"])
        }
        asked, right = self._copay_asked(payments), self._copay_right(values)
        if self._copay_differing(asked, right):
            raise UserError(self._copay_refusal(asked, right))
        partners = self.env["res.partner"].sudo().browse(payers.values())
        names = {partner.id: partner.display_name for partner in partners}
        for payment in payments:
            payer_id = payers[payment._copay_key()]
            payment.write(
                {
                    "name": names[payer_id],
                    "copay_convention_id": payment._copay_key(),
                    "copay_partner_id": payer_id,
                }
            )

    @api.model
    def _copay_asked(self, payments):
        """Return what the payments take and give back, by convention and sign."""
        asked = {}
        for payment in payments:
            key = (payment._copay_key(), payment.amount > 0)
            asked[key] = asked.get(key, 0.0) + payment.amount
        return asked

    def _copay_right(self, values):
        """Return what the uses take and give back, by convention and sign."""
        right = {}
        for vals in values:
            if not self.currency_id.is_zero(vals["share_amount"]):
                key = (vals["convention_id"], vals["share_amount"] > 0)
                right[key] = right.get(key, 0.0) + vals["share_amount"]
        return right

    def _copay_differing(self, asked, right):
        """Return the conventions and signs of which the payments are not right."""
        return {
            key
            for key in {**right, **asked}
            if self.currency_id.compare_amounts(
                asked.get(key, 0.0), right.get(key, 0.0)
            )
        }

    def _copay_refusal(self, asked, right):
        """Return why the shares of a ticket are refused, and what to do."""
        self.ensure_one()
        money = self.currency_id.format
        if not asked:
            return self.env._(
                "A part of what ticket %(ticket)s gives back was taken in charge, "
                "%(right)s: refund it at the till, which gives it back to its payer.",
                ticket=self.pos_reference or self.name,
                right=money(-sum(right.values())),
            )
        return self.env._(
            "What is taken in charge on ticket %(ticket)s is %(right)s, not %(asked)s: "
            "it has changed since the payment was opened. Go back to the order and "
            "open the payment again, the share is computed anew.",
            ticket=self.pos_reference or self.name,
            right=money(sum(right.values())),
            asked=money(sum(asked.values())),
        )
