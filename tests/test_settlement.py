"""Settling in real processes: two users at once, a killed server, a late payment."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from .conftest import ROOT

SALES = """
env = env(context={**env.context, "lang": "en_US"})
audience = env.ref("conciergerie_base.audience_provider")
provider = env["res.partner"].create(
    {"name": "Laundry", "is_company": True, "audience_ids": [(4, audience.id)]}
)
service = env["product.product"].create(
    {
        "name": "Ironing",
        "list_price": 12.0,
        "is_conciergerie_service": True,
        "seller_ids": [(0, 0, {"partner_id": provider.id, "delay": 1})],
    }
)
agreement = env["agreement"].create(
    {
        "name": "Mandate",
        "code": "RACE",
        "partner_id": provider.id,
        "company_id": env.company.id,
        "is_provider_agreement": True,
        "legal_basis": "agent",
        "start_date": "2026-01-01",
        "term_ids": [
            (0, 0, {"mode": "mandate", "rate": 15.0, "date_from": "2026-01-01"})
        ],
    }
)
agreement.action_propose()
agreement.action_sign()
customer = env["res.partner"].create({"name": "Customer"})
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
for number in range(6):
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2026-01-05",
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": service.id,
                        "provider_id": provider.id,
                        "price_unit": 10.0 + number,
                    },
                )
            ],
        }
    )
    invoice.action_post()
    dialog = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    values = {"journal_id": journal.id, "payment_date": "2026-01-06"}
    dialog.create(values)._create_payments()
env["conciergerie.due.entry"]._derive(env.company)
env.cr.commit()
"""


# Each process has its snapshot before either claims anything.
SETTLE = """
import logging, pathlib, time
from odoo.service.model import retrying

# The loser's refused query is what is wanted here.
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
mine, other = pathlib.Path({mine!r}), pathlib.Path({other!r})
env["conciergerie.due.entry"].search_count([])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < deadline, "the other process did not come"
    time.sleep(0.01)
day = fields.Date.to_date("2026-01-31")
company = env.company
print("made:", retrying(
    lambda: len(env["conciergerie.statement"]._settle(company, day, date=day)), env
))
env.cr.commit()
"""


def test_two_users_settle_at_once(databases, odoo, query, tmp_path):
    name = databases("conciergerie_settlement")
    odoo("shell", "-d", name, "--no-http", script=SALES)
    places = [str(tmp_path / "one"), str(tmp_path / "two")]

    def settle(place):
        mine, other = place
        return odoo(
            *("shell", "-d", name, "--no-http"),
            script="from odoo import fields\n" + SETTLE.format(mine=mine, other=other),
        )

    with ThreadPoolExecutor(2) as pool:
        outputs = list(pool.map(settle, (places, places[::-1])))
    made = sorted(
        int(line.split("made: ")[1])
        for output in outputs
        for line in output.splitlines()
        if "made: " in line
    )
    assert made == [0, 1], "one makes the statement, the other finds nothing"
    rows = query(
        name,
        "SELECT count(DISTINCT statement_id), count(statement_id), count(*),"
        " sum(collected_amount) FROM conciergerie_due_entry",
    )
    assert rows == [(1, 6, 6, 75)]
    moves = query(
        name, "SELECT count(*) FROM account_move WHERE ref LIKE %s", "REL/2026/%"
    )
    assert moves == [(2,)], "one commission invoice and one settlement entry"


# Three providers with two sales each; a further invoice waits for its payment.
MORE_PROVIDERS = """
for name in ("Cobbler", "Cleaner"):
    double = provider.copy({"name": name})
    new = agreement.copy({"partner_id": double.id, "code": name, "state": "draft"})
    new.legal_basis = "agent"
    new.action_propose()
    new.action_sign()
    for price in (20.0, 30.0):
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-01-05",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": service.id,
                            "provider_id": double.id,
                            "price_unit": price,
                        },
                    )
                ],
            }
        )
        invoice.action_post()
        dialog = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        dialog.create(values)._create_payments()
late = invoice.copy({"invoice_date": "2026-01-05"})
late.action_post()
env["conciergerie.due.entry"]._derive(env.company)
env.cr.commit()
print("late:", late.id)
"""

# Says when the second provider's entries are claimed, then waits to be killed.
SETTLE_AND_STOP = """
import pathlib, time
from odoo import fields

statements = type(env["conciergerie.statement"])
make_documents, made = statements._make_documents, []

def stop_at_the_second(self):
    if made:
        pathlib.Path({mark!r}).touch()
        time.sleep({seconds})
    made.append(self.id)
    return make_documents(self)

statements._make_documents = stop_at_the_second
day = fields.Date.to_date("2026-01-31")
print("made:", len(env["conciergerie.statement"]._settle(env.company, day, date=day)))
env.cr.commit()
"""

SETTLE_AGAIN = """
from odoo import fields
day = fields.Date.to_date("2026-01-31")
print("made:", len(env["conciergerie.statement"]._settle(env.company, day, date=day)))
env.cr.commit()
"""

PAY_LATE = """
invoice = env["account.move"].browse({invoice})
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
dialog = env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids
)
dialog.create(
    {{"journal_id": journal.id, "payment_date": "2026-01-20"}}
)._create_payments()
env.cr.commit()
"""


def prepare(databases, odoo, name):
    databases(name)
    output = odoo("shell", "-d", name, "--no-http", script=SALES + MORE_PROVIDERS)
    return int(output.split("late: ")[1].split()[0])


def start(name, script):
    """Start a process of Odoo and leave it running."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "odoo", "shell"),
            *("-c", os.environ["CONCIERGERIE_CONFIG"], "-d", name, "--no-http"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    process.stdin.write(script)
    process.stdin.close()
    return process


def wait_for(mark, process):
    deadline = time.monotonic() + 120
    while not mark.exists():
        assert process.poll() is None, process.stdout.read()[-3000:]
        assert time.monotonic() < deadline, "nothing was claimed"
        time.sleep(0.05)


def made(output):
    return int(output.split("made: ")[1].split()[0])


def settled(query, name):
    """Per statement: entries, collected, what it froze, entries of its documents."""
    return query(
        name,
        "SELECT statement.name, count(entry.id), sum(entry.collected_amount),"
        " statement.collected_amount, count(DISTINCT settlement_move_id)"
        " + count(DISTINCT commission_move_id)"
        " FROM conciergerie_statement statement"
        " JOIN conciergerie_due_entry entry ON entry.statement_id = statement.id"
        " GROUP BY statement.id ORDER BY statement.name",
    )


def test_killed_in_the_middle(databases, odoo, query, tmp_path):
    """All or nothing: what a killed process had claimed is free for the next run."""
    name, mark = "conciergerie_killed", tmp_path / "claimed"
    prepare(databases, odoo, name)
    process = start(name, SETTLE_AND_STOP.format(mark=str(mark), seconds=600))
    try:
        wait_for(mark, process)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    counts = (
        "SELECT (SELECT count(*) FROM conciergerie_statement),"
        " (SELECT count(*) FROM account_move WHERE ref LIKE %s),"
        " (SELECT count(*) FROM conciergerie_due_entry WHERE statement_id IS NOT NULL)"
    )
    # The database notices a dead client when it next speaks to it: nothing is kept.
    assert query(name, counts, "REL/2026/%") == [(0, 0, 0)]
    output = odoo("shell", "-d", name, "--no-http", script=SETTLE_AGAIN)
    assert made(output) == 3
    rows = settled(query, name)
    whole = [(2, 50, 50, 2), (2, 50, 50, 2), (6, 75, 75, 2)]
    assert sorted(row[1:] for row in rows) == whole
    assert query(name, counts, "REL/2026/%") == [(3, 6, 10)]
    again = odoo("shell", "-d", name, "--no-http", script=SETTLE_AGAIN)
    assert made(again) == 0
    # Statements may skip numbers, invoices may not: theirs are taken at the commit.
    invoices = query(
        name,
        "SELECT count(*), max(sequence_number) - min(sequence_number) + 1"
        " FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'",
    )
    assert invoices[0][0] == invoices[0][1], "a gap in the invoices"


def test_payment_during_a_settlement(databases, odoo, query, tmp_path):
    """A payment between the snapshot and the commit is in the next statement."""
    name, mark = "conciergerie_late", tmp_path / "claimed"
    late = prepare(databases, odoo, name)
    process = start(name, SETTLE_AND_STOP.format(mark=str(mark), seconds=15))
    wait_for(mark, process)
    odoo("shell", "-d", name, "--no-http", script=PAY_LATE.format(invoice=late))
    output = process.stdout.read()
    assert process.wait(timeout=120) == 0, output[-3000:]
    assert made(output) == 3
    first = settled(query, name)
    assert sum(row[1] for row in first) == 10
    output = odoo("shell", "-d", name, "--no-http", script=SETTLE_AGAIN)
    assert made(output) == 1
    rows = settled(query, name)
    assert rows[:3] == first, "closed statements have not changed"
    assert rows[3][1:] == (1, 30, 30, 2)
