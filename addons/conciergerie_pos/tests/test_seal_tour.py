from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.tour_common import BackendTourCase

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
class TestSealTour(PosCommon, BackendTourCase):
    """The check of the seals has an address: a download would leave a blank page."""

    def test_check_by_its_address(self):
        self._sell(self._line(self.copies))
        self.env["res.lang"]._activate_lang("en_US")
        self.accountant.lang = "en_US"
        self.start_tour(
            "/odoo/action-conciergerie_pos.action_check_pos_seals",
            "ConciergerieSealCheckTour",
            login=self.accountant.login,
            timeout=120,
        )
