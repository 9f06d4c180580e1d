from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .copay_common import PosCopayCommon
from .pos_common import PosCommon

OFFLINE = {"conciergerie_pickup": {"offline": True}}


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 10:00:00")
class TestKeptOffline(PosCommon):
    """B9: what was paid without network is accepted and told to a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stamps = cls.env["product.product"].create(
            {
                "name": "Registration certificate",
                "type": "service",
                "is_disbursement": True,
                "list_price": 23.40,
                "available_in_pos": True,
            }
        )

    def _kept(self, order):
        """Return the note of the one task of a ticket, for the manager."""
        activity = order.session_id.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn(order.pos_reference, activity.summary)
        self.assertIn(order.pos_reference, activity.note)
        return activity.note

    def test_right_ticket_is_told_to_nobody(self):
        order = self._sell(self._line(self.ironing), **OFFLINE)
        self.assertFalse(order.session_id.activity_ids)
        self.assertEqual(self._seller(order).mode, "mandate")

    def test_disbursement(self):
        line = self._line(self.stamps, 25.0)
        with self.assertRaisesRegex(UserError, "to the cent"), self.env.cr.savepoint():
            self._sell(line)
        order = self._sell(self._line(self.stamps, 25.0), **OFFLINE)
        self.assertIn("is asked back to the cent", self._kept(order))
        self.assertEqual(order.amount_total, 25.0)
        session = self._close()
        account = self.company.disbursement_account_id
        self.assertEntry(
            session.move_id,
            [(self.pos_receivable, 25.0, 0.0), (account.code, 0.0, 25.0)],
        )

    def test_agreement_that_ended(self):
        """The provider's money stays the provider's, under the last terms."""
        self.agreement.end_date = "2026-01-19"
        with (
            self.assertRaisesRegex(UserError, "no running agreement"),
            self.env.cr.savepoint(),
        ):
            self._sell(self._line(self.ironing))
        order = self._sell(
            self._line(self.ironing, taxes=self.vat_20.browse()), **OFFLINE
        )
        self.assertIn("no running agreement", self._kept(order))
        self.assertEqual(order.lines.deal_mode, "mandate")
        [sold] = self._seller(order)
        self.assertEqual((sold.price_total, sold.agreement_id), (12.0, self.agreement))
        session = self._close()
        self.assertEntry(
            session.move_id,
            [(self.pos_receivable, 12.0, 0.0), (self.third_party, 0.0, 12.0)],
        )

    def test_papers_that_ran_out(self):
        self.env["conciergerie.provider.paper"].create(
            {
                "agreement_id": self.agreement.id,
                "kind": "insurance",
                "document": "eA==",
                "expiry_date": "2026-01-19",
            }
        )
        with self.assertRaisesRegex(UserError, "has run out"), self.env.cr.savepoint():
            self._sell(self._line(self.ironing))
        order = self._sell(self._line(self.ironing), **OFFLINE)
        self.assertIn("has run out", self._kept(order))
        self.assertEqual(self._seller(order).price_total, 12.0)

    def test_every_reason_is_told_once(self):
        order = self._sell(
            self._line(self.stamps, 25.0),
            self._line(self.stamps, discount=10.0),
            self._line(self.copies),
            **OFFLINE,
        )
        self.assertEqual(self._kept(order).count("to the cent"), 1)

    def test_sent_twice_is_told_once(self):
        ticket = self._ticket_data([self._line(self.stamps, 25.0)], **OFFLINE)
        for _time in range(2):
            self._send(
                {
                    **ticket,
                    "lines": [(c[0], c[1], dict(c[2])) for c in ticket["lines"]],
                    "payment_ids": [
                        (c[0], c[1], dict(c[2])) for c in ticket["payment_ids"]
                    ],
                }
            )
        order = self.env["pos.order"].search([("uuid", "=", ticket["uuid"])])
        self._kept(order)

    def test_draft_that_was_paid_offline(self):
        ticket = self._ticket_data([self._line(self.stamps, 25.0)])
        draft = {**ticket, "state": "draft", "payment_ids": [], "amount_paid": 0.0}
        draft["lines"] = [(c[0], c[1], dict(c[2])) for c in ticket["lines"]]
        self._send(draft)
        order = self.env["pos.order"].search([("uuid", "=", ticket["uuid"])])
        token = {"access_token": order.access_token}
        self._send({**ticket, "lines": [], **token, **OFFLINE})
        self.assertEqual(order.state, "paid")
        self._kept(order)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestKeptShares(PosCopayCommon):
    """Shares that were promised with network, and sent when they were gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.convention = cls._new_convention(rules=[{"share": 50.0, "cap_year": 25.0}])
        cls.rule = cls.convention.copay_rule_ids
        cls._entitle(cls.convention)

    def _promised(self, *lines, partner=None, **values):
        ticket = self._ticket(
            list(lines), partner or self.beneficiary, **OFFLINE, **values
        )
        return self._pay(ticket, *self._asked(ticket, is_paying=True)["payments"])

    def _note(self, order):
        activity = order.session_id.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(order.pos_reference, activity.note)
        return activity.note

    def _close_entry(self, expected):
        entry = self._close()
        self.assertEqual(
            sorted((line[:2] + line[2:]) for line in self._entry(entry)),
            sorted(expected),
        )

    def _till(self):
        return self.company.account_default_pos_receivable_account_id.code[:6]

    def test_kept_for_a_day(self):
        ticket = self._promised(self._line(self.mending))
        order = self._send(ticket)
        self.assertEqual(self._uses(order).above_amount, 0.0)
        self.assertFalse(order.session_id.activity_ids)

    def test_ceiling_used_since(self):
        """15.00 were promised; the other counter has left 5.00 of the ceiling."""
        ticket = self._promised(self._line(self.mending))
        with freeze_time("2026-11-11 11:00:00"):
            self.env["conciergerie.copay.reservation"]._free_expired_of(
                self.beneficiary
            )
            self.env["conciergerie.copay.ceiling"].sudo()._raise(
                self.beneficiary, fields.Date.today(), {self.rule: 20.0}
            )
            order = self._send(ticket)
        note = self._note(order)
        self.assertIn("5.00", note.replace(",", "."))
        use = self._uses(order)
        self.assertEqual((use.share_amount, use.above_amount), (15.0, 10.0))
        self.assertEqual(use.payer_id, self.employer)
        self.assertEqual(self._ceiling(self.rule), [("2026", 35.0, 0.0)])
        self.assertEqual(order.lines.copay_amount, 15.0)
        self._close_entry(
            [
                (self._till(), "", 15.0, 0.0),
                (
                    self.employer.property_account_receivable_id.code[:6],
                    self.employer.name,
                    15.0,
                    0.0,
                ),
                (self.services_account.code[:6], "", 0.0, 25.0),
                ("445710", "", 0.0, 5.0),
            ]
        )
        # Nothing is left for the next one.
        self._open()
        following = self._sell(self._line(self.mending))
        self.assertEqual(self._uses(following).share_amount, 0.0)
        # Given back, the ceiling comes down to what is used.
        self._refund(order)
        self.assertEqual(self._ceiling(self.rule), [("2026", 20.0, 0.0)])

    def test_out_of_date_and_left(self):
        """A reservation that has expired, with room left: nothing to tell."""
        ticket = self._promised(self._line(self.mending))
        with freeze_time("2026-11-12 11:00:00"):
            self.env["conciergerie.copay.reservation"]._free_expired_of(
                self.beneficiary
            )
            order = self._send(ticket)
        self.assertEqual(self._uses(order).above_amount, 0.0)
        self.assertFalse(order.session_id.activity_ids)

    def test_no_longer_entitled(self):
        """The convention exists: its payer owes what was promised, and may refuse."""
        ticket = self._promised(
            self._line(self.mending), self._line(self.mending, 10.0)
        )
        self.env["conciergerie.copay.reservation"].sudo().search([])._free()
        self.env["conciergerie.entitlement"].search(
            [("partner_id", "=", self.beneficiary.id)]
        ).date_to = "2026-10-31"
        order = self._send(ticket)
        self._note(order)
        uses = self._uses(order)
        self.assertEqual(uses.mapped("share_amount"), [15.0, 5.0])
        self.assertEqual(uses.mapped("above_amount"), [15.0, 5.0])
        self._close()
        self.assertEqual(self._open_items(self.employer), [20.0])

    def test_convention_that_nobody_knows(self):
        """What no payer can owe is on the customer's account."""
        ticket = self._ticket([self._line(self.mending)], self.beneficiary, **OFFLINE)
        self._pay(ticket, {"key": 0, "name": "?", "amount": 10.0})
        order = self._send(ticket)
        self.assertIn(self.beneficiary.name, self._note(order))
        share = order.payment_ids.filtered("payment_method_id.is_copay")
        self.assertFalse(share.copay_partner_id)
        self._close()
        self.assertEqual(self._open_items(self.beneficiary), [10.0])
        self.assertEqual(self._open_items(self.employer), [])

    def test_given_back_elsewhere_meanwhile(self):
        """The payer gets its share back once; the second time it is the customer's."""
        order = self._sell(self._line(self.mending))
        refund = self._ticket(
            [self._line(self.mending, 30.0, -1, refunded=order.lines)],
            self.beneficiary,
            **OFFLINE,
        )
        self._pay(refund, *self._asked(refund, is_paying=True)["payments"])
        self._refund(order)
        kept = self._send(refund)
        self._note(kept)
        self.assertFalse(self._uses(kept))
        self._close()
        self.assertEqual(self._open_items(self.employer), [])
        self.assertEqual(self._open_items(self.beneficiary), [-15.0])

    def test_membership_without_customer(self):
        product = self.env["product.product"].create(
            {
                "name": "Membership",
                "type": "service",
                "membership": True,
                "membership_date_from": "2026-01-01",
                "membership_date_to": "2026-12-31",
                "list_price": 10.0,
                "taxes_id": [Command.clear()],
                "available_in_pos": True,
            }
        )
        ticket = self._pay(self._ticket([self._line(product)], **OFFLINE))
        order = self._send(ticket)
        self.assertEqual(order.state, "paid")
        self.assertIn("choose the customer", self._note(order))
        online = self._pay(self._ticket([self._line(product)]))
        with (
            self.assertRaisesRegex(UserError, "sold to somebody"),
            self.env.cr.savepoint(),
        ):
            self._send(online)
