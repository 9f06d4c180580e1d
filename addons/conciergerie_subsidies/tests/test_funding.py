from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestFunding(BooksCommon):
    """Figures of the cockpit and of the analyses, and who sees them."""

    def _position(self, dossier):
        return self.env["conciergerie.dossier.position"].search(
            [("dossier_id", "=", dossier.id)]
        )

    def test_state_of_a_dossier(self):
        dossier = self._new_dossier(12000.0, plan=20000.0)
        self._allocate_bill(dossier.budget_line_ids[0], 5000.0, date(2026, 11, 1))
        position = self._position(dossier)
        self.assertEqual(
            (
                position.cost_amount,
                position.requested_amount,
                position.awarded_amount,
                position.spent_amount,
                position.claimed_amount,
                position.received_amount,
                position.to_come_amount,
                position.to_claim_amount,
            ),
            (20000.0, 12000.0, 12000.0, 5000.0, 0.0, 0.0, 12000.0, 12000.0),
        )
        self.assertEqual(position.action_open_dossier()["res_id"], dossier.id)

    def test_planned_against_actual(self):
        dossier = self._new_dossier(12000.0, plan=20000.0)
        self._allocate_bill(dossier.budget_line_ids[0], 5000.0, date(2026, 11, 1))
        rows = self.env["conciergerie.budget.comparison"].search(
            [("dossier_id", "=", dossier.id)]
        )
        self.assertEqual(
            {row.kind: row.amount for row in rows},
            {"planned": 20000.0, "actual": 5000.0},
        )

    def _book(self, code, amount, distribution=False):
        """Book income on an account, straight into the books."""
        account = self.env["account.account"].search(
            [("code", "=", code), ("company_ids", "in", self.company.id)], limit=1
        )
        bank = self.company_data["default_journal_bank"].default_account_id
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company.id,
                "date": date(2026, 6, 1),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": -amount,
                            "analytic_distribution": distribution,
                        }
                    ),
                    Command.create({"account_id": bank.id, "balance": amount}),
                ],
            }
        ).action_post()

    def _mix(self):
        rows = self.env["conciergerie.revenue.mix"]._read_group(
            [("company_id", "=", self.company.id)],
            ["site_id", "kind"],
            ["amount:sum"],
        )
        return {(site.code or "", kind): amount for site, kind, amount in rows}

    def test_own_revenue_and_public_money(self):
        """Class 7 by site; third-party money on 467 is in no figure."""
        val = str(self.site.analytic_account_id.id)
        hills = str(self.site_2.analytic_account_id.id)
        self._book("706000", 1000.0, {val: 60.0, hills: 40.0})
        self._book("706000", 100.0)
        self._book("467000", 5000.0, {val: 100.0})
        self._book("741000", 300.0, {val: 50.0})
        self._book("758200", 80.0, {hills: 100.0})
        self.assertEqual(
            self._mix(),
            {
                ("VAL", "own"): 600.0,
                ("COL", "own"): 400.0,
                ("", "own"): 100.0,
                ("VAL", "public"): 150.0,
                ("", "public"): 150.0,
                ("COL", "gift"): 80.0,
            },
        )

    def test_aid_of_dossiers(self):
        """The funder says whether its aid is public, the dossier's site where."""
        public = self._new_dossier(1000.0)
        self._post(public, "receivable")
        private = self._new_dossier(funder_id=self.foundation.id, name="Foundation")
        self._award(private, 400.0)
        entry = self._post(private, "receivable")
        self.assertEqual(
            self._mix(), {("VAL", "public"): 1000.0, ("VAL", "private"): 400.0}
        )
        entry.action_reverse()
        self.assertEqual(self._mix()[("VAL", "private")], 0.0)

    @freeze_time("2026-11-10")
    def test_cockpit(self):
        running = self._new_dossier(12000.0, plan=20000.0)
        self._new_dossier(
            plan=6000.0, name="Round", requested_amount=4000.0, site_id=self.site_2.id
        ).sudo().state = "filed"
        running.instalment_ids.expected_date = date(2026, 10, 1)
        data = (
            self.env["conciergerie.dossier"]
            .with_user(self.manager)
            .with_company(self.company)
            .get_cockpit_data()
        )
        totals = data["totals"]
        self.assertEqual(
            (totals["asked"], totals["awarded"], totals["to_come"]),
            (4000.0, 12000.0, 12000.0),
        )
        self.assertEqual(data["cash"]["late"], 12000.0)
        self.assertEqual(len(data["cash"]["months"]), 12)
        sites = {site["name"]: site for site in data["sites"]}
        self.assertEqual(sites["Val counter"]["gap"], 8000.0)
        self.assertEqual(
            (
                sites["Round of the hills"]["asked"],
                sites["Round of the hills"]["gap"],
            ),
            (4000.0, 2000.0),
        )
        bars = {bar["name"]: bar for bar in data["dossiers"]}
        self.assertTrue(bars["Counter of the Val"]["is_sure"])
        self.assertFalse(bars["Round"]["is_sure"])
        names = {deadline["dossier"] for deadline in data["deadlines"]}
        self.assertIn("Counter of the Val", names)

    def test_cockpit_of_one_site(self):
        self._new_dossier(1000.0)
        self._new_dossier(500.0, site_id=self.site_2.id, name="Round")
        data = self.env["conciergerie.dossier"].get_cockpit_data(self.site_2.id)
        self.assertEqual([bar["name"] for bar in data["dossiers"]], ["Round"])
        self.assertEqual(len(data["sites"]), 2, "the other site stays one press away")

    def test_cockpit_does_not_cost_more_with_more_dossiers(self):
        """The number of queries does not follow the number of dossiers."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["conciergerie.dossier"].get_cockpit_data()
            return self.env.cr.sql_log_count - start

        self._new_dossier(1000.0)
        queries()
        few = queries()
        for number in range(8):
            self._new_dossier(1000.0, name=f"Dossier {number}")
        self.assertLessEqual(queries(), few + 2)

    def test_rights(self):
        dossier = self._new_dossier(1000.0)
        self._post(dossier, "receivable")
        for model in (
            "conciergerie.dossier.position",
            "conciergerie.budget.comparison",
            "conciergerie.revenue.mix",
        ):
            for user in (self.manager, self.accountant):
                self.assertTrue(self.env[model].with_user(user).search([]), model)
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.counter).search([])
        with self.assertRaises(AccessError):
            self.env["conciergerie.dossier"].with_user(self.counter).get_cockpit_data()

    def test_other_company(self):
        dossier = self._new_dossier(1000.0)
        self._post(dossier, "receivable")
        other = self.setup_other_company()["company"]
        stranger = self._new_user("manager", company=other, login="stranger")
        for model in (
            "conciergerie.dossier.position",
            "conciergerie.budget.comparison",
            "conciergerie.revenue.mix",
        ):
            found = self.env[model].with_user(stranger).search([])
            self.assertNotIn(self.company, found.sudo().company_id, model)
        data = (
            self.env["conciergerie.dossier"]
            .with_user(stranger)
            .with_company(other)
            .get_cockpit_data()
        )
        self.assertEqual(data["dossier_count"], 0)
