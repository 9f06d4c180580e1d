import os
from datetime import date, timedelta

from freezegun import freeze_time
from reportlab.graphics.barcode import code128

from odoo.tests import tagged

from .drop_off_common import DropOffCase
from .drop_off_vectors import read_vectors, write_vectors

TEXTS = ("VAL-T5P3-0042", "VAL-T5P3-0042-12", "COL-2026-0001")
MONDAY = date(2026, 11, 30)


class SetB(code128.Code128):
    """Code 128 that stays in set B, as the till draws it."""

    def encode(self):
        values = [ord(char) - 32 for char in self.validated]
        total = 104 + sum(v * (i + 1) for i, v in enumerate(values))
        self.encoded = [104, *values, total % 103, 106]
        return self.encoded


@tagged("post_install", "-at_install")
class TestDropOffVectors(DropOffCase):
    """What the till computes without network is what the server would."""

    def _promised(self, lead, delay, away):
        """Return one vector: terms, today, and the date that the server promises."""
        product = self._new_service(
            f"Service {lead} {delay} {away}",
            5.0,
            lead_days=lead,
            sellers=[(self.laundry, 1.0, delay)],
        )
        for days in range(7):
            today = MONDAY + timedelta(days=days)
            until = today + timedelta(days=away) if away else False
            self.laundry.write(
                {
                    "provider_away_from": today if until else False,
                    "provider_away_until": until,
                }
            )
            with freeze_time(f"{today} 10:00:00"):
                promised = product._get_promised_date(self.site, self.laundry)
            yield {
                "terms": {
                    "leadDays": lead,
                    "delay": delay,
                    "awayUntil": until.isoformat() if until else False,
                },
                "today": today.isoformat(),
                "promised": promised.isoformat(),
            }

    def test_vectors(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Christmas",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-12-07 23:00:00",
                "date_to": "2026-12-10 22:59:59",
            }
        )
        with freeze_time(f"{MONDAY} 10:00:00"):
            open_days = self.config._drop_off_open_days()
        bars = {}
        for text in TEXTS:
            code = SetB(text, quiet=0)
            code.validate()
            code.encode()
            bars[text] = "".join(
                str("abcd".index(char.lower()) + 1)
                for value in code.encoded
                for char in code128._patterns[value]
            )
        vectors = {
            "openDays": open_days[:60],
            "promised": [
                vector
                for lead in (0, 1, 5)
                for delay in (0, 2, 9)
                for away in (0, 3)
                for vector in self._promised(lead, delay, away)
            ],
            "bars": bars,
        }
        if os.environ.get("CONCIERGERIE_WRITE_VECTORS"):
            write_vectors(vectors)
        self.assertEqual(read_vectors(), vectors)
