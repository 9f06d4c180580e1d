import os
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.tests import tagged

from .common import ConventionsCommon

# An example is up to four sales of four lines.
EXAMPLES = min(int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200")) // 3, 1000)


class CopayCase(ConventionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls.env["conciergerie.copay"]
        cls.day = fields.Date.to_date("2026-11-10")

    def _shares(self, *prices, product=None, **values):
        """Compute the shares of lines of these prices; return amounts and rests."""
        lines = [
            {
                "key": number,
                "product": product or self.copies,
                "price_total": price,
                "quantity": 1,
            }
            for number, price in enumerate(prices)
        ]
        result = self.engine._compute_shares(
            self.beneficiary, self.company, self.day, lines, **values
        )
        return [
            ([share["amount"] for share in line["shares"]], line["rest"])
            for line in result.values()
        ]

    def _use(self, rule, amount, day=None, person=None):
        self.env["conciergerie.copay.ceiling"]._raise(
            person or self.beneficiary, day or self.day, {rule: amount}
        )


@tagged("post_install", "-at_install")
class TestCopayEngine(CopayCase):
    """The shares of CASES B2 and C3, and what decides on them."""

    def test_half_capped(self):
        self._entitle(self._new_convention())
        for price, share, rest in (
            (14.0, 7.0, 7.0),
            (30.0, 10.0, 20.0),
            (15.35, 7.68, 7.67),
        ):
            with self.subTest(price=price):
                self.assertEqual(self._shares(price), [([share], rest)])

    def test_yearly_ceiling(self):
        convention = self._new_convention(rules=[{"share": 50.0, "cap_year": 25.0}])
        self._entitle(convention)
        self._use(convention.copay_rule_ids, 17.0, fields.Date.to_date("2026-02-01"))
        self.assertEqual(self._shares(30.0), [([8.0], 22.0)])
        self.assertEqual(
            self._shares(10.0, 20.0), [([5.0], 5.0), ([3.0], 17.0)], "one head-room"
        )
        self.day = fields.Date.to_date("2027-01-02")
        self.assertEqual(self._shares(30.0), [([15.0], 15.0)], "a new calendar year")

    def test_monthly_ceiling(self):
        convention = self._new_convention(
            rules=[{"share": 50.0, "cap_month": 12.0, "cap_year": 20.0}]
        )
        self._entitle(convention)
        self._use(convention.copay_rule_ids, 10.0)
        self.assertEqual(self._shares(30.0), [([2.0], 28.0)])
        self.day = fields.Date.to_date("2026-12-01")
        self.assertEqual(self._shares(30.0), [([10.0], 20.0)], "what the year leaves")

    def test_two_payers(self):
        """C3, whatever the order in which they were entered."""
        town = self._new_convention(
            payer=self.town, convention_kind="commune", rules=[{"share": 20.0}]
        )
        employer = self._new_convention()
        self._entitle(town)
        self._entitle(employer)
        self.assertEqual(self._shares(30.0), [([10.0, 4.0], 16.0)])
        result = self.engine._compute_shares(
            self.beneficiary,
            self.company,
            self.day,
            [{"key": 1, "product": self.copies, "price_total": 30.0, "quantity": 1}],
        )
        shares = result[1]["shares"]
        self.assertEqual([s["payer"] for s in shares], [self.employer, self.town])
        self.assertEqual([s["convention"] for s in shares], [employer, town])
        self.assertEqual(
            [s["rule"] for s in shares],
            [employer.copay_rule_ids, town.copay_rule_ids],
        )

    def test_most_precise_rule(self):
        parent = self.env["product.category"].create({"name": "Sewing"})
        child = self.env["product.category"].create(
            {"name": "Repairs", "parent_id": parent.id}
        )
        self.alteration.categ_id = child
        convention = self._new_convention(
            rules=[
                {"share": 10.0},
                {"share": 15.0, "date_from": "2026-06-01"},
                {"share": 16.0, "date_from": "2026-12-01"},
                {"share": 17.0, "date_to": "2026-10-31", "date_from": "2026-07-01"},
                {"share": 40.0, "scope": "2_category", "categ_id": parent.id},
            ]
        )
        self._entitle(convention)
        service = self.alteration
        self.assertEqual(self._shares(10.0), [([1.5], 8.5)], "the latest of all")
        self.assertEqual(self._shares(10.0, product=service), [([4.0], 6.0)])
        for rule, share in (
            ({"scope": "2_category", "categ_id": child.id, "share": 45.0}, 4.5),
            ({"scope": "1_service", "product_id": service.id, "share": 50.0}, 5.0),
        ):
            convention.copay_rule_ids = [
                Command.create({"date_from": "2026-01-01", **rule})
            ]
            self.assertEqual(
                self._shares(10.0, product=service), [([share], 10.0 - share)]
            )

    def test_a_service_has_its_own_ceiling(self):
        service = self.alteration
        convention = self._new_convention(
            rules=[
                {"share": 50.0, "cap_year": 25.0},
                {
                    "share": 50.0,
                    "cap_year": 6.0,
                    "scope": "1_service",
                    "product_id": service.id,
                },
            ]
        )
        self._entitle(convention)
        self._use(
            convention.copay_rule_ids.filtered(lambda r: r.scope == "3_all"), 25.0
        )
        self.assertEqual(self._shares(30.0, product=service), [([6.0], 24.0)])
        self.assertEqual(self._shares(30.0), [([0.0], 30.0)])

    def test_nothing_to_share(self):
        """Non-market, free, negative, not a service, nobody, not covered, not here."""
        convention = self._new_convention(site_ids=self.site.ids)
        self.assertEqual(self._shares(30.0), [([], 30.0)], "not entitled")
        self._entitle(convention)
        jam = self.env["product.product"].create({"name": "Jam"})
        self.assertEqual(self._shares(0.0, -5.0), [([], 0.0), ([], -5.0)])
        self.assertEqual(self._shares(30.0, product=self.paperwork), [([], 30.0)])
        self.assertEqual(self._shares(30.0, product=jam), [([], 30.0)])
        self.assertEqual(self._shares(30.0, site=self.site_2), [([], 30.0)])
        self.assertEqual(self._shares(30.0, site=self.site), [([10.0], 20.0)])
        self.day = fields.Date.to_date("2025-12-31")
        self.assertEqual(self._shares(30.0), [([], 30.0)], "before the convention")

    def test_payer_takes_nothing_in_charge_for_itself(self):
        """Who works under the employer's own account is invoiced to the employer."""
        self.beneficiary.parent_id = self.employer
        self._entitle(self._new_convention())
        self.assertEqual(self._shares(30.0), [([0.0], 30.0)])

    def test_lines_add_up_to_the_document(self):
        """Taxes rounded on the whole document: the dearest line takes the cent."""
        lines = [{"price_total": price} for price in (33.34, 10.0)]
        self.engine._spread_difference(lines, 43.33, self.company.currency_id)
        self.assertEqual([line["price_total"] for line in lines], [33.33, 10.0])


money = st.integers(min_value=0, max_value=20000).map(lambda cents: cents / 100)
caps = st.one_of(st.just(0.0), money)
rules = st.fixed_dictionaries(
    {
        "share": st.one_of(
            st.integers(min_value=1, max_value=100).map(float),
            st.integers(min_value=1, max_value=10000).map(lambda n: n / 100),
        ),
        "cap_operation": caps,
        "cap_month": caps,
        "cap_year": caps,
    }
)


@tagged("post_install", "-at_install")
class TestCopayGenerated(CopayCase):
    """Any rules of three payers, any prices, sale after sale: all adds up."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(rules, min_size=3, max_size=3),
        st.lists(st.lists(money, min_size=1, max_size=4), min_size=1, max_size=4),
    )
    def _generated(self, terms, sales):
        currency = self.company.currency_id
        for convention, values in zip(self.conventions, terms, strict=True):
            self.env["conciergerie.copay.ceiling"].sudo().search(
                [("rule_id", "=", convention.copay_rule_ids.id)]
            ).unlink()
            convention.copay_rule_ids.write(values)
        given_total = dict.fromkeys(range(3), 0.0)
        for prices in sales:
            shared = self._shares(*prices)
            for price, (amounts, rest) in zip(prices, shared, strict=True):
                left = Decimal(str(price))
                for number, amount in enumerate(amounts):
                    exact = (
                        left * Decimal(str(terms[number]["share"])) / 100
                    ).quantize(Decimal("0.01"), ROUND_HALF_UP)
                    amount = Decimal(str(amount))
                    self.assertGreaterEqual(amount, 0)
                    self.assertLessEqual(amount, min(exact, left))
                    if not any(v for k, v in terms[number].items() if "cap" in k):
                        self.assertEqual(amount, exact)
                    left -= amount
                self.assertEqual(left, Decimal(str(rest)), "shares + rest = price")
            for number, convention in enumerate(self.conventions):
                total = currency.round(
                    sum(line[0][number] for line in shared if line[0])
                )
                if cap := terms[number]["cap_operation"]:
                    self.assertLessEqual(total, cap)
                self._use(convention.copay_rule_ids, total)
                given_total[number] = currency.round(given_total[number] + total)
                for cap in (terms[number]["cap_month"], terms[number]["cap_year"]):
                    if cap:
                        self.assertLessEqual(given_total[number], cap)

    def test_generated(self):
        self.conventions = [
            self._new_convention(
                payer=self.env["res.partner"].create({"name": name}),
                payer_rank=rank,
                rules=[{"share": 1.0}],
            )
            for rank, name in enumerate(("One", "Two", "Three"))
        ]
        for convention in self.conventions:
            self._entitle(convention)
        self._generated()
