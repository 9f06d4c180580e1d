from odoo import models


class ConciergerieCopayUse(models.Model):
    """What is given back of a share, the same for a credit note and at the till."""

    _inherit = "conciergerie.copay.use"

    def _payer_items(self):
        """Return the journal items by which payers owe these uses.

        A hook: a ticket's are those of its payments.
        """
        items = self.env["account.move.line"]
        for convention, own in self.grouped("convention_id").items():
            items |= own.transfer_move_id.line_ids.filtered(
                lambda item, convention=convention: (
                    item.copay_convention_id == convention
                    and item.parent_state == "posted"
                )
            )
        return items

    def _given_back(self):
        """Return what of these uses was given back so far.

        :return: dict by use of (price, share), both positive
        """
        given = dict.fromkeys(self, (0.0, 0.0))
        for use, price, share in self._read_group(
            [("refunded_use_id", "in", self.ids)],
            ["refunded_use_id"],
            ["price_total:sum", "share_amount:sum"],
        ):
            given[use] = (-price, -share)
        return given

    def _left_by_line(self, source):
        """Return what of the price of each sold line is not given back yet.

        :param str source: the field of the sold line
        :return: dict by sold line of an amount
        """
        given = self._given_back()
        return {
            line: uses[0].price_total - given[uses[0]][0]
            for line, uses in self.sorted("id").grouped(source).items()
        }

    def _returned_vals(self, source, back):
        """Return what is given back of each use, in proportion of its sold line.

        Cumulated over what was given back before and over the payers of a line, so
        that the last part closes to the cent.

        :param str source: the field of the sold line
        :param dict back: by sold line, the positive amount that is given back of it
        :return: list of (use, values) with ``quantity``, ``price_total`` and
            ``share_amount``, negative
        """
        given = self._given_back()
        by_line = self.sorted("id").grouped(source)
        values = []
        for line, amount in back.items():
            uses = by_line[line]
            price = uses[0].price_total
            ratio = min((given[uses[0]][0] + amount) / price, 1.0)
            shared = target_before = 0.0
            for use in uses:
                shared += use.share_amount
                target = use.currency_id.round(shared * ratio)
                part = target - target_before - given[use][1]
                target_before = target
                values.append(
                    (
                        use,
                        {
                            "quantity": -use.quantity * amount / price,
                            "price_total": -amount,
                            "share_amount": -use.currency_id.round(part),
                        },
                    )
                )
        return values

    def _copied_vals(self):
        """Return what a use that gives back takes from the one that it gives back."""
        self.ensure_one()
        return {
            "convention_id": self.convention_id.id,
            "company_id": self.company_id.id,
            "payer_id": self.payer_id.id,
            "partner_id": self.partner_id.id,
            "product_id": self.product_id.id,
            "site_id": self.site_id.id,
            "rule_id": self.rule_id.id,
        }

    def _give_back_ceilings(self):
        """Give the ceilings of these returned uses back in the period of each sale."""
        for (person, day), own in self.grouped(
            lambda use: (use.partner_id, use.refunded_use_id.date)
        ).items():
            amounts = {}
            for use in own.filtered("rule_id"):
                amounts[use.rule_id] = amounts.get(use.rule_id, 0.0) - use.share_amount
            if amounts:
                self.env["conciergerie.copay.ceiling"]._give_back(person, day, amounts)
