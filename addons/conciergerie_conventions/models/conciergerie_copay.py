from odoo import api, models
from odoo.tools.float_utils import float_compare


class ConciergerieCopay(models.AbstractModel):
    """Who takes what in charge: the one place that order, invoice and counter ask."""

    _name = "conciergerie.copay"
    _description = "Co-Pay"

    @api.model
    def _compute_shares(
        self, person, company, day, lines, site=None, token=None, customer=None
    ):
        """Share the price of sold lines between payers and the customer (CASES C3).

        Changes nothing and refuses nothing. The conventions of the person come in the
        order of payers; each takes its share of what the payers before left, half-up,
        within what is left under its ceilings; the customer keeps the residual. The
        lines of one call are one sale: they share the ceilings in their order. Meant
        for the software itself: no right of the user on conventions is asked for.

        :param person: ``res.partner`` who gets the services
        :param company: ``res.company`` that sells; amounts are in its currency
        :param date day: day of the sale, which decides on rules and ceilings
        :param lines: dicts of ``key`` (unique), ``product`` (``product.product``),
            ``price_total`` (VAT included), ``quantity`` and, if it is not that of
            the call, ``site``; a negative one is a discount on all of them, unless
            it says ``is_downpayment``
        :param site: ``conciergerie.site`` of the sale, if known
        :param str token: reservation whose amounts are free for this call
        :param customer: ``res.partner`` who is invoiced, if not the person; a payer
            takes nothing in charge of what is invoiced to itself
        :return: dict by key of ``shares``, dicts of ``convention``, ``rule``,
            ``payer`` and ``amount`` in the order of payers with elevated rights, and
            ``rest``, left to the customer. A convention that covers a line without
            a share is there with an amount of 0: it is a use all the same.
        """
        currency = company.currency_id
        result = {
            line["key"]: {"shares": [], "rest": line["price_total"]} for line in lines
        }
        prices = self._discounted_prices(lines, currency)
        lines = [line for line in lines if self._is_shared(line, currency)]
        if not lines or not person:
            return result
        conventions = person._conventions_on(company, day)
        customers = person.commercial_partner_id
        customers |= (customer or person).commercial_partner_id
        room = self._head_room(conventions, person, day, token=token)
        for line in lines:
            shares = result[line["key"]]["shares"]
            left = prices[line["key"]]
            for convention in conventions:
                if not convention._covers(
                    line["product"], day, line.get("site") or site
                ):
                    continue
                payer = convention.partner_id.commercial_partner_id
                rule = convention.copay_rule_ids.browse()
                if payer not in customers:
                    rule = convention._copay_rule(line["product"], day)
                amount = self._take_share(rule, left, room, currency)
                left = currency.round(left - amount)
                shares.append(
                    {
                        "convention": convention,
                        "rule": rule,
                        "payer": payer,
                        "amount": amount,
                    }
                )
            taken = sum(share["amount"] for share in shares)
            result[line["key"]]["rest"] = currency.round(line["price_total"] - taken)
        return result

    @api.model
    def _discounted_prices(self, lines, currency):
        """Return what each line costs once the discounts on all of them are spread.

        In proportion to their prices, the dearest line closing exactly: a payer takes
        its share of what is really asked. What a down payment deducts is no discount.

        :return: dict by key of an amount, 0 or more
        """
        sold = [line for line in lines if line["price_total"] > 0]
        total = sum(line["price_total"] for line in sold)
        discount = -sum(
            line["price_total"]
            for line in lines
            if line["price_total"] < 0 and not line.get("is_downpayment")
        )
        prices = {line["key"]: line["price_total"] for line in lines}
        if not sold or currency.compare_amounts(discount, 0.0) <= 0:
            return prices
        left = max(total - discount, 0.0)
        for line in sold:
            prices[line["key"]] = currency.round(line["price_total"] * left / total)
        dearest = max(sold, key=lambda line: line["price_total"])
        rest = left - sum(prices[line["key"]] for line in sold)
        prices[dearest["key"]] = currency.round(prices[dearest["key"]] + rest)
        return prices

    @api.model
    def _is_shared(self, line, currency):
        """Say whether a line can be taken in charge: a market service with a price."""
        product = line["product"]
        return bool(
            product.is_conciergerie_service
            and product.is_market
            and currency.compare_amounts(line["price_total"], 0.0) > 0
        )

    @api.model
    def _head_room(self, conventions, person, day, token=None):
        """Return what the rules of conventions can still give a person.

        :return: dict by rule id of lists of ``[left]``, one for each of its ceilings
        """
        rules = conventions.copay_rule_ids
        left = self.env["conciergerie.copay.ceiling"]._left(
            rules, person, day, token=token
        )
        room = {
            rule.id: [[rule.cap_operation]] if rule.cap_operation else []
            for rule in rules
        }
        for (rule_id, _period), amount in left.items():
            room[rule_id].append([amount])
        return room

    @api.model
    def _take_share(self, rule, left, room, currency):
        """Return the share of a rule in what is left, and lower its head-room."""
        if not rule or currency.compare_amounts(left, 0.0) <= 0:
            return 0.0
        amount = currency.round(left * rule.share / 100)
        amount = min([amount, left, *(ceiling[0] for ceiling in room[rule.id])])
        amount = currency.round(max(amount, 0.0))
        for ceiling in room[rule.id]:
            ceiling[0] -= amount
        return amount

    @api.model
    def _spread_difference(self, lines, total, currency):
        """Make the prices of lines add up to the total of their document.

        Where the company rounds taxes on the whole document, the lines may say a few
        cents more or less than what is to pay: the dearest line takes them.

        :param lines: lines of ``_compute_shares``, changed in place
        :param float total: what the document asks for these lines
        """
        difference = total - sum(line["price_total"] for line in lines)
        if lines and float_compare(difference, 0.0, precision_digits=6):
            dearest = max(lines, key=lambda line: line["price_total"])
            dearest["price_total"] = currency.round(dearest["price_total"] + difference)


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _copay_rule(self, product, day):
        """Return the most precise rule of a convention for a service on a day.

        The service, then its category and the nearest of those above, then all; of
        two as precise, the later one.
        """
        self.ensure_one()
        path = (product.categ_id.parent_path or "").split("/")
        depth = {int(part): rank for rank, part in enumerate(path) if part}
        found = self.copay_rule_ids.filtered(
            lambda rule: (
                rule.date_from <= day
                and (not rule.date_to or day <= rule.date_to)
                and (rule.scope != "1_service" or rule.product_id == product)
                and (rule.scope != "2_category" or rule.categ_id.id in depth)
            )
        )
        return found.sorted(
            lambda rule: (
                rule.scope,
                -depth.get(rule.categ_id.id, 0) if rule.scope == "2_category" else 0,
                -rule.date_from.toordinal(),
                -rule.id,
            )
        )[:1]
