"""Two sell to one person at once, in real processes: the ceiling holds (CASES B3)."""

from .race import race

# 17.00 of 25.00 are used; copies cost 30.00, of which half is taken in charge.
PREPARE = """
payer = env["res.partner"].create({"name": "Works", "is_company": True})
person = env["res.partner"].create({"name": "Person of the race"})
service = env["product.product"].create(
    {"name": "Copies of the race", "list_price": 30.0, "is_conciergerie_service": True}
)
convention = env["contract.contract"].create(
    {
        "name": "Race",
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
day = "2026-06-01"
rule = convention.copay_rule_ids
env["conciergerie.copay.ceiling"]._raise(
    person, convention.start_date, {rule: 17.0}
)
for number in range(2):
    env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": person.id,
            "invoice_date": day,
            "ref": "race %s" % number,
            "invoice_line_ids": [
                (0, 0, {"product_id": service.id, "price_unit": 30.0, "tax_ids": []})
            ],
        }
    )
env.cr.commit()
"""

RACE = """
from odoo import fields

person = env["res.partner"].search([("name", "=", "Person of the race")])
service = env["product.product"].search([("name", "=", "Copies of the race")])
day = fields.Date.to_date("2026-06-01")
invoice = env["account.move"].search([("ref", "=", "race %s" % number)])
env["conciergerie.copay.ceiling"].search_count([])


def reserve():
    result = env["conciergerie.copay"]._reserve(
        "counter %s" % number, person, env.company, day,
        [{"key": 1, "product": service, "price_total": 30.0, "quantity": 1}],
    )
    return result[1]["shares"][0]["amount"]


def post():
    invoice.action_post()
    return invoice.copay_use_ids.share_amount

"""


def test_two_counters_and_the_last_amount(databases, odoo, query, tmp_path):
    name = databases("conciergerie_copay_counters")
    odoo("shell", "-d", name, "--no-http", script=PREPARE)
    assert race(odoo, name, tmp_path, RACE + "meet(reserve)") == ["0.0", "8.0"]
    assert query(
        name,
        "SELECT limit_amount, used_amount, reserved_amount"
        " FROM conciergerie_copay_ceiling",
    ) == [(25, 17, 8)]


def test_two_invoices_posted_at_once(databases, odoo, query, tmp_path):
    name = databases("conciergerie_copay_invoices")
    odoo("shell", "-d", name, "--no-http", script=PREPARE)
    assert race(odoo, name, tmp_path, RACE + "meet(post)") == ["0.0", "8.0"]
    assert query(
        name,
        "SELECT limit_amount, used_amount, reserved_amount"
        " FROM conciergerie_copay_ceiling",
    ) == [(25, 25, 0)]
    assert query(
        name, "SELECT count(*), sum(share_amount) FROM conciergerie_copay_use"
    ) == [(2, 8)]
