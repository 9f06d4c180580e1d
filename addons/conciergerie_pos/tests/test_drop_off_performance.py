from odoo import Command
from odoo.tests import tagged

from odoo.addons.conciergerie_base.tests.query_count import QueryCount

from .drop_off_common import DropOffCase

# Queries that a drop-off may cost beside the order, its request and their pieces.
MORE = 15


@tagged("post_install", "-at_install")
class TestDropOffPerformance(QueryCount, DropOffCase):
    def _confirm_order(self, services):
        """Do what a drop-off does with core and base alone."""
        order = (
            self.env["sale.order"]
            .with_user(self.counter)
            .create(
                {
                    "partner_id": self.beneficiary.id,
                    "company_id": self.company.id,
                    "site_id": self.site.id,
                    "order_line": [
                        Command.create({"product_id": service.id})
                        for service in services
                    ],
                }
            )
        )
        order.action_confirm()
        for line in order.order_line:
            line.task_id.sudo(False)._deposit(2)

    def test_opening_does_not_grow_with_the_services(self):
        def load():
            with self._count() as queries:
                self.till_session.with_user(self.counter).load_data(["pos.config"])
            return queries

        load()
        few = load()
        self._new_services(range(15))
        load()  # new services have emptied the caches of rights
        many = load()
        more = [q for q in many if q not in few]
        self.assertLessEqual(len(many), len(few) + 2, "\n".join(q[:150] for q in more))

    def _without_rights(self, queries):
        """Leave out the reading of rules, which new services have emptied of caches."""
        rights = ("ir_rule", "res_groups", "rule_group_rel", "ir_model_access")
        # Whose tills these are (res.users._till_ids) is kept with them.
        rights += ("pos_config__site_id",)
        return [q for q in queries if not any(table in q for table in rights)]

    def _new_services(self, numbers):
        for number in numbers:
            self._new_service(
                f"Service {number}",
                5.0,
                sellers=[(self.laundry, 1.0, number), (self.cobbler, 2.0, 1)],
                available_in_pos=True,
            )

    def test_offers_do_not_grow_with_the_services(self):
        self._new_services(range(5))
        counter = self.till_session.config_id.with_user(self.counter)
        counter._prepare_drop_off_services()
        with self._count() as few:
            counter._prepare_drop_off_services()
        self._new_services(range(5, 45))
        counter._prepare_drop_off_services()
        with self._count() as many:
            offers = counter._prepare_drop_off_services()
        self.assertGreaterEqual(len(offers), 45)
        more = [q[:150] for q in self._without_rights(many) if q not in few]
        self.assertLessEqual(len(self._without_rights(many)), len(few), "\n".join(more))

    def test_service_without_variant(self):
        """One whose variants are made as they are sold has none at first."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Cloth",
                "create_variant": "dynamic",
                "value_ids": [Command.create({"name": n}) for n in ("Wool", "Silk")],
            }
        )
        service = self.env["product.template"].create(
            {
                "name": "Dyeing",
                "is_conciergerie_service": True,
                "fulfilment": "relayed",
                "seller_ids": [
                    Command.create({"partner_id": self.laundry.id, "delay": 3})
                ],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        self.assertFalse(service.product_variant_ids)
        counter = self.till_session.config_id.with_user(self.counter)
        [offer] = counter._prepare_drop_off_services()[service.id]
        self.assertEqual((offer["id"], offer["delay"]), (self.laundry.id, 3))

    def test_drop_off_beside_an_order(self):
        for services in (self.ironing, self.ironing | self.alteration):
            for number in range(2):  # the first one warms the caches
                with self._count() as bare:
                    self._confirm_order(services)
                payload = self._payload(
                    *[self._line(service) for service in services],
                    number=f"VAL-T{len(services)}P1-{number:04}",
                )
                with self._count() as ours:
                    self._send(payload)
            more = [q for q in ours if q not in bare]
            self.assertLessEqual(
                len(ours) - len(bare), MORE, "\n".join(q[:150] for q in more)
            )
