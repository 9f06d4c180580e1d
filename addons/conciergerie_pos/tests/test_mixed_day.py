from collections import defaultdict

from odoo import Command
from odoo.tests import tagged

from odoo.addons.conciergerie_partners.tests.common import PartnersCommon

from .copay_common import PosCopayCommon


@tagged("post_install", "-at_install")
class TestMixedDay(PosCopayCommon, PartnersCommon):
    """Case B1: each kind of money on one day, its closing entry and its summary."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider_account = cls.laundry._third_party_account(cls.company)
        convention = cls._new_convention()
        convention.covered_service_ids = cls.mending
        cls._entitle(convention)
        goods = cls.company_data["default_account_revenue"]
        taxes = cls.env["account.tax"].with_context(active_test=False)
        reduced = taxes.search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 5.5),
            ],
            limit=1,
        )
        reduced = reduced.copy(
            {
                "name": "5.5 % incl.",
                "price_include_override": "tax_included",
                "active": True,
            }
        )
        cls.copies.property_account_income_id = cls.services_account
        cls.jam, cls.stamps, cls.membership = cls.env["product.product"].create(
            [
                {
                    "name": "Jam",
                    "list_price": 10.55,
                    "taxes_id": [Command.set(reduced.ids)],
                    "property_account_income_id": goods.id,
                },
                {
                    "name": "Registration certificate",
                    "type": "service",
                    "is_disbursement": True,
                    "list_price": 23.4,
                },
                {
                    "name": "Yearly membership",
                    "list_price": 15.0,
                    "membership": True,
                    "membership_period": "rolling",
                    "taxes_id": False,
                },
            ]
        )

    def _sell_the_day(self):
        self._sell(self._line(self.ironing, 24.0), rest=self.card)
        self._sell(self._line(self.copies, 6.0))
        self._sell(self._line(self.jam))
        self._sell(self._line(self.stamps))
        self._sell(self._line(self.membership), rest=self.card)
        self._sell(self._line(self.mending, 30.0), rest=self.card)

    def test_closing_entry_and_summary(self):
        session = self._as_cashier(self.till.current_session_id)
        self._sell_the_day()
        sections = {s["key"]: s for s in session.get_closing_summary()}
        self.assertEqual(
            {key: section["total"] for key, section in sections.items()},
            {
                "turnover": 46.55,
                "membership": 15.0,
                "provider": 24.0,
                "disbursement": 23.4,
                "methods": 98.95,
                "copay": 10.0,
                "cash": 39.95,
                "certified": 108.95,
            },
        )
        self.assertEqual(
            [row["label"] for row in sections["copay"]["rows"]], [self.employer.name]
        )
        self.assertEqual(
            [row["label"] for row in sections["provider"]["rows"]], [self.laundry.name]
        )
        self.assertEqual(
            [row["amount"] for row in sections["certified"]["rows"]],
            [46.55, 15.0, 24.0, 23.4],
        )
        move = self._close()
        tills = self.company.account_default_pos_receivable_account_id.code
        employer = self.employer.property_account_receivable_id.code
        disbursements = self.company.disbursement_account_id.code
        self.assertEntry(
            move,
            [
                (tills, 39.95, 0.0),
                (tills, 59.0, 0.0),
                (employer, 10.0, 0.0),
                (self.provider_account.code, 0.0, 24.0),
                (disbursements, 0.0, 23.4),
                (self.services_account.code, 0.0, 30.0),
                (self.company_data["default_account_revenue"].code, 0.0, 10.0),
                ("756000", 0.0, 15.0),
                ("445710", 0.0, 6.0),
                ("445710", 0.0, 0.55),
            ],
        )
        self.assertSummaryIsEntry(session, move)

    def assertSummaryIsEntry(self, session, move):
        """Compare each item of the entry with its row of the summary."""
        summary = session._get_closing_summary()
        shown = defaultdict(float)
        for rows in summary["buckets"].values():
            for row in rows:
                shown[row["account"]] += row["amount"]
        booked, vat, payers = (defaultdict(float) for _i in range(3))
        for line in move.line_ids:
            if line.tax_line_id:
                vat[line.tax_line_id.amount] -= line.balance
            elif line.partner_id:
                payers[line.partner_id.name] += line.balance
            elif line.account_id.account_type != "asset_receivable":
                booked[line.account_id.code] -= line.balance
        self.assertEqual(dict(booked), dict(shown))
        self.assertEqual(dict(vat), {r["rate"]: r["amount"] for r in summary["vat"]})
        self.assertEqual(
            dict(payers), {row["label"]: row["amount"] for row in summary["copay"]}
        )
