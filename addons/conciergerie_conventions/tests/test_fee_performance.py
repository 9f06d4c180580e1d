from odoo import Command
from odoo.tests import freeze_time, tagged

from .fee_common import FeeCommon


@tagged("post_install", "-at_install")
class TestFeePerformance(FeeCommon):
    """Queries do not grow with the people, and by the invoice only with conventions."""

    def _conventions(self, number, people):
        with freeze_time("2026-06-01"):
            conventions = self.env["contract.contract"].create(
                [
                    {
                        "name": f"Convention {n}",
                        "partner_id": self.employer.id,
                        "company_id": self.company.id,
                        "is_convention": True,
                        "convention_kind": "employer",
                        "start_date": "2026-06-01",
                        "contract_line_ids": [
                            Command.create(self._fee()),
                            Command.create(self._fee("use", 2.0)),
                        ],
                    }
                    for n in range(number)
                ]
            )
            conventions.action_propose()
            conventions.action_sign()
        for convention in conventions:
            self._people(convention, people, "2026-06-01")
            self._people(convention, people // 2, "2026-06-16")
            self._use(convention, "2026-06-12", count=people)
        return conventions

    def _queries(self, conventions, day="2026-07-01"):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        moves = conventions._recurring_create_invoice(self._day(day))
        self.env.flush_all()
        self.assertEqual(len(moves), len(conventions))
        return self.env.cr.sql_log_count - before

    def test_people_and_uses_cost_no_query(self):
        counts = [self._queries(self._conventions(1, people)) for people in (4, 4, 80)]
        self.assertEqual(counts[1], counts[2])

    def test_months_behind_cost_no_query(self):
        """What months were invoiced for is read once, however many."""
        convention = self._conventions(1, 4)
        self._queries(convention)
        self._queries(convention, "2026-08-01")
        few = self._queries(convention, "2026-09-01")
        for month in (10, 11, 12):
            self._queries(convention, f"2026-{month}-01")
        self.assertEqual(self._queries(convention, "2027-01-01"), few)

    def test_each_convention_costs_the_same(self):
        self._queries(self._conventions(2, 4))
        two, four, eight = (
            self._queries(self._conventions(number, 4)) for number in (2, 4, 8)
        )
        self.assertLessEqual(eight - four, 2 * (four - two))
