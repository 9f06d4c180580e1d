"""Two registers in real processes: the same order, the same piece."""

from concurrent.futures import ThreadPoolExecutor

# Sentences are compared in the source language.
AS_ADMIN = """
env = env(user=env.ref("base.user_admin"), context={"lang": "en_US"})
"""

PREPARE = """
company = env.company
env["res.company"].search([])._set_down_payment_account()
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
card = env["pos.payment.method"].create({"name": "Card", "journal_id": journal.id})
site = env["conciergerie.site"].create({"name": "Val", "code": "RACE"})
tills = env["pos.config"].create(
    [
        {
            "name": name,
            "site_id": site.id,
            "payment_method_ids": [(6, 0, card.ids)],
        }
        for name in ("First till", "Second till")
    ]
)
for till in tills:
    till.open_ui()
    till.current_session_id.set_opening_control(0, None)
service = env["product.product"].create(
    {
        "name": "Alteration",
        "list_price": 18.0,
        "is_conciergerie_service": True,
        "fulfilment": "own",
        "needs_deposit": True,
        "taxes_id": [(5,)],
    }
)
person = env["res.partner"].create({"name": "Camille Morel"})
for number in range(2):
    order = env["sale.order"].create(
        {
            "partner_id": person.id,
            "site_id": site.id,
            "order_line": [(0, 0, {"product_id": service.id})],
        }
    )
    order.action_confirm()
    task = order.order_line.request_ids
    task._deposit(1)
    task._mark_ready()
    print("made:", order.order_line.id, task.id, task.piece_ids.id)
print("tills:", *tills.ids)
env.cr.commit()
"""

TICKET = """
import uuid

def ticket(till, line, pickup=None):
    session = env["pos.config"].browse(till).current_session_id
    line = env["sale.order.line"].browse(line)
    price = line.price_unit
    return {
        "uuid": str(uuid.uuid4()),
        "state": "paid",
        "session_id": session.id,
        "company_id": env.company.id,
        "partner_id": line.order_id.partner_id.id,
        "user_id": env.uid,
        "date_order": "2026-01-05 09:00:00",
        "fiscal_position_id": False,
        "pricelist_id": False,
        "last_order_preparation_change": "{}",
        "amount_paid": price,
        "amount_return": 0.0,
        "amount_tax": 0.0,
        "amount_total": price,
        "to_invoice": False,
        "lines": [
            (
                0,
                0,
                {
                    "uuid": str(uuid.uuid4()),
                    "product_id": line.product_id.id,
                    "qty": 1.0,
                    "price_unit": price,
                    "discount": 0.0,
                    "tax_ids": [],
                    "price_subtotal": price,
                    "price_subtotal_incl": price,
                    "sale_order_line_id": line.id,
                    "sale_order_origin_id": line.order_id.id,
                    "pack_lot_ids": [],
                },
            )
        ],
        "payment_ids": [
            (
                0,
                0,
                {
                    "uuid": str(uuid.uuid4()),
                    "amount": price,
                    "name": "2026-01-05 09:00:00",
                    "payment_method_id": session.config_id.payment_method_ids[:1].id,
                },
            )
        ],
        **({"conciergerie_pickup": pickup} if pickup else {}),
    }

def pickup(task, piece):
    return {
        "uuid": str(uuid.uuid4()),
        "offline": False,
        "requests": [{"id": task, "pieces": [piece]}],
        "receiver": "Camille Morel",
        "proxy": False,
        "signature": False,
    }
"""

# Each process has its snapshot before either does anything.
MEET = """
import logging, pathlib, time
from odoo.exceptions import UserError
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["pos.order"].search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
"""

SETTLE = """
try:
    retrying(
        lambda: env["pos.order"].sync_from_ui(
            [ticket({till}, {line}, pickup({task}, {piece}))]
        ),
        env,
    )
    env.cr.commit()
    print("outcome: done")
except UserError as error:
    env.cr.rollback()
    print("outcome: refused", error)
"""

HAND_OVER = """
try:
    retrying(
        lambda: env["project.task"].pos_hand_over({till}, pickup({task}, {piece})), env
    )
    env.cr.commit()
    print("outcome: done")
except UserError as error:
    env.cr.rollback()
    print("outcome: refused", error)
"""

PAY = """
env["pos.order"].sync_from_ui([ticket({till}, {line})])
env.cr.commit()
"""


def _numbers(output, word):
    return [
        [int(number) for number in line.split(f"{word}: ")[1].split()]
        for line in output.splitlines()
        if f"{word}: " in line
    ]


def _race(odoo, name, tmp_path, script, tills, **values):
    """Run a script on two tills at once and return what became of each."""
    places = [str(tmp_path / "one"), str(tmp_path / "two")]

    def run(arguments):
        till, mine, other = arguments
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=AS_ADMIN
            + MEET.format(mine=mine, other=other)
            + TICKET
            + script.format(till=till, **values),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(
            pool.map(run, ((tills[0], *places), (tills[1], *reversed(places))))
        )
    return sorted(
        line.split("outcome: ")[1]
        for output in outputs
        for line in output.splitlines()
        if "outcome: " in line
    )


def test_two_registers(databases, odoo, query, tmp_path):
    name = databases("conciergerie_pickup")
    odoo("server", "-d", name, "-i", "conciergerie_pos", "--stop-after-init")
    output = odoo("shell", "-d", name, "--no-http", script=AS_ADMIN + PREPARE)
    first, second = _numbers(output, "made")
    [tills] = _numbers(output, "tills")

    line, task, piece = first
    (tmp_path / "settle").mkdir()
    outcomes = _race(
        *(odoo, name, tmp_path / "settle", SETTLE, tills),
        **{"line": line, "task": task, "piece": piece},
    )
    assert outcomes[0] == "done"
    assert outcomes[1].startswith("refused") and "settled already" in outcomes[1]
    assert query(
        name, "SELECT qty_invoiced FROM sale_order_line WHERE id = %s", line
    ) == [(1,)]

    line, task, piece = second
    odoo(
        *("shell", "-d", name, "--no-http"),
        script=AS_ADMIN + TICKET + PAY.format(till=tills[0], line=line),
    )
    (tmp_path / "give").mkdir()
    outcomes = _race(
        *(odoo, name, tmp_path / "give", HAND_OVER, tills),
        **{"line": line, "task": task, "piece": piece},
    )
    assert outcomes[0] == "done"
    assert outcomes[1].startswith("refused")
    assert query(
        name,
        "SELECT piece_id, count(*) FROM conciergerie_custody_event"
        " WHERE holder = 'beneficiary' GROUP BY piece_id ORDER BY piece_id",
    ) == [(first[2], 1), (second[2], 1)]
