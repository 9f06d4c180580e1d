from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .pickup_common import PickupCommon


@tagged("post_install", "-at_install")
class TestPickupTour(PickupCommon, BackendTourCase):
    """The counter's screens in a browser, as the person at the counter."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("en_US")
        self.counter.lang = "en_US"

    def _tour(self, name, **kwargs):
        self.env.flush_all()
        self.start_tour(
            f"/pos/ui/{self.config.id}",
            name,
            login=self.counter.login,
            timeout=180,
            **kwargs,
        )
        self.env.invalidate_all()

    def test_partial_pickup_with_signature(self):
        task = self._ready_request(pieces=3, quantity=3)
        task.piece_ids.rack = "Shelf A"
        self._tour("ConciergeriePickupTour")
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(
            sorted(task.piece_ids.mapped("holder")), ["beneficiary", "proxy", "proxy"]
        )
        tickets = self.env["pos.order"].search([("config_id", "=", self.config.id)])
        self.assertEqual(sorted(tickets.mapped("amount_total")), [12.0, 24.0])
        self.assertEqual(set(tickets.mapped("state")), {"paid"})
        self.assertEqual(task.sale_line_id.qty_invoiced, 3.0)
        signed = task.custody_event_ids.filtered(lambda e: e.holder == "beneficiary")
        self.assertTrue(signed.proof_id.signature)
        proxy = task.custody_event_ids.filtered(lambda e: e.holder == "proxy")
        self.assertEqual(proxy.proof_id.receiver_name, "Léa Morel")

    def test_prepaid_pickup_is_signed(self):
        task = self._ready_request()
        self._sync(self._ticket([self._settle_line(task.sale_line_id)]))
        self._tour("ConciergeriePrepaidTour")
        self.assertEqual(task.step, "handed_over")
        self.assertTrue(task.custody_event_ids[-1].proof_id.signature)

    def test_requests_and_a_delivery(self):
        task = self._new_request(pieces=2)
        self._tour("ConciergerieRequestsTour")
        self.assertEqual(task.step, "ready")
        self.assertEqual(task.piece_ids.mapped("rack"), ["Shelf C", "Shelf C"])

    def test_parcel(self):
        self._tour("ConciergerieParcelTour")
        parcel = self.env["conciergerie.parcel"].search(
            [("site_id", "=", self.site.id)]
        )
        self.assertEqual(parcel.state, "handed_over")
        self.assertEqual(parcel.handed_with, "signature")
        self.assertEqual(parcel.partner_id, self.beneficiary)
        self.assertEqual(parcel.carrier, "Colissimo")

    def test_free_act(self):
        (self.env["product.product"].search([("is_market", "=", False)])).filtered(
            lambda p: p != self.paperwork
        ).is_market = True
        self._tour("ConciergerieActTour")
        task = self.env["project.task"].search([("service_id", "=", self.paperwork.id)])
        self.assertEqual(task.step, "handed_over")
        self.assertFalse(task.partner_id)

    def test_offline_pickup(self):
        """Prepaid and to be paid, both without network; each arrives once."""
        prepaid = self._ready_request()
        self._sync(self._ticket([self._settle_line(prepaid.sale_line_id)]))
        unpaid = self._ready_request(self.alteration)
        self._tour("ConciergeriePickupOfflineTour")
        self.assertEqual(prepaid.step, "handed_over")
        self.assertEqual(unpaid.step, "handed_over")
        self.assertEqual(unpaid.sale_line_id.qty_invoiced, 1.0)
        self.assertFalse((prepaid | unpaid).activity_ids)
        for task in prepaid | unpaid:
            event = task.custody_event_ids.filtered(lambda e: e.holder == "beneficiary")
            self.assertEqual(len(event), 1)
            self.assertTrue(event.proof_id.signature)


@tagged("post_install", "-at_install")
class TestPickupPhone(PickupCommon, BackendTourCase):
    """The same on a telephone, 390 pixels wide."""

    browser_size = "390x844"
    touch_enabled = True

    def _tour(self, name):
        self.env["res.lang"]._activate_lang("en_US")
        self.counter.lang = "en_US"
        self.env.flush_all()
        self.start_tour(
            f"/pos/ui/{self.config.id}", name, login=self.counter.login, timeout=180
        )
        self.env.invalidate_all()

    def test_pickup_on_a_telephone(self):
        task = self._ready_request()
        self._tour("ConciergeriePickupPhoneTour")
        self.assertEqual(task.step, "handed_over")

    @mute_logger("odoo.http")
    def test_a_label_that_is_not_ours_in_a_delivery(self):
        task = self._new_request(pieces=1)
        task._send_to_provider()
        self._tour("ConciergerieUnknownLabelTour")
        self.assertEqual(task.step, "provider", "nothing was received yet")
