from collections import Counter

from odoo import Command
from odoo.tests import tagged

from .common import ConciergerieCommon
from .query_count import QueryCount

# The ORM inserts and updates 100 rows with one statement: 200 rows take one more
# statement for each table than 20: three for a hand-over.
BATCHES = 4


@tagged("post_install", "-at_install")
class TestPerformance(QueryCount, ConciergerieCommon):
    """The number of queries does not grow with the number of things."""

    def _kinds(self, queries):
        """Return how often each kind of statement ran, values left out."""
        return Counter(" ".join(q.split())[:200] for q in queries)

    def _assert_flat(self, few, many, constant=BATCHES):
        more = self._kinds(many) - self._kinds(few)
        self.assertLessEqual(
            len(many),
            len(few) + constant,
            "\n".join(f"{count} × {kind}" for kind, count in more.most_common()),
        )

    def _requests(self, count, pieces=1):
        """Requests with their pieces at the counter, made in bulk."""
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.ironing.id,
                                "product_uom_qty": pieces,
                            }
                        )
                        for _n in range(count)
                    ],
                }
            ]
        )
        orders.action_confirm()
        tasks = orders.order_line.task_id
        self.assertEqual(len(tasks), count)
        for task in tasks:
            task._deposit(pieces)
        return tasks

    def _measure(self, prepare, act, few, many):
        """Return the queries of an act on few and on many, once all is warm."""
        results = []
        for count in (few, few, many):
            ids = prepare(count).ids
            with self._count() as queries:
                # As a call by RPC does: known by their ids, nothing read yet.
                act(self.env["project.task"].with_user(self.counter).browse(ids))
            results.append(queries)
        return results[1:]

    def _measure_pieces(self, prepare, act):
        return self._measure(prepare, act, 20, 200)

    def _measure_requests(self, prepare, act):
        return self._measure(prepare, act, 5, 25)

    def _at(self, step, count, pieces=1):
        tasks = self._requests(count, pieces)
        if step in ("provider", "ready"):
            tasks._send_to_provider()
        if step == "ready":
            tasks._receive_pieces(tasks.piece_ids)
        return tasks

    # ------------------------------------------------------------------
    # One request with many pieces
    # ------------------------------------------------------------------

    def test_pieces_send(self):
        self._assert_flat(
            *self._measure_pieces(
                lambda n: self._at("todo", 1, n), lambda t: t._send_to_provider()
            )
        )

    def test_pieces_receive(self):
        self._assert_flat(
            *self._measure_pieces(
                lambda n: self._at("provider", 1, n),
                lambda t: t._receive_pieces(t.piece_ids),
            )
        )

    def test_pieces_hand_over(self):
        self._assert_flat(
            *self._measure_pieces(
                lambda n: self._at("ready", 1, n), lambda t: t._hand_over(t.piece_ids)
            )
        )

    # ------------------------------------------------------------------
    # Many requests with one piece. Core's timesheets look up the hour with one query
    # for each order line whose delivered quantity changes.
    # ------------------------------------------------------------------

    def test_requests_send(self):
        self._assert_flat(
            *self._measure_requests(
                lambda n: self._at("todo", n), lambda t: t._send_to_provider()
            ),
            constant=20 + BATCHES,
        )

    def test_requests_hand_over(self):
        self._assert_flat(
            *self._measure_requests(
                lambda n: self._at("ready", n), lambda t: t._hand_over(t.piece_ids)
            ),
            constant=20 + BATCHES,
        )

    def test_requests_cancel(self):
        self._assert_flat(
            *self._measure_requests(
                lambda n: self._at("todo", n), lambda t: t._cancel_request("Flood")
            ),
            constant=20 + BATCHES,
        )

    def test_requests_receive(self):
        """Becoming ready queues a message for each beneficiary, in a batch."""
        self._assert_flat(
            *self._measure_requests(
                lambda n: self._at("provider", n),
                lambda t: t._receive_pieces(t.piece_ids),
            ),
            constant=20 + BATCHES,
        )

    # ------------------------------------------------------------------
    # Boards and orders
    # ------------------------------------------------------------------

    def test_kanban(self):
        """Ten times as many requests: the board asks the same number of questions."""

        def board():
            # A browser sends its time zone; without it the user's is looked up.
            tasks = (
                self.env["project.task"]
                .with_user(self.counter)
                .with_context(tz="Europe/Paris")
            )
            domain = [("site_id", "=", self.site.id)]
            view = self.env.ref("conciergerie_base.project_task_view_kanban_request")
            tasks.get_view(view.id, "kanban")
            specification = {
                name: {}
                for name in (
                    "display_name",
                    "reference",
                    "name",
                    "step",
                    "state",
                    "promised_date",
                    "is_late",
                    "piece_count",
                    "piece_at_site_count",
                    "piece_at_provider_count",
                    "payment_status",
                    "price_total",
                    "priority",
                )
            } | {
                name: {"fields": {"display_name": {}}}
                for name in ("partner_id", "provider_id", "site_id", "user_ids")
            }
            return tasks.web_read_group(
                domain,
                ["stage_id"],
                ["__count"],
                auto_unfold=True,
                unfold_read_specification=specification,
                unfold_read_default_limit=80,
            )

        counts = []
        values = [
            {
                "name": f"Request {n}",
                "project_id": self.site.project_id.id,
                "partner_id": self.beneficiary.id,
                "service_id": self.paperwork.id,
            }
            for n in range(100)
        ]
        self.env["project.task"].create([dict(v) for v in values])
        for _rounds in (0, 0, 9):
            for _n in range(_rounds):
                self.env["project.task"].create([dict(v) for v in values])
            with self._count() as queries:
                board()
            counts.append(queries)
        _warm, few, many = counts
        self._assert_flat(few, many, constant=0)

    def test_confirm_twenty_services(self):
        """At most 1.3 times what core asks for the same order of plain services."""
        plain = self.env["product.product"].create(
            {
                "name": "Plain service",
                "type": "service",
                "list_price": 12.0,
                "service_tracking": "task_global_project",
                "taxes_id": [Command.set(self.vat_20.ids)],
            }
        )
        project = self.env["project.project"].create(
            {
                "name": "Plain",
                "allow_billable": True,
                "company_id": self.company.id,
                "type_ids": [Command.create({"name": "New"})],
            }
        )
        results = {}
        for product in (plain, self.ironing):
            ours = product == self.ironing
            for _warm in range(2):
                order = self.env["sale.order"].create(
                    {
                        "partner_id": self.beneficiary.id,
                        "company_id": self.company.id,
                        "site_id": self.site.id,
                        "project_id": False if ours else project.id,
                        "order_line": [
                            Command.create({"product_id": product.id})
                            for _n in range(20)
                        ],
                    }
                )
                with self._count() as queries:
                    order.browse(order.ids).action_confirm()
                self.assertEqual(len(order.order_line.task_id), 20)
            results[ours] = queries
        more = self._kinds(results[True]) - self._kinds(results[False])
        self.assertLessEqual(
            len(results[True]),
            len(results[False]) * 1.3,
            f"{len(results[True])} against {len(results[False])}\n"
            + "\n".join(f"{count} × {kind}" for kind, count in more.most_common(30)),
        )
