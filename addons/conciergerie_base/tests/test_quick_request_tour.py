from odoo.tests import tagged

from .common import ConciergerieCommon
from .tour_common import BackendTourCase


@tagged("post_install", "-at_install")
class TestQuickRequestTour(ConciergerieCommon, BackendTourCase):
    """Six clicks for a known beneficiary, and scanning from anywhere."""

    def test_six_clicks_and_scans(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.counter.lang = "en_US"
        self.start_tour(
            "/odoo",
            "conciergerie_quick_request_tour",
            login=self.counter.login,
            timeout=200,
        )
        task = self.beneficiary.request_ids
        self.assertEqual(len(task), 1)
        self.assertEqual(task.service_id, self.ironing)
        self.assertEqual(task.piece_ids.mapped("holder"), ["counter"])
        self.assertEqual(task.price_total, 12.0)
