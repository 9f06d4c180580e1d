import random
from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import Form, freeze_time, tagged

from .fee_common import FeeCommon

# Each month's invoice as computed by hand: its date, lines (quantity, net price), net
# total. The lines of a month put right come before those of the month.
YEAR = [
    # 10 people, and the flat fee
    ("2026-01-31", [(10, 6.50), (1, 100.00)], 165.00),
    # 2 join on the 16th: 6.50 × 13 ÷ 28 = 3.0179
    ("2026-02-28", [(10, 6.50), (2, 3.02), (1, 100.00)], 171.04),
    # 3 uses at 2.00
    ("2026-03-31", [(12, 6.50), (3, 2.00), (1, 100.00)], 184.00),
    # 1 leaves on the 10th: 6.50 × 10 ÷ 30 = 2.1667
    ("2026-04-30", [(11, 6.50), (1, 2.17), (1, 100.00)], 173.67),
    ("2026-05-31", [(11, 6.50), (1, 100.00)], 171.50),
    ("2026-06-30", [(11, 6.50), (1, 100.00)], 171.50),
    # Indexed on 1 July by 306.9 ÷ 300: 6.6495, 2.046, 102.30. Said in July: 1 joined on
    # 21 June, 6.50 × 10 ÷ 30 = 2.1667 at June's price. 5 uses.
    ("2026-07-31", [(1, 2.17), (12, 6.65), (5, 2.05), (1, 102.30)], 194.52),
    # 1 use of July given back
    ("2026-08-31", [(12, 6.65), (-1, 2.05), (1, 102.30)], 180.05),
    # 2 left on 31 August
    ("2026-09-30", [(10, 6.65), (1, 102.30)], 168.80),
    ("2026-10-31", [(10, 6.65), (1, 102.30)], 168.80),
    # Said in November: 1 left on 15 September. September again: 9 × 6.65 + 3.33 (half
    # of 6.65 = 3.325) = 63.18 for 66.50; October 59.85 for 66.50.
    (
        "2026-11-30",
        [(1, -3.32), (1, -6.65), (9, 6.65), (1, 102.30)],
        152.18,
    ),
    # Ended on 15 December: 6.65 × 15 ÷ 31 = 3.2177; 102.30 × 15 ÷ 31 = 49.50; 2 uses
    ("2026-12-15", [(9, 3.22), (2, 2.05), (1, 49.50)], 82.58),
]
TOTAL = 1983.64


@tagged("post_install", "-at_install")
class TestFeeYear(FeeCommon):
    """A year of a convention against figures computed by hand, and random ones."""

    def _index(self, convention):
        wizard = Form(
            self.env["conciergerie.indexation"]
            .with_user(self.manager)
            .with_context(active_model="contract.contract", active_ids=convention.ids)
        )
        wizard.index_name = "SYNTEC"
        wizard.index_old = 300.0
        wizard.index_new = 306.9
        wizard.date_from = "2026-07-01"
        wizard.save().action_confirm()

    def test_year(self):
        convention = self._fee_convention(
            self._fee("head", 6.5),
            self._fee("use", 2.0),
            self._fee("flat", 100.0),
            term_end="2026-06-30",
            is_fee_prorated=True,
            is_fee_posted=True,
        )
        people = self._people(convention, 10)

        def happens(day):
            if day == "2026-02-16":
                self._people(convention, 2, day)
            elif day == "2026-03-12":
                self._use(convention, day, count=3)
            elif day == "2026-04-08":
                people[0].date_to = "2026-04-10"
            elif day == "2026-06-20":
                self._index(convention)
            elif day == "2026-07-05":
                self._people(convention, 1, "2026-06-21")
                self._use(convention, day, count=5)
            elif day == "2026-08-20":
                people[1:3].date_to = "2026-08-31"
                self._use(convention, day, quantity=-1)
            elif day == "2026-11-05":
                people[3].date_to = "2026-09-15"
            elif day == "2026-12-10":
                self._use(convention, day, count=2)
            elif day == "2026-12-15":
                convention.with_user(self.manager).action_end()

        day, events = date(2026, 1, 2), "02-16 03-12 04-08 06-20 07-05 08-20 11-05"
        days = {f"2026-{event}" for event in (events + " 12-10 12-15").split()}
        while day <= date(2027, 2, 1):
            if str(day) in days:
                with freeze_time(day):
                    happens(str(day))
            if day.day in (1, 16):
                with freeze_time(day):
                    convention._cron_follow_conventions()
                self._invoice(convention, day)
            day += timedelta(days=1)
        self.assertEqual(convention.state, "ended")
        self.assertTrue(
            convention.message_ids.filtered(lambda m: "SYNTEC" in (m.body or ""))
        )
        invoices = self._fee_invoices(convention).sorted("invoice_date")
        self.assertEqual(set(invoices.mapped("state")), {"posted"})
        made = [
            (*figures, invoice.amount_untaxed)
            for figures, invoice in zip(self._figures(invoices), invoices, strict=True)
        ]
        self.assertEqual(len(made), len(YEAR))
        for found, expected in zip(made, YEAR, strict=True):
            with self.subTest(month=expected[0]):
                self.assertEqual(found, expected)
        self.assertAlmostEqual(sum(invoices.mapped("amount_untaxed")), TOTAL)
        self.assertFalse(convention.fee_left)

    def test_term_was_renewed(self):
        """Tacitly on 1 July, in the middle of the year above."""
        convention = self._fee_convention(self._fee("flat", 1), term_end="2026-06-30")
        with freeze_time("2026-07-01"):
            convention._cron_follow_conventions()
        self.assertEqual(str(convention.term_end), "2027-06-30")

    def test_invoiced_and_put_right_is_the_fee_from_scratch(self):
        """Whatever is said late: the sum is the fee counted again at the end."""
        first, months = date(2026, 1, 1), 5

        @settings(
            max_examples=12,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.integers(0, 2**32 - 1), st.integers(1, 2000))
        def check(seed, cents):
            draw = random.Random(seed)
            with self.env.cr.savepoint() as savepoint:
                convention = self._fee_convention(self._fee("head", cents / 100))
                people = self._people(convention, draw.randint(0, 6))
                for month in range(1, months + 1):
                    today = date(2026, month + 1, 1)
                    for _change in range(draw.randint(0, 4)):
                        begin = first + timedelta(draw.randrange(31 * month))
                        if people and draw.random() < 0.5:
                            person = draw.choice(people)
                            person.date_to = max(begin, person.date_from)
                        else:
                            people |= self._people(convention, 1, begin)
                    self._invoice(convention, today)
                # What was said last comes with the next month, when nothing changes.
                self._invoice(convention, date(2026, months + 2, 1))
                total = sum(
                    move.amount_untaxed * (1 if move.move_type == "out_invoice" else -1)
                    for move in self._fee_invoices(convention)
                )
                self.assertEqual(
                    Decimal(str(total)).quantize(Decimal("0.01")),
                    from_scratch(people, Decimal(cents) / 100, months + 1),
                )
                self.assertFalse(
                    self._invoice(convention, date(2026, months + 2, 1)), "idempotent"
                )
                savepoint.rollback()
                self.env.invalidate_all()

        check()


def from_scratch(people, price, months):
    """Σ of each person's months, by days, each rounded half-up to the cent."""
    total = Decimal(0)
    for month in range(1, months + 1):
        days = monthrange(2026, month)[1]
        begin, end = date(2026, month, 1), date(2026, month, days)
        for person in people:
            last = min(person.date_to or end, end)
            present = (last - max(person.date_from, begin)).days + 1
            if present > 0:
                total += (price * present / days).quantize(
                    Decimal("0.01"), ROUND_HALF_UP
                )
    return total
