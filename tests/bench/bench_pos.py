"""conciergerie_pos: tickets, closings and openings of the till against bare core's."""

import datetime
from uuid import uuid4

from odoo import Command

from .bench_base import _company, _service, _site

PAPERS = "mandate of the bench"


def _methods(env):
    """Cash and card of a till of its own."""
    cash = env["account.journal"].create(
        {"name": "Till", "type": "cash", "code": f"T{uuid4().hex[:4]}"}
    )
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    return env["pos.payment.method"].create(
        [
            {"name": "Cash", "journal_id": cash.id},
            {"name": "Card", "journal_id": bank.id},
        ]
    )


def _cashier(env, site=None):
    """Who sells: the least privileged person who may, ours of the site."""
    groups = env.ref("point_of_sale.group_pos_user") | env.ref("base.group_user")
    if site is not None:
        groups |= env.ref("conciergerie_base.group_counter")
    user = env["res.users"].create(
        {
            "name": "Cashier",
            "login": uuid4().hex,
            "lang": "en_US",
            "group_ids": [Command.set(groups.ids)],
            "company_id": env.company.id,
            "company_ids": [Command.set(env.company.ids)],
        }
    )
    if site is not None:
        site.user_ids = [Command.link(user.id)]
    return user


def _till(env, ours):
    """An open session of a till, as its cashier."""
    site = _site(env) if ours else None
    values = {"site_id": site.id} if ours else {}
    methods = _methods(env)
    till = env["pos.config"].create(
        {"name": "Bench", "payment_method_ids": [Command.set(methods.ids)], **values}
    )
    till = till.with_user(_cashier(env, site))
    till.open_ui()
    session = till.current_session_id
    session.set_opening_control(0, None)
    return session


def _products(env, ours):
    """Three services: two relayed under a mandate and one of our own, or three bare."""
    if not ours:
        return env["product.product"].create(
            [
                {
                    "name": f"Service {n}",
                    "type": "service",
                    "list_price": 12.0,
                    "available_in_pos": True,
                }
                for n in range(3)
            ]
        )
    relayed = _service(env, available_in_pos=True)
    provider = relayed.seller_ids.partner_id
    sellers = [Command.create({"partner_id": provider.id})]
    relayed |= _service(env, available_in_pos=True, seller_ids=sellers)
    agreement = env["agreement"].create(
        {
            "name": PAPERS,
            "code": f"B{provider.id}",
            "partner_id": provider.id,
            "company_id": env.company.id,
            "is_provider_agreement": True,
            "legal_basis": "agent",
            "start_date": datetime.date(2026, 1, 1),
            "term_ids": [
                Command.create(
                    {
                        "mode": "mandate",
                        "rate": 15.0,
                        "date_from": datetime.date(2026, 1, 1),
                    }
                )
            ],
        }
    )
    agreement.action_propose()
    agreement.action_sign()
    return relayed | env["product.product"].create(
        {
            "name": "Copies",
            "list_price": 6.0,
            "is_conciergerie_service": True,
            "fulfilment": "own",
            "available_in_pos": True,
        }
    )


def _ticket(session, products, provider, method):
    """A ticket as the till sends it: mandate lines without VAT, with their provider."""
    lines = []
    total = untaxed = 0.0
    for product in products:
        relayed = provider and product.seller_ids
        taxes = product.taxes_id.filtered(
            lambda tax: tax.company_id == session.company_id
        )
        taxes = taxes.browse() if relayed else taxes
        amounts = taxes.compute_all(product.lst_price, session.currency_id, 1)
        total += amounts["total_included"]
        untaxed += amounts["total_excluded"]
        lines.append(
            Command.create(
                {
                    "product_id": product.id,
                    "price_unit": product.lst_price,
                    "qty": 1,
                    "price_subtotal": amounts["total_excluded"],
                    "price_subtotal_incl": amounts["total_included"],
                    "tax_ids": [Command.set(taxes.ids)],
                    "uuid": str(uuid4()),
                    "full_product_name": product.name,
                    **({"provider_id": provider.id} if relayed else {}),
                }
            )
        )
    total = session.currency_id.round(total)
    return {
        "uuid": str(uuid4()),
        "session_id": session.id,
        "company_id": session.company_id.id,
        "user_id": session.env.uid,
        "partner_id": False,
        "date_order": "2026-01-20 10:00:00",
        "state": "paid",
        "lines": lines,
        "payment_ids": [
            Command.create(
                {
                    "payment_method_id": method.id,
                    "amount": total,
                    "name": "2026-01-20 10:00:00",
                    "uuid": str(uuid4()),
                }
            )
        ],
        "amount_total": total,
        "amount_tax": total - untaxed,
        "amount_paid": total,
        "amount_return": 0.0,
        "pricelist_id": session.config_id.pricelist_id.id,
        "fiscal_position_id": False,
        "to_invoice": False,
        "last_order_preparation_change": "{}",
    }


def _tickets(env, count, ours):
    session = _till(env, ours)
    products = _products(env, ours)
    assert len(products) == 3
    provider = products.seller_ids.partner_id if ours else None
    methods = session.payment_method_ids
    return session, [
        _ticket(session, products, provider, methods[number % 2])
        for number in range(count)
    ]


def sync(count, ours):
    """Paid tickets of three lines, sent in one call."""

    def prepare(env):
        env, _partner = _company(env)
        session, tickets = _tickets(env, count, ours)
        orders = session.env["pos.order"]
        return lambda: orders.sync_from_ui(tickets)

    return prepare


def close(count, ours):
    """The closing of a session of so many paid tickets."""

    def prepare(env):
        env, _partner = _company(env)
        session, tickets = _tickets(env, count, ours)
        session.env["pos.order"].sync_from_ui(tickets)
        cash = session.payment_method_ids.filtered("is_cash_count")
        session.post_closing_cash_details(
            sum(
                session.order_ids.payment_ids.filtered(
                    lambda p: p.payment_method_id == cash
                ).mapped("amount")
            )
        )

        def work():
            answer = session.close_session_from_ui()
            assert answer["successful"], answer

        return work

    return prepare


def load(products, people, requests, ours):
    """What the till reads as it opens."""

    def prepare(env):
        env, _partner = _company(env)
        session = _till(env, ours)
        values = [
            {
                "name": f"Service {n}",
                "type": "service",
                "list_price": 12.0,
                "available_in_pos": True,
            }
            for n in range(products)
        ]
        if ours:
            service = _products(env, ours=True)[0]
            provider = service.seller_ids.partner_id
            site = session.config_id.site_id.sudo()
            # A fifth of the catalogue is done by local professionals.
            for number, vals in enumerate(values):
                if number % 5 == 0:
                    vals.pop("type")
                    vals["is_conciergerie_service"] = True
                    vals["seller_ids"] = [Command.create({"partner_id": provider.id})]
        env["product.template"].create(values)
        customers = env["res.partner"].create(
            [{"name": f"Person {n}"} for n in range(people)]
        )
        if ours:
            env["project.task"].create(
                [
                    {
                        "name": "Ironing",
                        "project_id": site.project_id.id,
                        "partner_id": customers[n % len(customers)].id,
                        "service_id": service.id,
                        "provider_id": provider.id,
                    }
                    for n in range(requests)
                ]
            )
        session = session.browse(session.ids)
        return lambda: session.load_data([])

    return prepare


def bench(compare):
    for count in (1, 50):
        result = compare(
            f"sync {count} tickets of three lines",
            sync(count, ours=True),
            sync(count, ours=False),
        )
        assert result.ours.queries <= result.peer.queries * 1.25
    result = compare("close 500 tickets", close(500, True), close(500, False), repeat=3)
    # Ten, and one for the provider whose money it is.
    assert result.ours.queries <= result.peer.queries + 11
    compare(
        "open: 5,000 products, 10,000 people, 2,000 requests",
        load(5000, 10000, 2000, ours=True),
        load(5000, 10000, 0, ours=False),
        repeat=3,
    )
