from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .pickup_common import PickupCommon


@tagged("post_install", "-at_install")
class TestPickupGuard(PickupCommon):
    """Settled once, handed over once; what was done offline becomes a task."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config_2 = cls._new_till("Second till")
        cls.register_2 = cls._open(cls.config_2)

    def _check(self, line, quantity=1.0, pickup=None):
        self.env["pos.order"].with_user(self.counter).pos_check_pickup(
            "", [[line.id, quantity]], pickup
        )

    def test_settling_twice_is_refused_before_money_is_taken(self):
        task = self._ready_request()
        line = task.sale_line_id
        self._check(line)
        ticket = self._sync(
            self._ticket(
                [self._settle_line(line)], conciergerie_pickup=self._payload(task)
            )
        )
        with self.assertRaisesRegex(UserError, ticket.pos_reference):
            self._check(line)
        with (
            self.assertRaisesRegex(UserError, "settled already"),
            self.env.cr.savepoint(),
        ):
            self._sync(
                self._ticket(
                    [self._settle_line(line, 1.0)],
                    session=self.register_2,
                )
            )
        self.assertEqual(line.qty_invoiced, 1.0)

    def test_what_is_left_after_another_till(self):
        """A second till asks for all, the first took a part: what is left is told."""
        task = self._ready_request(pieces=5, quantity=5)
        line = task.sale_line_id
        self._sync(self._ticket([self._settle_line(line, 3.0)]))
        with self.assertRaisesRegex(UserError, "only 2 of 5 is left"):
            self._check(line, 5.0)
        with (
            self.assertRaisesRegex(UserError, "only 2 of 5 is left"),
            self.env.cr.savepoint(),
        ):
            self._sync(
                self._ticket([self._settle_line(line, 5.0)], session=self.register_2)
            )
        self._check(line, 2.0)

    def test_a_code_is_asked_for_at_ones_own_till(self):
        """Another site's till finds nothing for a counter that does not open it."""
        task = self._ready_request()
        far = self._new_till("Far till", site=self.site_2)
        tasks = self.env["project.task"].with_user(self.counter)
        found = tasks.pos_find_code(self.config_2.id, task.reference)
        self.assertEqual(found["rows"][0]["id"], task.id)
        with self.assertRaises(AccessError):
            tasks.pos_find_code(far.id, task.reference)

    def test_sending_a_ticket_twice_is_one_ticket(self):
        task = self._ready_request()
        ticket = self._ticket(
            [self._settle_line(task.sale_line_id)],
            conciergerie_pickup=self._payload(task),
        )
        first = self._sync(dict(ticket))
        again = self._sync(dict(ticket))
        self.assertEqual(first, again)
        self.assertEqual(task.sale_line_id.qty_invoiced, 1.0)

    def test_more_than_ordered_on_a_first_ticket(self):
        """Somebody added a piece at the counter: nobody was paid twice."""
        task = self._ready_request()
        self._sync(self._ticket([self._settle_line(task.sale_line_id, 2.0)]))
        self.assertEqual(task.sale_line_id.qty_invoiced, 2.0)

    def test_handing_over_twice_is_refused(self):
        task = self._ready_request(self.alteration)
        self._sync(
            self._ticket(
                [self._settle_line(task.sale_line_id)],
                conciergerie_pickup=self._payload(task),
            )
        )
        payload = self._payload(task)
        with self.assertRaises(UserError):
            self._check(task.sale_line_id, 0.0, payload)
        with self.assertRaises(UserError):
            self.env["project.task"].with_user(self.counter).pos_hand_over(
                self.config_2.id, payload
            )

    def test_offline_twice_is_accepted_and_told_to_the_manager(self):
        task = self._ready_request()
        line = task.sale_line_id
        first = self._sync(
            self._ticket(
                [self._settle_line(line)], conciergerie_pickup=self._payload(task)
            )
        )
        second = self._sync(
            self._ticket(
                [self._settle_line(line, 1.0)],
                session=self.register_2,
                conciergerie_pickup=self._payload(task, offline=True),
            )
        )
        self.assertEqual(second.state, "paid")
        self.assertEqual(second.amount_total, 12.0)
        paid_twice = line.order_id.activity_ids
        self.assertEqual(len(paid_twice), 1)
        self.assertEqual(paid_twice.user_id, self.manager)
        for ticket in (first, second):
            self.assertIn(ticket.pos_reference, paid_twice.note)
        given_twice = task.activity_ids
        self.assertEqual(len(given_twice), 1)
        self.assertEqual(given_twice.user_id, self.manager)
        for ticket in (first, second):
            self.assertIn(ticket.pos_reference, given_twice.note)
        self.assertEqual(
            len(task.custody_event_ids.filtered(lambda e: e.holder == "beneficiary")), 1
        )
        self.assertEqual(task.custody_event_ids[-1].pos_order_id, first)

    def test_offline_first_is_recorded_like_any_other(self):
        task = self._ready_request()
        self._sync(
            self._ticket(
                [self._settle_line(task.sale_line_id)],
                conciergerie_pickup=self._payload(task, offline=True),
            )
        )
        self.assertEqual(task.step, "handed_over")
        self.assertFalse(task.activity_ids)
        self.assertFalse(task.sale_line_id.order_id.activity_ids)

    def test_offline_hand_over_of_a_piece_that_left(self):
        """Two of three pieces are still here: these leave, the third is told."""
        task = self._ready_request(pieces=3, quantity=3)
        self._sync(self._ticket([self._settle_line(task.sale_line_id)]))
        model = self.env["project.task"].with_user(self.counter)
        model.pos_hand_over(self.config.id, self._payload(task, task.piece_ids[:1]))
        model.pos_hand_over(self.config_2.id, self._payload(task, offline=True))
        self.assertEqual(task.step, "handed_over")
        self.assertIn(task.piece_ids[0].label, task.activity_ids.note)
        self.assertNotIn(task.piece_ids[1].label, task.activity_ids.note)
