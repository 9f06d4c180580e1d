import json

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 10:00:00")
class TestSeal(PosCommon):
    """Case B4: what is paid is sealed; core's own report stays clean."""

    def setUp(self):
        super().setUp()
        self.order = self._sell(
            self._line(self.ironing, 24.0),
            self._line(self.copies),
            payments=[(self.card, 24.0), (self.cash, 6.0)],
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def _faults(self):
        self.env.flush_all()
        self.env.invalidate_all()
        seals = self.env["conciergerie.pos.seal"].with_user(self.manager)
        return [
            (fault["ticket"], fault["reason"])
            for fault in seals._check_integrity(self.company)["faults"]
        ]

    def assertClean(self):
        """Neither our check nor core's finds anything."""
        self.assertEqual(self._faults(), [])
        self.env.invalidate_all()
        # Core looks for a language where a test has no request.
        with mute_logger("odoo.tools.translate"):
            core = self.company._check_pos_hash_integrity()
        self.assertEqual(core["corrupted_orders"], "None")

    def test_payload(self):
        payload = json.loads(self.order.seal_ids.payload)
        self.assertEqual(payload["version"], 1)
        self.assertEqual(payload["hash"], self.order.l10n_fr_hash)
        self.assertEqual(payload["ticket"]["amount_total"], "30")
        line = payload["lines"][0]
        self.assertEqual(
            (line["provider_id"], line["deal_mode"], line["price_subtotal_incl"]),
            (self.laundry.id, "mandate", "24"),
        )
        self.assertEqual(line["deals"][0]["rate"], "15")
        self.assertEqual(
            sorted(row["amount"] for row in payload["payments"]), ["24", "6"]
        )

    def test_chain(self):
        second = self._sell(self._line(self.copies)).seal_ids
        first = self.order.seal_ids
        self.assertFalse(first.previous_digest)
        self.assertEqual(second.previous_digest, first.digest)
        self.assertClean()

    def test_what_is_refused(self):
        """Each of them as a manager, who may write on tickets otherwise."""
        order = self.order.with_user(self.manager)
        mandate, ours = order.lines
        card = order.payment_ids.filtered(lambda p: p.payment_method_id == self.card)
        other = self.cobbler
        attacks = (
            lambda: mandate.write({"provider_id": other.id}),
            lambda: mandate.write({"deal_mode": "resale"}),
            lambda: mandate.write({"price_subtotal_incl": 23.0}),
            lambda: mandate.write({"tax_ids": [Command.link(self.vat_20.id)]}),
            lambda: mandate.write({"service_price_unit": 100.0}),
            lambda: ours.write({"price_unit": 5.0}),
            lambda: ours.write({"order_id": self._draft().id}),
            lambda: ours.unlink(),
            lambda: ours.copy(),
            lambda: order.write({"amount_total": 29.0}),
            lambda: order.write({"amount_paid": 29.0}),
            lambda: order.write({"state": "draft"}),
            lambda: order.write({"state": "cancel"}),
            lambda: card.write({"amount": 23.0}),
            lambda: card.write({"payment_method_id": self.cash.id}),
            lambda: card.write({"copay_partner_id": other.id}),
            lambda: card.unlink(),
            lambda: order.add_payment(
                {
                    "pos_order_id": order.id,
                    "amount": 5.0,
                    "payment_method_id": self.cash.id,
                }
            ),
            lambda: order.seal_ids.sudo().write({"digest": "0"}),
            lambda: order.seal_ids.sudo().unlink(),
        )
        for number, attack in enumerate(attacks):
            with self.subTest(number), self.assertRaises(UserError):
                attack()
                self.env.flush_all()
        deal = self._seller(self.order)
        with self.assertRaises(UserError):
            deal.write({"rate": 10.0})
        self.assertClean()

    def _draft(self):
        data = self._ticket_data([self._line(self.copies)], payments=[], state="draft")
        self._send(data)
        return self.env["pos.order"].search([("uuid", "=", data["uuid"])])

    def test_a_line_moved_into_a_sealed_ticket(self):
        draft = self._draft()
        with self.assertRaisesRegex(UserError, "is paid and sealed"):
            draft.lines.write({"order_id": self.order.id})

    def test_equal_writes_and_the_life_of_a_ticket_pass(self):
        self.order.lines[0].write({"price_unit": 24.0, "provider_id": self.laundry.id})
        self.order.write({"amount_total": 30.0, "nb_print": 1})
        self.order.partner_id = self.beneficiary
        with self.assertRaisesRegex(UserError, "is paid and sealed"):
            self.order.partner_id = self.laundry
        self._give_back(self.order)
        with_change = self._ticket_data(
            [self._line(self.copies)], payments=[(self.cash, 10.0)], amount_return=-4.0
        )
        self._send(with_change)
        draft = self._draft()
        data = self._ticket_data([], uuid=draft.uuid)
        data.update(amount_total=6.0, amount_paid=6.0, amount_tax=1.0)
        data["payment_ids"] = [
            Command.create(
                {"payment_method_id": self.cash.id, "amount": 6.0, "name": "x"}
            )
        ]
        data["access_token"] = draft.access_token
        # As in two requests: core reads its hash's values from the database.
        self.env.flush_all()
        self.env.invalidate_all()
        self._send(data)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(draft.state, "paid")
        self.assertTrue(draft.seal_ids)
        self._sell(
            self._line(self.copies), partner_id=self.beneficiary.id, to_invoice=True
        )
        self._close()
        self.order.with_context(generate_pdf=False).action_pos_order_invoice()
        self.assertClean()

    def test_raw_changes_are_found(self):
        second = self._sell(self._line(self.copies))
        self.env.flush_all()
        card = self.order.payment_ids[0]
        self.env.cr.execute(
            "UPDATE pos_payment SET amount = 1 WHERE id = %s", [card.id]
        )
        self.env.cr.execute(
            "UPDATE pos_order_line SET deal_mode = 'resale' WHERE order_id = %s",
            [second.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._faults(),
            [
                (self.order.name, "changed since it was paid: Amount"),
                (second.name, "changed since it was paid: Deal Mode"),
            ],
        )

    def test_seals_removed_or_changed_are_found(self):
        orders = [self._sell(self._line(self.copies)) for _number in range(3)]
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE conciergerie_pos_seal DISABLE TRIGGER USER")
        cr.execute(
            "DELETE FROM conciergerie_pos_seal WHERE order_id = %s", [orders[0].id]
        )
        cr.execute(
            "UPDATE conciergerie_pos_seal SET payload = payload || ' '"
            " WHERE order_id = %s",
            [orders[2].id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self._faults(),
            [
                (orders[0].name, "paid, and without a seal"),
                (orders[1].name, "a seal before it is missing or was exchanged"),
                (orders[2].name, "the seal itself was changed"),
            ],
        )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_too(self):
        seal = self.order.seal_ids
        for query in (
            "UPDATE conciergerie_pos_seal SET digest = 'x' WHERE id = %s",
            "DELETE FROM conciergerie_pos_seal WHERE id = %s",
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env.cr.execute(query, [seal.id])

    def test_contacts_merged_since(self):
        gone = self.laundry.copy()
        seals = self.env["conciergerie.pos.seal"]
        recorded = {"lines": [{"provider_id": gone.id}], "payments": []}
        current = {"lines": [{"provider_id": self.laundry.id}], "payments": []}
        seals._forgive_merged(recorded, current)
        self.assertEqual(recorded["lines"][0]["provider_id"], gone.id)
        gone.unlink()
        seals._forgive_merged(recorded, current)
        self.assertEqual(recorded, current)

    def test_report(self):
        """The manager prints it; the counter neither reads seals nor prints."""
        report = self.env["ir.actions.report"]
        name = "conciergerie_pos.report_pos_seal"
        html = report.with_user(self.manager)._render_qweb_html(name, self.company.ids)
        self.assertIn(b"no seal is missing", html[0])
        with self.assertRaises(AccessError):
            report.with_user(self.counter)._render_qweb_html(name, self.company.ids)
        with self.assertRaises(AccessError):
            self.order.seal_ids.with_user(self.counter).read(["digest"])
        with self.assertRaises(AccessError):
            self.company.with_user(self.counter)._action_check_pos_seals()
        for user in (self.manager, self.accountant):
            action = self.company.with_user(user)._action_check_pos_seals()
            self.assertEqual(action["report_name"], name)

    def test_company_without_number_of_core(self):
        """Elsewhere our own number without gaps is the lock of the chain."""
        self.company._lock_pos_seals()
        sequence = self.company.pos_seal_sequence_id
        self.assertEqual(sequence.implementation, "no_gap")
        number = sequence.number_next
        self.company._lock_pos_seals()
        self.assertEqual(sequence.number_next, number + 1)

    def test_request_moves_freely(self):
        """The status of a request is no part of the sale."""
        request = self._new_request()
        request.sudo().pos_line_id = self.order.lines[0]
        request.with_user(self.counter)._cancel_request("Changed her mind")
        self.assertEqual(request.step, "cancelled")
        self.assertClean()
