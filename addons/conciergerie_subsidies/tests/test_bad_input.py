from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25")
class TestBadInput(SubsidiesCommon):
    """What cannot be is refused with what, which record and what to do."""

    def test_period_reversed(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._new_dossier(date_from="2027-12-31", date_to="2027-01-01")

    def test_negative_amounts(self):
        for fname in ("planned_amount", "cap_amount"):
            with (
                self.subTest(field=fname),
                self.assertRaisesRegex(ValidationError, "no negative amount"),
            ):
                self._new_dossier(lines=[{**self._cost("60_other", 10.0), fname: -5.0}])
        with self.assertRaisesRegex(ValidationError, "positive amount"):
            self._new_dossier(requested_amount=-1.0)

    def test_heading_of_the_other_side(self):
        with self.assertRaisesRegex(ValidationError, "other side of the form"):
            self._new_dossier(lines=[self._cost("74_eu", 10.0)])

    def test_currency(self):
        dollars = self._new_programme(
            name="In dollars", currency_id=self.env.ref("base.USD").id
        )
        with self.assertRaisesRegex(ValidationError, "USD"):
            self._new_dossier(programme_id=dollars.id)

    def test_currency_of_a_programme_in_use(self):
        self._balanced()
        with self.assertRaisesRegex(ValidationError, "USD"):
            self.leader.currency_id = self.env.ref("base.USD")

    def test_terms(self):
        for values in (
            {"aid_rate": 101.0},
            {"own_share_min": -1.0},
            {"amount_max": -1.0},
            {"claim_max": -1},
            {"hours_base": 0},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._new_programme(**values)
        with self.assertRaisesRegex(ValidationError, "dates of validity"):
            self._new_programme(date_from="2027-01-01", date_to="2026-01-01")
        with self.assertRaisesRegex(ValidationError, "before it opens"):
            self.leader.call_ids.create(
                {
                    "programme_id": self.leader.id,
                    "name": "Wrong",
                    "date_open": "2027-01-01",
                    "date_close": "2026-01-01",
                }
            )

    def test_main_dossier(self):
        main = self._balanced()
        cofunder = self._new_dossier(main_dossier_id=main.id)
        with self.assertRaisesRegex(ValidationError, "cannot share the plan"):
            self._new_dossier(main_dossier_id=cofunder.id)
        with self.assertRaisesRegex(ValidationError, "a plan of its own"):
            self._balanced().main_dossier_id = main
