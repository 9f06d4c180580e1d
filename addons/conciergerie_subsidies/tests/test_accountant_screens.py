from datetime import date, datetime

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .books_common import BooksCommon
from .subsidy_common import ClaimCase


@tagged("post_install", "-at_install")
class TestAccountantBooksScreens(BooksCommon):
    """The books of a dossier, as the accountant has them on screen."""

    def test_accountant_says_how_aid_is_booked(self):
        dossier = self._new_dossier(9600.0, investment=True)
        own = dossier.with_user(self.accountant).with_company(self.company)
        with Form(own) as form:
            form.recognition = "claim"
            form.receivable_account_id = self.company.subsidy_receivable_account_id
            form.asset_date = date(2026, 7, 1)
            form.asset_months = 60
        self.assertEqual(own.asset_months, 60)
        own.write({"investment": False, "unspent": "dedicated"})
        own.income_account_id = self.company.subsidy_income_account_id
        self.assertEqual(own.unspent, "dedicated")

    def test_minutes_of_a_shift(self):
        """08:05 to 12:00 is 3 h 55: 58.75 at 15.00, as anybody reckons."""
        self.company.subsidy_volunteer_rate = 15.0
        shift = self.env["conciergerie.shift"].create(
            {
                "site_id": self.site.id,
                "user_id": self.counter.id,
                "start": datetime(2026, 6, 9, 8),
                "stop": datetime(2026, 6, 9, 12),
                "taken_at": datetime(2026, 6, 9, 8, 5),
            }
        )
        wizard = (
            self.env["conciergerie.volunteer.import.wizard"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"date_from": date(2026, 6, 9), "date_to": date(2026, 6, 9)})
        )
        wizard.action_import()
        hours = self.env["conciergerie.volunteer.hours"].search(
            [("shift_id", "=", shift.id)]
        )
        self.assertEqual(hours.amount, 58.75)

    def test_more_than_the_award_came(self):
        """A slip of the keys is no money of the funder."""
        dossier = self._new_dossier(12000.0)
        instalment = dossier.instalment_ids

        def receive(amount):
            wizard = Form(
                self.env["conciergerie.instalment.match.wizard"]
                .with_user(self.accountant)
                .with_company(self.company)
                .with_context(default_instalment_id=instalment.id)
            )
            wizard.mode = "record"
            wizard.amount = amount
            wizard.journal_id = self.company_data["default_journal_bank"]
            wizard.date = date(2026, 11, 20)
            wizard.save().action_match()

        with self.assertRaisesRegex(UserError, "12.000.01.* 12.000.00.* awarded"):
            receive(12000.01)
        self.assertFalse(instalment.receipt_ids)
        receive(12000.0)
        self.assertEqual(instalment.state, "received")

    def test_dedicated_funds_are_revenue_once(self):
        """Of 20 000, 6 500 are carried to next year: 13 500 are this year's (D9)."""
        dossier = self._new_dossier(20000.0, unspent="dedicated", site_id=False)
        self._post(dossier, "receivable")
        self._allocate_bill(dossier.expense_line_ids, 13500.0, date(2026, 11, 1))
        dossier.sudo().awarded_rate = 100.0
        self._close(dossier, date(2026, 12, 31))
        self._post(dossier, "fonds_dedies")
        rows = self.env["conciergerie.revenue.mix"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "public")]
        )
        self.assertEqual(sum(rows.mapped("amount")), 13500.0)

    def test_new_deadline_has_no_name_yet(self):
        deadline = self.env["conciergerie.deadline"].with_user(self.manager).new({})
        self.assertFalse(deadline.display_name)

    def test_de_minimis_entered_by_hand(self):
        aids = (
            self.env["conciergerie.de.minimis.aid"]
            .with_user(self.manager)
            .with_company(self.company)
        )
        vals = {"name": "Start", "date": date(2026, 3, 1)}
        for amount in (0.0, -50000.0):
            with self.assertRaisesRegex(ValidationError, "above zero"):
                aids.create({**vals, "amount": amount})
        self.assertTrue(aids.create({**vals, "amount": 15000.0}))


@tagged("post_install", "-at_install")
class TestAccountantCostScreens(ClaimCase):
    """Hours, their proof and the answer to a claim, as the accountant has them."""

    def test_hours_without_cost_are_seen(self):
        """Else nobody enters the cost, and they are never claimed."""
        cost = self._new_hours(self._new_employee(), 5.0)
        self.assertEqual(cost.free_amount, 0.0)
        action = self.costs.action_open_costs()
        view = self.costs.get_view(view_type="search")
        self.assertIn("search_default_free", action["context"])
        [domain] = [
            node.get("domain")
            for node in self._nodes(view["arch"], "filter")
            if node.get("name") == "free"
        ]
        self.assertIn(cost, self.costs.search(safe_eval(domain)))

    def _nodes(self, arch, tag):
        return etree.fromstring(arch).iter(tag)

    def test_hours_entered_after_the_signature(self):
        """The paper does not say them: they are not proved by it."""
        employee = self._new_employee(d2026_01_01=20.0)
        signed = self._new_hours(employee, 7.0)
        late = self._new_hours(employee, 2.0, "2026-06-11")
        self.assertTrue(signed.has_evidence)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_analytic_line SET create_date = create_date"
            " + INTERVAL '1 hour' WHERE id = %s",
            [late.timesheet_id.id],
        )
        self.env.invalidate_all()
        self.costs._refresh(self.company)
        self.assertTrue(signed.has_evidence)
        self.assertFalse(late.has_evidence)
        sheet = (
            self.env["conciergerie.time.sheet"]
            .with_user(self.accountant)
            .search([("employee_id", "=", employee.id)])
        )
        self.assertEqual((sheet.hours, sheet.late_hours), (9.0, 2.0))

    def test_letter_grants_no_more_than_was_asked(self):
        self._spend(1000.0, self.line)
        claim = self._new_claim()
        claim.action_submit()
        self.assertEqual(claim.claimed_amount, 800.0)
        for amount in (8000.0, -1.0):
            claim.funder_amount = amount
            with self.assertRaisesRegex(ValidationError, "800.00.* were asked"):
                claim.action_answer()
        claim.funder_amount = 750.0
        claim.action_answer()
        self.assertEqual(claim.accepted_amount, 750.0)
