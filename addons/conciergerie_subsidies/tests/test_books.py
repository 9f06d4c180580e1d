from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestDeferral(BooksCommon):
    """Case D8: 12 000 for October 2026 to September 2027, calendar year."""

    def test_by_month(self):
        dossier = self._new_dossier(12000.0)
        receivable = self._entry(dossier, "receivable")
        self.assertEqual(receivable.state, "proposed")
        receivable.action_post()
        self.assertEqual(
            self._lines(receivable), [("441", 12000.0, 0.0), ("741", 0.0, 12000.0)]
        )
        self.assertEqual(receivable.move_id.date, date(2026, 9, 1))
        self.assertFalse(self._close(dossier, date(2026, 12, 31)))
        deferral = self._post(dossier, "deferral")
        self.assertEqual(
            self._lines(deferral), [("741", 9000.0, 0.0), ("487", 0.0, 9000.0)]
        )
        self.assertEqual(deferral.move_id.date, date(2026, 12, 31))
        self.assertEqual(self._balance("741"), 3000.0)
        back = self._post(dossier, "deferral_back")
        self.assertEqual(
            self._lines(back), [("487", 9000.0, 0.0), ("741", 0.0, 9000.0)]
        )
        self.assertEqual(back.move_id.date, date(2027, 1, 1))
        self.assertEqual(self._balance("487"), 0.0)
        self._close(dossier, date(2027, 12, 31))
        self.assertFalse(
            self.entries.search(
                [("dossier_id", "=", dossier.id), ("state", "=", "proposed")]
            ),
            "after the end of the period nothing is for later",
        )

    def test_by_day(self):
        self.company.subsidy_deferral_by = "day"
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        self._post(dossier, "deferral")
        self.assertEqual(self._balance("741"), 3024.66)
        self.assertEqual(self._balance("487"), 8975.34)

    def test_three_years(self):
        """Each year defers what is still for later, after taking back the last."""
        dossier = self._new_dossier(
            24000.0, date_from=date(2026, 7, 1), date_to=date(2028, 6, 30)
        )
        self._post(dossier, "receivable")
        for year, income in ((2026, 6000.0), (2027, 12000.0), (2028, 6000.0)):
            self._close(dossier, date(year, 12, 31))
            if year < 2028:
                self._post(dossier, "deferral", str(year))
                self._post(dossier, "deferral_back", str(year))
            items = self.env["account.move.line"].search(
                [
                    ("account_id", "=", self.company.subsidy_income_account_id.id),
                    ("date", ">=", date(year, 1, 1)),
                    ("date", "<=", date(year, 12, 31)),
                    ("parent_state", "=", "posted"),
                ]
            )
            self.assertEqual(-sum(items.mapped("balance")), income, year)

    def test_part_of_a_month(self):
        """Half of a month counts for its days."""
        dossier = self._new_dossier(
            3100.0, date_from=date(2026, 12, 1), date_to=date(2027, 1, 31)
        )
        self.assertEqual(float(dossier._share_after(date(2026, 12, 31))), 0.5)
        dossier.date_from = date(2026, 12, 16)
        self.assertAlmostEqual(
            float(dossier._share_after(date(2026, 12, 31))), 1 / (1 + 16 / 31)
        )

    def test_nothing_before_the_receivable_is_booked(self):
        dossier = self._new_dossier(12000.0)
        self._close(dossier, date(2026, 12, 31))
        self.assertEqual(
            dossier.entry_ids.mapped("kind"), ["receivable"], "nothing to defer yet"
        )

    def test_back_waits_for_its_deferral(self):
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        with self.assertRaisesRegex(UserError, "not posted: post that one"):
            self._entry(dossier, "deferral_back").action_post()


@tagged("post_install", "-at_install")
class TestDedicatedFunds(BooksCommon):
    def test_d9(self):
        """Case D9: 20 000 granted, 13 500 spent; the rest is spent the year after."""
        dossier = self._new_dossier(20000.0, plan=20000.0, unspent="dedicated")
        self._post(dossier, "receivable")
        self._spend(dossier, 13500.0, date(2026, 11, 15))
        self._close(dossier, date(2026, 12, 31))
        carried = self._post(dossier, "fonds_dedies")
        self.assertEqual(
            self._lines(carried), [("6894", 6500.0, 0.0), ("194", 0.0, 6500.0)]
        )
        self._spend(dossier, 6500.0, date(2027, 3, 1))
        self._close(dossier, date(2027, 12, 31))
        used = self._post(dossier, "fonds_dedies_back")
        self.assertEqual(
            self._lines(used), [("194", 6500.0, 0.0), ("7894", 0.0, 6500.0)]
        )
        self.assertEqual(self._balance("194"), 0.0)

    def test_used_at_the_rate(self):
        """An aid of 20 % of the costs is used by 20 % of them."""
        dossier = self._new_dossier(20000.0, unspent="dedicated")
        self._post(dossier, "receivable")
        self._spend(dossier, 13500.0, date(2026, 11, 15))
        self._close(dossier, date(2026, 12, 31))
        self.assertEqual(self._post(dossier, "fonds_dedies").amount, 17300.0)

    def test_never_more_used_than_granted(self):
        dossier = self._new_dossier(20000.0, plan=25000.0, unspent="dedicated")
        self._post(dossier, "receivable")
        self._spend(dossier, 25000.0, date(2026, 11, 15))
        self._close(dossier, date(2026, 12, 31))
        self.assertFalse(
            dossier.entry_ids.filtered(lambda e: e.kind.startswith("fonds"))
        )

    def _spend(self, dossier, amount, day):
        """Book a bill and put it on the dossier, as the accountant does."""
        self._allocate_bill(dossier.budget_line_ids[0], amount, day)


@tagged("post_install", "-at_install")
class TestInvestment(BooksCommon):
    def test_d10(self):
        """Case D10: a van, 9 600 of aid, five years from 1 July."""
        dossier = self._new_dossier(
            9600.0,
            award_date=date(2026, 6, 1),
            investment=True,
            asset_date=date(2026, 7, 1),
            asset_months=60,
        )
        receivable = self._post(dossier, "receivable")
        self.assertEqual(
            self._lines(receivable), [("441", 9600.0, 0.0), ("131", 0.0, 9600.0)]
        )
        shares = []
        for year in range(2026, 2032):
            self._close(dossier, date(year, 12, 31))
            release = self._post(dossier, "investment_release", str(year))
            shares.append(release.amount)
            self.assertEqual(
                self._lines(release),
                [("139", release.amount, 0.0), ("747", 0.0, release.amount)],
            )
        self.assertEqual(shares, [960.0, 1920.0, 1920.0, 1920.0, 1920.0, 960.0])
        self._close(dossier, date(2031, 12, 31))
        close = self._post(dossier, "investment_close")
        self.assertEqual(
            self._lines(close), [("131", 9600.0, 0.0), ("139", 0.0, 9600.0)]
        )
        self.assertEqual(self._balance("131"), 0.0)
        self.assertEqual(self._balance("139"), 0.0)
        self.assertEqual(self._balance("747"), 9600.0)

    def test_first_month_counts_whole(self):
        dossier = self._new_dossier(
            1000.0,
            investment=True,
            asset_date=date(2026, 7, 20),
            asset_months=7,
        )
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        self.assertEqual(
            self._post(dossier, "investment_release").amount, 857.14, "6 of 7 months"
        )
        self._close(dossier, date(2027, 12, 31))
        self.assertEqual(
            self._post(dossier, "investment_release", "2027").amount, 142.86
        )

    def test_asset_is_asked_for(self):
        dossier = self._new_dossier(9600.0, investment=True)
        self._post(dossier, "receivable")
        self.assertIn("since when the asset", self._close(dossier, date(2026, 12, 31)))


@tagged("post_install", "-at_install")
class TestEntries(BooksCommon):
    """Proposed, posted once, reversible; who may and who may not."""

    def test_once_only(self):
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        with self.assertRaisesRegex(UserError, "is posted already"):
            entry.action_post()
        self._close(dossier, date(2026, 12, 31))
        self._close(dossier, date(2026, 12, 31))
        self.assertEqual(len(dossier.entry_ids), 3, "one receivable, one deferral")
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            entry.copy({"state": "proposed"}).flush_recordset()
        self.assertIn("once", str(caught.exception).lower())

    def test_reversed_and_proposed_again(self):
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        move = entry.move_id
        entry.action_reverse()
        self.assertEqual(entry.state, "reversed")
        self.assertEqual(entry.reversal_move_id.reversed_entry_id, move)
        self.assertEqual(self._balance("741"), 0.0)
        self.assertEqual(self._balance("441"), 0.0)
        self._close(dossier, date(2026, 12, 31))
        again = self._post(dossier, "receivable")
        self.assertNotEqual(again, entry)
        self.assertEqual(self._balance("741"), 12000.0)
        with self.assertRaisesRegex(UserError, "nothing to reverse"):
            entry.action_reverse()

    def test_reversed_from_core(self):
        """Who reverses the journal entry in Invoicing reverses the entry as well."""
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        entry.move_id._reverse_moves(cancel=True)
        self.assertEqual(entry.state, "reversed")

    def test_not_opened_nor_changed(self):
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        with self.assertRaisesRegex(UserError, "Reverse it instead"):
            entry.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "does not change"):
            entry.amount = 1.0
        with self.assertRaisesRegex(UserError, "it is kept"):
            entry.unlink()

    def test_deferral_with_take_back_is_reversed_last(self):
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        deferral = self._post(dossier, "deferral")
        back = self._post(dossier, "deferral_back")
        with self.assertRaisesRegex(UserError, "reverse that entry first"):
            deferral.action_reverse()
        back.action_reverse()
        deferral.action_reverse()
        self.assertEqual(self._balance("741"), 12000.0)

    def test_amendment_brings_the_difference(self):
        """D14: 50 000 amended to 42 000; both entries stay."""
        dossier = self._new_dossier(50000.0)
        self._post(dossier, "receivable", "award")
        self._award(dossier, 42000.0, date(2026, 11, 5), "amendment")
        change = self._post(dossier, "receivable", "award 2")
        self.assertEqual(
            self._lines(change), [("741", 8000.0, 0.0), ("441", 0.0, 8000.0)]
        )
        self.assertEqual(self._balance("741"), 42000.0)

    def test_figures_changed_after_posting_are_told(self):
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        self._post(dossier, "deferral")
        dossier.date_to = date(2027, 12, 31)
        message = self._close(dossier, date(2026, 12, 31))
        self.assertIn("booked with", message)
        self.assertRegex(message, r"9.600.00")
        self.assertEqual(self._entry(dossier, "deferral").amount, 9000.0)

    def test_proposal_follows_the_figures(self):
        dossier = self._new_dossier(12000.0)
        self._post(dossier, "receivable")
        self._close(dossier, date(2026, 12, 31))
        dossier.date_to = date(2027, 12, 31)
        self._close(dossier, date(2026, 12, 31))
        self.assertEqual(self._entry(dossier, "deferral").amount, 9600.0)
        self.assertEqual(self._entry(dossier, "deferral_back").amount, 9600.0)

    def test_locked_period(self):
        dossier = self._new_dossier(12000.0)
        self.company.fiscalyear_lock_date = date(2026, 9, 30)
        entry = self._entry(dossier, "receivable")
        with self.assertRaisesRegex(UserError, "books are locked until .*30"):
            entry.action_post()
        entry.date = date(2026, 10, 1)
        entry.action_post()
        self.assertEqual(entry.move_id.date, date(2026, 10, 1))

    def test_reversal_of_a_locked_period_is_today(self):
        dossier = self._new_dossier(12000.0)
        entry = self._post(dossier, "receivable")
        self.company.fiscalyear_lock_date = date(2026, 9, 30)
        entry.action_reverse()
        self.assertGreater(entry.reversal_move_id.date, date(2026, 9, 30))

    def test_missing_account_is_named(self):
        dossier = self._new_dossier()
        self.company.subsidy_receivable_account_id = False
        self._award(dossier, 1000.0)
        self.assertFalse(dossier.entry_ids, "an award does not wait for the accounts")
        with self.assertRaisesRegex(UserError, r"no account “Aid Receivable” \(441"):
            self._close(dossier, date(2026, 12, 31))

    def test_private_funder_has_its_accounts(self):
        account = self.env["account.account"].search(
            [("code", "=", "758000"), ("company_ids", "in", self.company.id)]
        )
        dossier = self._new_dossier(income_account_id=account.id)
        self._award(dossier, 1000.0)
        entry = self._post(dossier, "receivable")
        self.assertEqual(self._lines(entry)[1], ("758", 0.0, 1000.0))

    def test_site_is_on_the_income(self):
        dossier = self._new_dossier(1000.0)
        entry = self._post(dossier, "receivable")
        income = entry.move_id.line_ids.filtered("credit")
        self.assertEqual(
            income.analytic_distribution,
            {
                f"{dossier.analytic_account_id.id},"
                f"{self.site.analytic_account_id.id}": 100.0
            },
        )
        self.assertFalse((entry.move_id.line_ids - income).analytic_distribution)

    def test_manager_reads(self):
        dossier = self._new_dossier(1000.0)
        entry = self._entry(dossier, "receivable").with_user(self.manager)
        self.assertEqual(entry.amount, 1000.0)
        with self.assertRaises(AccessError):
            entry.action_post()
        with self.assertRaises(AccessError):
            entry.amount = 2.0
        with self.assertRaises(AccessError):
            self.env["conciergerie.subsidy.entry.wizard"].with_user(
                self.manager
            ).create({})

    def test_counter_and_portal_refused(self):
        dossier = self._new_dossier(1000.0)
        portal = self._new_portal_user()
        for user in (self.counter, portal):
            for model in (
                "conciergerie.subsidy.entry",
                "conciergerie.instalment",
                "conciergerie.instalment.receipt",
                "conciergerie.volunteer.hours",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {model}"):
                    self.env[model].with_user(user).search([])
        self.assertTrue(dossier.entry_ids)

    def test_other_company_sees_nothing(self):
        dossier = self._new_dossier(1000.0)
        other = self.setup_other_company()["company"]
        stranger = self._new_user("accountant", company=other, login="stranger")
        for records in (dossier.entry_ids, dossier.instalment_ids):
            self.assertFalse(
                records.with_user(stranger).search([("id", "in", records.ids)])
            )
            with self.assertRaises(AccessError):
                records.with_user(stranger).mapped("amount")

    def _new_portal_user(self):
        return new_test_user(self.env, login="portal_books", groups="base.group_portal")
