"""Two tills take the last of a ceiling at once, in real processes (CASES B3)."""

from concurrent.futures import ThreadPoolExecutor

# 17.00 of 25.00 are used; mending costs 30.00, of which half is taken in charge.
PREPARE = """
from odoo import fields

payer = env["res.partner"].create({"name": "Works", "is_company": True})
person = env["res.partner"].create({"name": "Person of the tills"})
service = env["product.product"].create(
    {
        "name": "Mending of the tills",
        "list_price": 30.0,
        "is_conciergerie_service": True,
        "fulfilment": "own",
        "taxes_id": [],
    }
)
convention = env["contract.contract"].create(
    {
        "name": "Tills",
        "partner_id": payer.id,
        "company_id": env.company.id,
        "is_convention": True,
        "convention_kind": "employer",
        "start_date": "2026-01-01",
        "copay_rule_ids": [
            (0, 0, {"share": 50.0, "cap_year": 25.0, "date_from": "2026-01-01"})
        ],
        "entitlement_ids": [
            (0, 0, {"partner_id": person.id, "date_from": "2026-01-01"})
        ],
    }
)
convention.action_propose()
convention.action_sign()
env["conciergerie.copay.ceiling"]._raise(
    person, fields.Date.today(), {convention.copay_rule_ids: 17.0}
)
site = env["conciergerie.site"].search([], limit=1) or env["conciergerie.site"].create(
    {"name": "Val", "code": "VAL"}
)
user = env["res.users"].create(
    {
        "name": "Concierge of the tills",
        "login": "tills",
        "group_ids": [(4, env.ref("conciergerie_base.group_counter").id)],
    }
)
site.user_ids += user
for number in range(2):
    journal = env["account.journal"].create(
        {"name": "Cash %s" % number, "code": "RACE%s" % number, "type": "cash"}
    )
    method = env["pos.payment.method"].create(
        {"name": "Cash %s" % number, "journal_id": journal.id}
    )
    till = env["pos.config"].create({"name": "Till %s" % number, "site_id": site.id})
    values = till._conciergerie_payment_methods_vals()
    till.payment_method_ids = method + method.create(
        [vals for vals in values if vals.get("is_copay")]
    )
    till = till.with_user(user)
    till.open_ui()
    till.current_session_id.set_opening_control(0, None)
env.cr.commit()
"""

# Each process has its snapshot before either changes anything.
RACE = """
import logging, pathlib, time, uuid
from odoo import fields
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
env = env(user=env["res.users"].search([("login", "=", "tills")]))
person = env["res.partner"].search([("name", "=", "Person of the tills")])
service = env["product.product"].search([("name", "=", "Mending of the tills")])
till = env["pos.config"].search([("name", "=", "Till {number}")])
token, line = str(uuid.uuid4()), str(uuid.uuid4())


def ask(is_paying=False):
    sold = {{"uuid": line, "product_id": service.id, "quantity": 1}}
    sold["price_total"] = 30.0
    return till.copay_open(token, person.id, [sold], 30.0, is_paying)["payments"]


def open_payment():
    return sum(row["amount"] for row in ask())


def pay():
    shares = ask(True)
    taken = sum(row["amount"] for row in shares)
    method = till.payment_method_ids
    rows = [(method.filtered("is_copay"), row["amount"], row["key"]) for row in shares]
    rows.append((method.filtered("is_cash_count"), 30.0 - taken, 0))
    env["pos.order"].sync_from_ui([{{
        "uuid": token, "name": "Order", "session_id": till.current_session_id.id,
        "company_id": till.company_id.id, "user_id": env.uid,
        "partner_id": person.id, "state": "paid", "to_invoice": False,
        "date_order": fields.Datetime.to_string(fields.Datetime.now()),
        "amount_total": 30.0, "amount_tax": 0.0, "amount_paid": 30.0,
        "amount_return": 0.0, "last_order_preparation_change": "{{}}",
        "lines": [(0, 0, {{
            "uuid": line, "product_id": service.id, "qty": 1, "price_unit": 30.0,
            "price_subtotal": 30.0, "price_subtotal_incl": 30.0, "tax_ids": [],
        }})],
        "payment_ids": [
            (0, 0, {{"payment_method_id": m.id, "amount": amount, "copay_key": key}})
            for m, amount, key in rows
        ],
    }}])
    return taken


mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["conciergerie.copay.ceiling"].sudo().search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
print("given:", retrying({act}, env))
env.cr.commit()
"""


def race(odoo, name, tmp_path, act):
    """Let two tills do the same at once; return what each was given."""
    places = [str(tmp_path / f"{act} {number}") for number in range(2)]

    def run(number):
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=RACE.format(
                number=number, mine=places[number], other=places[1 - number], act=act
            ),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(run, range(2)))
    return sorted(
        float(line.split("given: ")[1])
        for output in outputs
        for line in output.splitlines()
        if "given: " in line
    )


def prepared(databases, odoo, name):
    name = databases(name)
    odoo("shell", "-d", name, "--no-http", script=PREPARE)
    return name


def test_two_tills_open_the_payment_at_once(databases, odoo, query, tmp_path):
    """One keeps the last 8.00; the other is told so before any money is taken."""
    name = prepared(databases, odoo, "conciergerie_copay_tills")
    assert race(odoo, name, tmp_path, "open_payment") == [0.0, 8.0]
    assert query(
        name,
        "SELECT limit_amount, used_amount, reserved_amount"
        " FROM conciergerie_copay_ceiling",
    ) == [(25, 17, 8)]


def test_two_tills_pay_at_once(databases, odoo, query, tmp_path):
    name = prepared(databases, odoo, "conciergerie_copay_tickets")
    assert race(odoo, name, tmp_path, "pay") == [0.0, 8.0]
    assert query(
        name,
        "SELECT limit_amount, used_amount, reserved_amount"
        " FROM conciergerie_copay_ceiling",
    ) == [(25, 25, 0)]
    assert query(
        name,
        "SELECT count(*), sum(share_amount) FROM conciergerie_copay_use"
        " WHERE pos_order_id IS NOT NULL",
    ) == [(2, 8)]
    assert query(
        name,
        "SELECT count(*), sum(amount) FROM pos_payment"
        " WHERE copay_partner_id IS NOT NULL",
    ) == [(1, 8)]
