from collections import defaultdict

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .till_common import TillCommon


@tagged("post_install", "-at_install")
class TestClosingSummary(TillCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider_account = cls.laundry._ensure_third_party_account(cls.company)
        cls.relayed = cls._new_service("Ironing basket", 24.0, fulfilment="own")
        cls._book_on(cls.relayed, cls.provider_account)
        account = cls.env["account.account"].with_company(cls.company)
        cls.disbursements = account.create(
            {
                "name": "Disbursements",
                "code": "467900",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        cls.advanced = cls._new_service("Stamps advanced", 23.4, fulfilment="own")
        cls._book_on(cls.advanced, cls.disbursements)
        taxes = cls.env["account.tax"].with_context(active_test=False)
        cls.vat_55 = taxes.search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", 5.5),
            ],
            limit=1,
        )
        cls.vat_55 = cls.vat_55.copy(
            {
                "name": "5.5 incl",
                "price_include_override": "tax_included",
                "active": True,
            }
        )
        (cls.copies | cls.copies_30).categ_id = cls.env.ref(
            "conciergerie_base.product_category_service"
        )
        cls.jam = cls._new_service("Jam", 10.55, fulfilment="own")
        cls.jam.taxes_id = [Command.set(cls.vat_55.ids)]
        cls.membership = cls.env["product.product"].create(
            {
                "name": "Yearly membership",
                "list_price": 15.0,
                "membership": True,
                "membership_period": "rolling",
                "taxes_id": False,
                "categ_id": cls.env.ref(
                    "conciergerie_conventions.product_category_membership"
                ).id,
            }
        )

    @classmethod
    def _book_on(cls, product, account):
        product.with_company(cls.company).property_account_income_id = account
        product.taxes_id = False

    def _mixed_day(self, session):
        """Sell a day like that of case B1, each kind of money once."""
        self._sell(session, [(self.relayed, 1, 24.0)], [(self.card, 24.0)])
        self._sell(session, [(self.copies, 1, 6.0)], [(self.cash, 6.0)])
        self._sell(session, [(self.jam, 1, 10.55)], [(self.cash, 10.55)])
        self._sell(session, [(self.advanced, 1, 23.4)], [(self.cash, 23.4)])
        self._sell(
            session,
            [(self.copies_30, 1, 30.0)],
            [(self.card, 20.0), (self.cheque, 10.0)],
        )

    def _section(self, session, key):
        sections = {s["key"]: s for s in session.get_closing_summary()}
        return sections.get(key)

    def assertMatchesEntry(self, session):
        """Compare the summary with the posted entries, account by account."""
        summary = session._get_closing_summary()
        orders = session.sudo().order_ids
        moves = session.sudo().move_id | orders.account_move
        booked, vat, receivable = (defaultdict(float) for _i in range(3))
        for line in moves.line_ids:
            if line.tax_line_id:
                vat[line.tax_line_id.amount] -= line.balance
            elif line.account_id.account_type == "asset_receivable":
                receivable[line.name] += line.balance
            else:
                booked[line.account_id.code] -= line.balance
        shown = defaultdict(float)
        for rows in summary["buckets"].values():
            for row in rows:
                shown[row["account"]] += row["amount"]
        self.assertEqual(
            {k: round(v, 2) for k, v in booked.items() if round(v, 2)},
            {k: round(v, 2) for k, v in shown.items()},
        )
        self.assertEqual(
            {k: round(v, 2) for k, v in vat.items() if round(v, 2)},
            {row["rate"]: row["amount"] for row in summary["vat"] if row["amount"]},
        )
        if not orders.account_move:
            for row in summary["methods"]:
                name = f"{session.name} - {row['label']}"
                self.assertEqual(round(receivable[name], 2), row["amount"], name)
        taken = sum(r["amount"] for r in summary["methods"] + summary["copay"])
        self.assertEqual(round(taken, 2), summary["tickets"])
        return summary

    def test_equals_the_posted_entry(self):
        """B1 without its co-pay: the summary before closing is the entry after it."""
        session = self._open()
        self._mixed_day(session)
        before = session._get_closing_summary()
        self.assertFalse(session.sudo().closing_summary, "only looked at")
        self._close(session)
        after = self.assertMatchesEntry(session)
        for key in ("buckets", "vat", "methods", "copay", "tickets", "orders"):
            self.assertEqual(before[key], after[key])
        self.assertEntry(
            session.move_id,
            [
                ("411101", 39.95, 0),
                ("411101", 44.0, 0),
                ("411101", 10.0, 0),
                (self.provider_account.code, 0, 24.0),
                ("467900", 0, 23.4),
                ("706000", 0, 30.0),
                ("707000", 0, 10.0),
                ("445710", 0, 6.0),
                ("445710", 0, 0.55),
            ],
        )
        self.assertEqual(after["tickets"], 93.95)

    def test_sections(self):
        session = self._open()
        self._mixed_day(session)
        session.try_cash_in_out(
            "out",
            39.95,
            "Bank",
            False,
            {"formattedAmount": "", "translatedType": "out", "purpose": "bank"},
        )
        turnover = self._section(session, "turnover")
        self.assertEqual(turnover["total"], 46.55)
        self.assertEqual(
            [
                (r["label"], r["amount"])
                for r in turnover["rows"]
                if "VAT" in r["label"]
            ],
            # The company's language writes a comma; en_US is not installed here.
            [("VAT 20 %", 6.0), ("VAT 5,5 %", 0.55)],
        )
        provider = self._section(session, "provider")
        self.assertEqual(
            provider["rows"], [{"label": "Laundry of the Bridge", "amount": 24.0}]
        )
        self.assertEqual(self._section(session, "disbursement")["total"], 23.4)
        cash = self._section(session, "cash")
        self.assertEqual(cash["total"], 100.0)
        self.assertIn({"label": "Bank", "amount": -39.95}, cash["rows"])
        self.assertEqual(
            session.sudo().statement_line_ids.payment_ref,
            f"{session.name}-Cash out-Bank",
            "the server's word for the sense, not the browser's",
        )
        self.assertEqual(
            [r["detail"] for r in self._section(session, "methods")["rows"]],
            ["(3)", "(2)", "(1)"],
        )
        self.assertEqual(
            [
                (r["label"], r["amount"])
                for r in self._section(session, "methods")["rows"]
            ],
            [("Cash", 39.95), ("Card", 44.0), ("Cheque", 10.0)],
        )
        certified = self._section(session, "certified")
        self.assertEqual(certified["total"], 93.95)
        self.assertEqual(
            [row["amount"] for row in certified["rows"]], [46.55, 24.0, 23.4]
        )
        self.assertEqual(
            session.get_closing_control_data()["conciergerie_summary"],
            session.get_closing_summary(),
        )

    def test_membership_and_down_payment(self):
        session = self._open()
        product = self.till.down_payment_product_id
        self._sell(
            session, [(self.membership, 1, 15.0)], [(self.card, 15.0)], self.beneficiary
        )
        self._sell(session, [(product, 1, 20.0)], [(self.card, 20.0)])
        self.assertEqual(self._section(session, "membership")["total"], 15.0)
        self.assertEqual(self._section(session, "down_payment")["total"], 20.0)
        self.assertFalse(self._section(session, "turnover"))
        self._close(session)
        self.assertMatchesEntry(session)

    def test_differences_are_told(self):
        session = self._open()
        self._mixed_day(session)
        self._close(session, counted=137.0, diffs=[(self.card.id, -1.0)])
        rows = self._section(session, "differences")["rows"]
        self.assertEqual(
            {row["label"]: row["amount"] for row in rows}, {"Cash": -2.95, "Card": -1.0}
        )
        self.assertMatchesEntry(session)

    def test_refunds_and_invoices(self):
        session = self._open()
        self._sell(session, [(self.copies_30, 2, 30.0)], [(self.card, 60.0)])
        self._sell(session, [(self.copies_30, -1, 30.0)], [(self.card, -30.0)])
        self._sell(session, [(self.relayed, -1, 24.0)], [(self.cash, -24.0)])
        self._sell(
            session,
            [(self.copies, 3, 6.0)],
            [(self.cash, 18.0)],
            self.beneficiary,
            to_invoice=True,
        )
        self._close(session)
        summary = self.assertMatchesEntry(session)
        self.assertEqual(summary["invoiced"], 18.0)
        self.assertEqual(summary["tickets"], 24.0)
        self.assertEqual(self._section(session, "provider")["total"], -24.0)
        self.assertIn("invoiced", self._section(session, "certified")["text"])

    def test_frozen_at_closing(self):
        session = self._open()
        self._mixed_day(session)
        self._close(session)
        before = session.get_closing_summary()
        self._book_on(self.copies, self.provider_account)
        self.env.invalidate_all()
        self.assertEqual(session.get_closing_summary(), before)

    def test_empty_session(self):
        session = self._open()
        keys = [section["key"] for section in session.get_closing_summary()]
        self.assertEqual(keys, ["cash"])
        self._close(session)

    def test_people(self):
        session = self._open()
        other = self._new_user("counter", login="other_counter")
        self.site_2.user_ids = other
        with self.assertRaises(AccessError):
            session.with_user(other).get_closing_summary()
        session.with_user(self.accountant).get_closing_summary()

    def test_queries_do_not_grow_with_tickets(self):
        """As many queries for 40 tickets as for 4."""
        session = self._open()
        counts = []
        for number in (4, 36):
            for _index in range(number):
                self._sell(session, [(self.copies, 1, 6.0)], [(self.cash, 6.0)])
            self.env.flush_all()
            self.env.invalidate_all()
            session.get_closing_summary()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            session.get_closing_summary()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_printed(self):
        session = self._open()
        self._mixed_day(session)
        self._close(session)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.counter)
            ._render_qweb_html("conciergerie_pos.action_report_closing", session.ids)[0]
        )
        for word in ("Laundry of the Bridge", "93,95", session.sudo().move_id.name):
            self.assertTrue(word in html.decode(), word)
