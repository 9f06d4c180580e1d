from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_financial_report import ReportCommon


@tagged("post_install", "-at_install")
class TestReportIndicator(ReportCommon):
    """What was done stands in the report: counted, corrected, frozen, printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The report is printed in the company's language, whoever makes it.
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company.partner_id.lang = "fr_FR"

    def _indicator(self, report, code):
        return report.indicator_ids.filtered(lambda row: row.code == code)

    def _volunteer(self, hours, day=date(2026, 6, 1), site=None):
        self.env["conciergerie.volunteer.hours"].create(
            {
                "partner_id": self.beneficiary.id,
                "company_id": self.company.id,
                "site_id": (site or self.site).id,
                "date": day,
                "hours": hours,
                "rate": 12.0,
            }
        )

    def test_indicators_are_counted_while_a_draft(self):
        self._volunteer(3.5)
        self._volunteer(8.0, site=self.site_2)
        with freeze_time("2027-01-03 12:00:00"):
            self._volunteer(4.0, date(2027, 1, 3))
        report = self._new_report()
        hours = self._indicator(report, "volunteer_hours")
        self.assertEqual((hours.value, hours.detail), (3.5, False), "its site alone")
        self.assertEqual(hours.name, "Heures de bénévolat")
        self.dossier.sudo().site_id = False
        report.action_refresh()
        self.assertEqual(hours.value, 11.5)
        self.assertEqual(
            hours.detail,
            "Round of the hills\N{NO-BREAK SPACE}: 8 h · "
            "Val counter\N{NO-BREAK SPACE}: 3,50 h",
        )
        self.assertEqual(self._indicator(report, "volunteers").value, 1)
        report.date_to = date(2027, 1, 31)
        self.assertEqual(hours.value, 15.5)
        codes = report.indicator_ids.mapped("code")
        self.assertEqual(codes[:2], ["requests_received", "requests_handed_over"])
        self.assertEqual(len(codes), len(set(codes)))

    def test_indicators_typed_and_added(self):
        self._volunteer(3.5)
        report = self._new_report(user=self.accountant)
        hours = self._indicator(report, "volunteer_hours")
        hours.value = 5.0
        own = report.indicator_ids.create(
            {"report_id": report.id, "name": "Meetings", "value": 4, "code": "hours"}
        )
        self.assertEqual((own.code, own.is_typed), (False, True))
        self._volunteer(1.0)
        report.action_refresh()
        self.assertEqual((hours.value, hours.is_typed), (5.0, True))
        self.assertEqual(own.value, 4)
        hours.action_count_again()
        self.assertEqual((hours.value, hours.is_typed), (4.5, False))
        hours.name = "Hours given"
        self.assertFalse(hours.is_typed, "a word is no figure")

    def test_indicators_are_frozen(self):
        self._volunteer(3.5)
        report = self._new_report(threshold=1000.0)
        self._line(report, "74_region").actual_amount = 0.0
        report.action_sign()
        hours = self._indicator(report, "volunteer_hours")
        self._volunteer(1.0)
        for change in (
            lambda: hours.write({"value": 1.0}),
            hours.unlink,
            hours.action_count_again,
            lambda: hours.create({"report_id": report.id, "name": "More"}),
            lambda: hours.create({"report_id": report.id, "name": "More", "code": "x"}),
        ):
            with self.assertRaisesRegex(UserError, "is signed"):
                change()
        self.assertEqual(hours.value, 3.5)
        other = self._new_report(date_to=date(2026, 6, 30), threshold=1000.0)
        with self.assertRaisesRegex(UserError, "is signed"):
            other.indicator_ids[0].report_id = report
        with self.assertRaisesRegex(UserError, "is signed"):
            hours.report_id = other

    def test_indicators_are_printed(self):
        self._volunteer(3.5)
        self._volunteer(8.0, site=self.site_2)
        self.dossier.sudo().site_id = False
        report = self._new_report()
        self._indicator(report, "volunteers").is_printed = False
        text = self._text("report_financial_report", report)
        self.assertRegex(
            text,
            r"Indicateur Chiffre Par site Heures de bénévolat 11,50 h"
            r" Round of the hills : 8 h · Val counter : 3,50 h 2\. Tableau",
        )
        self.assertNotIn("Demandes reçues", text, "nothing was received")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_indicators_are_for_who_reports(self):
        indicator = self._new_report().indicator_ids[0]
        other = self.setup_other_company()["company"]
        stranger = self._new_user("manager", company=other, login="stranger")
        for user in (self.counter, stranger):
            own = self.env(user=user, context={})[indicator._name].browse(indicator.id)
            for call in (
                lambda own=own: own.read(["value"]),
                lambda own=own: own.write({"value": 1.0}),
                own.unlink,
                own.action_count_again,
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_nothing_of_another_company_is_counted(self):
        other = self.setup_other_company()["company"]
        self.env["conciergerie.volunteer.hours"].sudo().create(
            {
                "partner_id": self.region.id,
                "company_id": other.id,
                "date": date(2026, 6, 1),
                "hours": 9.0,
                "rate": 12.0,
            }
        )
        self._volunteer(3.5)
        self.dossier.sudo().site_id = False
        self.manager.company_ids |= other
        report = self._new_report().with_context(
            allowed_company_ids=(self.company | other).ids
        )
        report.action_refresh()
        self.assertEqual(self._indicator(report, "volunteer_hours").value, 3.5)
