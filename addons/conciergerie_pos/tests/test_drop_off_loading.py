import base64
import io

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .drop_off_common import DropOffCase


@tagged("post_install", "-at_install")
class TestDropOffLoading(DropOffCase):
    """What the till knows before it drops off, and the photos that follow."""

    def test_photo_follows(self):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(buffer, "JPEG")
        photo = base64.b64encode(buffer.getvalue()).decode()
        payload = self._payload()
        uuid = payload["lines"][0]["uuid"]
        lines = self.env["conciergerie.drop.off.line"].with_user(self.counter)
        self.assertFalse(lines.set_photo_from_ui(uuid, 1, photo), "not there yet")
        task = self._send(payload).task_ids
        self.assertTrue(lines.set_photo_from_ui(uuid, 2, photo))
        self.assertTrue(lines.set_photo_from_ui(uuid, 2, photo))
        first, second = task.piece_ids
        self.assertFalse(first.photo)
        self.assertTrue(second.photo_128)
        with self.assertRaises(ValidationError):
            lines.set_photo_from_ui(uuid, 1, "not a photo")

    def test_two_prices_of_a_provider_are_one_offer(self):
        """A price for larger quantities, or for a variant, names nobody twice.

        The list of the till is keyed by provider.
        """
        template = self.ironing.product_tmpl_id
        offer = {
            "product_tmpl_id": template.id,
            "partner_id": self.laundry.id,
            "price": 5.0,
        }
        more = {**offer, "min_qty": 10}
        of_variant = {**offer, "product_id": template.product_variant_id.id}
        self.env["product.supplierinfo"].create([more, of_variant])
        offers = template.with_company(self.company)._prepare_drop_off_offers()
        self.assertEqual([o["id"] for o in offers[template.id]], self.laundry.ids)
        offers, _providers = self.config._provider_offers()
        self.assertEqual([o["provider"] for o in offers[template.id]], self.laundry.ids)

    @freeze_time("2026-11-27 10:00:00")
    def test_loaded_for_offline_use(self):
        """The till knows open days, providers and delays; it computes the same date."""
        data = self.till_session.with_user(self.counter).load_data([])
        [config] = data["pos.config"]
        days = config["_drop_off_site"]["open_days"]
        # Friday 27th; open from Tuesday to Saturday.
        self.assertEqual(days[:3], ["2026-11-27", "2026-11-28", "2026-12-01"])
        self.assertEqual(
            config["_drop_off_services"][self.ironing.product_tmpl_id.id],
            [
                {
                    "id": self.laundry.id,
                    "name": "Laundry of the Bridge",
                    "delay": 2,
                    "away_until": False,
                }
            ],
        )
        self.assertEqual(
            config["_drop_off_services"][self.alteration.product_tmpl_id.id], []
        )
        self.ironing.site_ids = self.site_2
        [config] = self.till_session.with_user(self.counter).load_data(["pos.config"])[
            "pos.config"
        ]
        self.assertNotIn(self.ironing.product_tmpl_id.id, config["_drop_off_services"])
        self.ironing.site_ids = False
        self._send(self._payload())
        data = self.till_session.with_user(self.counter).load_data([])
        self.assertEqual(
            [row["name"] for row in data["conciergerie.drop.off"]], ["VAL-T1P1-0001"]
        )
