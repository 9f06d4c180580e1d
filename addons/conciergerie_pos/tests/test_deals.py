from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 10:00:00")
class TestDeals(PosCommon):
    """Every other deal at the till, disbursements, and what is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cleaner = cls.laundry.copy({"name": "Cleaning of the Mill"})
        cls.services = {}
        terms = []
        for mode in ("own_name", "resale", "referral", "deposit"):
            service = cls._new_service(mode, 120.0, sellers=[(cls.cleaner, 60.0, 1)])
            cls.services[mode] = service
            terms.append(
                {
                    "mode": mode,
                    "base": "all_in",
                    "rate": 15.0,
                    "provider_vat_rate": 20.0,
                    "scope": "1_service",
                    "product_tmpl_id": service.product_tmpl_id.id,
                }
            )
        cls.cleaning = cls._new_agreement(cls.cleaner, terms=terms)
        cls.sales = cls.copies.product_tmpl_id._get_product_accounts()["income"].code
        cls.vat = cls.company_data["default_account_tax_sale"].code
        cls.stamps = cls.env["product.product"].create(
            {
                "name": "Registration certificate",
                "type": "service",
                "is_disbursement": True,
                "list_price": 23.40,
                "available_in_pos": True,
            }
        )
        cls.fee = cls._new_service("Fee", 6.0, fulfilment="own")

    def test_own_name_and_resale(self):
        """Our income and VAT; due to the provider at the sale."""
        for mode in ("own_name", "resale"):
            order = self._sell(self._line(self.services[mode]))
            sold = self._seller(order)
            self.assertEqual((sold.mode, sold.customer_vat_rate), (mode, 20.0))
        session = self._close()
        self.assertEntry(
            session.move_id,
            [
                (self.pos_receivable, 240.0, 0.0),
                (self.sales, 0.0, 200.0),
                (self.vat, 0.0, 40.0),
            ],
        )
        self.assertEqual(self._due(sold), [("2026-01-20", 120.0, 18.0)])

    def test_referral_takes_no_money(self):
        """A4: the provider invoices; nothing at the till, nothing in the ledger."""
        service = self.services["referral"]
        with self.assertRaisesRegex(UserError, "is paid by the customer"):
            self._sell(self._line(service))
        order = self._sell(self._line(service, 0.0), self._line(self.copies))
        self.assertEqual(order.lines[0].deal_mode, "referral")
        self.assertFalse(self._seller(order))

    def test_the_mode_is_never_what_was_sent(self):
        """The terms tell the mode of a draft too, whatever a call says of it."""
        lines = [self._line(self.services["own_name"]), self._line(self.copies)]
        for line in lines:
            line[2]["deal_mode"] = "referral"
        data = self._ticket_data(lines, [])
        self._send({**data, "state": "draft", "payment_ids": []})
        order = self.env["pos.order"].search([("uuid", "=", data["uuid"])])
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.lines.mapped("deal_mode"), ["own_name", False])

    def test_deposit_kept(self):
        """A21: 18.00 of 120.00 is our commission, nothing owed either way."""
        service = self.services["deposit"]
        order = self._sell(self._line(service, 18.0, service_price_unit=120.0))
        session = self._close()
        income = self.company._get_commission_product().property_account_income_id
        self.assertEntry(
            session.move_id,
            [
                (self.pos_receivable, 18.0, 0.0),
                (income.code, 0.0, 15.0),
                (self.vat, 0.0, 3.0),
            ],
        )
        sold = self._seller(order)
        self.assertEqual((sold.price_total, sold.commission_amount), (120.0, 18.0))
        self.assertFalse(sold.due_entry_ids)
        self.assertFalse(self._settle("2026-01-31"))
        with freeze_time("2026-02-03 10:00:00"):
            self.pos_session = self._open()
            refund = self._give_back(order)
            self.assertEqual(self._seller(refund).commission_amount, -18.0)

    def test_deposit_is_the_agreed_one(self):
        service = self.services["deposit"]
        for price in (120.0, 20.0):
            with self.assertRaisesRegex(UserError, "is 18,00.€, of a price of 120,00"):
                self._sell(self._line(service, price))

    def test_disbursement(self):
        """A18: 23.40 given back to the cent, our fee of 6.00 apart."""
        self._sell(self._line(self.stamps), self._line(self.fee))
        session = self._close()
        account = self.company.disbursement_account_id
        self.assertTrue(account.code.startswith("467"))
        self.assertEqual(
            (account.account_type, account.reconcile), ("liability_current", True)
        )
        self.assertEntry(
            session.move_id,
            [
                (self.pos_receivable, 29.4, 0.0),
                (account.code, 0.0, 23.4),
                (self.sales, 0.0, 5.0),
                (self.vat, 0.0, 1.0),
            ],
        )

    def test_advance_of_a_disbursement(self):
        """The supplier's bill debits the account that the customer's money credits."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Prefecture"}).id,
                "invoice_date": "2026-01-19",
                "invoice_line_ids": [
                    Command.create({"product_id": self.stamps.id, "price_unit": 23.4})
                ],
            }
        )
        bill.action_post()
        account = self.company.disbursement_account_id
        self.assertEntry(bill, [(account.code, 23.4, 0.0), (self.payable, 0.0, 23.4)])
        self._sell(self._line(self.stamps))
        session = self._close()
        items = (bill | session.move_id).line_ids.filtered(
            lambda ln: ln.account_id == account
        )
        items.reconcile()
        self.assertEqual(items.mapped("amount_residual"), [0.0, 0.0])

    def test_disbursement_keeps_its_amount(self):
        for line in (
            self._line(self.stamps, 25.0),
            self._line(self.stamps, 20.0),
            self._line(self.stamps, discount=10.0),
            self._line(self.stamps, taxes=self.vat_20),
        ):
            with self.assertRaisesRegex(UserError, "is asked back to the cent"):
                self._sell(line)
        free = self.env["product.product"].create(
            {"name": "Stamps", "is_disbursement": True, "list_price": 0.0}
        )
        self._sell(self._line(free, 7.1, advanced_amount=7.1))
        with self.assertRaisesRegex(UserError, "is asked back to the cent"):
            self._sell(self._line(free, 8.0, advanced_amount=7.1))
        with self.assertRaisesRegex(ValidationError, "bears no VAT"):
            self.stamps.taxes_id = self.vat_20

    def test_other_provider(self):
        """The line's provider names the account, whoever is proposed."""
        other = self.laundry.copy({"name": "Laundry of the Hill"})
        self._new_agreement(other)
        self.ironing.seller_ids = [
            Command.create({"partner_id": other.id, "price": 9.0})
        ]
        order = self._sell(
            self._line(self.ironing, 12.0, provider=other), self._line(self.ironing)
        )
        self.assertEqual(order.lines.provider_id, other | self.laundry)
        session = self._close()
        self.assertEntry(
            session.move_id,
            [
                (self.pos_receivable, 24.0, 0.0),
                (self.third_party, 0.0, 12.0),
                (other._third_party_account(self.company).code, 0.0, 12.0),
            ],
        )

    def test_terms_of_the_day_are_frozen(self):
        """A17: a rate that changes does not move what is paid."""
        order = self._sell(self._line(self.ironing, 100.0))
        self.agreement.term_ids.rate = 20.0
        later = self._sell(self._line(self.ironing, 100.0))
        self.assertEqual(
            self._seller(order | later).mapped("commission_amount"), [15.0, 20.0]
        )

    def test_no_running_agreement(self):
        stranger = self.laundry.copy({"name": "Stranger"})
        with self.assertRaisesRegex(
            UserError, "of Stranger cannot be sold: no running agreement"
        ):
            self._sell(self._line(self.ironing, provider=stranger))

    def test_papers_that_ran_out(self):
        order = self._sell(self._line(self.ironing))
        self.env["conciergerie.provider.paper"].create(
            {
                "agreement_id": self.agreement.id,
                "kind": "insurance",
                "document": "eA==",
                "expiry_date": "2026-01-19",
            }
        )
        with self.assertRaisesRegex(UserError, "is missing or has run out"):
            self._sell(self._line(self.ironing))
        self._give_back(order)

    def test_legal_basis(self):
        self.agreement.legal_basis = False
        with self.assertRaisesRegex(UserError, "choose the legal basis"):
            self._sell(self._line(self.ironing))

    def test_down_payment_on_a_mandate(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.beneficiary.id,
                "site_id": self.site.id,
                "order_line": [
                    Command.create({"product_id": self.ironing.id, "price_unit": 100.0})
                ],
            }
        )
        product = self.env["product.product"].create(
            {"name": "Down payment", "type": "service", "taxes_id": False}
        )
        self._close()
        self.till.down_payment_product_id = product
        self.pos_session = self._open()
        line = self._line(product, 20.0, taxes=self.env["account.tax"])
        line[2]["sale_order_origin_id"] = order.id
        with self.assertRaisesRegex(UserError, "A down payment is not possible"):
            self._sell(line, partner_id=self.beneficiary.id)
        self.assertFalse(order.order_line.filtered("is_downpayment"))

    def test_price_without_cent_of_rounding(self):
        """Our VAT's rounding never falls on a provider's price."""
        self.company.tax_calculation_rounding_method = "round_globally"
        order = self._sell(
            self._line(self.ironing, 10.0),
            *(self._line(self.copies, 3.33) for _number in range(4)),
        )
        session = self._close()
        items = session.move_id.line_ids
        ours = items.filtered(lambda ln: ln.account_id.code == self.third_party)
        self.assertEqual(ours.balance, -10.0)
        self.assertEqual(order.lines[0].price_subtotal_incl, 10.0)
