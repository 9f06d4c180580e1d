from odoo.tests import freeze_time, tagged

from odoo.addons.conciergerie_partners.tests.common import PartnersCommon

from .copay_common import PosCopayCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayMandate(PosCopayCommon, PartnersCommon):
    """A22 at the till: a share of what is sold in a provider's name."""

    def test_due_as_customer_and_payer_pay(self):
        """30.00, of which the employer bears 10.00: 20.00 now, 10.00 as it pays."""
        self._entitle(self._new_convention())
        order = self._sell(self._line(self.ironing, 30.0), rest=self.card)
        self.assertEqual(order.lines.deal_mode, "mandate")
        share = order.payment_ids.filtered("copay_partner_id")
        self.assertEqual((share.amount, share.copay_partner_id), (10.0, self.employer))
        entry = self._close()
        third_party = self.laundry._third_party_account(self.company)
        till = self.company.account_default_pos_receivable_account_id
        receivable = self.employer.property_account_receivable_id
        self.assertEntry(
            entry,
            [
                (till.code, 20.0, 0.0),
                (receivable.code, 10.0, 0.0),
                (third_party.code, 0.0, 30.0),
            ],
        )
        sold = self.env["conciergerie.commission.line"].search(
            [("pos_line_id", "in", order.lines.ids)]
        )
        self.assertEqual([due[:2] for due in self._due(sold)], [("2026-11-10", 20.0)])
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.employer.id,
                "amount": 10.0,
                "date": "2026-12-05",
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        items = (payment.move_id | entry).line_ids.filtered(
            lambda item: item.account_id == receivable
        )
        items.reconcile()
        self._derive()
        self.assertEqual(
            [due[:2] for due in self._due(sold)],
            [("2026-11-10", 20.0), ("2026-12-05", 10.0)],
        )
        self.assertEqual(sum(due[2] for due in self._due(sold)), sold.commission_amount)
