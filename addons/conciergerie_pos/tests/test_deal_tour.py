from odoo import Command
from odoo.tests import HttpCase, tagged

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
class TestDealTour(PosCommon, HttpCase):
    """What a counter user sees and does about providers, in the browser (B10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is compared on the screen is in the source language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"

    def test_deals(self):
        other = self.laundry.copy({"name": "Laundry of the Hill"})
        self._new_agreement(other)
        self.ironing.seller_ids = [
            Command.create({"partner_id": other.id, "price": 9.0, "delay": 1})
        ]
        deposit = self._new_service(
            "Window cleaning", 120.0, sellers=[(self.cobbler, 60.0, 1)]
        )
        soles = self._new_service(
            "Shoe soles", 20.0, sellers=[(self.laundry.copy({"name": "Soles"}), 9, 1)]
        )
        agreement = self._new_agreement(soles.seller_ids.partner_id)
        self.env["conciergerie.provider.paper"].create({"agreement_id": agreement.id})
        self._new_agreement(
            self.cobbler,
            terms=[{"mode": "deposit", "base": "all_in", "rate": 15.0}],
        )
        stamps = self.env["product.product"].create(
            {"name": "Stamps", "is_disbursement": True, "list_price": 0.0}
        )
        products = self.ironing | self.copies | deposit | soles | stamps
        products.available_in_pos = True
        self.start_tour(
            f"/pos/ui/{self.till.id}",
            "conciergerie_pos_deals",
            login=self.counter.login,
            timeout=240,
        )
        orders = self.pos_session.order_ids.sudo().sorted("id")
        mandate, kept, advanced = orders.filtered(lambda o: o.state == "paid")
        line = mandate.lines.filtered(lambda ln: ln.product_id == self.ironing)
        self.assertEqual((line.provider_id, line.deal_mode), (other, "mandate"))
        self.assertFalse(line.tax_ids)
        self.assertEqual(mandate.amount_tax, 1.0)
        self.assertEqual(
            (kept.lines.price_unit, kept.lines.service_price_unit), (18.0, 120.0)
        )
        self.assertEqual(advanced.lines[0].advanced_amount, 7.1)
        self.assertEqual(len(orders.seal_ids), 3)
        self._close_paid(orders)

    def _close_paid(self, orders):
        """The ticket that was refused is thrown away, as the cashier does."""
        draft = orders.filtered(lambda o: o.state == "draft")
        if draft:
            draft.with_user(self.counter).action_pos_order_cancel()
        session = self._close()
        account = self.laundry._third_party_account(self.company)
        self.assertNotIn(account, session.move_id.line_ids.account_id)
        items = session.move_id.line_ids.filtered(
            lambda ln: ln.account_id.account_type == "liability_current"
        )
        self.assertIn(-12.0, items.mapped("balance"))
