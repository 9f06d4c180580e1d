from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import tagged

from .common import ConventionsCommon


@tagged("post_install", "-at_install")
class TestSummary(ConventionsCommon):
    """Case C2: what a payer sees of the uses, and what it cannot work out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention()
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {i}"} for i in range(9)]
        )

    @classmethod
    def _use(cls, person, service, amount=5.0, date="2026-03-10", **values):
        return (
            cls.env["conciergerie.copay.use"]
            .sudo()
            .create(
                {
                    "convention_id": cls.convention.id,
                    "company_id": cls.company.id,
                    "payer_id": cls.employer.id,
                    "partner_id": person.id,
                    "product_id": service.id,
                    "date": date,
                    "quantity": 1.0,
                    "price_total": 2 * amount,
                    "share_amount": amount,
                    **values,
                }
            )
        )

    def _march(self):
        summary = (
            self.env["conciergerie.copay.use"]
            .sudo()
            ._summary(
                self.convention,
                self._day("2026-03-31"),
                self._day("2026-03-01"),
            )
        )
        self.assertEqual(len(summary), 1)
        return summary[0]

    @classmethod
    def _day(cls, text):
        return cls.env["conciergerie.copay.use"]._fields["date"].to_date(text)

    def _services(self):
        return {
            part["name"]: (part["uses"], part["amount"])
            for part in self._march()["services"]
        }

    def test_total_always(self):
        self._use(self.people[0], self.ironing)
        march = self._march()
        self.assertEqual((march["people"], march["uses"], march["amount"]), (1, 1, 5.0))
        self.assertEqual(march["services"], [])

    def test_five_people_behind_each_figure(self):
        for person in self.people[:5]:
            self._use(person, self.ironing)
        self.assertEqual(self._services(), {"Ironing": (5, 25.0)})

    def test_the_rest_is_not_had_by_subtraction(self):
        """Ironing has five, copies one: ironing alone would give the copies."""
        for person in self.people[:5]:
            self._use(person, self.ironing)
        self._use(self.people[5], self.copies, 3.0)
        march = self._march()
        self.assertEqual(
            (march["people"], march["uses"], march["amount"]), (6, 6, 28.0)
        )
        self.assertEqual(march["services"], [])

    def test_others_are_merged(self):
        for person in self.people[:6]:
            self._use(person, self.ironing)
        for person in self.people[:3]:
            self._use(person, self.copies, 3.0)
        for person in self.people[3:6]:
            self._use(person, self.alteration, 4.0)
        self.assertEqual(self._services(), {"Ironing": (6, 30.0), False: (6, 21.0)})

    def test_setting_of_the_company(self):
        self.company.convention_min_people = 2
        for person in self.people[:2]:
            self._use(person, self.ironing)
        self.assertEqual(self._services(), {"Ironing": (2, 10.0)})

    def test_given_back(self):
        """What is given back whole is no use; the person is not counted."""
        for person in self.people[:5]:
            use = self._use(person, self.ironing)
        self._use(
            self.people[4],
            self.ironing,
            -5.0,
            quantity=-1.0,
            refunded_use_id=use.id,
        )
        march = self._march()
        self.assertEqual(
            (march["people"], march["uses"], march["amount"]), (4, 4, 20.0)
        )
        self.assertEqual(march["services"], [])

    def test_current_month_is_left_out(self):
        """Seen twice, the figures of a month that runs would give a date of use."""
        self._use(self.people[0], self.ironing, date="2026-02-10")
        self._use(self.people[0], self.ironing, date="2026-03-10")
        months = (
            self.env["conciergerie.copay.use"]
            .sudo()
            ._summary_last_months(self.convention, self._day("2026-03-31"))
        )
        self.assertEqual([m["month"] for m in months], [self._day("2026-02-01")])

    def test_queries_do_not_grow(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._march()
            return self.cr.sql_log_count - before

        for service in (self.ironing, self.copies, self.alteration):
            self._use(self.people[0], service)
        count()  # fills the caches of the registry
        few = count()
        for service in (self.ironing, self.copies, self.alteration):
            for person in self.people[1:]:
                self._use(person, service)
        self.assertEqual(count(), few)

    @given(
        st.dictionaries(
            st.tuples(st.integers(0, 3), st.integers(0, 8)),
            st.tuples(st.integers(-1, 3), st.integers(-500, 500)),
            max_size=36,
        )
    )
    def test_generated(self, drawn):
        """Shown figures add up to the total, each with five people behind it."""
        services = self.ironing | self.copies | self.alteration | self.paperwork
        cells = {
            (services[s], self.people[p]): (uses, cents / 100)
            for (s, p), (uses, cents) in drawn.items()
        }
        model = self.env["conciergerie.copay.use"]
        parts = model._summary_services(cells, 5)
        total = model._summary_figures(cells)
        if parts:
            self.assertEqual(sum(f["uses"] for _p, f in parts), total["uses"])
            self.assertAlmostEqual(sum(f["amount"] for _p, f in parts), total["amount"])
        for _product, figures in parts:
            self.assertGreaterEqual(len(figures["people"]), 5)
