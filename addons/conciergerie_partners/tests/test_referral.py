from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestReferral(SettleCommon):
    """Sales that the provider declares (A4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._new_agreement(
            cls.cobbler, terms=[cls._mandate_term(mode="referral", base="net")]
        )
        cls.sole = cls._new_service("Sole", 120.0, sellers=[(cls.cobbler, 0.0, 2)])

    def _declare(self, price=120.0, **values):
        return (
            self.env["conciergerie.referral"]
            .with_user(self.accountant)
            .create(
                {
                    "provider_id": self.cobbler.id,
                    "product_id": self.sole.id,
                    "price_total": price,
                    "date": "2026-01-05",
                    "declaration_date": "2026-01-06",
                    **values,
                }
            )
        )

    def test_a4_referral(self):
        before = self.env["account.move"].search_count([])
        referral = self._declare()
        referral.action_check()
        self.assertEqual(
            self.env["account.move"].search_count([]), before, "no line at the sale"
        )
        self.assertEqual(referral.commission_amount, 15.0)
        statement = self._settle("2026-01-31")
        tax_code = self.vat_20.invoice_repartition_line_ids.account_id.code
        income = self.company.commission_product_id.product_tmpl_id
        self.assertEntry(
            statement.referral_move_id,
            [
                (self.receivable, 18.0, 0.0),
                (income.get_product_accounts()["income"].code, 0.0, 15.0),
                (tax_code, 0.0, 3.0),
            ],
        )
        self.assertEqual(statement.referral_amount, 120.0)
        self.assertEqual(statement.referral_commission, 18.0)
        self.assertEqual(statement.net_amount, 0.0)
        self.assertFalse(statement.settlement_move_id | statement.commission_move_id)
        self.assertEqual(statement.referral_move_id.payment_state, "not_paid")

    def test_agreement_with_open_sales_does_not_end(self):
        agreement = self.cobbler.provider_agreement_ids.with_user(self.manager)
        referral = self._declare()
        with self.assertRaisesRegex(UserError, f"{referral.name} declared by"):
            agreement.action_end()
        referral.action_check()
        with self.assertRaisesRegex(UserError, "15.00.*commission on declared sales"):
            agreement.action_end()
        self._settle("2026-01-31")
        agreement.action_end()
        self.assertEqual(agreement.state, "ended")

    def test_unchecked_is_not_due(self):
        self._declare()
        self.assertFalse(self._settle("2026-01-31"))

    def test_checked_once(self):
        referral = self._declare()
        referral.action_check()
        with self.assertRaisesRegex(UserError, "answered already"):
            referral.action_check()
        with self.assertRaisesRegex(UserError, "in the ledger"):
            referral.price_total = 10.0
        with self.assertRaisesRegex(UserError, "is kept"):
            referral.unlink()

    def test_refused_with_a_reason(self):
        referral = self._declare()
        with self.assertRaisesRegex(UserError, "Write the reason"):
            referral.action_refuse()
        referral.refusal_reason = "Not one of ours"
        referral.action_refuse()
        self.assertFalse(referral.commission_line_ids)

    def test_without_referral_terms(self):
        referral = self._declare(provider_id=self.laundry.id)
        with self.assertRaisesRegex(UserError, "no referral was agreed"):
            referral.action_check()
        self.assertEqual(referral.state, "declared")

    def test_bad_values(self):
        with self.assertRaisesRegex(ValidationError, "more than zero"):
            self._declare(price=-5.0)
        with self.assertRaisesRegex(ValidationError, "not before"):
            self._declare(date="2999-01-01")
        self._declare(provider_reference="F-12")
        with self.assertRaisesRegex(ValidationError, "declared already"):
            self._declare(provider_reference="f-12")

    def test_given_back(self):
        referral = self._declare()
        referral.action_check()
        self._settle("2026-01-31")
        action = referral.action_give_back()
        back = referral.browse(action["res_id"])
        self.assertEqual(back.price_total, -120.0)
        with self.assertRaisesRegex(ValidationError, "at most"):
            back.price_total = -130.0
        back.price_total = -60.0
        back.action_check()
        self.assertEqual(back.commission_amount, -7.5)
        statement = self._settle(str(self._today()))
        self.assertEqual(statement.referral_move_id.move_type, "out_refund")
        self.assertEqual(statement.referral_commission, -9.0)

    def test_counter_may_not(self):
        with self.assertRaises(AccessError):
            self.env["conciergerie.referral"].with_user(self.counter).create(
                {
                    "provider_id": self.cobbler.id,
                    "product_id": self.sole.id,
                    "price_total": 10.0,
                }
            )
        with self.assertRaises(AccessError):
            self._declare().with_user(self.counter).read(["price_total"])
