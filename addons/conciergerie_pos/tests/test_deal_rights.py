from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .pos_common import PosCommon


@tagged("post_install", "-at_install")
class TestDealRights(PosCommon):
    """A counter user sells at her sites' tills, and sees no more than she needs."""

    def test_tills_of_ones_sites(self):
        other = self.till.copy({"name": "Hills till", "site_id": self.site_2.id})
        stray = self.till.copy({"name": "Stray till", "site_id": False})
        tills = self.till | other | stray
        found = self.env["pos.config"].with_user(self.counter).search([])
        self.assertEqual(found & tills, self.till)
        with self.assertRaises(AccessError):
            other.with_user(self.counter).open_ui()
        for user in (self.manager, self.accountant):
            found = self.env["pos.config"].with_user(user).search([])
            self.assertEqual(found & tills, tills)
        # Assigned meanwhile: at once, whatever is kept in memory.
        self.site_2.user_ids = [Command.link(self.counter.id)]
        found = self.env["pos.config"].with_user(self.counter).search([])
        self.assertEqual(found & tills, self.till | other)

    def test_whoever_leaves_a_site_loses_its_tills_at_once(self):
        """The rules hold the ids of tills in memory: each change clears them."""
        order = self._sell(self._line(self.ironing))
        tickets = self.env["pos.order"].with_user(self.counter)
        mine = [("id", "=", order.id)]
        self.assertTrue(tickets.search(mine))
        self.till.site_id.user_ids = [Command.unlink(self.counter.id)]
        self.assertFalse(tickets.search(mine))
        self.site_2.user_ids = [Command.link(self.counter.id)]
        self.assertFalse(tickets.search(mine))
        new = self.till.copy({"name": "Hills till", "site_id": self.site_2.id})
        tills = self.env["pos.config"].with_user(self.counter)
        self.assertTrue(tills.search([("id", "=", new.id)]))
        new.site_id = self.till.site_id
        self.assertFalse(tills.search([("id", "=", new.id)]))
        # The form of the person writes the same team from its other side.
        self.counter.conciergerie_site_ids = [Command.link(self.till.site_id.id)]
        self.assertTrue(tickets.search(mine))
        self.counter.conciergerie_site_ids = [Command.clear()]
        self.assertFalse(tickets.search(mine))

    def test_tickets_of_ones_sites(self):
        order = self._sell(self._line(self.ironing))
        stranger = self._new_user("counter", login="test_counter_hills")
        self.site_2.user_ids = [Command.link(stranger.id)]
        for record in (
            order,
            order.lines,
            order.payment_ids,
            order.session_id,
            order.config_id,
        ):
            model = record.with_user(stranger)
            self.assertFalse(model.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                model.read(["display_name"])
            record.with_user(self.counter).read(["display_name"])

    def test_neither_rates_nor_statements(self):
        self._sell(self._line(self.ironing))
        for model in (
            "conciergerie.deal.term",
            "conciergerie.commission.line",
            "conciergerie.due.entry",
            "conciergerie.statement",
            "conciergerie.pos.seal",
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.counter).search([])

    def test_nothing_about_rates_is_loaded(self):
        """The till learns who is proposed and how it is sold, not at what rate."""
        self.ironing.available_in_pos = True
        session = self.pos_session.with_user(self.counter)
        data = session.load_data(["pos.config", "pos.order", "res.partner"])
        config = data["pos.config"][0]
        offers = config["_conciergerie_offers"]
        self.assertEqual(
            offers[self.ironing.product_tmpl_id.id],
            [self._offer(self.ironing)],
        )
        self.assertEqual(
            config["_conciergerie_providers"][self.laundry.id],
            {"name": self.laundry.name, "blocked": False},
        )
        self.assertIn(self.laundry.id, [p["id"] for p in data["res.partner"]])

    def _offer(self, product):
        """The offer of the laundry, for this variant alone."""
        return {"provider": self.laundry.id, "product": product.id, "mode": "mandate"}

    def test_offers_are_loaded_anew(self):
        """An agreement or an offer that changes shows at the next opening."""
        self.ironing.available_in_pos = True
        session = self.pos_session.with_user(self.counter)
        before = session.load_data(["pos.config"])["pos.config"][0]
        last = before["_data_server_date"]
        other = self.laundry.copy({"name": "Laundry of the Hill"})
        self._new_agreement(other)
        self.env["product.supplierinfo"].create(
            {
                "product_tmpl_id": self.ironing.product_tmpl_id.id,
                "partner_id": other.id,
                "price": 5.0,
            }
        )
        self.env["conciergerie.provider.paper"].create(
            {"agreement_id": self.agreement.id}
        )
        after = session.with_context(pos_last_server_date=last).load_data(
            ["pos.config"]
        )["pos.config"][0]
        offers = after["_conciergerie_offers"][self.ironing.product_tmpl_id.id]
        self.assertEqual(
            [offer["provider"] for offer in offers], [other.id, self.laundry.id]
        )
        self.assertEqual(
            after["_conciergerie_providers"][self.laundry.id]["blocked"],
            "Liability insurance",
        )

    def test_no_query_per_service(self):
        """The same number for ten times as many services."""
        services = self._more_services(3)
        few = self._count(services)
        many = self._count(services | self._more_services(30))
        self.assertEqual(few, many)

    def _more_services(self, count):
        return self.env["product.product"].create(
            [
                {
                    "name": f"Service {number}",
                    "list_price": 10.0,
                    "is_conciergerie_service": True,
                    "available_in_pos": True,
                    "seller_ids": [
                        Command.create({"partner_id": self.laundry.id, "price": 5.0})
                    ],
                }
                for number in range(count)
            ]
        )

    def _count(self, services):
        till = self.till.with_user(self.counter)
        till._provider_offers()  # rules of the provider are kept in memory
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        offers, _providers = till._provider_offers()
        self.assertLessEqual(set(services.product_tmpl_id.ids), set(offers))
        return self.env.cr.sql_log_count - before

    def test_queries_of_a_ticket(self):
        """A ticket of three lines asks at most fifteen queries more than core's."""
        own = [self._line(self.copies) for _number in range(3)]
        relayed = [self._line(self.ironing) for _number in range(3)]
        self._sell(*own)
        self._sell(*relayed)
        bare = self._queries(self._ticket_data(own))
        sold = self._queries(
            self._ticket_data([self._line(self.ironing) for _number in range(3)])
        )
        self.assertLessEqual(sold - bare, 15, f"{sold} queries, {bare} for our own")

    def _queries(self, data):
        for line in data["lines"]:
            line[2].pop("uuid")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._send(data)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
