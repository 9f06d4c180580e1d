from odoo import fields, models

# A payment that is being validated: long enough for a ticket whose answer was lost.
PAYING_MINUTES = 24 * 60


class PosConfig(models.Model):
    """What a till asks about shares before it takes money."""

    _inherit = "pos.config"

    def _spread_copay_rounding(self, lines, total):
        """Make lines add up to their ticket where taxes are rounded on the whole."""
        self.ensure_one()
        if self.company_id.tax_calculation_rounding_method == "round_globally":
            self.env["conciergerie.copay"]._spread_difference(
                lines, total, self.currency_id
            )

    def copay_open(self, token, partner_id, lines, total, is_paying=False):
        """Keep what payers take in charge of an order whose payment is opened.

        Called again as it is validated: the amounts are then kept for a day, so that
        what the customer has paid cannot be refused afterwards.

        :param str token: the order's uuid
        :param int partner_id: the customer, who gets the services
        :param lines: dicts of ``uuid``, ``product_id``, ``price_total`` (VAT
            included), ``quantity`` and, of what is given back, ``refunded_id``
        :param float total: of the order, VAT included
        :return: dict of ``payments``, dicts of ``key`` (of the convention), ``name``
            (of the payer) and ``amount``; and ``lines``, amount by uuid
        """
        self.ensure_one()
        self.check_access("read")
        person = self.env["res.partner"].browse(partner_id).exists()
        person.check_access("read")
        shares = self._copay_kept(token, person, lines, total, is_paying)
        return self._copay_answer(shares + self._copay_to_give_back(lines))

    def _copay_answer(self, shares):
        """Return what :meth:`copay_open` answers of flat shares: by payer, by line."""
        payments, by_line = {}, {}
        for share in shares:
            amount = share["amount"]
            key = (share["convention_id"], amount > 0)
            row = payments.setdefault(
                key, {"key": key[0], "payer_id": share["payer_id"], "amount": 0.0}
            )
            row["amount"] += amount
            by_line[share["uuid"]] = by_line.get(share["uuid"], 0.0) + amount
        rows = [
            row
            for row in payments.values()
            if not self.currency_id.is_zero(row["amount"])
        ]
        payers_sudo = (
            self.env["res.partner"].sudo().browse(row["payer_id"] for row in rows)
        )
        return {
            "payments": [
                {
                    "key": row["key"],
                    "name": payer_sudo.display_name,
                    "amount": self.currency_id.round(row["amount"]),
                }
                for row, payer_sudo in zip(rows, payers_sudo, strict=True)
            ],
            "lines": {
                uuid: self.currency_id.round(amount) for uuid, amount in by_line.items()
            },
        }

    def _copay_kept(self, token, person, lines, total, is_paying):
        """Reserve the shares of what is sold; return them as flat dicts."""
        engine = self.env["conciergerie.copay"]
        sold = [line for line in lines if not line.get("refunded_id")]
        if not person or not sold or self.currency_id != self.company_id.currency_id:
            engine._release(token)
            return []
        products = self.env["product.product"].browse(
            {line["product_id"] for line in sold}
        )
        by_id = {product.id: product for product in products}
        down_payment = self.down_payment_product_id
        found = [
            {
                "key": line["uuid"],
                "product": by_id[line["product_id"]],
                "price_total": line["price_total"],
                "quantity": line["quantity"],
                "is_downpayment": line["product_id"] == down_payment.id,
            }
            for line in sold
        ]
        given_back = sum(
            line["price_total"] for line in lines if line.get("refunded_id")
        )
        self._spread_copay_rounding(found, total - given_back)
        result = engine._reserve(
            token,
            person,
            self.company_id,
            fields.Date.context_today(self),
            found,
            site=self.site_id,
            **({"minutes": PAYING_MINUTES} if is_paying else {}),
        )
        return [
            {**share, "uuid": share["key"]} for share in engine._frozen_shares(result)
        ]

    def _copay_to_give_back(self, lines):
        """Return what payers get back of the lines that refund others."""
        backs = {line["refunded_id"]: line for line in lines if line.get("refunded_id")}
        sold = self.env["pos.order.line"].browse(backs).exists()
        return [
            {
                "uuid": backs[use.pos_line_id.id]["uuid"],
                "convention_id": use.convention_id.id,
                "payer_id": use.payer_id.id,
                "amount": vals["share_amount"],
            }
            for use, vals in sold._copay_returned(
                [(line, -backs[line.id]["price_total"]) for line in sold]
            )
        ]

    def copay_leave(self, token):
        """Free what an order keeps: its payment was left without being made.

        :param str token: the order's uuid
        """
        self.ensure_one()
        self.check_access("read")
        self.env["conciergerie.copay"]._release(token)
        return True
