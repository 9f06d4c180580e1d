from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25")
class TestAward(SubsidiesCommon):
    """Awards and amendments: append-only; the dossier follows the last one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dossier = cls._new_dossier(
            lines=[
                cls._cost("64_wages", 50000.0),
                cls._cost("61_rent", 28125.0),
                cls._resource(50000.0, cls.gal, "74_eu"),
                cls._resource(12500.0, cls.region, "74_region"),
                cls._resource(15625.0, code="own"),
            ],
            requested_amount=50000.0,
        )

    def _awarded(self):
        self.dossier.action_file()
        self._award(
            self.dossier,
            document=b"bGV0dGVy",
            document_name="award.pdf",
            reference="A-1",
            claim_until="2028-03-31",
        )

    def test_award(self):
        self._awarded()
        dossier = self.dossier
        self.assertEqual(dossier.awarded_amount, 50000.0)
        self.assertEqual(dossier.awarded_rate, 64.0)
        self.assertEqual(dossier.awarded_date, self._date("2026-11-25"))
        self.assertEqual(dossier.cap_before_balance_amount, 40000.0)
        self.assertEqual(
            dossier.expense_line_ids.mapped("awarded_amount"), [28125.0, 50000.0]
        )
        line = dossier.resource_line_ids.filtered(lambda r: r.funder_id == self.gal)
        self.assertEqual(line.awarded_amount, 50000.0)
        self.assertEqual(dossier.version_ids.mapped("kind"), ["awarded", "filed"])

    def test_plan_out_of_equilibrium(self):
        """It may change until the award, which settles it: then it is balanced."""
        dossier = self.dossier
        dossier.action_file()
        dossier.receipt_date = "2026-11-25"
        wages = dossier.expense_line_ids[1]
        with Form(dossier) as form:
            with form.expense_line_ids.edit(1) as line:
                line.planned_amount = 50100.0
            self.assertIn("Correct the plan", form.next_step)
            self.assertIn(self._money(100.0), form.next_step)
        self.assertEqual(wages.planned_amount, 50100.0)
        awards = self.env["conciergerie.award"].with_user(self.manager)
        values = {"dossier_id": dossier.id, "date": "2026-11-25", "amount": 50000.0}
        for award in (
            dossier.action_award,
            lambda: self._award(dossier),
            lambda: awards.create(values),
            lambda: awards.sudo().create(values),
        ):
            self._assert_refused(UserError, [78225.0, 78125.0, 100.0], award)
        self.assertEqual(dossier.state, "filed")
        own = dossier.resource_line_ids.filtered("is_own")
        own.planned_amount += 100.0
        dossier.budget_line_ids.create(
            {**self._cost("864", 4800.0), "dossier_id": dossier.id}
        )
        self._assert_refused(UserError, [4800.0, 0.0], lambda: awards.create(values))
        dossier.expense_line_ids.filtered("in_kind").unlink()
        self.assertNotIn("Correct the plan", dossier.next_step)
        awards.create(values)
        self.assertEqual(dossier.state, "awarded")

    def test_co_funder_of_a_plan_that_is_settled(self):
        """A plan that its main dossier's award settled is corrected by nobody."""
        regional = self._new_programme(
            name="Region", funder_id=self.region.id, aid_rate=16.0
        )
        self.dossier.action_file()
        cofunder = self._new_dossier(
            programme_id=regional.id,
            main_dossier_id=self.dossier.id,
            requested_amount=12500.0,
        )
        cofunder.action_file()
        wages = self.dossier.expense_line_ids[1]
        wages.planned_amount += 100.0
        with self.assertRaisesRegex(UserError, self.dossier.reference):
            cofunder.action_award()
        wages.planned_amount -= 100.0
        self._award(self.dossier)
        wages.sudo().planned_amount += 100.0
        self._award(cofunder)
        self.assertEqual(cofunder.state, "awarded")

    def test_amendment(self):
        """CASES D14: 50 000, then 42 000; both kept, caps and deadlines recomputed."""
        self._awarded()
        dossier = self.dossier
        dossier.action_start()
        deadlines = {d.kind: d for d in dossier.deadline_ids}
        self.assertEqual(deadlines["end"].date, self._date("2027-12-31"))
        self.assertEqual(deadlines["claim"].date, self._date("2028-03-31"))
        with freeze_time("2027-06-10"):
            self._award(
                dossier,
                kind="amendment",
                amount=42000.0,
                date_to="2028-06-30",
                claim_until="2028-09-30",
                document=b"YW1lbmRtZW50",
                document_name="amendment.pdf",
            )
        self.assertEqual(
            [
                (a.kind, str(a.date), a.amount, a.document)
                for a in dossier.award_ids.sorted("id")
            ],
            [
                ("award", "2026-11-25", 50000.0, b"bGV0dGVy"),
                ("amendment", "2027-06-10", 42000.0, b"YW1lbmRtZW50"),
            ],
        )
        self.assertEqual(dossier.awarded_amount, 42000.0)
        self.assertEqual(dossier.cap_before_balance_amount, 33600.0)
        self.assertEqual(dossier.date_to, self._date("2028-06-30"))
        self.assertEqual(dossier.retention_date, self._date("2038-06-30"))
        self.assertEqual(deadlines["end"].date, self._date("2028-06-30"))
        self.assertEqual(deadlines["claim"].date, self._date("2028-09-30"))
        self.assertEqual(
            deadlines["end"].activity_id.date_deadline, self._date("2028-06-30")
        )
        self.assertEqual(dossier.awarded_date, self._date("2026-11-25"))
        self.assertEqual(
            dossier.version_ids.mapped("kind"), ["amended", "awarded", "filed"]
        )

    def test_never_changed(self):
        self._awarded()
        award_sudo = self.dossier.award_ids.sudo()
        for vals in ({"amount": 1.0}, {"date": "2026-01-01"}, {"rate": 10.0}):
            with self.assertRaisesRegex(UserError, "record an amendment"):
                award_sudo.write(vals)
        with self.assertRaisesRegex(UserError, "record an amendment"):
            award_sudo.unlink()

    def test_lines_in_proportion(self):
        self.dossier.action_file()
        wizard = (
            self.env["conciergerie.award.wizard"]
            .with_user(self.manager)
            .create({"dossier_id": self.dossier.id, "amount": 33333.33})
        )
        wizard.action_spread()
        self.assertEqual(wizard.line_ids.mapped("amount"), [18750.0, 33333.33])
        wizard.action_record()
        self.assertEqual(
            self.dossier.expense_line_ids.mapped("awarded_amount"),
            [18750.0, 33333.33],
        )
        self.assertEqual(self.dossier.awarded_amount, 33333.33)

    def test_line_of_another_dossier(self):
        self.dossier.action_file()
        other = self._balanced()
        wizard = (
            self.env["conciergerie.award.wizard"]
            .with_user(self.manager)
            .create({"dossier_id": self.dossier.id})
        )
        wizard.line_ids[0].budget_line_id = other.expense_line_ids[0]
        with self.assertRaisesRegex(UserError, "not a line of this dossier"):
            wizard.action_record()

    def test_above_the_request(self):
        self.dossier.action_file()
        self._assert_refused(
            ValidationError,
            [50000.01, 50000.0],
            lambda: self._award(self.dossier, amount=50000.01),
        )
        self.assertEqual(self.dossier.state, "filed")
        self.assertFalse(self.dossier.award_ids)

    def test_amounts_and_dates(self):
        self.dossier.action_file()
        with freeze_time("2026-12-03"):
            self.dossier.receipt_date = "2026-12-01"
        for values, words in (
            ({"amount": 0.0, "date": "2026-12-01"}, "positive amount"),
            ({"amount": -5.0, "date": "2026-12-01"}, "positive amount"),
            ({"date": "2026-11-30"}, "before " + self._day("2026-12-01")),
            (
                {"date": "2026-12-02", "date_to": "2026-12-31"},
                "begins on " + self._day("2027-01-01"),
            ),
            ({"date": "2026-12-02", "claim_until": "2026-12-31"}, "begins on"),
            ({"date": "2026-12-02", "rate": 120.0}, "between 0 and 100"),
            ({"date": "2026-12-04"}, "still to come"),
        ):
            with (
                self.subTest(values=values),
                freeze_time("2026-12-03"),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self._award(self.dossier, **values)

    def test_amendments_come_in_order(self):
        """The last one recorded is in force: it is also the last one by date."""
        self._awarded()
        with freeze_time("2027-06-10"):
            self._award(self.dossier, kind="amendment", amount=42000.0)
            with self.assertRaisesRegex(ValidationError, self._day("2027-06-10")):
                self._award(
                    self.dossier, kind="amendment", amount=41000.0, date="2027-06-09"
                )

    def test_no_second_award_and_no_amendment_before(self):
        with self.assertRaises(UserError):
            self._award(self.dossier)
        self._awarded()
        with self.assertRaisesRegex(UserError, "does not go to “Awarded”"):
            self._award(self.dossier)
        other = self._balanced()
        with self.assertRaisesRegex(UserError, "no running award"):
            self._award(other, kind="amendment", amount=1.0)
        with self.assertRaisesRegex(UserError, "no running award"):
            other.action_amend()

    def test_amended_beyond_the_plan(self):
        self._awarded()
        self._assert_refused(
            ValidationError,
            [78125.01, 78125.0],
            lambda: self._award(self.dossier, kind="amendment", amount=78125.01),
        )

    def test_rate_of_a_fixed_sum(self):
        programme = self._new_programme(
            name="Fixed", aid_rate=0.0, amount_max=7164.0, own_share_min=0.0
        )
        dossier = self._new_dossier(
            programme_id=programme.id,
            requested_amount=7164.0,
            lines=[
                self._cost("64_wages", 30000.0),
                self._resource(7164.0, self.gal),
                self._resource(22836.0, code="own"),
            ],
        )
        dossier.action_file()
        self._award(dossier, rate=0.0)
        self.assertAlmostEqual(dossier.awarded_rate, 23.88)
