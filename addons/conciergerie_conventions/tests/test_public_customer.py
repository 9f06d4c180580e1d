from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .fee_common import FeeCommon

SIRET = "21440109300015"


@tagged("post_install", "-at_install")
class TestPublicCustomer(FeeCommon):
    """Case C4: what a public customer wants before its invoice leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.town.write(
            {
                "country_id": cls.env.ref("base.fr").id,
                "zip": "44000",
                "city": "Valmont",
                "street": "1 place de la Mairie",
                "is_public_body": True,
            }
        )

    def _town_invoice(self, **values):
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.town.id,
                "invoice_date": "2026-06-30",
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.fee_product.id, "price_unit": 100}
                    )
                ],
                **values,
            }
        )

    def test_no_siret_no_invoice(self):
        """Any invoice, by any address of the body; others are not concerned."""
        for partner in (
            self.town,
            self.env["res.partner"].create(
                {"name": "Accounts", "parent_id": self.town.id, "type": "invoice"}
            ),
        ):
            invoice = self._town_invoice(partner_id=partner.id)
            with self.assertRaisesRegex(UserError, "SIRET .*on the contact Commune of"):
                invoice.with_user(self.accountant).action_post()
            self.assertEqual(invoice.state, "draft")
        self.town.company_registry = SIRET
        invoice.action_post()
        self._town_invoice(partner_id=self.employer.id).action_post()

    def test_references_only_where_wanted(self):
        self.town.company_registry = SIRET
        self._town_invoice().action_post()
        self.town.needs_service_code = True
        invoice = self._town_invoice(purchase_order_reference="E77")
        with self.assertRaisesRegex(UserError, "wants a service code"):
            invoice.action_post()
        self.town.needs_commitment_number = True
        invoice = self._town_invoice(buyer_reference="S12")
        with self.assertRaisesRegex(UserError, "wants a commitment number"):
            invoice.action_post()
        invoice.purchase_order_reference = "E77"
        invoice.action_post()

    def test_convention_says_why_its_invoice_stays_a_draft(self):
        other = self._fee_convention(
            self._fee("flat", 10), day="2026-06-01", is_fee_posted=True
        )
        convention = self._fee_convention(
            self._fee("flat", 100),
            payer=self.town,
            convention_kind="commune",
            day="2026-06-01",
            is_fee_posted=True,
        )
        invoice = self._invoice(convention, "2026-07-01")
        self.assertEqual(invoice.state, "draft")
        self.assertIn("SIRET", convention.message_ids[0].body)
        self.assertEqual(
            convention.activity_ids.summary, "Invoice of the fee not posted"
        )
        self.assertEqual(other._get_related_invoices().state, "posted")

    def test_factur_x_with_the_references(self):
        self.town.company_registry = SIRET
        self.company.partner_id.write(
            {
                "vat": "FR23334175221",
                "country_id": self.env.ref("base.fr").id,
                "phone": "+33 1 00 00 00 00",
                "email": "accounts@example.com",
                "zip": "76540",
                "city": "Valmont",
                "street": "2 rue du Pont",
            }
        )
        # Core wants to write on it where to pay.
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        convention = self._fee_convention(
            self._fee("flat", 100),
            payer=self.town,
            convention_kind="commune",
            day="2026-06-01",
            is_fee_posted=True,
            service_code="S12",
            commitment_number="E77",
            market_number="M5",
        )
        invoice = self._invoice(convention, "2026-07-01")
        self.assertEqual(invoice.state, "posted")
        self.env["account.move.send"]._generate_and_send_invoices(
            invoice, sending_methods=["manual"]
        )
        self.assertIn("factur_x", invoice.ubl_cii_xml_id.name)
        tree = etree.fromstring(invoice.ubl_cii_xml_id.raw)

        def text(path):
            return tree.xpath(f"string(//*[local-name()='{path}'])")

        self.assertEqual(text("BuyerReference"), "S12")
        order = "BuyerOrderReferencedDocument']/*[local-name()='IssuerAssignedID"
        self.assertEqual(text(order), "E77")
        contract = "ContractReferencedDocument']/*[local-name()='IssuerAssignedID"
        self.assertEqual(text(contract), "M5")
        buyer = tree.xpath("//*[local-name()='BuyerTradeParty']")[0]
        self.assertIn(SIRET, buyer.xpath("*//text()"))
