"""Two tills take the last of a ceiling at once, in real processes (CASES B3)."""

from .race import TICKET, TILLS, race

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
"""

RACE = """
env = env(user=env["res.users"].search([("login", "=", "tills")]))
person = env["res.partner"].search([("name", "=", "Person of the tills")])
service = env["product.product"].search([("name", "=", "Mending of the tills")])
till = env["pos.config"].search([("name", "=", "Till %s" % number)])
token, line = str(uuid.uuid4()), str(uuid.uuid4())
env["conciergerie.copay.ceiling"].sudo().search_count([])


def ask(is_paying=False):
    sold = {"uuid": line, "product_id": service.id, "quantity": 1}
    sold["price_total"] = 30.0
    return till.copay_open(token, person.id, [sold], 30.0, is_paying)["payments"]


def open_payment():
    return sum((row["amount"] for row in ask()), 0.0)


def pay():
    shares = ask(True)
    sent = ticket(till, service, 30.0, shares, token, line, partner_id=person.id)
    env["pos.order"].sync_from_ui([sent])
    return sum((row["amount"] for row in shares), 0.0)

"""


def prepared(databases, odoo, name):
    name = databases(name)
    odoo("shell", "-d", name, "--no-http", script=PREPARE + TILLS)
    return name


def test_two_tills_open_the_payment_at_once(databases, odoo, query, tmp_path):
    """One keeps the last 8.00; the other is told so before any money is taken."""
    name = prepared(databases, odoo, "conciergerie_copay_tills")
    given = race(odoo, name, tmp_path, TICKET + RACE + "meet(open_payment)")
    assert given == ["0.0", "8.0"]
    assert query(
        name,
        "SELECT limit_amount, used_amount, reserved_amount"
        " FROM conciergerie_copay_ceiling",
    ) == [(25, 17, 8)]


def test_two_tills_pay_at_once(databases, odoo, query, tmp_path):
    name = prepared(databases, odoo, "conciergerie_copay_tickets")
    given = race(odoo, name, tmp_path, TICKET + RACE + "meet(pay)")
    assert given == ["0.0", "8.0"]
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
