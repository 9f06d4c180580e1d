from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .pickup_common import SIGNATURE, PickupCommon


@tagged("post_install", "-at_install")
class TestParcel(PickupCommon):
    """Parcels: received, told, handed over with a code or a signature, returned."""

    def setUp(self):
        super().setUp()
        self.parcels = (
            self.env["conciergerie.parcel"]
            .with_user(self.counter)
            .with_company(self.company)
        )

    def _receive(self, **values):
        [row] = self.parcels.pos_receive(
            self.config.id,
            {
                "uuid": "parcel-1",
                "number": "6A12345678901",
                "carrier": "Colissimo",
                "partner_id": self.beneficiary.id,
                "rack": "Shelf B",
                **values,
            },
        )
        return self.parcels.browse(row["id"])

    def _mails(self):
        return self.env["mail.mail"].search(
            [("subject", "ilike", "6A12345678901")], order="id"
        )

    def _run_cron(self, model, method):
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            getattr(self.env[model], method)()

    def test_received_once_and_told_with_its_code(self):
        parcel = self._receive()
        self.assertEqual(self._receive(), parcel)
        self.assertEqual(parcel.state, "notified")
        self.assertEqual(parcel.site_id, self.site)
        mail = self._mails()
        self.assertEqual(len(mail), 1)
        self.assertIn(parcel.sudo().code, mail.body_html)
        self.assertEqual(len(parcel.sudo().code), 6)

    def test_received_twice(self):
        """Scanned twice it is refused, at the till and in the back office."""
        parcel = self._receive()
        self._receive(uuid="parcel-2", carrier="Chronopost")
        again = {
            "uuid": "parcel-3",
            "number": " 6a12345678901",
            "carrier": "colissimo ",
        }
        refused = self.assertRaisesRegex(ValidationError, "is here already, since")
        with refused, self.env.cr.savepoint():
            self._receive(**again)
        with refused, self.env.cr.savepoint():
            self.parcels.create(
                {
                    "number": "6A12345678901",
                    "carrier": "Colissimo",
                    "recipient": "Somebody",
                    "site_id": self.site.id,
                }
            )
        self.assertEqual(len(self._mails()), 2)
        # Another counter, or one that has left, is another parcel.
        self.parcels.create(
            {
                "number": "6A12345678901",
                "carrier": "Colissimo",
                "recipient": "Somebody",
                "site_id": self.site_2.id,
            }
        )
        parcel._return_to_carrier("Refused")
        self.assertEqual(self._receive(**again).state, "notified")

    def test_the_counter_does_not_see_the_code(self):
        parcel = self._receive()
        with self.assertRaises(AccessError):
            parcel.read(["code"])
        [row] = parcel._pos_answer(self.config)
        self.assertNotIn("code", row)
        self.assertNotIn(parcel.sudo().code, str(parcel.message_ids.mapped("body")))
        readable = self.env["mail.message"].with_user(self.counter).search([])
        self.assertNotIn(parcel.sudo().code, str(readable.mapped("body")))

    def test_handed_over_with_the_code(self):
        parcel = self._receive()
        code = parcel.sudo().code
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        with self.assertRaisesRegex(UserError, "is not the code"):
            self.parcels.pos_hand_over_parcels(
                self.config.id, parcel.ids, {"code": wrong}
            )
        [row] = self.parcels.pos_hand_over_parcels(
            self.config.id, parcel.ids, {"code": code}
        )
        self.assertEqual(row["state"], "handed_over")
        self.assertEqual(parcel.handed_with, "code")
        self.assertEqual(parcel.closed_by_id, self.counter)
        with self.assertRaisesRegex(UserError, "no longer here"):
            self.parcels.pos_hand_over_parcels(
                self.config.id, parcel.ids, {"code": code}
            )

    def test_handed_over_with_a_signature_or_to_a_proxy(self):
        first = self._receive()
        second = self._receive(uuid="parcel-2", number="6A2")
        with self.assertRaisesRegex(UserError, "code of the message, or for a sign"):
            self.parcels.pos_hand_over_parcels(self.config.id, first.ids, {})
        self.parcels.pos_hand_over_parcels(
            self.config.id, first.ids, {"signature": SIGNATURE}
        )
        self.assertEqual(first.handed_with, "signature")
        self.assertTrue(first.proof_id.signature)
        with self.assertRaisesRegex(UserError, "name of the person"):
            self.parcels.pos_hand_over_parcels(
                self.config.id, second.ids, {"signature": SIGNATURE, "proxy": True}
            )
        self.parcels.pos_hand_over_parcels(
            self.config.id,
            second.ids,
            {"signature": SIGNATURE, "proxy": True, "receiver": "Léa Morel"},
        )
        self.assertEqual(second.handed_with, "proxy")
        self.assertEqual(second.proof_id.receiver_name, "Léa Morel")

    def test_signatures_are_erased_and_the_parcel_stays(self):
        parcel = self._receive()
        self.parcels.pos_hand_over_parcels(
            self.config.id, parcel.ids, {"signature": SIGNATURE}
        )
        proof = parcel.proof_id
        months = self.company.conciergerie_proof_months + 1
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE conciergerie_custody_proof SET create_date = %s WHERE id = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), months=months), proof.id],
        )
        self.env.invalidate_all()
        self._run_cron("conciergerie.custody.proof", "_cron_erase")
        self.assertFalse(proof.exists())
        self.assertFalse(parcel.proof_id)
        self.assertTrue(parcel.has_proof)
        self.assertEqual(parcel.state, "handed_over")

    def test_reminded_then_unclaimed_then_returned(self):
        with freeze_time("2026-03-02 10:00"):
            parcel = self._receive()
        with freeze_time("2026-03-05 10:00"):
            self._run_cron("conciergerie.parcel", "_cron_send_reminders")
            self.assertEqual(parcel.reminder_count, 0)
        with freeze_time("2026-03-07 10:00"):
            self._run_cron("conciergerie.parcel", "_cron_send_reminders")
            self._run_cron("conciergerie.parcel", "_cron_send_reminders")
            self.assertEqual(parcel.reminder_count, 1)
            self.assertEqual(len(self._mails()), 2)
            with self.assertRaisesRegex(UserError, "wait 48 hours"):
                parcel.action_send_reminder()
        with freeze_time("2026-03-15 10:00"):
            parcel.invalidate_recordset(["is_unclaimed"])
            self.assertFalse(parcel.is_unclaimed)
            with self.assertRaisesRegex(UserError, "may still be claimed"):
                parcel.action_return()
        with freeze_time("2026-03-16 10:00"):
            parcel.invalidate_recordset(["is_unclaimed"])
            self.assertTrue(parcel.is_unclaimed)
            self.assertEqual(self.parcels.search([("is_unclaimed", "=", True)]), parcel)
            parcel.action_return()
        self.assertEqual(parcel.state, "returned")
        self.assertEqual(parcel.return_reason, "Unclaimed")

    def test_somebody_who_is_not_known_is_called(self):
        parcel = self._receive(partner_id=False, recipient="Mme Aubert")
        self.assertEqual(parcel.state, "received")
        self.assertIn("call Mme Aubert", parcel.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "name on the parcel"):
            self._receive(uuid="parcel-3", partner_id=False)
        with self.assertRaisesRegex(UserError, "type its number"):
            self._receive(uuid="parcel-4", number=" ")

    def test_what_happened_is_not_written_by_hand(self):
        parcel = self._receive()
        for vals in ({"state": "handed_over"}, {"code": "1"}, {"has_proof": True}):
            with self.assertRaisesRegex(UserError, "recorded by its buttons"):
                parcel.write(vals)
        made = self.parcels.create(
            {"number": "1", "recipient": "A", "state": "handed_over"}
        )
        self.assertEqual(made.state, "received")
        parcel.rack = "Shelf D"
        with self.assertRaises(AccessError):
            parcel.unlink()

    def test_other_roles_and_companies(self):
        parcel = self._receive()
        self.assertTrue(parcel.with_user(self.accountant).read(["number"]))
        with self.assertRaises(AccessError):
            parcel.with_user(self.accountant).write({"rack": "X"})
        with self.assertRaises(AccessError):
            parcel.with_user(self.accountant)._hand_over(signature=SIGNATURE)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._new_user("counter", company=company, login="stranger")
        with self.assertRaises(AccessError):
            parcel.with_user(stranger).read(["number"])
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "parcel_portal",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaises(AccessError):
            parcel.with_user(portal).read(["number"])
