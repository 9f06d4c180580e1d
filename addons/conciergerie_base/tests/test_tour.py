import io

from odoo.tests import tagged
from odoo.tools import mute_logger, pdf

from .common import ConciergerieCommon
from .tour_common import BackendTourCase


@tagged("post_install", "-at_install")
class TestRequestTour(ConciergerieCommon, BackendTourCase):
    """The main job in the browser, as counter staff and with what she clicks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tour reads sentences: they are those of the source language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"
        cls.clock = cls._new_service("Clock repair", 40.0)
        cls.unassigned = cls._new_request(cls.clock)

    def test_request_from_drop_off_to_payment(self):
        # The server logs as warnings the refusals that the tour provokes.
        with mute_logger("odoo.http"):
            self.start_tour(
                "/odoo",
                "conciergerie_request_tour",
                login=self.counter.login,
                timeout=300,
            )

        partner = self.env["res.partner"].search([("name", "=", "Zoé Tourneur")])
        self.assertEqual(partner.company_id, self.company)
        self.assertEqual(partner.audience_ids.mapped("code"), ["inhabitant"])
        task = partner.request_ids
        self.assertEqual(len(task), 1)
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(task.provider_id, self.laundry)
        self.assertEqual(task.taken_by_id, self.counter)

        self.assertEqual(len(task.piece_ids), 3)
        self.assertEqual(
            task.piece_ids.sorted("number").mapped("holder"),
            ["beneficiary", "proxy", "beneficiary"],
        )
        for piece in task.piece_ids:
            self.assertEqual(
                piece.event_ids.mapped("holder")[:3], ["counter", "provider", "counter"]
            )
            self.assertEqual(piece.event_ids.user_id, self.counter)
        last = task.piece_ids.sorted("number")[1].event_ids[-1]
        self.assertEqual(last.proof_id.receiver_name, "Jean Petit")

        mails = self.env["mail.mail"].search(
            [("model", "=", "project.task"), ("res_id", "=", task.id)]
        )
        ready = mails.filtered(lambda m: "is ready" in (m.subject or ""))
        self.assertEqual(len(ready), 1, mails.mapped("subject"))
        self.assertEqual(ready.state, "outgoing")
        self.assertEqual(ready.recipient_ids, partner)

        invoice = task._request_invoices()
        self.assertEqual(len(invoice), 1)
        self.assertEqual(invoice.state, "posted")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.amount_total, 36.0)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(invoice.partner_id, partner)
        self.assertEqual(task.payment_status, "paid")

        self.assertEqual(self.unassigned.step, "provider")
        self.assertEqual(self.unassigned.provider_id, self.cobbler)

        for report, records, pages in (
            ("conciergerie_base.report_deposit_ticket", task, 1),
            ("conciergerie_base.report_piece_label", task.piece_ids, 3),
            ("account.report_invoice_with_payments", invoice, 1),
        ):
            with self.subTest(report=report):
                self.assertEqual(self._count_printed_pages(report, records), pages)

    def _count_printed_pages(self, report, records):
        """Print as the counter user and return the number of pages."""
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.counter)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report, res_ids=records.ids)
        )
        self.assertTrue(content.startswith(b"%PDF"))
        return len(pdf.PdfFileReader(io.BytesIO(content), strict=False).pages)
