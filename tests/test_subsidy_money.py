"""Two put the same money of the bank on two dossiers at once: no euro pays twice."""

from concurrent.futures import ThreadPoolExecutor

# 1,000.00 at the bank, unexplained, and two dossiers that wait for 1,000.00 each.
PREPARE = """
funder = env["res.partner"].create(
    {"name": "Region of the race", "is_company": True, "funder_kind": "region"}
)
programme = env["conciergerie.programme"].create(
    {"name": "Race", "funder_id": funder.id, "aid_rate": 80.0}
)
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
    dossier.write({"awarded_amount": 1000.0, "state": "running"})
    env["conciergerie.instalment"].create(
        {"dossier_id": dossier.id, "amount": 1000.0, "expected_date": "2026-06-01"}
    )
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
)
env["account.bank.statement.line"].create(
    {
        "journal_id": bank.id,
        "date": "2026-06-01",
        "payment_ref": "race",
        "amount": 1000.0,
        "counterpart_account_id": env.company.subsidy_receivable_account_id.id,
    }
)
env.cr.commit()
"""

# Each process has its snapshot before either takes the money.
RACE = """
import logging, pathlib, time
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
env = env(context={{**env.context, "lang": "en_US"}})
instalment = env["conciergerie.instalment"].search(
    [("dossier_id.name", "=", "Dossier {number} of the race")]
)
item = env["account.move.line"].search(
    [
        ("statement_line_id.payment_ref", "=", "race"),
        ("account_id", "=", env.company.subsidy_receivable_account_id.id),
    ]
)


def receive():
    try:
        instalment._receive(item, 1000.0)
    except (UserError, ValidationError) as error:
        return "refused " + str(error)
    return "received"


mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
print("given:", retrying(receive, env).replace("\\n", " "))
env.cr.commit()
"""


def test_same_money_for_two_dossiers(databases, odoo, query, tmp_path):
    name = databases("conciergerie_subsidy_money")
    odoo("shell", "-d", name, "--no-http", script=PREPARE)
    places = [str(tmp_path / str(number)) for number in range(2)]

    def run(number):
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script=RACE.format(
                number=number, mine=places[number], other=places[1 - number]
            ),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(run, range(2)))
    told = sorted(
        text.split("given: ")[1]
        for output in outputs
        for text in output.splitlines()
        if "given: " in text
    )
    assert told[0] == "received"
    assert told[1].startswith("refused "), told
    assert query(name, "SELECT SUM(amount) FROM conciergerie_instalment_receipt") == [
        (1000,)
    ]
