from odoo import models


class PosOrder(models.Model):
    """Shares of a ticket paid without network, when they are not right any more.

    The customer paid the rest and left. A payer who had promised it owes what was
    sold, above the ceiling if need be; what no payer can owe is the customer's.
    """

    _inherit = "pos.order"

    def _copay_as_sold(self, shares, lines):
        """Return the shares by which a kept ticket was sold; else those given.

        What was sold beyond is counted above the ceiling, and named ``above``.

        :param shares: dicts of the engine, their ceilings used already
        :param lines: as for ``conciergerie.copay._compute_shares``
        """
        if self._kept_offline() is None:
            return shares
        taken = self.payment_ids.filtered(
            lambda payment: payment.payment_method_id.is_copay and payment.amount > 0
        )
        asked = {
            key: amount for (key, _sign), amount in self._copay_asked(taken).items()
        }
        given = {}
        for share in shares:
            key = share["convention_id"]
            given[key] = given.get(key, 0.0) + share["amount"]
        differing = self._copay_differing(asked, given)
        conventions = self.env["contract.contract"].sudo().browse(differing).exists()
        conventions = conventions.filtered(
            lambda c: c.is_convention and c.company_id == self.company_id
        )
        if not conventions:
            return shares
        self._refuse_or_keep(self._copay_refusal(asked, given))
        result = [s for s in shares if s["convention_id"] not in conventions.ids]
        for convention in conventions:
            own = [s for s in shares if s["convention_id"] == convention.id]
            result += self._copay_spread(
                own or self._copay_uncovered(convention, lines),
                asked.get(convention.id, 0.0),
            )
        return result

    def _copay_uncovered(self, convention, lines):
        """Return empty shares of a convention that covers none of the lines now."""
        return [
            {
                "key": line["key"],
                "convention_id": convention.id,
                "rule_id": False,
                "payer_id": convention.partner_id.commercial_partner_id.id,
                "amount": 0.0,
            }
            for line in lines
            if line["price_total"] > 0
        ]

    def _copay_spread(self, shares, total):
        """Give the shares of one convention a total, line by line as the till did.

        :param shares: dicts of the engine
        :param float total: what the till has put on the payer
        :return: the shares, the ceilings following them
        """
        by_key = {line._copay_key(): line for line in self.lines}
        weights = [by_key[share["key"]].copay_amount for share in shares]
        if not any(weights):
            weights = [by_key[share["key"]].price_subtotal_incl for share in shares]
        whole = sum(weights) or 1.0
        result, weight, done = [], 0.0, 0.0
        for share, own in zip(shares, weights, strict=True):
            weight += own
            until = self.currency_id.round(total * weight / whole)
            amount = self.currency_id.round(until - done)
            done = until
            above = self.currency_id.round(amount - share["amount"])
            result.append({**share, "amount": amount, "above": max(above, 0.0)})
            self._copay_follow_ceiling(share["rule_id"], above)
        return result

    def _copay_follow_ceiling(self, rule_id, amount):
        """Count what a rule gave beyond its ceilings, or less than computed."""
        if not rule_id or self.currency_id.is_zero(amount):
            return
        ceilings_sudo = self.env["conciergerie.copay.ceiling"].sudo()
        rule_sudo = self.env["conciergerie.copay.rule"].sudo().browse(rule_id)
        periods = ceilings_sudo._periods(rule_sudo, self._ticket_date())
        found_sudo = ceilings_sudo.search(
            [
                ("rule_id", "=", rule_id),
                ("person_key", "=", self.partner_id.id),
                ("period", "in", list(periods)),
            ]
        )
        ceilings_sudo._change(used=[(ceiling.id, amount) for ceiling in found_sudo])

    def _copay_that_stands(self, payments, values):
        """Leave to the customer what no payer owes of a kept ticket, or gets back.

        Such a payment keeps its method, which is paid later, and names no payer: it
        is on the account of the ticket's customer.

        :param payments: ``pos.payment`` of a method ``is_copay``
        :param values: values of the uses
        :return: the payments and values that agree
        """
        asked, right = self._copay_asked(payments), self._copay_right(values)
        differing = self._copay_differing(asked, right)
        if not differing or not self.partner_id:
            return payments, values
        self._refuse_or_keep(self._copay_refusal(asked, right))
        self._refuse_or_keep(
            self.env._(
                "What no payer takes in charge of it is on the account of %s.",
                self.partner_id.display_name,
            )
        )
        return (
            payments.filtered(
                lambda p: (p._copay_key(), p.amount > 0) not in differing
            ),
            [
                vals
                for vals in values
                if (vals["convention_id"], vals["share_amount"] > 0) not in differing
            ],
        )
