from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SubsidiesCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-25")
class TestCheck(SubsidiesCommon):
    """The check before filing: each refusal with its figures."""

    def _three_aids(self, *more):
        """CASES D5: 20 000 + 12 000 + 10 000 of public aid on 50 000."""
        programme = self._new_programme(aid_rate=0.0, own_share_min=0.0)
        aid = sum(line["planned_amount"] for line in more)
        return self._new_dossier(
            programme_id=programme.id,
            requested_amount=20000.0,
            lines=[
                self._cost("61_rent", 50000.0),
                self._resource(20000.0, self.gal, "74_eu"),
                self._resource(12000.0, self.region, "74_region"),
                self._resource(10000.0, self.state, "74_state"),
                self._resource(8000.0 - aid, code="own"),
                *more,
            ],
        )

    def test_public_aid_rate(self):
        dossier = self._three_aids()
        check = self._check(dossier, "public_rate")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["public"], 42000.0)
        self.assertEqual(check["figures"]["rate"], 84.0)
        self.assertEqual(check["figures"]["limit"], 40000.0)
        self.assertEqual(check["figures"]["excess"], 2000.0)
        self._assert_refused(UserError, [2000.0, 42000.0], dossier.action_file)

    def test_private_gift_leaves_the_rate(self):
        gift = self._resource(5000.0, self.foundation, "74_private")
        dossier = self._three_aids(gift)
        figures = self._check(dossier, "public_rate")["figures"]
        self.assertEqual((figures["rate"], figures["excess"]), (84.0, 2000.0))
        total = self._check(dossier, "total_aid")
        self.assertTrue(total["ok"])
        self.assertEqual(total["figures"]["aid"], 47000.0)
        self.assertEqual(total["figures"]["cost"], 50000.0)

    def test_all_aid_beyond_the_cost(self):
        gift = self._resource(8000.01, self.foundation, "74_private")
        dossier = self._new_dossier(
            lines=[
                self._cost("61_rent", 50000.0),
                self._resource(42000.0, self.gal),
                gift,
            ],
        )
        check = self._check(dossier, "total_aid")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["aid"], 50000.01)

    def test_equilibrium(self):
        dossier = self._balanced()
        own = dossier.resource_line_ids.filtered("is_own")
        own.planned_amount -= 1000.0
        check = self._check(dossier, "balance")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["difference"], 1000.0)
        self._assert_refused(UserError, [37600.0, 36600.0, 1000.0], dossier.action_file)
        self.assertEqual(dossier.state, "idea")
        own.planned_amount += 1500.0
        self.assertEqual(
            self._check(dossier, "balance")["figures"]["difference"], -500.0
        )
        self._assert_refused(UserError, [38100.0, 500.0], dossier.action_file)

    def test_rate_and_caps(self):
        dossier = self._balanced()
        self.assertTrue(self._check(dossier, "rate")["ok"])
        dossier.requested_amount = 24064.01
        check = self._check(dossier, "rate")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"]["limit"], 24064.0)
        self.leader.amount_max = 20000.0
        self.assertEqual(dossier.amount_max, 20000.0)
        self.assertEqual(self._check(dossier, "rate")["figures"]["limit"], 20000.0)
        self.leader.write({"amount_max": 0.0, "amount_min": 30000.0})
        message = self._check(dossier, "rate")["message"]
        self.assertIn(self._money(30000.0), message)

    def test_plan_and_request_agree(self):
        dossier = self._balanced()
        dossier.requested_amount = 24000.0
        check = self._check(dossier, "request")
        self.assertFalse(check["ok"])
        self.assertIn(self._money(24064.0), check["message"])

    def test_own_share(self):
        self.leader.own_share_min = 25.0
        check = self._check(self._balanced(), "own_share")
        self.assertFalse(check["ok"])
        self.assertEqual(check["figures"], {"own": 7520.0, "least": 9400.0})

    def test_papers(self):
        self.leader.requirement_ids = [
            Command.create({"name": "Statutes"}),
            Command.create({"name": "Certificate", "validity_months": 6}),
            Command.create({"name": "Photos", "step": "report"}),
        ]
        dossier = self._balanced()
        self.assertEqual(
            dossier.paper_ids.mapped("name"), ["Statutes", "Certificate", "Photos"]
        )
        with self.assertRaisesRegex(UserError, "Statutes, Certificate"):
            dossier.action_file()
        papers = dossier.paper_ids
        papers[0].document = b"cGFwZXI="
        papers[1].write({"document": b"cGFwZXI=", "date": "2026-05-01"})
        self.assertEqual(papers[1].expiry_date, self._date("2026-11-01"))
        self.assertEqual(papers[1].state, "expired")
        with self.assertRaisesRegex(UserError, "Certificate"):
            dossier.action_file()
        papers[1].date = "2026-11-20"
        self.assertEqual(papers[1].state, "valid")
        dossier.action_file()
        # Another dossier takes over what still holds.
        other = self._balanced()
        other.action_reuse_papers()
        self.assertEqual(other.paper_ids[0].document, b"cGFwZXI=")
        self.assertEqual(other.paper_ids[1].expiry_date, self._date("2027-05-20"))
        self.assertFalse(other.paper_ids[2].document)
        with self.assertRaisesRegex(UserError, "No other dossier"):
            other.action_reuse_papers()

    def test_calls_warn(self):
        self.leader.call_ids = [
            Command.create(
                {"name": "2026", "date_open": "2026-01-01", "date_close": "2026-03-31"}
            )
        ]
        dossier = self._balanced()
        check = self._check(dossier, "call")
        self.assertEqual((check["ok"], check["blocking"]), (False, False))
        self.leader.call_ids.date_close = "2026-12-31"
        self.assertTrue(self._check(dossier, "call")["ok"])
        self.leader.date_to = "2026-06-30"
        self.assertFalse(self._check(dossier, "programme")["ok"])
        dossier.action_file()

    def test_period(self):
        dossier = self._balanced(date_from=False)
        with self.assertRaisesRegex(UserError, "from when to when"):
            dossier.action_file()
        dossier.write({"date_from": "2026-01-01", "date_to": "2026-06-30"})
        with self.assertRaisesRegex(UserError, "ends on " + self._day("2026-06-30")):
            dossier.action_file()
        dossier.date_to = "2027-06-30"
        check = self._check(dossier, "period")
        self.assertEqual((check["ok"], check["blocking"]), (False, False))

    def test_cash_need(self):
        self.leader.advance_rate = 30.0
        figures = self._check(self._balanced(), "cash")["figures"]
        self.assertEqual(figures, {"need": 16844.8, "advance": 7219.2, "kept": 4812.8})

    def test_shown_on_the_form(self):
        dossier = self._balanced()
        self.assertIn('data-check="balance"', str(dossier.check_html))
        self.assertFalse(dossier.check_blocking_count)
        self.assertIn("Nothing keeps it", dossier.next_step)
        dossier.requested_amount = 0.0
        self.assertEqual(dossier.check_blocking_count, 1)
