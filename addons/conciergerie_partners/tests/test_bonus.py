from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestBonus(SettleCommon):
    """A bonus on the turnover is one extra due entry of the statement."""

    def _bands(self, *bands, agreement=None, **values):
        (agreement or self.agreement).write(
            {
                "bonus_band_ids": [
                    Command.clear(),
                    *(
                        Command.create({"amount_from": start, "rate": rate})
                        for start, rate in bands
                    ),
                ],
                **values,
            }
        )

    def _sell(self, price, date="2026-01-05", provider=None, service=None):
        invoice = self._new_invoice(
            [(service or self.ironing, provider or self.laundry, price)], date=date
        )
        self._pay(invoice, date=date)
        return invoice

    def _bonuses(self, statement):
        return statement.due_entry_ids.filtered(lambda e: e.kind == "bonus")

    def _income(self):
        product = self.company.commission_product_id.product_tmpl_id
        return product.get_product_accounts()["income"].code

    def test_rebate_whole_entries(self):
        """1,000.00 at 15 % all-in, 2 % back from 1,000: 150.00 − 20.00 = 130.00."""
        self._bands((500, 1.0), (1000, 2.0))
        self._sell(600.0)
        self._sell(400.0)
        statement = self._settle("2026-01-31")
        bonus = self._bonuses(statement)
        self.assertEqual(len(bonus), 1)
        self.assertEqual(
            (bonus.turnover_amount, bonus.rate, bonus.commission_amount, bonus.mode),
            (1000.0, 2.0, -20.0, "mandate"),
        )
        self.assertFalse(bonus.line_id)
        self.assertEqual(bonus.provider_id, self.laundry)
        self.assertEqual(str(bonus.date), "2026-01-31")
        tax_code = self.vat_20.invoice_repartition_line_ids.account_id.code
        self.assertEntry(
            statement.commission_move_id,
            [
                (self.receivable, 130.0, 0.0),
                (self._income(), 0.0, 108.33),
                (tax_code, 0.0, 21.67),
            ],
        )
        account = self.laundry._third_party_account(self.company)
        self.assertEntry(
            statement.settlement_move_id,
            [
                (account.code, 1000.0, 0.0),
                (self.receivable, 0.0, 130.0),
                (self.payable, 0.0, 870.0),
            ],
        )
        self.assertEqual(statement.bonus_amount, -20.0)
        self.assertEqual(statement.commission_total, 130.0)
        self.assertEqual(statement.payable_amount, 870.0)
        self.assertEqual(self.laundry._third_party_balance(self.company), 0.0)
        self.assertIn(
            "bonus on the turnover", statement.commission_move_id.invoice_line_ids.name
        )

    def test_additional_commission(self):
        self._bands((100, 5.0), bonus_for="conciergerie", bonus_base="net")
        self._sell(120.0)
        statement = self._settle("2026-01-31")
        # 5 % of 100.00 net, our VAT on top: 5.00 + 1.00, besides 18.00 all-in.
        self.assertEqual(self._bonuses(statement).commission_amount, 5.0)
        self.assertEqual(statement.commission_total, 24.0)
        self.assertEqual(statement.net_amount, 96.0)
        self.assertEqual(self._bonuses(statement)._net_amount(), -6.0)

    def test_boundaries(self):
        """A turnover on a boundary belongs to the upper band; thirds add up."""
        self._bands((250, 10.0), bonus_base="net")
        for _number in range(3):
            self._sell(100.0)
        statement = self._settle("2026-01-31")
        self.assertEqual(self._bonuses(statement).turnover_amount, 250.0)
        self.assertEqual(self._bonuses(statement).commission_amount, -25.0)
        self._sell(299.99, date="2026-02-05")
        self.assertFalse(self._bonuses(self._settle("2026-02-28")), "below the band")

    def test_refunds_are_deducted(self):
        self._bands((100, 10.0))
        sale = self._sell(150.0)
        refund = self._refund(sale, date="2026-01-10")
        self._pay(refund, date="2026-01-11")
        self._sell(99.0)
        self.assertFalse(self._bonuses(self._settle("2026-01-31")))
        sale = self._sell(150.0, date="2026-02-05")
        self.assertTrue(self._bonuses(self._settle("2026-02-28")))
        refund = self._refund(sale, date="2026-03-10")
        self._pay(refund, date="2026-03-11")
        march = self._settle("2026-03-31")
        self.assertFalse(self._bonuses(march), "none on a negative turnover")

    def test_rerun_makes_none_twice(self):
        self._bands((0, 2.0))
        self._sell(100.0)
        first = self._settle("2026-01-31")
        self.assertFalse(self._settle("2026-01-31"))
        self.assertEqual(len(self._bonuses(first)), 1)
        self.assertEqual(self._derive(), 0)

    def test_reversed_with_its_statement(self):
        self._bands((0, 2.0))
        self._sell(100.0)
        first = self._settle("2026-01-31")
        reversal = first._reverse()
        self.assertEqual(self._bonuses(reversal).commission_amount, 2.0)
        self.assertEqual(reversal.commission_total, -13.0)
        self.assertEqual(reversal.bonus_amount, 2.0)
        account = self.laundry._third_party_account(self.company)
        self.assertEntry(
            reversal.settlement_move_id,
            [
                (self.receivable, 13.0, 0.0),
                (self.payable, 87.0, 0.0),
                (account.code, 0.0, 100.0),
            ],
        )
        open_entries = self.env["conciergerie.due.entry"].search(
            [("statement_id", "=", False), ("provider_id", "=", self.laundry.id)]
        )
        self.assertEqual(open_entries.mapped("kind"), ["sale"])
        self._bands((0, 3.0))
        again = self._settle("2026-01-31")
        self.assertEqual(self._bonuses(again).commission_amount, -3.0)
        self.assertEqual(again.net_amount, 88.0)
        self.assertEqual(self._balance(self.payable), -88.0)

    def test_referral_and_own_name(self):
        """Declared sales count on their invoice; sales in our name do not."""
        taps = self._new_service("Taps", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        soles = self._new_service("Soles", 100.0, sellers=[(self.cobbler, 0.0, 2)])
        self._new_agreement(
            self.cobbler,
            terms=[
                self._mandate_term(
                    mode=mode,
                    scope="1_service",
                    product_tmpl_id=service.product_tmpl_id.id,
                )
                for mode, service in (("referral", taps), ("own_name", soles))
            ],
            bonus_band_ids=[Command.create({"rate": 5.0})],
        )
        self._sell(500.0, provider=self.cobbler, service=soles)
        referral = self.env["conciergerie.referral"].create(
            {
                "provider_id": self.cobbler.id,
                "company_id": self.company.id,
                "product_id": taps.id,
                "date": "2026-01-10",
                "declaration_date": "2026-01-12",
                "price_total": 200.0,
            }
        )
        referral.action_check()
        statement = self._settle("2026-01-31")
        bonus = self._bonuses(statement)
        self.assertEqual((bonus.mode, bonus.turnover_amount), ("referral", 200.0))
        self.assertEqual(statement.referral_commission, 20.0, "30.00 less 10.00")
        self.assertEqual(statement.referral_move_id.amount_total, 20.0)
        self.assertFalse(statement.commission_move_id)

    def test_bonus_never_due(self):
        with self.assertRaisesRegex(UserError, "would never be due"):
            self._new_agreement(
                self.cobbler,
                terms=[self._mandate_term(mode="own_name")],
                bonus_band_ids=[Command.create({"rate": 5.0})],
            )

    def test_words(self):
        self.laundry.lang = "en_US"
        self._bands((500, 1.0), (1000, 2.5))
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_agreement", self.agreement.ids
        )
        text = html.decode().replace(",", ".")
        self.assertIn("Rebate on our commission", text)
        self.assertIn("2.50 %", text)
        self._sell(600.0)
        statement = self._settle("2026-01-31")
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_statement", statement.ids
        )
        text = html.decode()
        self.assertIn("Rebate on our commission, by the turnover", text)
        self.assertIn("1 % of the turnover of", text)
        self.assertEqual(statement.bonus_amount, -6.0)

    def test_preview(self):
        """The preview says what the bonus will be, and of what is ready alone."""
        self._bands((100, 2.0))
        self._sell(150.0)
        self._sell(80.0, date="2026-02-05")
        preview = (
            self.env["conciergerie.settlement.wizard"]
            .with_user(self.accountant)
            .create({"company_id": self.company.id, "period_end": "2026-01-31"})
        )
        self.assertEqual(preview.line_ids.bonus_amount, -3.0)
        self.assertEqual(self._settle("2026-01-31").bonus_amount, -3.0)

    def test_rights(self):
        self._bands((500, 1.0))
        band = self.agreement.bonus_band_ids
        self.assertEqual(band.with_user(self.counter).rate, 1.0)
        for user in (self.counter, self.accountant):
            with self.assertRaises(AccessError):
                band.with_user(user).rate = 2.0
        band.with_user(self.manager).rate = 2.0

    def test_queries_do_not_grow(self):
        self._bands((0, 2.0))
        counts = []
        for month, lines in ((1, 2), (2, 2), (3, 12)):
            sale = self._new_invoice(
                [(self.ironing, self.laundry, 10.0)] * lines, date=f"2026-0{month}-05"
            )
            self._pay(sale, date=f"2026-0{month}-06")
            self._derive()
            day = fields.Date.to_date(f"2026-0{month}-28")
            before = self.env.cr.sql_log_count
            made = self.env["conciergerie.statement"]._claim_ready(
                self.company, day, None, day
            )
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(made.due_entry_ids), lines + 1)
        self.assertLessEqual(counts[2], counts[1])
