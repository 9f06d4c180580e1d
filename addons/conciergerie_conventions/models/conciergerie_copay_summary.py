from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Where the company has not said otherwise (case C2).
MIN_PEOPLE = 5


class ConciergerieCopayUse(models.Model):
    """What a payer may know of the uses: counts and amounts, nobody behind them."""

    _inherit = "conciergerie.copay.use"

    @api.model
    def _summary(self, convention, date_from, date_to):
        """Return what a convention was used for in each calendar month (case C2).

        Always whole months: two periods that overlap would give a day by subtraction.
        Meant for the payer's page and its monthly document, as the software itself.

        People are those with a use left in the month; uses are the sold lines less
        those given back whole; the amount is what the payer takes in charge, net of
        what was given back. The breakdown by service carries uses and amounts, and no
        number of people: from it, one could subtract how many used one service alone.

        :param convention: one ``contract.contract``
        :param date date_from: a day of the first month
        :param date date_to: a day of the last month
        :return: list of dicts, one for each month with a use, oldest first: ``month``
            (its first day), ``people``, ``uses``, ``amount``, and ``services``, a list
            of dicts ``name`` (False for the others, merged), ``uses``, ``amount``;
            empty where a figure would have too few people behind it
        """
        convention.ensure_one()
        start = fields.Date.start_of(date_from, "month")
        end = fields.Date.end_of(date_to, "month")
        months = defaultdict(dict)
        domain = [
            ("convention_id", "=", convention.id),
            ("date", ">=", start),
            ("date", "<=", end),
        ]
        for month, product, person, uses, amount in self._summary_cells(
            domain, convention.company_id
        ):
            months[month][product, person] = (uses, amount)
        minimum = convention.company_id.convention_min_people or MIN_PEOPLE
        round_amount = convention.company_id.currency_id.round
        summary = []
        for month in sorted(months):
            cells = months[month]
            figures = self._summary_figures(cells)
            summary.append(
                {
                    "month": month,
                    "people": len(figures["people"]),
                    "uses": figures["uses"],
                    "amount": round_amount(figures["amount"]),
                    "services": [
                        {
                            "name": product and product.display_name,
                            "uses": part["uses"],
                            "amount": round_amount(part["amount"]),
                        }
                        for product, part in self._summary_services(cells, minimum)
                    ],
                }
            )
        return summary

    @api.model
    def _summary_at_once(self, domain, company):
        """Return the figures of some uses of one convention, as ``_summary`` does.

        :param domain: which uses
        :param company: ``res.company`` of the convention
        :return: dict of ``people``, ``uses``, ``amount`` and ``services``, here with
            ``product`` (``product.product``, empty for the others, merged)
        """
        cells = {}
        for _month, *key, uses, amount in self._summary_cells(domain, company):
            before = cells.get(tuple(key), (0, 0.0))
            cells[tuple(key)] = (before[0] + uses, before[1] + amount)
        figures = self._summary_figures(cells)
        minimum = company.convention_min_people or MIN_PEOPLE
        return {
            "people": len(figures["people"]),
            "uses": figures["uses"],
            "amount": company.currency_id.round(figures["amount"]),
            "services": [
                {
                    "product": product or self.env["product.product"],
                    "uses": part["uses"],
                    "amount": company.currency_id.round(part["amount"]),
                }
                for product, part in self._summary_services(cells, minimum)
            ],
        }

    @api.model
    def _summary_cells(self, domain, company):
        """Return month, service, person, uses and amount: a constant of queries."""
        keys = ["date:month", "product_id", "partner_id"]
        uses, amounts = defaultdict(int), defaultdict(float)
        for *key, amount in self._read_group(domain, keys, ["share_amount:sum"]):
            amounts[tuple(key)] = amount
        for *key, count in self._read_group(
            [*domain, ("refunded_use_id", "=", False)], keys, ["__count"]
        ):
            uses[tuple(key)] += count
        for back in self._given_back_whole(domain):
            month = fields.Date.start_of(back.date, "month")
            uses[month, back.product_id, back.partner_id] -= 1
        return [
            (*key, uses[key], amount)
            for key, amount in amounts.items()
            # What was bought and given back in the month leaves nothing.
            if uses[key] or company.currency_id.round(amount)
        ]

    @api.model
    def _summary_figures(self, cells):
        """Add up cells: number of uses, amount, and the people behind them."""
        return {
            "people": {
                person for (_p, person), (uses, _a) in cells.items() if uses > 0
            },
            "uses": sum(uses for uses, _amount in cells.values()),
            "amount": sum(amount for _uses, amount in cells.values()),
        }

    @api.model
    def _summary_services(self, cells, minimum):
        """Return the figures by service that tell nothing of a few people.

        A service with fewer people than the minimum is merged into the others; so is
        the smallest of the rest until the others have enough as well, since the total
        less what is shown gives them.

        :param dict cells: (service, person) → (uses, amount) of one month
        :param int minimum: people behind each figure
        :return: list of (service or False for the others, figures)
        """
        by_product = defaultdict(dict)
        for (product, person), values in cells.items():
            by_product[product][product, person] = values
        figures = {p: self._summary_figures(own) for p, own in by_product.items()}
        shown = sorted(
            figures, key=lambda p: (-len(figures[p]["people"]), p.display_name, p.id)
        )
        hidden = {}
        while shown and (
            len(figures[shown[-1]]["people"]) < minimum
            or (hidden and len(self._summary_figures(hidden)["people"]) < minimum)
        ):
            hidden |= by_product[shown.pop()]
        if not shown:
            return []
        result = [(product, figures[product]) for product in shown]
        if hidden:
            result.append((False, self._summary_figures(hidden)))
        return result

    @api.model
    def _summary_last_months(self, convention, today, number=12):
        """Return the summary of the last months that are over, newest first.

        The current month is left out: its figures, seen twice, would give the date of
        a use.

        :param date today: day of the reader
        :param int number: of months
        """
        last = fields.Date.start_of(today, "month") - relativedelta(days=1)
        first = last - relativedelta(months=number - 1)
        return self._summary(convention, first, last)[::-1]
