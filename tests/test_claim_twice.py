"""Two submit claims of one dossier at once, in real processes: no euro twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .test_allocation import PREPARE

# 600.00 and 400.00 allocated to one dossier, and two drafts that both ask for them.
DRAFTS = """
line = env["conciergerie.budget.line"].search([("name", "=", "Race 0")])
dossier = line.dossier_id
dossier.write({"paid_only": False, "claim_max": MOST})
for ref, amount in (("race", 600.0), ("other race", 400.0)):
    cost = env["conciergerie.cost"].search([("reference", "=", ref)])
    env["ir.attachment"].create(
        {
            "name": "scan.txt",
            "res_model": "account.move",
            "res_id": cost.move_id.id,
            "raw": b"scan",
        }
    )
    env["conciergerie.allocation"]._allocate(
        [{"cost_id": cost.id, "budget_line_id": line.id, "amount": amount}]
    )
claims = env["conciergerie.claim"].create([{"dossier_id": dossier.id}] * 2)
for claim in claims:
    claim.action_propose()
assert claims.mapped("claimed_amount") == [800.0, 800.0], claims.mapped("explanation")
if LEFT_OUT:
    # Nothing in common: each asks for one of the two costs.
    for claim, amount in zip(claims, (600.0, 400.0)):
        claim.line_ids.filtered(lambda row: row.amount == amount).action_leave_out()
env.cr.commit()
"""

# Each process has its snapshot before either submits.
RACE = """
import logging, pathlib, time
from odoo.exceptions import UserError
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
env = env(context={{**env.context, "lang": "en_US"}})
claim = env["conciergerie.claim"].search([], order="id")[{which}]


def submit():
    try:
        claim.action_submit()
    except UserError as error:
        return "refused " + str(error)
    return "submitted"


mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["conciergerie.claim"].search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
print("given:", retrying(submit, env).replace("\\n", " "))
env.cr.commit()
"""


@pytest.fixture
def race(databases, odoo, tmp_path):
    """Let two processes submit claims at once; return what each was told, sorted."""

    def run(name, which, most=0, left_out=False):
        databases(name)
        head = f"AWARDED = 5000.0\nMOST = {most}\nLEFT_OUT = {left_out}\n"
        odoo("shell", "-d", name, "--no-http", script=head + PREPARE + DRAFTS)
        places = [str(tmp_path / str(number)) for number in range(2)]

        def submit(number):
            return odoo(
                *("shell", "-d", name, "--no-http"),
                script=RACE.format(
                    which=which[number], mine=places[number], other=places[1 - number]
                ),
            )

        with ThreadPoolExecutor(2) as pool:
            outputs = list(pool.map(submit, range(2)))
        told = [
            text.split("given: ")[1]
            for output in outputs
            for text in output.splitlines()
            if "given: " in text
        ]
        return sorted(told, reverse=True)

    return run


def claimed(query, name):
    """What is claimed of each cost, and the claims that were sent."""
    return query(
        name,
        "SELECT line.reference, SUM(line.amount) FROM conciergerie_claim_line line"
        " WHERE line.is_frozen GROUP BY 1 ORDER BY 1",
    ), query(
        name,
        "SELECT number, state, claimed_amount FROM conciergerie_claim"
        " WHERE state != 'draft' ORDER BY number",
    )


def test_two_drafts_of_the_same_costs(race, query):
    name = "conciergerie_claim_costs"
    submitted, refused = race(name, (0, 1))
    assert submitted == "submitted"
    assert "changed since it was proposed" in refused, refused
    costs, claims = claimed(query, name)
    assert costs == [("other race", 400), ("race", 600)]
    assert claims == [(1, "submitted", 800)]


def test_one_draft_submitted_twice(race, query):
    name = "conciergerie_claim_double"
    submitted, refused = race(name, (0, 0))
    assert submitted == "submitted"
    assert "is submitted: it is frozen" in refused, refused
    costs, claims = claimed(query, name)
    assert costs == [("other race", 400), ("race", 600)]
    assert claims == [(1, "submitted", 800)]


def test_two_drafts_of_other_costs(race, query):
    """Nothing in common but the dossier: both go, each with its number."""
    name = "conciergerie_claim_both"
    assert race(name, (0, 1), left_out=True) == ["submitted"] * 2
    costs, claims = claimed(query, name)
    assert costs == [("other race", 400), ("race", 600)]
    assert [claim[:2] for claim in claims] == [(1, "submitted"), (2, "submitted")]
    assert sorted(claim[2] for claim in claims) == [320, 480]


def test_one_claim_allowed(race, query):
    """The programme's number of claims holds with two at once."""
    name = "conciergerie_claim_most"
    submitted, refused = race(name, (0, 1), most=1, left_out=True)
    assert submitted == "submitted"
    assert "allows 1 claims: 1 were submitted" in refused, refused
    assert len(claimed(query, name)[1]) == 1
