from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_copay_engine import CopayCase


@tagged("post_install", "-at_install")
class TestCopayCeiling(CopayCase):
    """What is used and reserved never passes the ceiling."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(rules=[{"share": 50.0, "cap_year": 25.0}])
        cls.rule = cls.convention.copay_rule_ids
        cls._entitle(cls.convention)
        cls.ceilings = cls.env["conciergerie.copay.ceiling"]

    def _reserve(self, token, *prices):
        result = self.engine._reserve(
            token,
            self.beneficiary,
            self.company,
            self.day,
            [
                {"key": n, "product": self.copies, "price_total": p, "quantity": 1}
                for n, p in enumerate(prices)
            ],
        )
        return [line["shares"][0]["amount"] for line in result.values()]

    def _row(self):
        row = self.ceilings.search([("rule_id", "=", self.rule.id)])
        return row.limit_amount, row.used_amount, row.reserved_amount

    def test_last_amount_is_reserved_once(self):
        self._use(self.rule, 17.0)
        self.assertEqual(self._reserve("one", 30.0), [8.0])
        self.assertEqual(self._reserve("two", 30.0), [0.0], "told before payment")
        self.assertEqual(self._shares(30.0), [([0.0], 30.0)])
        self.assertEqual(self._shares(30.0, token="one"), [([8.0], 22.0)])
        self.assertEqual(self._row(), (25.0, 17.0, 8.0))
        self.engine._release("one")
        self.assertEqual(self._reserve("two", 30.0), [8.0])

    def test_reserved_again_with_the_same_token(self):
        self.assertEqual(self._reserve("one", 30.0), [15.0])
        self.assertEqual(self._reserve("one", 40.0, 20.0), [20.0, 5.0])
        self.assertEqual(self._row(), (25.0, 0.0, 25.0))

    def test_paid_is_used(self):
        self._reserve("one", 30.0)
        shares = self.engine._consume("one")
        self.assertEqual([share["amount"] for share in shares], [15.0])
        self.assertEqual(shares[0]["convention_id"], self.convention.id)
        self.assertEqual(self._row(), (25.0, 15.0, 0.0))
        self.assertIsNone(self.engine._consume("one"), "only once")
        self.engine._release("one")
        self.assertEqual(self._row(), (25.0, 15.0, 0.0))

    def test_free_after_a_quarter_of_an_hour(self):
        with freeze_time("2026-11-10 10:00:00"):
            self._reserve("one", 60.0)
        with freeze_time("2026-11-10 10:14:00"):
            self.assertEqual(self._shares(30.0), [([0.0], 30.0)])
        with freeze_time("2026-11-10 10:16:00"):
            self.assertEqual(self._shares(30.0), [([15.0], 15.0)])
            self.assertEqual(self._reserve("two", 30.0), [15.0], "the next one frees")
        self.assertEqual(self._row(), (25.0, 0.0, 15.0))
        with freeze_time("2026-11-10 10:40:00"), self.enter_registry_test_mode():
            self.env.ref(
                "conciergerie_conventions.ir_cron_free_expired_copay"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._row(), (25.0, 0.0, 0.0))

    def test_the_database_refuses_more(self):
        self._use(self.rule, 17.0)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._use(self.rule, 8.01)

    def test_ceiling_lowered_below_what_is_used(self):
        self._use(self.rule, 17.0)
        self.rule.cap_year = 10.0
        self.assertEqual(self._row(), (17.0, 17.0, 0.0))
        self.assertEqual(self._shares(30.0), [([0.0], 30.0)])
        self.ceilings._give_back(self.beneficiary, self.day, {self.rule: 9.0})
        self.assertEqual(self._row(), (10.0, 8.0, 0.0))
        self.assertEqual(self._shares(30.0), [([2.0], 28.0)])
        self.rule.cap_year = 40.0
        self.assertEqual(self._row(), (40.0, 8.0, 0.0))

    def test_ceiling_given_later_counts_what_was_used(self):
        self.rule.write({"cap_year": 0.0, "cap_month": 0.0})
        self.assertFalse(self.ceilings.search([("rule_id", "=", self.rule.id)]))
        values = {
            "convention_id": self.convention.id,
            "company_id": self.company.id,
            "payer_id": self.employer.id,
            "partner_id": self.beneficiary.id,
            "product_id": self.copies.id,
            "rule_id": self.rule.id,
        }
        uses = self.env["conciergerie.copay.use"].sudo()
        sold = uses.create(
            {**values, "date": "2026-11-02", "price_total": 20, "share_amount": 10}
        )
        uses.create(
            {
                **values,
                "date": "2026-12-02",
                "price_total": -8.0,
                "share_amount": -4.0,
                "refunded_use_id": sold.id,
            }
        )
        self.rule.write({"cap_month": 8.0, "cap_year": 9.0})
        rows = self.ceilings.search([("rule_id", "=", self.rule.id)], order="period")
        self.assertEqual(
            [(r.period, r.limit_amount, r.used_amount) for r in rows],
            [("2026", 9.0, 6.0), ("2026-11", 8.0, 6.0)],
        )
        self.assertEqual(self._shares(30.0), [([2.0], 28.0)])

    def test_merged_contacts_have_one_ceiling(self):
        double, third = self.env["res.partner"].create(
            [{"name": "Camille M.", "email": "c@example.com"}, {"name": "C. Morel"}]
        )
        self._use(self.rule, 10.0)
        self._use(self.rule, 18.0, person=double)
        self._use(self.rule, 3.0, day=fields.Date.to_date("2025-01-01"), person=third)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.beneficiary + double + third).ids, self.beneficiary
        )
        self.env.invalidate_all()
        rows = self.ceilings.search([("rule_id", "=", self.rule.id)], order="period")
        self.assertEqual(
            [(r.period, r.person_key, r.limit_amount, r.used_amount) for r in rows],
            [
                ("2025", self.beneficiary.id, 25.0, 3.0),
                ("2026", self.beneficiary.id, 28.0, 28.0),
            ],
        )
        self.assertEqual(rows.partner_id, self.beneficiary)
        self.assertEqual(self._shares(30.0), [([0.0], 30.0)])
