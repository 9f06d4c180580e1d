from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .settle_common import SettleCommon


@tagged("post_install", "-at_install")
class TestProviderDocument(SettleCommon):
    """Documents issued in a provider's name under its mandate to bill (A19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement.write({"billing_mandate_date": "2026-02-10"})
        cls.agreement.billing_prefix = "LAV-"
        cls.laundry.write({"street": "1 rue du Lavoir", "city": "Mende"})

    def _sell(self, *prices, date="2026-03-02"):
        return self._new_invoice(
            [(self.ironing, self.laundry, price) for price in prices], date=date
        )

    def test_made_at_the_sale(self):
        moves = self.env["account.move"].search_count([])
        invoice = self._sell(100.0, 20.0)
        document = invoice.provider_document_ids
        self.assertEqual(self.env["account.move"].search_count([]), moves + 1)
        self.assertEqual(document.name, "LAV-2026-0001")
        self.assertEqual(
            (document.amount_untaxed, document.amount_tax, document.amount_total),
            (100.0, 20.0, 120.0),
        )
        self.assertEqual(document._vat_by_rate(), [(20.0, 100.0, 20.0)])
        self.assertIn("1 rue du Lavoir", document.seller_identity)
        self.assertIn("au nom et pour le compte de", document.mention)
        self.assertFalse(document.vat_mention)

    def test_series_of_the_provider(self):
        self._new_agreement(self.cobbler, billing_mandate_date="2026-01-01", code="COR")
        sole = self._new_service("Sole", 40.0, sellers=[(self.cobbler, 0.0, 2)])
        names = [self._sell(10.0).provider_document_ids.name for _number in range(2)]
        other = self._new_invoice([(sole, self.cobbler, 40.0)], date="2026-03-02")
        names.append(other.provider_document_ids.name)
        names.append(self._sell(10.0, date="2027-01-04").provider_document_ids.name)
        self.assertEqual(
            names, ["LAV-2026-0001", "LAV-2026-0002", "COR-2026-0001", "LAV-2027-0001"]
        )

    def test_a_refused_invoice_takes_no_number(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._sell(10.0)
            raise UserError(self.env._("Undone"))
        self.assertEqual(self._sell(10.0).provider_document_ids.name, "LAV-2026-0001")

    def test_a19_before_the_mandate(self):
        invoice = self._sell(100.0, date="2026-02-09")
        self.assertFalse(invoice.provider_document_ids)
        with self.assertRaisesRegex(UserError, "10/02/2026.*09/02/2026"):
            self.env["conciergerie.provider.document"]._issue_one(
                invoice,
                invoice.commission_line_ids,
                self.env["conciergerie.provider.document"],
            )
        refund = self._refund(invoice, date="2026-03-10")
        self.assertFalse(refund.provider_document_ids, "nothing to correct")

    def test_without_mandate(self):
        self.agreement.billing_mandate_date = False
        self.assertFalse(self._sell(100.0).provider_document_ids)

    def test_credit_note(self):
        invoice = self._sell(100.0)
        document = self._refund(invoice, date="2026-03-10").provider_document_ids
        self.assertEqual(document.kind, "credit_note")
        self.assertEqual(document.corrected_id, invoice.provider_document_ids)
        self.assertEqual(document.amount_total, 100.0)
        self.assertEqual(document.name, "LAV-2026-0002")

    def test_provider_without_vat(self):
        self.agreement.term_ids.provider_vat_rate = 0.0
        document = self._sell(100.0).provider_document_ids
        self.assertEqual((document.amount_tax, document.amount_untaxed), (0.0, 100.0))
        self.assertEqual(document.vat_mention, "TVA non applicable, art. 293 B du CGI")

    def test_never_changed(self):
        document = self._sell(100.0).provider_document_ids
        for change in (
            lambda: document.sudo().write({"amount_total": 1.0}),
            lambda: document.sudo().unlink(),
            lambda: document.line_ids.sudo().write({"price_total": 1.0}),
        ):
            with self.assertRaisesRegex(UserError, "never changed"):
                change()
        self.laundry.name = "Another name"
        self.assertIn("Laundry of the Bridge", document.seller_identity)

    def test_rights(self):
        document = self._sell(100.0).provider_document_ids
        self.assertTrue(document.with_user(self.counter).read(["name"]))
        with self.assertRaises(AccessError):
            document.with_user(self.manager).write({"mention": "x"})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self._new_user("accountant", company=other, login="elsewhere")
        self.assertFalse(
            self.env["conciergerie.provider.document"].with_user(user).search([])
        )

    def _printed(self, report, records):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            report, records.ids
        )
        return html.decode()

    def test_printed(self):
        document = self._sell(100.0).provider_document_ids
        text = self._printed("conciergerie_partners.report_provider_document", document)
        for part in ("LAV-2026-0001", "au nom et pour le compte de"):
            self.assertIn(part, text)
        for amount in (r"83[.,]33", r"16[.,]67"):
            self.assertRegex(text, amount)

    def test_our_invoice_shows_it_apart(self):
        invoice = self._new_invoice(
            [(self.ironing, self.laundry, 100.0), (self.copies, None, 6.0)],
            date="2026-03-02",
        )
        lines = invoice._get_move_lines_to_report()
        self.assertEqual(lines.mapped("provider_id.name"), [self.laundry.name])
        self.assertEqual(lines[0].product_id, self.copies, "ours first")
        totals = invoice._tax_totals_to_report()
        self.assertEqual(totals["subtotals"][0]["base_amount_currency"], 5.0)
        self.assertEqual(totals["collected_for_others"], [(self.laundry.name, 100.0)])
        self.assertEqual(totals["total_amount_currency"], 106.0)
        text = self._printed("account.account_invoices", invoice)
        self.assertIn("LAV-2026-0001", text)
        self.assertIn("Collected for", text)
        self.assertLess(text.index("Copies"), text.index("Collected on behalf of"))
        own = self._new_invoice([(self.copies, None, 6.0)], date="2026-03-02")
        self.assertNotIn("Collected", self._printed("account.account_invoices", own))
