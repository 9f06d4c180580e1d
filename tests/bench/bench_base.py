"""conciergerie_base: many things at once against few, and an order against core's."""

import itertools

from odoo import Command

NUMBERS = itertools.count(1)


def _company(env):
    """The environment of a company that has a chart of accounts, and its partner."""
    journal = env["account.journal"].search([("type", "=", "sale")], limit=1)
    env = env(
        context={
            **env.context,
            "allowed_company_ids": journal.company_id.ids,
            "tz": "Europe/Paris",
            "lang": "en_US",
        }
    )
    return env, env["res.partner"].create({"name": "Camille Morel"})


def _site(env):
    return env["conciergerie.site"].create(
        {"name": "Bench", "code": f"B{next(NUMBERS):05}", "company_id": env.company.id}
    )


def _service(env, **values):
    provider = env["res.partner"].create(
        {
            "name": "Laundry of the Bridge",
            "audience_ids": [
                Command.link(env.ref("conciergerie_base.audience_provider").id)
            ],
        }
    )
    return env["product.product"].create(
        {
            "name": "Ironing",
            "list_price": 12.0,
            "is_conciergerie_service": True,
            "seller_ids": [Command.create({"partner_id": provider.id, "delay": 2})],
            **values,
        }
    )


def _order(env, partner, product, lines, **values):
    return env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create({"product_id": product.id}) for _n in range(lines)
            ],
            **values,
        }
    )


def _at_the_counter(env, pieces):
    env, partner = _company(env)
    service = _service(env, needs_deposit=True)
    order = _order(env, partner, service, 1, site_id=_site(env).id)
    order.action_confirm()
    task = order.order_line.task_id
    task._deposit(pieces)
    # Known by its id, as in a call by RPC.
    return task.browse(task.ids)


def hand_over(pieces):
    def prepare(env):
        task = _at_the_counter(env, pieces)
        task._send_to_provider()
        task._receive_pieces(task.piece_ids)
        return lambda: task._hand_over(task.piece_ids)

    return prepare


def send(pieces):
    def prepare(env):
        task = _at_the_counter(env, pieces)
        return task._send_to_provider

    return prepare


def core_stage_change(count):
    """Core's own change of stage of as many tasks, closing ones, with its tracking."""

    def prepare(env):
        env, partner = _company(env)
        project = env["project.project"].create({"name": "Plain"})
        first, last = env["project.task.type"].create(
            [
                {"name": name, "project_ids": project.ids, "fold": name == "Done"}
                for name in ("New", "Done")
            ]
        )
        tasks = env["project.task"].create(
            [
                {
                    "name": f"Task {n}",
                    "project_id": project.id,
                    "stage_id": first.id,
                    "partner_id": partner.id,
                }
                for n in range(count)
            ]
        )
        return lambda: tasks.browse(tasks.ids).write({"stage_id": last.id})

    return prepare


def board(count):
    def prepare(env):
        env, partner = _company(env)
        site, service = _site(env), _service(env, is_market=False)
        values = {
            "project_id": site.project_id.id,
            "partner_id": partner.id,
            "service_id": service.id,
        }
        task = env["project.task"].with_context(
            tracking_disable=True, mail_create_nolog=True
        )
        for start in range(0, count, 1000):
            task.create(
                [
                    {"name": f"Request {n}", **values}
                    for n in range(start, min(start + 1000, count))
                ]
            )
            env.flush_all()
            env.invalidate_all()
        names = "reference name step promised_date is_late piece_count payment_status"
        specification = {name: {} for name in names.split()} | {
            name: {"fields": {"display_name": {}}}
            for name in ("partner_id", "provider_id", "site_id")
        }
        return lambda: env["project.task"].web_read_group(
            [("site_id", "=", site.id)],
            ["stage_id"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=80,
        )

    return prepare


def confirm_services(env):
    env, partner = _company(env)
    order = _order(env, partner, _service(env), 20, site_id=_site(env).id)
    return lambda: order.browse(order.ids).action_confirm()


def confirm_plain(env):
    env, partner = _company(env)
    product = env["product.product"].create(
        {
            "name": "Plain service",
            "type": "service",
            "list_price": 12.0,
            "service_tracking": "task_global_project",
        }
    )
    project = env["project.project"].create(
        {
            "name": "Plain",
            "allow_billable": True,
            "company_id": env.company.id,
            "type_ids": [Command.create({"name": "New"})],
        }
    )
    order = _order(env, partner, product, 20, project_id=project.id)
    return lambda: order.browse(order.ids).action_confirm()


def bench(compare):
    compare("confirm 20 services / bare sale_project", confirm_services, confirm_plain)
    compare(
        "kanban of 10,000 requests / of 100",
        board(10_000),
        board(100),
        repeat=1,
        peer_with_ours=True,
    )
    compare(
        "hand over 200 pieces / 20", hand_over(200), hand_over(20), peer_with_ours=True
    )
    compare(
        "hand over 200 pieces / core closes 200 tasks",
        hand_over(200),
        core_stage_change(200),
        repeat=2,
    )
    compare("send 200 pieces / 20", send(200), send(20), peer_with_ours=True)
