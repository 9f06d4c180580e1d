from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestBeneficiaryTour(ConciergerieCommon, HttpCase):
    """The portal beneficiary follows her request and rates it."""

    def test_follow_and_rate(self):
        portal_user = new_test_user(
            self.env,
            login="camille_portal",
            password="camille_portal",
            groups="base.group_portal",
            lang="en_US",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        task = self._new_request(partner_id=portal_user.partner_id.id)
        task.action_send_to_provider()
        task._receive_pieces(task.piece_ids)
        task._hand_over(task.piece_ids)
        self.start_tour("/my", "conciergerie_beneficiary_tour", login="camille_portal")
        rating = task.rating_ids
        self.assertEqual(len(rating), 1)
        self.assertEqual(rating.rating, 5)
        self.assertTrue(rating.consumed)
        self.assertEqual(rating.feedback, "Impeccable, thank you")
        self.assertEqual(rating.partner_id, portal_user.partner_id)
