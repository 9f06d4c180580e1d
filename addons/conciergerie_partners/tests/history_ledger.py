"""What statements, their documents and payouts must say; see history_model.py."""

from fractions import Fraction

from .history_model import OWN_NAME, Sales, half_up


class Ledger(Sales):
    def __init__(self):
        super().__init__()
        self.statements = {}
        self.reversed = {}  # statement: the one that takes it back
        self.bills = {}  # provider's bill or credit note: (provider, cents owed)
        self.payouts = {}  # move: (provider, cents)
        self.receipts = {}  # move: (provider, cents) paid to us for referrals
        # What is no sale: [provider, day, held, all-in commission, charged, statement]
        self.others = []
        self.bonuses = {}  # provider: Bonus
        self.given = {}  # statement: cents of its bonus

    def _line_of(self):
        return {line.key: line for line in self.lines()}

    # ------------------------------------------------------------------
    # Statements
    # ------------------------------------------------------------------

    def ready(self, provider, period_end, hold_end):
        """Return the open entries of a provider that can be settled.

        :param hold_end: entries after this day are still held
        """
        lines = self._line_of()
        return [
            entry
            for entry in self.entries
            if entry[5] is None
            and lines[entry[0]].provider == provider
            and entry[1] <= min(period_end, hold_end)
        ]

    def ready_others(self, provider, period_end, hold_end):
        """Return what was charged or taken over that can be settled.

        :param hold_end: what is later is held; a charge is not
        """
        return [
            other
            for other in self.others
            if other[0] == provider
            and other[5] is None
            and other[1] <= (period_end if other[4] else min(period_end, hold_end))
        ]

    def settle(self, provider, entries, number):
        """Claim entries by a statement, whose number is above the earlier ones'."""
        for entry in entries:
            if entry[5] is not None:
                raise ValueError("claimed twice")
            entry[5] = number
        bonus = self.bonuses.get(provider)
        if bonus:
            lines = self._line_of()
            sold = [
                (e[2] + e[3], lines[e[0]].terms.vat) for e in entries if e[0] in lines
            ]
            if cents := bonus.commission(sold):
                self.given[number] = cents
        billed, credited = self._billed(number)
        self._total(provider, number, billed, credited)

    def reverse(self, origin, number, bill_came, credit_came):
        """Take a statement back: its documents mirrored, its sales open again.

        What the provider has not sent by then is not awaited any more.
        """
        taken = [entry for entry in self.entries if entry[5] == origin]
        for line, day, *amounts, _statement in taken:
            self.entries.append([line, day, *(-cents for cents in amounts), number])
            self.entries.append([line, day, *amounts, None])
        for other in [other for other in self.others if other[5] == origin]:
            who, day, *amounts, _statement = other
            self.others.append([who, day, *(-cents for cents in amounts), number])
            self.others.append([who, day, *amounts, None])
        if origin in self.given:
            self.given[number] = -self.given[origin]
        old = self.statements[origin]
        self.reversed[origin] = number
        self._total(
            old["provider"],
            number,
            old["correction"] if credit_came else 0,
            old["purchase"] if bill_came else 0,
        )

    def _billed(self, number):
        """Return what the provider bills, and what it credits of earlier bills.

        What is given back of a sale that an earlier statement billed is credited; all
        is where the bill would be negative.
        """
        lines, earlier = self._line_of(), {}
        for key, _day, collected, _direct, _commission, statement in self.entries:
            if statement is not None and statement < number:
                earlier[key] = earlier.get(key, 0) + collected
        billed = credited = 0
        for key, _day, collected, _direct, commission, statement in self.entries:
            line = lines[key]
            if statement != number or line.terms.mode not in OWN_NAME:
                continue
            amount = line.terms.purchase(collected, commission)
            origin = line.refund_of or line
            if collected < 0 and earlier.get(origin.key):
                credited -= amount
            else:
                billed += amount
        return (billed, credited) if billed >= 0 else (0, credited - billed)

    def _total(self, provider, number, billed, credited):
        lines = self._line_of()
        sums = {"mandate": [0] * 4, "own": [0] * 4, "referral": [0] * 4}
        for key, _day, collected, direct, commission, statement in self.entries:
            if statement != number:
                continue
            terms = lines[key].terms
            mine = sums["own" if terms.mode in OWN_NAME else terms.mode]
            mine[0] += collected
            mine[1] += direct
            mine[3 if terms.base == "all_in" else 2] += commission
        charged = 0
        for _who, _day, held, commission, charge, statement in self.others:
            if statement == number:
                sums["mandate"][0] += held
                sums["mandate"][3] += commission
                charged += charge
        if number in self.given:
            base = self.bonuses[provider].base
            sums["mandate"][3 if base == "all_in" else 2] += self.given[number]
        untaxed, total = self._commission(*sums["mandate"][2:])
        referral_untaxed, referral_total = self._commission(*sums["referral"][2:])
        collected, direct = sums["mandate"][:2]
        self.statements[number] = {
            "provider": provider,
            "collected": collected,
            "direct": direct,
            "untaxed": untaxed,
            "total": total,
            "net": collected - total + billed - charged,
            "charged": charged,
            "sold": sums["own"][0],
            "purchase": billed,
            "correction": credited,
            "referral": sums["referral"][1],
            "referral_total": referral_total,
            "referral_untaxed": referral_untaxed,
        }

    @staticmethod
    def _commission(net, all_in):
        """Return the amount of an invoice without and with VAT, rounded once (A9)."""
        tax_within = half_up(Fraction(all_in, 6))
        return net + all_in - tax_within, net + half_up(Fraction(net, 5)) + all_in

    # ------------------------------------------------------------------
    # Accounts
    # ------------------------------------------------------------------

    def _sum(self, provider, name):
        return sum(
            s[name] for s in self.statements.values() if s["provider"] == provider
        )

    @staticmethod
    def _posted(moves, provider, facts):
        return sum(
            cents
            for move, (who, cents) in moves.items()
            if who == provider and move in facts.posted
        )

    def held(self, provider, facts):
        """Balance of the third-party account, positive where we owe."""
        sold = sum(
            ln.price
            for ln in self.lines()
            if ln.provider == provider and ln.terms.mode == "mandate"
        )
        direct = self._posted(self.direct, provider, facts)
        opened = sum(other[2] for other in self.others if other[0] == provider)
        return sold + opened - direct - self._sum(provider, "collected")

    def payable(self, provider, facts):
        """What we owe on the payable account, negative where the provider owes."""
        due = self._sum(provider, "collected") - self._sum(provider, "total")
        due -= self._sum(provider, "charged")
        billed = self._posted(self.bills, provider, facts)
        return due + billed - self._posted(self.payouts, provider, facts)

    def receivable(self, provider, facts):
        """What the provider owes us for referrals; its commission is offset."""
        received = self._posted(self.receipts, provider, facts)
        return self._sum(provider, "referral_total") - received

    def to_bill(self, provider):
        """What the provider bills in all: each sale in our name that was settled."""
        lines = self._line_of()
        return sum(
            lines[key].terms.purchase(collected, commission)
            for key, _day, collected, _direct, commission, statement in self.entries
            if statement is not None
            and lines[key].provider == provider
            and lines[key].terms.mode in OWN_NAME
        )
