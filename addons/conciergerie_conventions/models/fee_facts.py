from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date, timedelta


def month_slices(first, last):
    """Cut a period by calendar months.

    :return: list of ``(first day, last day)``, the ends as they fall
    """
    slices = []
    while first <= last:
        month_end = first.replace(day=monthrange(first.year, first.month)[1])
        slices.append((first, min(month_end, last)))
        first = month_end + timedelta(days=1)
    return slices


class FeeFacts:
    """What the fees of some conventions are counted on, read at once.

    Nothing of it grows the number of queries with the people or the months: people on
    the list, headcounts declared, uses, and what each month was invoiced for.
    """

    def __init__(self, conventions):
        self.env = conventions.env
        self.ids = conventions.ids
        self._people = self._headcounts = self._uses = self._invoiced = None

    def head_days(self, convention, first, last):
        """Count people of the list by the days they are entitled in a slice.

        Family is not counted; a person who left and came back counts once, and so
        does one whose contacts were merged, with days that overlap.

        :return: ``Counter`` of days to people
        """
        if self._people is None:
            self._people = self._read_people()
        days = Counter()
        for spans, number in self._people[convention.id].items():
            present = 0
            day = first
            for start, end in spans:
                start, end = max(start, day), min(end, last)
                if start <= end:
                    present += (end - start).days + 1
                    day = end + timedelta(days=1)
            if present:
                days[present] += number
        return days

    def headcount(self, convention, month):
        """Return the headcount declared for a month, none where it was not."""
        if self._headcounts is None:
            records = self.env["conciergerie.convention.headcount"].search_fetch(
                [("convention_id", "in", self.ids)],
                ["convention_id", "month", "number"],
            )
            self._headcounts = {
                (record.convention_id.id, record.month): record.number
                for record in records
            }
        return self._headcounts.get((convention.id, month.replace(day=1)))

    def uses(self, convention, first, last):
        """Count the uses from a day to another: a sold line 1, one given back −1."""
        if self._uses is None:
            self._uses = self._read_uses()
        return sum(
            number
            for day, number in self._uses[convention.id].items()
            if first <= day <= last
        )

    def invoiced(self, line, month):
        """Return what a month of a line was invoiced for, in the line's currency."""
        if self._invoiced is None:
            self._invoiced = {
                (record.id, day.replace(day=1)): amount
                for record, day, amount in self.env[
                    "conciergerie.fee.month"
                ]._read_group(
                    [
                        ("contract_line_id.contract_id", "in", self.ids),
                        ("move_line_id.parent_state", "!=", "cancel"),
                    ],
                    ["contract_line_id", "month:month"],
                    ["amount:sum"],
                )
            }
        return self._invoiced.get((line.id, month.replace(day=1)), 0.0)

    def remember(self, line, month, amount):
        """Take into account what is about to be invoiced, for the next period."""
        known = self.invoiced(line, month)
        self._invoiced[line.id, month.replace(day=1)] = known + amount

    def _read_people(self):
        spans = defaultdict(lambda: defaultdict(list))
        entitlements = self.env["conciergerie.entitlement"].search_fetch(
            [
                ("convention_id", "in", self.ids),
                ("state", "=", "confirmed"),
                ("family_of_id", "=", False),
            ],
            ["convention_id", "partner_id", "date_from", "date_to"],
            order="id",
        )
        for entitlement in entitlements:
            spans[entitlement.convention_id.id][entitlement.partner_id.id].append(
                (entitlement.date_from, entitlement.date_to or date.max)
            )
        people = defaultdict(Counter)
        for convention_id, persons in spans.items():
            people[convention_id].update(tuple(sorted(s)) for s in persons.values())
        return people

    def _read_uses(self):
        uses = defaultdict(Counter)
        use_model = self.env["conciergerie.copay.use"]
        ours = [("convention_id", "in", self.ids)]
        for sign, operator in ((1, ">"), (-1, "<")):
            for convention, day, count in use_model._read_group(
                [*ours, ("refunded_use_id", "=", False), ("quantity", operator, 0)],
                ["convention_id", "date:day"],
                ["__count"],
            ):
                uses[convention.id][day] += sign * count
        for back in use_model._given_back_whole(ours):
            uses[back.convention_id.id][back.date] -= 1
        return uses
