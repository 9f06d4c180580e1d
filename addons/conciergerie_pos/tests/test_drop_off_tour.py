from datetime import UTC
from tempfile import TemporaryDirectory

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL, mute_logger

from .drop_off_common import DropOffCase
from .offline import same_browser


@tagged("post_install", "-at_install")
class TestDropOffTour(DropOffCase, HttpCase):
    """What the counter does at the till, in a browser; prints are stubbed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is compared on the screen is in the source language.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.counter.lang = "en_US"
        cls.beneficiary.phone = "0639980001"
        cls.env["res.partner"].create(
            {
                "name": "Cami Autre",
                "company_id": cls.company.id,
                "barcode": "0420000007",
            }
        )

    def _tour(self, name, config=None, **options):
        self.start_tour(
            f"/pos/ui/{(config or self.config).id}?from_backend=1",
            name,
            login=self.counter.login,
            **options,
        )

    def _drop_offs(self):
        drop_offs = self.env["conciergerie.drop.off"].search(
            [("config_id", "=", self.config.id)], order="id"
        )
        self.assertFalse(list(filter(None, drop_offs.mapped("failure"))))
        return drop_offs

    def _written_now(self, records):
        """Date a write of records as it is, not at the start of the test.

        A till that opens again asks for what was written since it last did.
        """
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = CLOCK_TIMESTAMP() AT TIME ZONE 'UTC'"
                " WHERE id IN %s",
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(["write_date"])

    @staticmethod
    def _browser_day(drop_off):
        """The day of a drop-off where the browser is, which is this machine."""
        return drop_off.taken_date.replace(tzinfo=UTC).astimezone().date()

    def test_drop_off(self):
        """Known beneficiary, three pieces, paid later: taps and seconds counted."""
        self._tour("conciergerie_pos_drop_off")
        drop_off = self._drop_offs()
        self.assertEqual(len(drop_off), 1)
        self.assertEqual(drop_off.partner_id, self.beneficiary)
        task = drop_off.task_ids
        self.assertEqual(task.service_id, self.ironing)
        self.assertEqual(len(task.piece_ids), 3)
        self.assertEqual(task.sale_line_id.product_uom_qty, 3)
        self.assertEqual(
            task.promised_date,
            self.ironing._get_promised_date(
                self.site, self.laundry, self._browser_day(drop_off)
            ),
            "the till promises the same date as the server",
        )
        self.assertTrue(task.piece_ids[0].photo, "the photo came after")

    def test_drop_off_of_somebody_new(self):
        self._tour("conciergerie_pos_drop_off_new")
        drop_off = self._drop_offs()
        self.assertEqual(drop_off.partner_id.name, "Ada Nguyen")
        self.assertEqual(drop_off.partner_id.phone_key, "33639980012")
        self.assertEqual(len(drop_off.task_ids), 2)
        self.assertEqual(len(drop_off.order_id.order_line), 1, "paperwork is free")

    def test_drop_off_paid_at_once(self):
        """B7: with payment there are both, a ticket and a deposit ticket."""
        self._tour("conciergerie_pos_drop_off_paid")
        drop_off = self._drop_offs()
        self.assertEqual(len(drop_off), 1)
        self.assertFalse(drop_off.order_id)
        ticket = self.till_session.order_ids
        self.assertEqual(ticket.state, "paid")
        self.assertEqual(ticket.lines.drop_off_uuid, drop_off.uuid)
        self.assertEqual(drop_off.task_ids.pos_line_id, ticket.lines)
        self.assertEqual(drop_off.task_ids.payment_status, "paid")

    def test_provider_of_a_paid_drop_off(self):
        """Who is sold for on the ticket does the work and is on the deposit ticket."""
        hill = self.laundry.copy({"name": "Laundry of the Hill"})
        self._new_agreement(hill)
        stranger = self.laundry.copy({"name": "Stranger"})
        self.ironing.seller_ids = [
            Command.create({"partner_id": stranger.id, "price": 1.0}),
            Command.create({"partner_id": hill.id, "price": 90.0}),
        ]
        self._new_service(
            "Embroidery",
            20.0,
            sellers=[(stranger, 9.0, 1)],
            needs_deposit=True,
            available_in_pos=True,
        )
        self._tour("conciergerie_pos_drop_off_deal")
        drop_off = self._drop_offs()
        self.assertEqual(len(drop_off), 1, "what was refused is not taken")
        self.assertEqual(self.till_session.order_ids.lines.provider_id, hill)
        self.assertEqual(drop_off.line_ids.provider_id, hill)
        self.assertEqual(drop_off.task_ids.provider_id, hill)

    def test_typed_drop_off_is_found_again(self):
        """What is typed outlives the page until it is taken or given up."""
        self._tour("conciergerie_pos_drop_off_draft", timeout=240)
        drop_off = self._drop_offs()
        self.assertEqual(len(drop_off), 1)
        self.assertFalse(drop_off.is_paid)
        self.assertFalse(self.till_session.order_ids.lines, "it was taken off again")
        task = drop_off.task_ids.filtered(lambda t: t.service_id == self.ironing)
        self.assertEqual(len(drop_off.task_ids), 2)
        self.assertEqual(len(task.piece_ids), 2)
        self.assertEqual(task.piece_ids[1].description, "Blue jacket")
        self.assertIn("A stain on the collar", task.description)
        self.assertTrue(task.piece_ids[0].photo)
        self.assertEqual((task.promised_date - self._browser_day(drop_off)).days, 40)

    def test_paid_at_another_till(self):
        """Saved where the things are, paid elsewhere: one request, its photo later."""
        other = self._new_config("Second till", self.site, self.card)
        self.config.trusted_config_ids = other
        other.trusted_config_ids = self.config
        with TemporaryDirectory() as profile:
            with same_browser(profile):
                self._tour("conciergerie_pos_saved_ticket_taken")
            drop_off = self._drop_offs()
            self.assertEqual(drop_off.state, "waiting")
            self.assertFalse(drop_off.task_ids)
            # A device that knows nothing of the first one.
            self._tour("conciergerie_pos_saved_ticket_paid", config=other)
            self.env.invalidate_all()
            self.assertEqual(self._drop_offs(), drop_off)
            self.assertEqual(drop_off.state, "done")
            ticket = self.env["pos.order"].search(
                [("lines.drop_off_uuid", "=", drop_off.uuid)]
            )
            self.assertEqual(ticket.state, "paid")
            self.assertEqual(ticket.config_id, other)
            self.assertEqual(drop_off.task_ids.pos_line_id, ticket.lines)
            self.assertEqual(len(drop_off.task_ids.piece_ids), 2)
            self.assertEqual(drop_off.site_id, self.site)
            self._written_now(drop_off)
            with same_browser(profile):
                self._tour("conciergerie_pos_saved_ticket_back")
        self.env.invalidate_all()
        self.assertEqual(self._drop_offs(), drop_off)
        self.assertEqual(len(drop_off.task_ids), 1)
        self.assertTrue(drop_off.task_ids.piece_ids[0].photo)

    def test_scan_of_a_card_and_of_a_ticket(self):
        self._send(self._payload(number="VAL-T9P9-0001"))
        # A code of nobody's is refused by the server, and told.
        with mute_logger("odoo.http"):
            self._tour("conciergerie_pos_drop_off_scan")

    def test_drop_off_small_screen(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._tour("conciergerie_pos_drop_off_small")
        self.assertEqual(len(self._drop_offs().task_ids.piece_ids), 2)
