"""Two allocate one cost at once, in real processes: no euro twice (CASES D6)."""

from concurrent.futures import ThreadPoolExecutor

# A bill of 1,000.00, two dossiers that run, an allocation of 700.00 ready to claim.
PREPARE = """
audience = env.ref("conciergerie_base.audience_funder")
funder = env["res.partner"].create(
    {
        "name": "Region of the race",
        "is_company": True,
        "funder_kind": "region",
        "audience_ids": [(4, audience.id)],
    }
)
programme = env["conciergerie.programme"].create(
    {"name": "Race", "funder_id": funder.id, "aid_rate": 80.0}
)
heading = env["conciergerie.form.heading"].search([("side", "=", "expense")], limit=1)
for number in range(2):
    dossier = env["conciergerie.dossier"].create(
        {
            "name": "Dossier %s of the race" % number,
            "programme_id": programme.id,
            "company_id": env.company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
        }
    ).sudo()
    line = env["conciergerie.budget.line"].sudo().create(
        {
            "dossier_id": dossier.id,
            "heading_id": heading.id,
            "side": "expense",
            "name": "Race %s" % number,
            "planned_amount": 5000.0,
            "awarded_amount": AWARDED,
        }
    )
    line.awarded_amount = AWARDED
    dossier.write({"awarded_amount": 10000.0, "awarded_rate": 80.0, "state": "running"})
account = env["account.account"].search(
    [("account_type", "=", "expense"), ("company_ids", "in", env.company.ids)], limit=1
)
for ref in ("race", "other race"):
    bill = env["account.move"].create(
        {
            "move_type": "in_invoice",
            "partner_id": funder.id,
            "invoice_date": "2026-03-01",
            "ref": ref,
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Race",
                        "account_id": account.id,
                        "price_unit": 1000.0,
                        "tax_ids": [(5,)],
                    },
                )
            ],
        }
    )
    bill.action_post()
env["conciergerie.cost"]._refresh(env.company)
env.cr.commit()
"""

# Each process has its snapshot before either allocates anything.
RACE = """
import logging, pathlib, time
from odoo.exceptions import ValidationError
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
env = env(context={{**env.context, "lang": "en_US"}})
costs = env["conciergerie.cost"]
cost = costs.search([("reference", "=", {reference!r})])
line = env["conciergerie.budget.line"].search([("name", "=", {line!r})])


def allocate():
    try:
        made = env["conciergerie.allocation"]._allocate(
            [{{"cost_id": cost.id, "budget_line_id": line.id, "amount": 600.0}}]
        )
    except ValidationError as error:
        return "refused " + str(error)
    return "made %s" % made.amount


mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
costs.search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
print("given:", retrying(allocate, env).replace("\\n", " "))
env.cr.commit()
"""


def race(odoo, name, tmp_path, references, lines):
    """Let two processes allocate 600.00 at once; return what each was told."""
    places = [str(tmp_path / str(number)) for number in range(2)]

    def run(number):
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=RACE.format(
                reference=references[number],
                line=lines[number],
                mine=places[number],
                other=places[1 - number],
            ),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(run, range(2)))
    return sorted(
        text.split("given: ")[1]
        for output in outputs
        for text in output.splitlines()
        if "given: " in text
    )


def test_two_dossiers_and_one_cost(databases, odoo, query, tmp_path):
    name = databases("conciergerie_allocation_cost")
    odoo("shell", "-d", name, "--no-http", script="AWARDED = 5000.0\n" + PREPARE)
    made, refused = race(odoo, name, tmp_path, ["race"] * 2, ["Race 0", "Race 1"])
    assert made == "made 600.0"
    for number in range(2):
        assert f"Dossier {number} of the race" in refused, refused
    assert query(
        name,
        "SELECT allocated_amount, free_amount FROM conciergerie_cost"
        " WHERE reference = 'race'",
    ) == [(600, 400)]


def test_two_costs_and_one_budget_line(databases, odoo, query, tmp_path):
    """The second gets what the first left available on the line."""
    name = databases("conciergerie_allocation_line")
    odoo("shell", "-d", name, "--no-http", script="AWARDED = 900.0\n" + PREPARE)
    told = race(odoo, name, tmp_path, ["race", "other race"], ["Race 0"] * 2)
    assert told == ["made 300.0", "made 600.0"]
    assert query(name, "SELECT SUM(amount) FROM conciergerie_allocation") == [(900,)]
