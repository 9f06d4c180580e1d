import base64
from datetime import date

from freezegun import freeze_time

from odoo.tests import Form, tagged

from .books_common import BooksCommon


@tagged("post_install", "-at_install")
class TestClaimBooks(BooksCommon):
    """A claim's way into the books and to the bank: case D3's figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.subsidy_payment_days = 60
        cls.programme.write(
            {
                "aid_rate": 64.0,
                "cap_before_balance": 80.0,
                "flat_rate": 15.0,
                "flat_rate_base": "staff",
                "paid_only": False,
                "eligible_from_receipt": False,
            }
        )
        cls.dossier = cls.env["conciergerie.dossier"].create(
            {
                "name": "Round of the villages",
                "programme_id": cls.programme.id,
                "company_id": cls.company.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "recognition": "claim",
            }
        )
        lines = {}
        for code, amount, values in (
            ("64_wages", 24000.0, {}),
            ("61_rent", 10000.0, {}),
            ("indirect_fixed", 3600.0, {"is_flat": True}),
            ("74_region", 24064.0, {"side": "resource", "funder_id": cls.region.id}),
            ("own", 13536.0, {"side": "resource", "is_own": True}),
        ):
            lines[code] = cls.env["conciergerie.budget.line"].create(
                {
                    "dossier_id": cls.dossier.id,
                    "side": "expense",
                    "heading_id": cls.env.ref(
                        f"conciergerie_subsidies.heading_12156_{code}"
                    ).id,
                    "planned_amount": amount,
                    **values,
                }
            )
        cls.staff, cls.other = lines["64_wages"], lines["61_rent"]
        cls._award(cls.dossier, 24064.0, date(2026, 1, 10))

    def _spend(self, line, amount, day):
        bill = self._allocate_bill(line, amount, day)
        self.env["ir.attachment"].create(
            {
                "name": "bill.pdf",
                "datas": base64.b64encode(b"%PDF-1.4 bill"),
                "res_model": "account.move",
                "res_id": bill.id,
            }
        )

    def _claim(self, kind, day, costs):
        with freeze_time(day):
            for line, amount in costs:
                self._spend(line, amount, day)
            self.env["conciergerie.cost"].sudo()._refresh(self.company)
            claim = (
                self.env["conciergerie.claim"]
                .with_user(self.accountant)
                .with_company(self.company)
                .create({"dossier_id": self.dossier.id, "kind": kind, "date": day})
            )
            claim.action_propose()
            claim.action_submit()
        return claim

    def _schedule(self):
        return [
            (line.kind, line.amount, bool(line.claim_id))
            for line in self.dossier.instalment_ids.sorted(
                lambda i: (not i.claim_id, i.claim_id.number, i.expected_date)
            )
        ]

    def test_d3(self):
        """Claims of 12 672.00, 6 579.20 and 3 020.80; 1 792.00 never comes."""
        self.assertEqual(
            self._schedule(),
            [("interim", 19251.2, False), ("balance", 4812.8, False)],
        )
        first = self._claim(
            "interim", "2026-05-10", [(self.staff, 12000.0), (self.other, 6000.0)]
        )
        self.assertEqual(first.claimed_amount, 12672.0)
        self.assertEqual(
            self._schedule(),
            [
                ("interim", 12672.0, True),
                ("interim", 6579.2, False),
                ("balance", 4812.8, False),
            ],
        )
        self.assertEqual(first.instalment_ids.expected_date, date(2026, 7, 9))
        entry = self._post(self.dossier, "receivable", "claim 1")
        self.assertEqual(
            self._lines(entry), [("441", 12672.0, 0.0), ("741", 0.0, 12672.0)]
        )
        second = self._claim(
            "interim", "2026-08-10", [(self.staff, 10000.0), (self.other, 3000.0)]
        )
        self.assertEqual(second.claimed_amount, 6579.2)
        self.assertEqual(
            self._schedule()[1:],
            [("interim", 6579.2, True), ("balance", 4812.8, False)],
        )
        balance = self._claim("balance", "2026-12-20", [(self.other, 500.0)])
        self.assertEqual(balance.claimed_amount, 3020.8)
        self.assertEqual(self._schedule()[2:], [("balance", 3020.8, True)])
        self._post(self.dossier, "receivable", "claim 2")
        self._post(self.dossier, "receivable", "claim 3")
        self.assertEqual(self._balance("741"), 22272.0)

    def test_cut_is_booked_apart(self):
        """What the funder cuts lowers the receivable, and the rest of the schedule."""
        claim = self._claim("interim", "2026-05-10", [(self.other, 6000.0)])
        self._post(self.dossier, "receivable", "claim 1")
        line = claim.line_ids.filtered(lambda row: not row.is_flat)
        line.write({"accepted_amount": 5000.0, "cut_reason": "Rent of another site"})
        claim.action_answer()
        self.assertEqual(claim.accepted_amount, 3200.0)
        self.assertEqual(claim.instalment_ids.amount, 3200.0)
        cut = self._post(self.dossier, "receivable", "claim 1 answer")
        self.assertEqual(self._lines(cut), [("741", 640.0, 0.0), ("441", 0.0, 640.0)])
        total = sum(self.dossier.instalment_ids.mapped("amount"))
        self.assertEqual(total, 24064.0)

    def test_money_pays_the_claim(self):
        """From the claim to the bank: 512 / 441, the claim paid, and undone again."""
        claim = self._claim("interim", "2026-05-10", [(self.other, 6000.0)])
        claim.action_answer()
        self._post(self.dossier, "receivable", "claim 1")
        instalment = claim.instalment_ids
        wizard = Form(
            self.env["conciergerie.instalment.match.wizard"]
            .with_user(self.accountant)
            .with_company(self.company)
            .with_context(default_instalment_id=instalment.id)
        )
        self.assertEqual(wizard.mode, "record")
        self.assertEqual(wizard.amount, 3840.0)
        wizard.date = date(2026, 6, 30)
        wizard.save().action_match()
        self.assertEqual((claim.state, claim.paid_amount), ("paid", 3840.0))
        self.assertEqual(self._balance("441"), 0.0)
        self.assertEqual(self.dossier.received_amount, 3840.0)
        move = instalment.receipt_ids.move_line_id.move_id
        move.sudo().button_draft()
        self.assertEqual((claim.state, claim.paid_amount), ("answered", 0.0))
        move.sudo().action_post()
        self.assertEqual(claim.state, "paid")
        instalment.with_user(self.accountant).receipt_ids.action_remove()
        self.assertEqual((claim.state, claim.paid_amount), ("answered", 0.0))

    def test_booked_at_the_award_a_claim_books_nothing(self):
        self.dossier.recognition = "award"
        self._claim("interim", "2026-05-10", [(self.other, 6000.0)])
        self.assertFalse(
            self.dossier.entry_ids.filtered(lambda e: e.period.startswith("claim"))
        )

    def test_advance_is_money_not_income(self):
        """An advance is expected and received; the income is that of the costs."""
        self.dossier.sudo().advance_rate = 30.0
        self.dossier.action_propose_schedule()
        with freeze_time("2026-02-01"):
            claim = (
                self.env["conciergerie.claim"]
                .with_user(self.accountant)
                .with_company(self.company)
                .create(
                    {
                        "dossier_id": self.dossier.id,
                        "kind": "advance",
                        "date": date(2026, 2, 1),
                    }
                )
            )
            claim.action_propose()
            claim.action_submit()
        self.assertEqual(claim.claimed_amount, 7219.2)
        self.assertEqual(claim.instalment_ids.amount, 7219.2)
        self.assertFalse(self.dossier.entry_ids)
        costs = self._claim("interim", "2026-05-10", [(self.other, 6000.0)])
        self.assertEqual((costs.deducted_amount, costs.claimed_amount), (3840.0, 0.0))
        entry = self._entry(self.dossier, "receivable", "claim 2")
        self.assertEqual(entry.amount, 3840.0)
