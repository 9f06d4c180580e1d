"""Two tills seal tickets at once, in real processes: one chain, no fork, no gap."""

import pytest

from .race import TICKET, TILLS, race

PREPARE = """
env.company.country_id = env.ref("base.{country}")
env["product.product"].create(
    {{"name": "Copies of the seals", "list_price": 6.0, "taxes_id": []}}
)
"""

# Three tickets each, that the two always pay at the same moment.
PAY = """
env = env(user=env["res.users"].search([("login", "=", "tills")]))
product = env["product.product"].search([("name", "=", "Copies of the seals")])
till = env["pos.config"].search([("name", "=", "Till %s" % number)])
sent = [ticket(till, product, 6.0) for _number in range(3)]
tries = []


def pay():
    tries.append(1)
    env["pos.order"].sync_from_ui([sent[len(rounds) - 1]])
    return "paid"


for _ticket in sent:
    meet(pay)
print("tried:", len(tries))
"""

CHECK = """
found = env["conciergerie.pos.seal"]._check_integrity(env.company)
assert not found["faults"], found["faults"]
print("sealed:", found["count"])
"""


@pytest.mark.parametrize("country", ["fr", "be"])
def test_two_tills_seal_at_once(databases, odoo, query, tmp_path, country):
    """Under core's number without gaps in France, under ours elsewhere."""
    name = databases(f"conciergerie_seal_{country}")
    prepare = PREPARE.format(country=country) + TILLS
    odoo("shell", "-d", name, "--no-http", script=prepare)
    assert race(odoo, name, tmp_path, TICKET + PAY) == ["paid"] * 6
    chain = query(
        name,
        "SELECT digest, previous_digest, config.name FROM conciergerie_pos_seal seal"
        " JOIN pos_order ticket ON ticket.id = seal.order_id"
        " JOIN pos_session session ON session.id = ticket.session_id"
        " JOIN pos_config config ON config.id = session.config_id ORDER BY seal.id",
    )
    digests = [digest for digest, _previous, _till in chain]
    assert [previous for _digest, previous, _till in chain] == [None, *digests[:-1]]
    assert len(set(digests)) == 6
    tills = [till for _digest, _previous, till in chain]
    assert sorted(tills) == ["Till 0"] * 3 + ["Till 1"] * 3
    assert "sealed: 6" in odoo("shell", "-d", name, "--no-http", script=CHECK)
