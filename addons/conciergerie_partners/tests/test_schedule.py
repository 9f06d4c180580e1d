from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.conciergerie_statement_schedule import last_period_end
from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestSchedule(SettleCommon):
    """Statements by themselves, as each agreement says."""

    def test_period_ends(self):
        for period, day, expected in (
            ("week", date(2026, 11, 25), date(2026, 11, 22)),
            ("week", date(2026, 11, 23), date(2026, 11, 22)),
            ("week", date(2026, 11, 22), date(2026, 11, 15)),
            ("half_month", date(2026, 11, 15), date(2026, 10, 31)),
            ("half_month", date(2026, 11, 16), date(2026, 11, 15)),
            ("half_month", date(2026, 12, 1), date(2026, 11, 30)),
            ("month", date(2026, 11, 30), date(2026, 10, 31)),
            ("month", date(2026, 12, 1), date(2026, 11, 30)),
            ("month", date(2028, 3, 1), date(2028, 2, 29)),
            ("month", date(2026, 1, 10), date(2025, 12, 31)),
            ("quarter", date(2026, 11, 25), date(2026, 9, 30)),
            ("quarter", date(2026, 9, 30), date(2026, 6, 30)),
            ("quarter", date(2027, 1, 1), date(2026, 12, 31)),
            ("quarter", date(2026, 2, 1), date(2025, 12, 31)),
        ):
            with self.subTest(period=period, day=day):
                self.assertEqual(last_period_end(period, day), expected)

    def _sell(self, price, day):
        invoice = self._new_invoice([(self.ironing, self.laundry, price)], date=day)
        self._pay(invoice, date=day)

    def _run(self, day):
        before = self.env["conciergerie.statement"].search([])
        cron = self.env.ref("conciergerie_partners.ir_cron_statement_settle")
        with freeze_time(f"{day} 03:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        return self.env["conciergerie.statement"].search([]) - before

    def test_only_when_the_period_is_over(self):
        self.company.settles_by_itself = True
        self._sell(100.0, "2026-11-10")
        self.assertFalse(self._run("2026-11-30"))
        statement = self._run("2026-12-01")
        self.assertEqual(str(statement.period_end), "2026-11-30")
        self.assertEqual(statement.payable_amount, 85.0)
        self.assertFalse(self._run("2026-12-01"), "twice makes nothing")

    def test_off_by_default(self):
        self._sell(100.0, "2026-11-10")
        self.assertFalse(self._run("2026-12-01"))

    def test_one_failure_does_not_stop_the_others(self):
        self.company.settles_by_itself = True
        self._new_agreement(self.cobbler)
        sole = self._new_service("Sole", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        self._sell(100.0, "2026-11-10")
        other = self._new_invoice([(sole, self.cobbler, 50.0)], date="2026-11-10")
        self._pay(other, date="2026-11-10")
        statements = type(self.env["conciergerie.statement"])
        settle = statements._settle

        def refuse(model, company, period_end, providers=None, date=None):
            if providers == self.laundry:
                raise UserError(model.env._("The month is locked."))
            return settle(model, company, period_end, providers, date)

        with patch.object(statements, "_settle", refuse):
            made = self._run("2026-12-01")
        self.assertEqual(made.provider_id, self.cobbler)
        activity = self.agreement.activity_ids
        self.assertIn("could not be settled", activity.summary)
        self.assertIn("The month is locked.", activity.note)
