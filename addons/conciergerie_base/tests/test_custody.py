import os
from datetime import timedelta

import psycopg2
from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_transitions import TransitionCase

STEPS = int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200"))
ACTIONS = (
    "order",
    "deposit",
    "send",
    "receive",
    "ready",
    "hand_over",
    "problem",
    "resume",
    "cancel",
)


@tagged("post_install", "-at_install")
class TestAppendOnly(TransitionCase):
    """Who had a piece and when: never changed, never deleted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.task = cls._new_request(cls.ironing, pieces=2)
        cls.task._send_to_provider()
        cls.task._receive_pieces(cls.task.piece_ids)
        cls.task._hand_over(cls.task.piece_ids, receiver_name="Jean", is_proxy=True)
        cls.event = cls.task.piece_ids[0].event_ids[-1]
        cls.values = {
            "piece_id": cls.task.piece_ids[1].id,
            "date": "2020-01-01 00:00:00",
            "holder": "beneficiary",
            "site_id": cls.site_2.id,
            "user_id": cls.manager.id,
            "has_proof": False,
        }

    def test_orm(self):
        self.assertEqual(set(self.values), set(self.event._frozen_columns))
        users = (self.counter, self.manager, self.accountant, self.env.user)
        for user in (*users, self.env.ref("base.user_root")):
            event = self.event.with_user(user)
            for name, value in self.values.items():
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(UserError):
                        event.write({name: value})
            with self.subTest(user=user.login), self.assertRaises(UserError):
                event.unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted: its custody"):
            self.task.piece_ids.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_sql(self):
        for name, value in self.values.items():
            with self.subTest(column=name):
                with self.assertRaises(psycopg2.IntegrityError):
                    with self.env.cr.savepoint():
                        self.env.cr.execute(
                            f"UPDATE conciergerie_custody_event SET {name} = %s "
                            "WHERE id = %s",
                            [value, self.event.id],
                        )
        with self.assertRaises(psycopg2.IntegrityError):
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    "DELETE FROM conciergerie_custody_event WHERE id = %s",
                    [self.event.id],
                )

    def test_equal_values_pass(self):
        """An upgrade rewrites rows with the values they have."""
        columns = ", ".join(f"{c} = {c}" for c in self.event._frozen_columns)
        self.env.cr.execute(f"UPDATE conciergerie_custody_event SET {columns}")
        self.assertTrue(self.env.cr.rowcount)
        self.event.sudo().write({"holder": self.event.holder})

    def test_merging_contacts_keeps_every_event(self):
        double = self.beneficiary.copy({"name": "Camille Morel again"})
        other = self._new_request(self.ironing, partner_id=double.id, pieces=2)
        other._send_to_provider()
        other._receive_pieces(other.piece_ids)
        other._hand_over(other.piece_ids)
        events = (self.task.piece_ids | other.piece_ids).event_ids
        before = [(e.id, e.holder, e.date, e.user_id.id) for e in events]
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.beneficiary | double).ids, self.beneficiary
        )
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        self.assertEqual(
            [(e.id, e.holder, e.date, e.user_id.id) for e in events.exists()], before
        )
        self.assertEqual(other.piece_ids.event_ids[-1].partner_id, self.beneficiary)
        self.assertEqual(other.partner_id, self.beneficiary)

    def test_proof_can_be_erased(self):
        administrator = self._new_user("administrator")
        proof = self.event.proof_id
        with self.assertRaises(UserError):
            proof.with_user(self.manager).unlink()
        proof.with_user(administrator).unlink()
        self.event.invalidate_recordset()
        self.assertFalse(self.event.proof_id)
        self.assertTrue(self.event.has_proof, "the event says that there was one")
        self.assertEqual(self.event.holder, "proxy")

    def test_ticket_states_what_compensation_depends_on(self):
        task = self._request_at(self.ironing, "ready", pieces=2)
        task.piece_ids[0].declared_value = 85.0
        self.company.conciergerie_liability_limit = 50.0
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("conciergerie_base.report_deposit_ticket", task.ids)[0]
            .decode()
        )
        text = html.replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(text.count("Declared value"), 1)
        self.assertRegex(text, r"Declared value: <[^>]+>.{0,80}85[.,]00")
        self.assertRegex(text, r"Liability is limited to\s+<[^>]+>.{0,80}50[.,]00")

    def test_note_after_the_names_are_erased(self):
        """Each hand-over keeps its own paragraph, who took what and when."""
        task = self._request_at(self.ironing, "ready", pieces=2)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            task._hand_over(task.piece_ids[0])
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            task._hand_over(task.piece_ids[1], receiver_name="Zoé", is_proxy=True)

        def note():
            report = self.env["ir.actions.report"]
            name = "conciergerie_base.report_hand_over_note"
            return report._render_qweb_html(name, task.ids)[0].decode()

        self.assertEqual(note().count("Handed over on"), 2)
        self.assertIn("Zoé", note())
        task.piece_ids.event_ids.proof_id.sudo().unlink()
        self.env.invalidate_all()
        self.assertEqual(note().count("Handed over on"), 2)
        self.assertEqual(note().count("(name erased)"), 2)
        self.assertEqual(note().count("Taken for the beneficiary by"), 1)


@tagged("post_install", "-at_install")
class TestHistories(TransitionCase):
    """Generated days at the counter: what must hold after whatever people do."""

    def _act(self, action, tasks, index, count):
        """Do one thing to one request; a refusal must have changed nothing."""
        if action == "order" or not tasks:
            services = list(self.kinds.values())
            tasks.append(
                self._new_request(
                    services[index % len(services)],
                    pieces=count,
                    quantity=count,
                )
            )
            return
        task = tasks[index % len(tasks)]
        pieces = task.piece_ids.sorted("id")[index % 3 :][:count]
        functions = {
            "deposit": lambda: task._deposit(count),
            "send": task._send_to_provider,
            "receive": lambda: pieces and task._receive_pieces(pieces),
            "ready": task._mark_ready,
            "hand_over": lambda: task._hand_over(
                pieces, receiver_name="Jean Petit", is_proxy=bool(index % 2)
            ),
            "problem": lambda: task._report_problem("A stain"),
            "resume": task._resume,
            "cancel": lambda: task._cancel_request("Changed her mind"),
        }
        before = self._snapshot(task)
        try:
            functions[action]()
        except UserError:
            self.assertEqual(self._snapshot(task), before)

    def _check(self, tasks):
        self.env.flush_all()
        for task in tasks:
            task.invalidate_recordset()
            pieces = task.piece_ids
            for piece in pieces:
                last = piece.event_ids.sorted("id")[-1]
                self.assertEqual(piece.holder, last.holder)
                self.assertEqual(piece.holder_partner_id, last.partner_id)
                self.assertEqual(piece.event_ids[0].holder, "counter")
            gone = ("beneficiary", "proxy", "disposed")
            if task.step == "ready":
                self.assertNotIn("provider", pieces.mapped("holder"))
            if task.step == "handed_over":
                self.assertTrue(all(p.holder in gone for p in pieces))
            self.assertEqual(task.step, task.stage_id.step)
            self.assertEqual(
                task.state,
                {"handed_over": "1_done", "cancelled": "1_canceled"}.get(
                    task.step, "01_in_progress"
                ),
            )
            self.assertEqual(
                bool(task.closed_date), task.step in ("handed_over", "cancelled")
            )
            self.assertEqual(bool(task.resume_step), task.step == "problem")
            line = task.sale_line_id
            self.assertLessEqual(line.qty_delivered, line.product_uom_qty)
            self.assertGreaterEqual(line.qty_delivered, 0)
            if task.step in task._open_steps():
                self.assertGreaterEqual(line.qty_to_invoice, 0)

    def test_histories(self):
        length = 20

        @settings(
            max_examples=max(STEPS // length, 1),
            derandomize=True,
            database=None,
            deadline=None,
            # Without shrinking: what fails is told at once, with its moves.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.lists(
                st.tuples(
                    st.sampled_from(ACTIONS), st.integers(0, 11), st.integers(1, 4)
                ),
                min_size=length,
                max_size=length,
            )
        )
        def history(moves):
            tasks = []
            for action, index, count in moves:
                self._act(action, tasks, index, count)
                self._check(tasks)

        history()

    def test_deposit_after_delivery_counts(self):
        """A piece more than ordered never delivers more than ordered."""
        task = self._new_request(self.ironing, pieces=2, quantity=2)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        task._hand_over(task.piece_ids[0])
        self.assertEqual(task.sale_line_id.qty_delivered, 1)
        task._deposit(2)
        self._check([task])
        task._hand_over(task.piece_ids.filtered(lambda p: p.holder == "counter"))
        self.assertEqual(task.step, "handed_over")
        self.assertEqual(task.sale_line_id.qty_delivered, 2)

    def test_two_requests_of_one_line(self):
        task = self._new_request(self.ironing, pieces=2, quantity=2)
        line = task.sale_line_id
        second = task.create(
            {
                "name": "Second half",
                "project_id": task.project_id.id,
                "sale_line_id": line.id,
                "partner_id": task.partner_id.id,
            }
        )
        self.assertEqual(line.request_ids, task | second)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        task._hand_over(task.piece_ids)
        self._check([task, second])
        second._cancel_request("No")
        self._check([task, second])
