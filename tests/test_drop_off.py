"""A till sends the same twice at once, in real processes: one request (CASES B9)."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

PREPARE = """
env = env(user=env.ref("base.user_admin").id)
site = env["conciergerie.site"].create(
    {
        "name": "Counter of the race",
        "code": "RACE",
        "user_ids": [(6, 0, env.user.ids)],
        "resource_calendar_id": env.company.resource_calendar_id.id
        or env["resource.calendar"].search([], limit=1).id,
    }
)
person = env["res.partner"].create({"name": "Person of the race"})
service = env["product.product"].create(
    {
        "name": "Ironing of the race",
        "list_price": 12.0,
        "is_conciergerie_service": True,
        "fulfilment": "own",
        "needs_deposit": True,
        "available_in_pos": True,
        "taxes_id": False,
    }
)
journal = env["account.journal"].search(
    [("type", "=", "cash"), ("company_id", "=", env.company.id)], limit=1
)
cash = env["pos.payment.method"].create(
    {"name": "Cash of the race", "journal_id": journal.id}
)
config = env["pos.config"].create(
    {
        "name": "Till of the race",
        "site_id": site.id,
        "payment_method_ids": [(6, 0, cash.ids)],
    }
)
config.open_ui()
env.cr.commit()
"""

# Each process has its snapshot before either changes anything.
RACE = """
import json, logging, pathlib, time
from odoo.service.model import retrying

env = env(user=env.ref("base.user_admin").id)
# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
config = env["pos.config"].search([("name", "=", "Till of the race")])
person = env["res.partner"].search([("name", "=", "Person of the race")])
service = env["product.product"].search([("name", "=", "Ironing of the race")])
drop_off_uuid, line_uuid, ticket_uuid = json.loads({uuids!r})


def drop_off(is_paid=False):
    result = env["conciergerie.drop.off"].sync_from_ui(
        [
            {{
                "uuid": drop_off_uuid,
                "name": "RACE-T1P1-" + drop_off_uuid[:4],
                "config_id": config.id,
                "partner_id": person.id,
                "is_paid": is_paid,
                "lines": [
                    {{
                        "uuid": line_uuid,
                        "product_id": service.id,
                        "quantity": 1,
                        "piece_count": 2,
                    }}
                ],
            }}
        ]
    )
    return result["conciergerie.drop.off"][0]["id"]


def paid_drop_off():
    return drop_off(True)


def ticket():
    line = {{
        "uuid": line_uuid[::-1],
        "product_id": service.id,
        "full_product_name": service.name,
        "qty": 1,
        "price_unit": 12.0,
        "price_subtotal": 12.0,
        "price_subtotal_incl": 12.0,
        "drop_off_uuid": drop_off_uuid,
        "drop_off_line_uuid": line_uuid,
    }}
    payment = {{
        "uuid": ticket_uuid[::-1],
        "payment_method_id": config.payment_method_ids.id,
        "amount": 12.0,
        "name": "2026-11-29 10:00:00",
    }}
    result = env["pos.order"].sync_from_ui(
        [
            {{
                "uuid": ticket_uuid,
                "access_token": ticket_uuid,
                "pos_reference": "RACE-" + ticket_uuid[:4],
                "sequence_number": 1,
                "session_id": config.current_session_id.id,
                "company_id": config.company_id.id,
                "user_id": env.uid,
                "partner_id": person.id,
                "date_order": "2026-11-29 10:00:00",
                "amount_total": 12.0,
                "amount_tax": 0.0,
                "amount_paid": 12.0,
                "amount_return": 0.0,
                "fiscal_position_id": False,
                "to_invoice": False,
                "state": "paid",
                "lines": [(0, 0, line)],
                "payment_ids": [(0, 0, payment)],
            }}
        ]
    )
    return result["pos.order"][0]["id"]


mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["conciergerie.drop.off"].search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
print("given:", retrying({act}, env))
env.cr.commit()
"""


def race(odoo, name, tmp_path, *acts):
    """Let processes act at once on one drop-off; return what each was given."""
    uuids = json.dumps([str(uuid.uuid4()) for _n in range(3)])
    places = [str(tmp_path / f"{'-'.join(acts)}-{number}") for number in range(2)]

    def run(number):
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=RACE.format(
                uuids=uuids,
                act=acts[number],
                mine=places[number],
                other=places[1 - number],
            ),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(run, range(2)))
    return [
        int(line.split("given: ")[1])
        for output in outputs
        for line in output.splitlines()
        if "given: " in line
    ]


def test_two_at_once(databases, odoo, query, tmp_path):
    name = databases("conciergerie_drop_off_race")
    if not query(
        name,
        "SELECT 1 FROM ir_module_module"
        " WHERE name = 'conciergerie_pos' AND state = 'installed'",
    ):
        odoo("server", "-d", name, "-i", "conciergerie_pos", "--stop-after-init")
    odoo("shell", "-d", name, "--no-http", script=PREPARE)
    first, second = race(odoo, name, tmp_path, "drop_off", "drop_off")
    assert first == second
    assert query(
        name,
        "SELECT count(*), count(DISTINCT task.sale_line_id), count(piece.id)"
        " FROM project_task task"
        " JOIN conciergerie_piece piece ON piece.task_id = task.id"
        " WHERE task.drop_off_id IS NOT NULL",
    ) == [(2, 1, 2)]
    assert query(name, "SELECT count(*) FROM sale_order") == [(1,)]

    # The ticket that pays and what it pays for: linked, whichever comes first.
    taken, paid = race(odoo, name, tmp_path, "paid_drop_off", "ticket")
    assert query(
        name,
        "SELECT task.drop_off_id, line.order_id FROM project_task task"
        " JOIN pos_order_line line ON line.id = task.pos_line_id",
    ) == [(taken, paid)]
    assert query(name, "SELECT count(*) FROM sale_order") == [(1,)]
