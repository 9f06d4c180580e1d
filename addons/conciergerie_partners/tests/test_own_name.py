from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestOwnName(SettleCommon):
    """Sales in our own name and resale: the provider's bill (A3, A19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_agreement(
            cls.cobbler,
            terms=[cls._mandate_term(mode="resale")],
            billing_mandate_date="2026-01-01",
        )
        cls.sole = cls._new_service("Sole", 100.0, sellers=[(cls.cobbler, 0.0, 2)])
        product_accounts = cls.sole.product_tmpl_id.get_product_accounts()
        cls.expense = product_accounts["expense"].code

    def _sell(self, price=100.0, date="2026-01-05"):
        return self._new_invoice([(self.sole, self.cobbler, price)], date=date)

    def _purchase_tax_code(self, rate=20.0):
        tax = self.company._get_provider_tax(rate, self.sole)
        if tax.tax_exigibility == "on_payment":
            return tax.cash_basis_transition_account_id.code
        return tax.invoice_repartition_line_ids.account_id.code

    def test_a3_resale(self):
        sale = self._sell()
        self.assertEqual((sale.amount_untaxed, sale.amount_tax), (83.33, 16.67))
        statement = self._settle("2026-01-31")
        bill = statement.bill_move_id
        self.assertEntry(
            bill,
            [
                (self.expense, 70.83, 0.0),
                (self._purchase_tax_code(), 14.17, 0.0),
                (self.payable, 0.0, 85.0),
            ],
        )
        self.assertEqual(statement.sold_amount, 100.0)
        self.assertEqual(statement.purchase_amount, 85.0)
        self.assertEqual(statement.payable_amount, 85.0)
        self.assertEqual(statement.payment_state, "to_pay")
        self.assertFalse(statement.settlement_move_id | statement.commission_move_id)
        margin = sale.amount_untaxed - bill.amount_untaxed
        self.assertEqual(round(margin, 2), 12.5)
        self._payout(statement)
        self.assertEqual(statement.payment_state, "paid")
        self.assertEqual(self._balance(self.payable, self.cobbler), 0.0)

    def test_vat_of_goods(self):
        """A basket: a service of the catalogue, goods for the French chart's 5.5 %."""
        tax = self.company._get_provider_tax(5.5, self.sole)
        self.assertEqual((tax.amount, tax.type_tax_use), (5.5, "purchase"))
        self.assertTrue(tax.price_include)
        with self.assertRaisesRegex(UserError, "No purchase tax of 7.3 % is active"):
            self.company._get_provider_tax(7.3, self.sole)

    def test_a3_provider_without_vat(self):
        self.deal.term_ids.provider_vat_rate = 0.0
        self.assertIn("lose money", self.deal.term_ids.warning)
        self._sell()
        bill = self._settle("2026-01-31").bill_move_id
        self.assertEntry(bill, [(self.expense, 85.0, 0.0), (self.payable, 0.0, 85.0)])

    def test_net_base(self):
        """15 % of 83.33 net, with our VAT on top: the same purchase of 85.00."""
        self.deal.term_ids.base = "net"
        self._sell()
        statement = self._settle("2026-01-31")
        self.assertEqual(statement.purchase_amount, 85.0)

    def test_purchase_price(self):
        """The supplier's price rules where the terms say so (A3: 70.83 + 14.17)."""
        self.deal.term_ids.base = "purchase"
        with self.assertRaisesRegex(UserError, "no purchase price"):
            self._sell()
        self.sole.seller_ids.price = 70.83
        sale = self._sell()
        self.assertEqual(sale.commission_line_ids.commission_amount, 15.0)
        self._refund(self._sell(), date="2026-01-20")
        bill = self._settle("2026-01-31").bill_move_id
        self.assertEqual((bill.amount_untaxed, bill.amount_tax), (70.83, 14.17))

    def test_purchase_price_is_not_for_a_mandate(self):
        with self.assertRaisesRegex(ValidationError, "purchase price goes with"):
            self.agreement.term_ids.base = "purchase"

    def test_series_of_each_provider_has_no_gap(self):
        other = self.laundry.copy({"name": "Second laundry"})
        self._new_agreement(
            other,
            terms=[self._mandate_term(mode="own_name")],
            billing_mandate_date="2026-01-01",
        )
        duvet = self._new_service("Duvet", 50.0, sellers=[(other, 0.0, 2)])
        names = {self.cobbler: [], other: []}
        for day in ("2026-02-10", "2026-02-20"):
            self._sell(date=day)
            self._new_invoice([(duvet, other, 50.0)], date=day)
            for statement in self._settle(day):
                self.assertTrue(statement.bill_move_id.journal_id.is_self_billing)
                names[statement.provider_id].append(statement.bill_move_id.name)
        for provider, (first, second) in names.items():
            self.assertIn(str(provider.id), first)
            self.assertTrue(first.endswith("0001"), first)
            self.assertEqual(second, first[:-4] + "0002")

    def test_a19_no_mandate_no_self_billing(self):
        self.deal.billing_mandate_date = False
        self._sell()
        statement = self._settle("2026-01-31")
        bill = statement.bill_move_id
        self.assertEqual(bill.state, "draft")
        self.assertFalse(bill.journal_id.is_self_billing)
        self.assertEqual(statement.payment_state, "to_bill")
        self.assertIn("Ask for the invoice", statement.activity_ids.summary)
        bill.ref = "F-2026-17"
        bill.invoice_line_ids.price_unit = 90.0
        with self.assertRaisesRegex(UserError, "says .*85.00"):
            bill.action_post()
        bill.invoice_line_ids.price_unit = 85.0
        bill.action_post()
        self.assertEqual(statement.payment_state, "to_pay")
        self.assertEqual(statement.amount_open, 85.0)

    def test_a19_before_the_mandate(self):
        self.deal.billing_mandate_date = "2026-02-10"
        self._sell()
        statement = self._settle("2026-01-31")
        bill = statement.bill_move_id
        self.assertEqual(bill.state, "draft", "no mandate yet")
        bill.journal_id = self.company._get_self_billing_journal()
        with self.assertRaisesRegex(UserError, "10/02/2026.*31/01/2026"):
            bill.action_post()

    def test_refund_in_the_same_period(self):
        sale = self._sell()
        self._sell(40.0)
        self._refund(sale, date="2026-01-20")
        statement = self._settle("2026-01-31")
        self.assertEqual(statement.purchase_amount, 34.0, "85 % of 40.00 alone")
        self.assertEqual(len(statement.due_entry_ids), 3, "both are shown (A6)")
        self.assertFalse(statement.correction_move_id)

    def test_correction_waits_for_the_credit_note(self):
        sale = self._sell()
        first = self._settle("2026-01-31")
        self._payout(first)
        self._refund(sale, date="2026-02-10")
        second = self._settle("2026-02-28")
        credit = second.correction_move_id
        self.assertEqual((credit.move_type, credit.state), ("in_refund", "draft"))
        self.assertEqual(second.correction_amount, 85.0)
        self.assertEqual(second.payable_amount, 0.0)
        credit.ref = "AV-1"
        credit.action_post()
        self.assertEqual(self._balance(self.payable, self.cobbler), 85.0)
        self._sell(200.0, date="2026-03-03")
        third = self._settle("2026-03-31")
        self.assertEqual(third.opening_balance, -85.0)
        self.assertEqual(third.payable_amount, 85.0)
        self.assertEqual(third.amount_open, 85.0)

    def test_documents_of_a_statement_are_frozen(self):
        self._sell()
        bill = self._settle("2026-01-31").bill_move_id
        for method in ("button_draft", "button_cancel"):
            with self.assertRaisesRegex(UserError, "reverse the statement"):
                getattr(bill, method)()

    def test_printed_bill(self):
        self._sell()
        bill = self._settle("2026-01-31").bill_move_id
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "conciergerie_partners.report_self_bill", bill.ids
        )
        text = html.decode()
        self.assertIn("Autofacturation", text)
        self.assertIn("au nom et pour le compte de", text)
        self.assertLess(
            text.index(self.cobbler.name),
            text.index(self.company.name),
            "the provider is the seller",
        )
