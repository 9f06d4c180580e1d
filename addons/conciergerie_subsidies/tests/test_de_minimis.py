from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
class TestDeMinimis(SubsidiesCommon):
    """CASES D1: the ceiling over three rolling years, with its figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grants = cls.env["conciergerie.de.minimis.aid"].with_user(cls.manager)
        cls.grants.create(
            [
                {
                    "company_id": cls.company.id,
                    "name": f"Aid of {date}",
                    "date": date,
                    "amount": amount,
                }
                for date, amount in (
                    ("2023-12-10", 120000.0),
                    ("2024-05-02", 90000.0),
                    ("2025-09-15", 60000.0),
                )
            ]
        )
        cls.programme = cls._new_programme(
            name="Region's aid",
            funder_id=cls.region.id,
            legal_basis="de_minimis",
            aid_rate=0.0,
            public_rate_max=100.0,
            own_share_min=0.0,
        )

    def _asked(self, amount=100000.0, **values):
        return self._new_dossier(
            programme_id=self.programme.id,
            requested_amount=amount,
            lines=[
                self._cost("60_supplies", amount),
                self._resource(amount, self.region, "74_region"),
            ],
            **values,
        )

    @freeze_time("2026-11-25")
    def test_refused_with_the_figures(self):
        dossier = self._asked()
        check = self._check(dossier, "de_minimis")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["used"], 270000.0)
        self.assertEqual(check["figures"]["ceiling"], 300000.0)
        self.assertEqual(check["figures"]["headroom"], 30000.0)
        self._assert_refused(
            UserError, [270000.0, 300000.0, 30000.0, 100000.0], dossier.action_file
        )
        self.assertEqual(dossier.state, "idea")
        self.assertFalse(dossier.version_ids)

    @freeze_time("2026-12-10")
    def test_the_first_still_counts(self):
        check = self._check(self._asked(), "de_minimis")
        self.assertEqual(check["figures"]["used"], 270000.0)
        self.assertFalse(check["ok"])

    @freeze_time("2026-12-11")
    def test_accepted_once_the_first_has_left_the_window(self):
        dossier = self._asked()
        check = self._check(dossier, "de_minimis")
        self.assertEqual(check["figures"]["used"], 150000.0)
        self.assertTrue(check["ok"])
        dossier.action_file()
        self.assertEqual(dossier.state, "filed")

    @freeze_time("2026-11-25")
    def test_headroom_to_the_cent(self):
        self.assertTrue(self._check(self._asked(30000.0), "de_minimis")["ok"])
        self.assertFalse(self._check(self._asked(30000.01), "de_minimis")["ok"])

    def test_award_enters_the_register(self):
        with freeze_time("2026-12-11"):
            dossier = self._asked()
            dossier.action_file()
        with freeze_time("2026-12-20"):
            award = self._award(dossier)
        aid = self.grants.search([("award_id", "=", award.id)])
        self.assertEqual(aid.amount, 100000.0)
        self.assertEqual(aid.date, self._date("2026-12-20"))
        self.assertEqual(aid.legal_basis, "de_minimis")
        with freeze_time("2027-02-01"):
            self._award(dossier, kind="amendment", amount=80000.0)
        # Less aid lessens what was granted, on the day of the award.
        rows = self.grants.search([("dossier_id", "=", dossier.id)], order="id")
        self.assertEqual(rows.mapped("amount"), [100000.0, -20000.0])
        self.assertEqual(set(rows.mapped("date")), {self._date("2026-12-20")})

    def test_award_beyond_the_ceiling(self):
        """An aid filed in time is refused where the ceiling was used meanwhile."""
        with freeze_time("2026-12-11"):
            dossier = self._asked()
            dossier.action_file()
        self.grants.create(
            {
                "company_id": self.company.id,
                "name": "Another aid",
                "date": "2026-12-15",
                "amount": 60000.0,
            }
        )
        with freeze_time("2026-12-20"):
            self._assert_refused(
                ValidationError, [210000.0, 90000.0], lambda: self._award(dossier)
            )

    def test_rows_of_awards_are_kept(self):
        with freeze_time("2026-12-11"):
            dossier = self._asked()
            dossier.action_file()
            award = self._award(dossier)
        aid = self.grants.search([("award_id", "=", award.id)])
        with self.assertRaisesRegex(UserError, "record an amendment"):
            aid.amount = 1.0
        with self.assertRaisesRegex(UserError, "record an amendment"):
            aid.unlink()

    @freeze_time("2026-11-25")
    def test_general_interest(self):
        """General aid counts under the ceiling of general interest, not the reverse."""
        self.grants.create(
            {
                "company_id": self.company.id,
                "name": "Compensation",
                "date": "2026-01-05",
                "amount": 400000.0,
                "legal_basis": "de_minimis_sieg",
            }
        )
        headroom = self.grants._headroom
        date = self._date("2026-11-25")
        sieg = headroom(self.company, "de_minimis_sieg", date)
        self.assertEqual((sieg["used"], sieg["headroom"]), (670000.0, 80000.0))
        general = headroom(self.company, "de_minimis", date)
        self.assertEqual((general["used"], general["headroom"]), (270000.0, 30000.0))

    @freeze_time("2026-11-25")
    def test_single_undertaking(self):
        """Companies that control each other share one ceiling; strangers do not."""
        other = self.env["res.company"].create({"name": "Sister"})
        self.env["conciergerie.de.minimis.aid"].create(
            {
                "company_id": other.id,
                "name": "Aid of the sister",
                "date": "2026-03-01",
                "amount": 20000.0,
            }
        )
        date = self._date("2026-11-25")
        used = self.grants._headroom(self.company, "de_minimis", date)["used"]
        self.assertEqual(used, 270000.0)
        other.undertaking_id = self.company
        figures = self.grants._headroom(self.company, "de_minimis", date)
        self.assertEqual((figures["used"], figures["headroom"]), (290000.0, 10000.0))
        figures = self.env["conciergerie.de.minimis.aid"]._headroom(
            other, "de_minimis", date
        )
        self.assertEqual(figures["used"], 290000.0)
        with self.assertRaisesRegex(ValidationError, "one head"):
            self.company.undertaking_id = other

    def test_no_ceiling_in_force(self):
        self.env["conciergerie.de.minimis.regime"].search([]).action_archive()
        with freeze_time("2026-11-25"):
            check = self._check(self._asked(), "de_minimis")
        self.assertFalse(check["ok"])
        self.assertIn("No de minimis ceiling", check["message"])

    def test_regime_dates(self):
        with self.assertRaisesRegex(ValidationError, "ends before it begins"):
            self.env["conciergerie.de.minimis.regime"].with_user(
                self.administrator
            ).create(
                {
                    "name": "Wrong",
                    "legal_basis": "de_minimis",
                    "ceiling": 1.0,
                    "date_from": "2027-01-01",
                    "date_to": "2026-01-01",
                }
            )

    def test_counts_until(self):
        with freeze_time("2026-11-25"):
            aid = self.grants.search([("date", "=", "2023-12-10")])
            self.assertEqual(aid.counts_until, self._date("2026-12-10"))

    def test_same_day_command(self):
        """A dossier is asked with the plan's lines in one go, as an import does."""
        dossier = self.env["conciergerie.dossier"].with_user(self.manager)
        with freeze_time("2026-12-11"):
            created = dossier.create(
                {
                    "name": "Import",
                    "programme_id": self.programme.id,
                    "company_id": self.company.id,
                    "date_from": "2027-01-01",
                    "date_to": "2027-12-31",
                    "requested_amount": 500.0,
                    "budget_line_ids": [
                        Command.create(self._cost("60_supplies", 500.0)),
                        Command.create(self._resource(500.0, self.region)),
                    ],
                }
            )
            created.action_file()
        self.assertEqual(created.state, "filed")
