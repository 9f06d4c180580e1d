"""What the ledger must say, worked out in plain Python from what happened.

Written from CASES A and from the design, not from the code: it takes the sales as
they were made, which items core has matched with which, and the state and date of
each entry; it knows nothing of the addon's tables. Amounts are whole cents.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction


def half_up(value):
    """Round to a whole cent, halves away from zero."""
    value = Fraction(value)
    whole = (abs(value) * 2 + 1) // 2
    return int(whole) if value >= 0 else -int(whole)


SALE_VAT = 20  # per cent, on what is sold in our own name
OWN_NAME = ("own_name", "resale")


@dataclass
class Terms:
    """What was agreed; rates in per cent, amounts in cents."""

    mode: str = "mandate"
    base: str = "all_in"
    rate: int = 15
    vat: int = 20
    fixed: int = 0
    minimum: int = 0
    maximum: int = 0

    def commission(self, price):
        """A refund without an invoice bears neither minimum nor fixed part."""
        sign, amount = (-1 if price < 0 else 1), Fraction(abs(price))
        if self.base == "net":
            amount = amount * 100 / (100 + self.vat)
        amount = amount * self.rate / 100
        if sign > 0:
            amount = max(amount, self.minimum)
        if self.maximum:
            amount = min(amount, self.maximum)
        return sign * half_up(amount + (self.fixed if sign > 0 else 0))

    def purchase(self, price, commission):
        """What the provider bills for a sale in our name: less our commission (A3)."""
        if self.base in ("net", "gross"):
            commission = Fraction(commission * (100 + SALE_VAT), 100)
        return half_up(price - commission)


@dataclass
class Bonus:
    """A bonus on what a statement settles; bands in cents, from the lowest."""

    base: str
    bands: list  # (from, per cent)
    sign: int  # 1: more commission, -1: less

    def commission(self, sold):
        """Return what it adds to the commission.

        :param sold: (cents, the provider's VAT in per cent) of each sale settled
        """
        turnover = sum(
            Fraction(cents * 100, 100 + vat) if self.base == "net" else cents
            for cents, vat in sold
        )
        turnover = half_up(turnover)
        rates = [rate for start, rate in self.bands if start <= turnover]
        if turnover <= 0 or not rates:
            return 0
        return self.sign * half_up(Fraction(turnover * rates[-1], 100))


@dataclass(eq=False)
class Line:
    """A line of an invoice, or a declared sale; refunds have negative prices."""

    key: int
    price: int
    provider: int = None
    terms: Terms = None
    commission: int = 0
    refund_of: "Line" = None
    given_back: list = field(default_factory=lambda: [0, 0])


@dataclass
class Sale:
    move: int
    receivables: set
    lines: list
    total: int  # core's, whose VAT may differ by a cent from the sum of the lines


@dataclass
class Facts:
    """What core's books say: matches of items, and the entries that count."""

    matches: list  # (debit item, credit item, cents)
    move_of: dict  # item: move
    posted: dict  # move: date, posted ones only


def spread(amount, weights, whole):
    """Share an amount by weights, each rounded, the last one closing.

    :param whole: the amount at which each gets exactly its weight
    """
    if amount == whole:
        return list(weights)
    total = sum(weights)
    shares = [half_up(Fraction(w * amount, total)) if total else 0 for w in weights]
    last = max((n for n, w in enumerate(weights) if w), default=None)
    if last is not None:
        shares[last] += amount - sum(shares)
    return shares


class Sales:
    """What was sold and declared, and what became due of it."""

    def __init__(self):
        self.sales = {}  # move: Sale
        self.declared = {}  # line of a referral: day of the declaration
        self.direct = {}  # move: (provider, cents)
        self.transfers = {}  # move: {payer's item: cents}
        self.entries = []  # [line, date, collected, direct, commission, statement]

    # ------------------------------------------------------------------
    # Sales
    # ------------------------------------------------------------------

    def book(self, sale, kept=()):
        """Freeze the commission of each line; ``kept``: who keeps it on refunds."""
        for line in sale.lines:
            self._freeze(line, line.provider in kept)
        self.sales[sale.move] = sale

    def declare(self, line, day):
        """A sale that the provider made itself, or gave back: due that day (A4)."""
        self._freeze(line, False)
        self.declared[line] = day

    def _freeze(self, line, kept):
        origin = line.refund_of
        if origin:
            line.terms = origin.terms
            origin.given_back[0] += line.price
        if not line.terms:
            return
        if not origin:
            line.commission = line.terms.commission(line.price)
            return
        if not kept and origin.price:
            whole = -origin.given_back[0] == origin.price
            target = (
                -origin.commission
                if whole
                else half_up(
                    Fraction(origin.commission * origin.given_back[0], origin.price)
                )
            )
            line.commission = target - origin.given_back[1]
        origin.given_back[1] += line.commission

    def lines(self):
        sold = [ln for s in self.sales.values() for ln in s.lines if ln.terms]
        return sold + list(self.declared)

    # ------------------------------------------------------------------
    # What became due
    # ------------------------------------------------------------------

    def _money(self, sale, facts):
        """Return (date, amount, provider paid directly) for what was collected."""
        money = []
        for debit, credit, cents in facts.matches:
            for item, other, sign in ((debit, credit, 1), (credit, debit, -1)):
                move = facts.move_of[other]
                if item not in sale.receivables or move not in facts.posted:
                    continue
                date = max(facts.posted[move], facts.posted[sale.move])
                if move in self.transfers:
                    money += self._transferred(move, date, sign * cents, facts)
                else:
                    provider, _amount = self.direct.get(move, (None, 0))
                    money.append((date, Fraction(sign * cents), provider))
        return money

    def _transferred(self, transfer, date, cents, facts):
        """A transfer counts as the payer's item is paid (case A22)."""
        items = self.transfers[transfer]
        for debit, credit, paid in facts.matches:
            move = facts.move_of[credit]
            if debit in items and move in facts.posted:
                day = max(facts.posted[move], date)
                yield day, Fraction(cents * paid, sum(items.values())), None

    def _due(self, sale, facts):
        """Return {(line, date): (collected, direct, commission)}, cumulated."""
        money = self._money(sale, facts)
        result = {}
        for day in sorted({date for date, _amount, _provider in money}):
            direct = defaultdict(int)
            cash = 0
            for date, amount, provider in money:
                if date <= day and provider is None:
                    cash += amount
                elif date <= day:
                    direct[provider] += int(amount)
            cash = half_up(cash)
            paid = dict.fromkeys(range(len(sale.lines)), 0)
            for provider, amount in direct.items():
                own = [
                    n
                    for n, line in enumerate(sale.lines)
                    if line.provider == provider and line.terms.mode == "mandate"
                ]
                prices = [sale.lines[n].price for n in own]
                shares = spread(amount, prices, sum(prices))
                paid.update(zip(own, shares, strict=True))
            rest = [line.price - paid[n] for n, line in enumerate(sale.lines)]
            shares = spread(cash, rest, sale.total - sum(paid.values()))
            for n, line in enumerate(sale.lines):
                if line.terms and line.terms.mode == "mandate":
                    whole = shares[n] + paid[n]
                    commission = (
                        half_up(Fraction(line.commission * whole, line.price))
                        if line.price
                        else 0
                    )
                    result[line, day] = (shares[n], paid[n], commission)
        return result

    def derive(self, facts):
        """Enter what differs from what was entered, by line and date."""
        target = defaultdict(lambda: [0, 0, 0])
        for sale in self.sales.values():
            before = {}
            for (line, day), amounts in self._due(sale, facts).items():
                last = before.get(line.key, (0, 0, 0))
                target[line.key, day] = [
                    new - old for new, old in zip(amounts, last, strict=True)
                ]
                before[line.key] = amounts
            for line in sale.lines:
                if line.terms and line.terms.mode in OWN_NAME:
                    day = facts.posted[sale.move]
                    target[line.key, day] = [line.price, 0, line.commission]
        for line, day in self.declared.items():
            target[line.key, day] = [0, line.price, line.commission]
        for line, day, *amounts, _statement in self.entries:
            target[line, day] = [
                new - old for new, old in zip(target[line, day], amounts, strict=True)
            ]
        for (line, day), amounts in sorted(target.items()):
            if any(amounts):
                self.entries.append([line, day, *amounts, None])
