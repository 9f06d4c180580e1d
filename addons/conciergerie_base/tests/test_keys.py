from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConciergerieCommon


@tagged("post_install", "-at_install")
class TestKeys(ConciergerieCommon):
    """The register of customers' keys, as the counter user."""

    def _register(self, tag="042", **values):
        return (
            self.env["conciergerie.key"]
            .with_user(self.counter)
            .create(
                {
                    "tag": tag,
                    "partner_id": self.beneficiary.id,
                    "site_id": self.site.id,
                    **values,
                }
            )
        )

    def _wizard(self, keys, kind, **values):
        return (
            self.env["conciergerie.key.wizard"]
            .with_user(self.counter)
            .create({"key_ids": keys.ids, "kind": kind, **values})
        )

    def test_life_of_keys(self):
        key = self._register(place="Hook 3", agreement="Plumber allowed")
        self.assertEqual(key.state, "in")
        self.assertEqual(key.movement_ids.kind, "entrusted")
        self.assertFalse(key.holder_partner_id, "they hang at the counter")
        task = self._new_request(self.paperwork)
        self._wizard(
            key,
            "out",
            holder="provider",
            partner_id=self.cobbler.id,
            due_back=self._today(),
            task_id=task.id,
        ).action_confirm()
        self.assertEqual(key.state, "out")
        self.assertEqual(key.holder_partner_id, self.cobbler)
        self.assertFalse(key.holder_user_id)
        self.assertFalse(key.is_overdue)
        with self.assertRaisesRegex(UserError, "cannot be returned.*Cobbler Martin"):
            key.action_return()
        with self.assertRaisesRegex(UserError, "cannot be taken out"):
            key._take_out(user=self.counter)
        key.action_take_back()
        self.assertEqual(key.state, "in")
        self.assertFalse(key.holder_partner_id)
        wizard = self._wizard(key, "returned", receiver_name="Her son")
        wizard.action_confirm()
        self.assertEqual(key.state, "returned")
        self.assertEqual(
            key.movement_ids.sorted("id").mapped("kind"),
            ["entrusted", "out", "back", "returned"],
        )
        last = key.movement_ids.sorted("id")[-1]
        self.assertEqual(last.proof_id.receiver_name, "Her son")
        self.assertEqual(last.user_id, self.counter)
        for method in ("action_take_out", "action_take_back", "action_report_lost"):
            with self.assertRaisesRegex(UserError, "the owner has them already"):
                getattr(key, method)()

    def test_found_again_at_another_site(self):
        key = self._register()
        with self.assertRaisesRegex(UserError, "Write what happened"):
            key._report_lost("  ")
        self.assertEqual(key.state, "in")
        self._wizard(key, "lost", reason="Not on its hook").action_confirm()
        self.assertEqual(key.state, "lost")
        entry = self.env["conciergerie.shift.log"].search(
            [("partner_id", "=", key.partner_id.id)]
        )
        self.assertIn("042 are lost: Not on its hook.", entry.body)
        self.assertTrue(entry.is_open and entry.is_pinned)
        with self.assertRaisesRegex(UserError, "reported lost"):
            key.action_return()
        key._take_back(self.site_2)
        self.assertEqual((key.state, key.site_id), ("in", self.site_2))

    def test_overdue(self):
        key, other = self._register(), self._register("043")
        today = self._today()
        with self.assertRaisesRegex(UserError, "in the past"):
            key._take_out(user=self.counter, due_back=today - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "Who takes the keys"):
            key._take_out()
        (key | other)._take_out(user=self.counter, due_back=today)
        other.action_take_back()
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        with freeze_time(tomorrow):
            self.env.invalidate_all()
            self.assertTrue(key.is_overdue)
            domain = [("id", "in", (key | other).ids)]
            keys = self.env["conciergerie.key"]
            self.assertEqual(keys.search([*domain, ("is_overdue", "=", True)]), key)
            self.assertEqual(keys.search([*domain, ("is_overdue", "=", False)]), other)

    def test_tag_tells_no_address(self):
        for tag in ("12 rue du Pont", "Morel", "MOREL-1", " "):
            with self.assertRaisesRegex(ValidationError, "cannot be written on a tag"):
                self._register(tag)
        self.assertEqual(self._register(" val-12 ").tag, "VAL-12")

    def test_tag_unique_until_returned(self):
        key = self._register()
        self.assertEqual(
            self.env["conciergerie.key"].with_company(self.company)._default_tag(),
            "043",
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self._register().flush_recordset()
        key._return()
        self.assertEqual(self._register().state, "in")

    def test_append_only(self):
        key = self._register()
        movement = key.movement_ids
        with self.assertRaises(AccessError):
            movement.write({"reason": "Another one"})
        movement_sudo = movement.sudo()
        with self.assertRaisesRegex(UserError, "never changed or deleted"):
            movement_sudo.write({"kind": "lost"})
        with self.assertRaisesRegex(UserError, "never changed or deleted"):
            movement_sudo.unlink()
        with self.assertRaisesRegex(UserError, "owner of keys never changes"):
            key.partner_id = self.laundry
        for values in ({"state": "returned"}, {"holder_user_id": self.manager.id}):
            with self.assertRaisesRegex(UserError, "their last movement says"):
                key.write(values)
        with self.assertRaisesRegex(UserError, "register of keys is kept"):
            key.sudo().unlink()
        self.env.flush_all()
        for query in (
            "UPDATE conciergerie_key_movement SET kind = 'lost' WHERE id = %s",
            "DELETE FROM conciergerie_key_movement WHERE id = %s",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.cr.execute(query, (movement.id,))

    def test_rights(self):
        key = self._register()
        with self.assertRaises(AccessError):
            self.env["conciergerie.key.movement"].with_user(self.counter).create(
                {
                    "key_id": key.id,
                    "kind": "returned",
                    "site_id": self.site.id,
                    "user_id": self.manager.id,
                }
            )
        as_accountant = key.with_user(self.accountant)
        self.assertEqual(as_accountant.state, "in")
        with self.assertRaises(AccessError):
            as_accountant._report_lost("Not on its hook")
        with self.assertRaises(AccessError):
            as_accountant.write({"place": "Elsewhere"})
        with self.assertRaises(AccessError):
            key.unlink()
        key.with_user(self.manager)._take_out(user=self.manager)

    def test_company_separation(self):
        key = self._register()
        company = self.env["res.company"].create({"name": "Other conciergerie"})
        stranger = self._new_user("counter", company, login="stranger_keys")
        strange = self.env["conciergerie.key"].with_user(stranger)
        self.assertFalse(strange.search([("id", "=", key.id)]))
        with self.assertRaises(AccessError):
            key.with_user(stranger).read(["tag"])
        with self.assertRaises(AccessError):
            key.movement_ids.with_user(stranger).read(["kind"])

    def test_contact_merge_keeps_the_register(self):
        key = self._register()
        twin = self.beneficiary.copy({"email": self.beneficiary.email})
        self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set((twin | self.beneficiary).ids)],
                "dst_partner_id": twin.id,
            }
        ).action_merge()
        self.env.invalidate_all()
        self.assertEqual(key.partner_id, twin)
        self.assertEqual(key.movement_ids.partner_id, twin)
