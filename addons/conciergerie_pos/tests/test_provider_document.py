from freezegun import freeze_time

from odoo.tests import tagged

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 10:00:00")
class TestProviderDocument(PosCommon):
    """The provider's own documents of what tickets sell under a mandate to bill."""

    def test_the_provider_s_document_of_an_invoiced_ticket(self):
        """Under a mandate to bill: in the session, late, and of the credit note."""
        agreement = self._seller(self._sell(self._line(self.ironing))).agreement_id
        agreement.billing_mandate_date = "2026-01-01"
        partner = {"partner_id": self.beneficiary.id}
        now, late = (
            self._sell(
                self._line(self.ironing, 100.0), to_invoice=to_invoice, **partner
            )
            for to_invoice in (True, False)
        )
        documents = self.env["conciergerie.provider.document"]
        [issued] = documents.search([("provider_id", "=", self.laundry.id)])
        self.assertEqual(
            (issued.move_id, issued.kind, issued.amount_total),
            (now.account_move, "invoice", 100.0),
        )
        self._close()
        with freeze_time("2026-01-22 10:00:00"):
            late.with_user(self.counter).with_context(
                generate_pdf=False
            ).action_pos_order_invoice()
        [second] = documents.search([("provider_id", "=", self.laundry.id)]) - issued
        self.assertEqual(
            (second.move_id, str(second.date)), (late.account_move, "2026-01-22")
        )
        with freeze_time("2026-01-23 10:00:00"):
            self.pos_session = self._open()
            refund = self._give_back(late, to_invoice=True, **partner)
        credit = documents.search([("corrected_id", "=", second.id)])
        self.assertEqual(
            (credit.move_id, credit.kind, credit.amount_total),
            (refund.account_move, "credit_note", 100.0),
        )

    def test_the_credit_note_of_a_refund_that_is_not_invoiced(self):
        """Who holds the provider's invoice gets its credit note, once."""
        agreement = self._seller(self._sell(self._line(self.ironing))).agreement_id
        agreement.billing_mandate_date = "2026-01-01"
        partner = {"partner_id": self.beneficiary.id}
        plain = self._sell(self._line(self.ironing, 40.0))
        self._give_back(plain)
        documents = self.env["conciergerie.provider.document"]
        ours = [("provider_id", "=", self.laundry.id)]
        self.assertFalse(documents.search(ours), "no invoice, no credit note")
        invoiced = self._sell(
            self._line(self.ironing, 50.0, qty=2), to_invoice=True, **partner
        )
        [issued] = documents.search(ours)
        refund = self._give_back(invoiced, qty=1, to_invoice=False, **partner)
        credit = documents.search([("corrected_id", "=", issued.id)])
        self.assertEqual(
            (credit.kind, credit.amount_total, credit.line_ids.quantity),
            ("credit_note", 50.0, 1.0),
        )
        self.assertEqual(
            (credit.customer_identity, credit.move_id.id, str(credit.date)),
            (issued.customer_identity, False, "2026-01-20"),
        )
        self._close()
        refund.with_user(self.counter).with_context(
            generate_pdf=False
        ).action_pos_order_invoice()
        self.assertTrue(refund.account_move)
        self.assertEqual(documents.search(ours), credit | issued, "once")

    def test_the_credit_note_of_what_was_given_back_before_it_was_invoiced(self):
        agreement = self._seller(self._sell(self._line(self.ironing))).agreement_id
        agreement.billing_mandate_date = "2026-01-01"
        sold = self._sell(
            self._line(self.ironing, 40.0), partner_id=self.beneficiary.id
        )
        self._give_back(sold, partner_id=self.beneficiary.id)
        self._close()
        sold.with_user(self.counter).with_context(
            generate_pdf=False
        ).action_pos_order_invoice()
        found = self.env["conciergerie.provider.document"].search(
            [("provider_id", "=", self.laundry.id)], order="id"
        )
        self.assertEqual(
            found.mapped(lambda document: (document.kind, document.amount_total)),
            [("invoice", 40.0), ("credit_note", 40.0)],
        )
        self.assertEqual(found[1].corrected_id, found[0])
