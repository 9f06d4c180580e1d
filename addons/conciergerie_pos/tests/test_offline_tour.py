from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .drop_off_common import DropOffCase
from .offline import network, same_browser


@tagged("post_install", "-at_install")
class TestOfflineTour(DropOffCase, HttpCase):
    """B9: the network is really cut, for the page and for its service worker."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"
        cls.beneficiary.phone = "0639980001"

    def _start(self, name, page="?from_backend=1"):
        self.start_tour(
            f"/pos/ui/{self.config.id}{page}",
            name,
            login=self.counter.login,
            timeout=180,
        )

    def _tour(self, name):
        with network():
            self._start(name)
        return self._received()

    def _received(self):
        drop_offs = self.env["conciergerie.drop.off"].search(
            [("config_id", "=", self.config.id)], order="id"
        )
        self.assertFalse(list(filter(None, drop_offs.mapped("failure"))))
        return drop_offs

    def test_drop_offs_without_network(self):
        """B9: three offline, the page reloaded offline, back, sent again: three."""
        drop_offs = self._tour("conciergerie_pos_offline")
        self.assertEqual(len(drop_offs), 3)
        self.assertEqual(len(drop_offs.task_ids), 3)
        self.assertEqual(len(drop_offs.order_id), 2)
        self.assertEqual(
            drop_offs.mapped("name"),
            [f"VAL-T{self.config.id}P1-{n:04}" for n in range(1, 4)],
        )
        self.assertIn("Ada Nguyen", drop_offs.partner_id.mapped("name"))
        paid = drop_offs.filtered("is_paid")
        ticket = self.till_session.order_ids
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.state, "paid")
        self.assertEqual(paid.task_ids.pos_line_id, ticket.lines)

    def test_configuration_changed_meanwhile(self):
        """Nothing unsent is lost when core wipes the browser's database."""
        # Each opening online finds a newer configuration, and wipes.
        self.config.last_data_change = fields.Datetime.now() + timedelta(days=1)
        drop_offs = self._tour("conciergerie_pos_config_changed")
        self.assertEqual(len(drop_offs), 1)
        self.assertEqual(len(drop_offs.task_ids), 1)
        tickets = self.till_session.order_ids.filtered(lambda o: o.state == "paid")
        self.assertEqual(len(tickets), 2, "one unknown to the server, one a draft")
        self.assertEqual(tickets.mapped("amount_paid"), [12.0, 12.0])
        self.assertEqual(len(tickets.lines), 2)
        self.assertEqual(len(tickets.payment_ids), 2)

    def test_closed_and_opened_again_without_network(self):
        """B9: the browser closed and opened again, still without network.

        Two tickets, two drop-offs and one that is being typed; opened at the address
        that the browser remembers, then the network comes back: each is there once.
        """
        with same_browser(), network() as cut:
            self._start("conciergerie_pos_closed_offline")
            self.assertTrue(cut.is_off)
            self.assertFalse(self._received(), "nothing can have come")
            self.assertFalse(self.till_session.order_ids)
            self._start("conciergerie_pos_opened_again", page="/drop-off")
            self.assertFalse(cut.is_off)
        self._check_all_once()

    def test_closed_and_opened_again_with_network(self):
        """What was kept is sent by the next opening, once."""
        with same_browser(), network() as cut:
            self._start("conciergerie_pos_closed_offline")
            self.assertFalse(self._received())
            cut.is_off = False
            self._start("conciergerie_pos_sent_at_opening", page="")
        self._check_all_once()

    def _check_all_once(self):
        drop_offs = self._received()
        self.assertEqual(len(drop_offs), 2)
        paid = drop_offs.filtered("is_paid")
        unpaid = drop_offs - paid
        self.assertEqual(len(unpaid.order_id), 1)
        self.assertEqual(len(unpaid.task_ids), 1)
        self.assertEqual(unpaid.task_ids.sale_line_id, unpaid.order_id.order_line)
        tickets = self.till_session.order_ids
        self.assertEqual(tickets.mapped("state"), ["paid", "paid"])
        self.assertEqual(sorted(tickets.mapped("amount_paid")), [6.0, 12.0])
        self.assertEqual(len(tickets.payment_ids), 2)
        sold = tickets.lines.filtered("drop_off_uuid")
        self.assertEqual(len(paid.task_ids), 1)
        self.assertEqual(paid.task_ids.pos_line_id, sold)
        self.assertEqual(len(sold.commission_line_ids), 1)
        self.assertEqual(sold.commission_line_ids.price_total, 12.0)
        self.assertFalse(self.till_session.activity_ids, "nothing to look at")
        requests = self.env["project.task"].search(
            [("site_id", "=", self.site.id), ("service_id", "=", self.ironing.id)]
        )
        self.assertEqual(requests, drop_offs.task_ids)
