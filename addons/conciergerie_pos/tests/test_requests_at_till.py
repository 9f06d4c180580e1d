from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .pickup_common import PickupCommon


@tagged("post_install", "-at_install")
class TestRequestsAtTill(PickupCommon):
    """Steps, deliveries, free acts, and what the till loads."""

    def setUp(self):
        super().setUp()
        self.tasks = (
            self.env["project.task"].with_user(self.counter).with_company(self.company)
        )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def test_a_delivery_in_one_call(self):
        first = self._new_request(pieces=2)
        second = self._new_request(pieces=1)
        rows = self.tasks.pos_send_to_provider((first | second).ids)
        self.assertEqual([row["step"] for row in rows], ["provider", "provider"])
        came = first.piece_ids[:1] | second.piece_ids
        rows = self.tasks.pos_receive_pieces(came.ids, " Shelf C ")
        steps = {row["id"]: row["step"] for row in rows}
        self.assertEqual(steps, {first.id: "provider", second.id: "ready"})
        self.assertEqual(came.mapped("rack"), ["Shelf C", "Shelf C"])
        rows = self.tasks.pos_receive_pieces(first.piece_ids[1:].ids)
        self.assertEqual(rows[0]["step"], "ready")
        with self.assertRaisesRegex(UserError, "not expected from a provider"):
            self.tasks.pos_receive_pieces(came.ids)

    def test_base_says_why_a_step_is_refused(self):
        task = self._new_request(pieces=1)
        with self.assertRaisesRegex(UserError, "has not been to the provider yet"):
            self.tasks.pos_mark_ready(task.ids)
        rows = self.tasks.pos_report_problem(task.ids, "A stain", "damaged")
        self.assertEqual(rows[0]["step"], "problem")
        self.assertEqual(rows[0]["reason"], "A stain")
        self.assertEqual(self.tasks.pos_resume(task.ids)[0]["step"], "todo")

    def test_an_accountant_reads_and_changes_nothing(self):
        task = self._new_request(pieces=1)
        tasks = self.tasks.with_user(self.accountant)
        for method in ("pos_send_to_provider", "pos_mark_ready", "pos_resume"):
            with self.assertRaises(AccessError):
                getattr(tasks, method)(task.ids)
        with self.assertRaises(AccessError):
            tasks.pos_report_problem(task.ids, "A stain")

    # ------------------------------------------------------------------
    # Loading
    # ------------------------------------------------------------------

    def _load(self, since=False):
        tasks = self.tasks.with_context(pos_last_server_date=since)
        config = self.config.with_user(self.counter)
        return {r["id"]: r for r in tasks._load_pos_data_search_read({}, config)}

    def test_only_what_is_open_here_is_loaded(self):
        here = self._new_request(pieces=1)
        elsewhere = self._new_request(pieces=1, site_id=self.site_2.id)
        closed = self._new_request(self.copies)
        closed._hand_over()
        given_back = self._new_request(pieces=1)
        given_back._cancel_request("Changed her mind")
        rows = self._load()
        self.assertIn(here.id, rows)
        self.assertIn(given_back.id, rows)
        self.assertNotIn(elsewhere.id, rows)
        self.assertNotIn(closed.id, rows)

    def test_what_changed_since_the_last_load(self):
        task = self._ready_request()
        other = self._new_request(pieces=1)
        self.env.flush_all()
        moment = fields.Datetime.add(self.env.cr.now(), minutes=10)

        def changed(record):
            """Forget all dates but that of one record, and load."""
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE project_task SET write_date = '2020-01-01';"
                "UPDATE conciergerie_piece SET write_date = '2020-01-01';"
                "UPDATE sale_order_line SET write_date = '2020-01-01';"
                "UPDATE sale_order SET write_date = '2020-01-01'"
            )
            self.env.cr.execute(
                f"UPDATE {record._table} SET write_date = %s WHERE id = %s",
                [moment, record.id],
            )
            self.env.invalidate_all()
            return set(self._load(fields.Datetime.to_string(self.env.cr.now())))

        for record in (
            task,
            task.piece_ids,
            task.sale_line_id,
            task.sale_line_id.order_id,
        ):
            self.assertEqual(changed(record), set(task.ids), record)
        # Closed since then: the till learns of it and forgets it.
        self._sync(self._ticket([self._settle_line(task.sale_line_id)]))
        self.tasks.pos_hand_over(self.config.id, self._payload(task))
        self.assertEqual(changed(task), set(task.ids))
        self.assertNotIn(other.id, self._load(self.env.cr.now()))

    def test_queries_of_loading_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._load()
            return self.env.cr.sql_log_count - start

        self._ready_request()
        self._new_request(pieces=2)
        few = queries()
        for _number in range(10):
            self._ready_request()
            self._new_request(pieces=2)
        self.assertLessEqual(queries(), few + 1)

    def test_a_row_holds_no_link_that_opens(self):
        task = self._ready_request()
        row = self._load()[task.id]
        self.assertEqual(len(row["key"]), 12)
        self.assertNotIn(task.tracking_token, str(row))

    def test_nobody_but_the_counter_loads_requests(self):
        self._new_request(pieces=1)
        config = self.config
        tasks = self.env["project.task"].with_user(self.accountant)
        self.assertEqual(tasks._load_pos_data_search_read({}, config), [])

    # ------------------------------------------------------------------
    # Free acts
    # ------------------------------------------------------------------

    def test_a_free_act_is_counted_once(self):
        acts = self.tasks._pos_acts(self.config)
        self.assertEqual(acts, self.paperwork)
        for partner in (self.beneficiary.id, False):
            reference = self.tasks.pos_record_act(
                self.config.id, self.paperwork.id, partner, f"act-{partner}"
            )
            again = self.tasks.pos_record_act(
                self.config.id, self.paperwork.id, partner, f"act-{partner}"
            )
            self.assertEqual(reference, again)
            task = self.tasks.search([("reference", "=", reference)])
            self.assertEqual(task.step, "handed_over")
            self.assertEqual(task.partner_id.id, partner)
            self.assertEqual(task.site_id, self.site)
            self.assertFalse(task.sale_line_id)
            self.assertEqual(task.payment_status, "free")

    def test_a_service_that_is_paid_for_is_no_free_act(self):
        with self.assertRaisesRegex(UserError, "free of charge"):
            self.tasks.pos_record_act(self.config.id, self.copies.id, False, "x")
