"""Databases of earlier versions, kept in tests/upgrade, still come up to date.

One archive of bin/backup per published version, with a little of everything of the
ledger, small enough for git: tests/upgrade/VERSION.tar.xz; of subsidies:
subsidies-VERSION.tar.xz (see its README.md).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import setup_db

from odoo.tools import config

ROOT = Path(__file__).parents[1]
ARCHIVES = sorted((ROOT / "tests" / "upgrade").glob("*.tar*"))
# What an upgrade must not change, whatever it does to the tables.
LEDGER = {
    "commission lines": """
        SELECT provider_id, mode, COUNT(*), SUM(price_total), SUM(commission_amount)
          FROM conciergerie_commission_line GROUP BY 1, 2 ORDER BY 1, 2
    """,
    "due entries": """
        SELECT provider_id, company_id, mode, statement_id, COUNT(*),
               SUM(collected_amount), SUM(direct_amount), SUM(commission_amount)
          FROM conciergerie_due_entry GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """,
    "statements": """
        SELECT name, provider_id, date, period_end, due_date, collected_amount,
               commission_untaxed, commission_total, purchase_amount,
               referral_commission, net_amount, opening_balance, payable_amount,
               commission_move_id, settlement_move_id, reversed_statement_id
          FROM conciergerie_statement ORDER BY id
    """,
    "third-party accounts": """
        SELECT partner.id, SUM(item.balance)
          FROM res_partner partner
          JOIN account_move_line item
            ON item.account_id = (partner.third_party_account_id
                                  ->> item.company_id::text)::int
         WHERE item.parent_state = 'posted' GROUP BY 1 ORDER BY 1
    """,
    "balances": """
        SELECT account_id, partner_id, SUM(balance), SUM(amount_residual)
          FROM account_move_line WHERE parent_state = 'posted'
         GROUP BY 1, 2 ORDER BY 1, 2
    """,
    "agreements": "SELECT code, state, start_date FROM agreement ORDER BY id",
    "terms": """
        SELECT agreement_id, mode, base, rate, date_from
          FROM conciergerie_deal_term ORDER BY id
    """,
    "requests": "SELECT reference, step FROM project_task ORDER BY id",
}
SUBSIDIES = {
    "dossiers": """
        SELECT name, state, awarded_amount, awarded_rate, date_from, date_to
          FROM conciergerie_dossier ORDER BY id
    """,
    "plan": """
        SELECT name, side, planned_amount, awarded_amount, filed_amount
          FROM conciergerie_budget_line ORDER BY id
    """,
    "costs": """
        SELECT kind, date, cap_amount, current_amount, allocated_amount, free_amount,
               frozen, is_paid, COALESCE(has_evidence, FALSE), flag
          FROM conciergerie_cost ORDER BY id
    """,
    "allocations": """
        SELECT cost_id, budget_line_id, amount, state
          FROM conciergerie_allocation ORDER BY id
    """,
    "claims": """
        SELECT number, kind, state, eligible_amount, rate, claimed_amount,
               accepted_amount, paid_amount FROM conciergerie_claim ORDER BY id
    """,
    "claim lines": """
        SELECT claim_id, allocation_id, amount, aid, accepted_amount, released_amount,
               piece_number, is_frozen FROM conciergerie_claim_line ORDER BY id
    """,
    "instalments": """
        SELECT dossier_id, kind, amount, expected_date, received_amount
          FROM conciergerie_instalment ORDER BY id
    """,
    "entries": """
        SELECT dossier_id, kind, period, state, amount
          FROM conciergerie_subsidy_entry ORDER BY id
    """,
    "reports": """
        SELECT report.state, line.name, line.planned_amount, line.actual_amount,
               line.is_typed
          FROM conciergerie_financial_report report
          JOIN conciergerie_financial_report_line line ON line.report_id = report.id
         ORDER BY line.id
    """,
    "balances": LEDGER["balances"],
}
# The ledger goes on: nothing to derive again, what was open is settled.
SETTLE = """
company = env["res.company"].search([])[:1]
print("derived", env["conciergerie.due.entry"]._derive(company))
statements = env["conciergerie.statement"]
day = statements._fields["date"].to_date("2026-11-30")
made = statements._settle(company, day, date=day)
print("settled", sorted((s.collected_amount, s.commission_total) for s in made))
for provider in made.provider_id:
    print("held", provider._third_party_balance(company) >= 0)
"""
SETTLED = "derived 0", "settled [(68.0, 10.2)]", "held True"
# The draft claim asks the same again; indicators came to the report that is a draft.
CLAIM = """
company = env["res.company"].search([])[:1]
claim = env["conciergerie.claim"].search([("state", "=", "draft")])
before = sorted(claim.line_ids.mapped("amount")), claim.claimed_amount
claim.action_propose()
after = sorted(claim.line_ids.mapped("amount")), claim.claimed_amount
print("claims", after == before)
for report in env["conciergerie.financial.report"].search([], order="date_to"):
    found = report.indicator_ids.filtered(lambda row: row.code == "volunteer_hours")
    print(report.state, found.mapped("value"))
"""
CLAIMED = "claims True", "signed []", "draft [3.0]"


def facts(query, database, wanted):
    return {name: query(database, sql) for name, sql in wanted.items()}


@pytest.mark.long
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_upgrade(databases, odoo, query, archive):
    name = "conciergerie_upgrade"
    databases.claim(name)
    wanted, script, expected = LEDGER, SETTLE, SETTLED
    if archive.name.startswith("subsidies-"):
        wanted, script, expected = SUBSIDIES, CLAIM, CLAIMED
    subprocess.run(
        [sys.executable, ROOT / "bin/lib/backup.py", "restore", archive, name],
        env={**os.environ, "CONCIERGERIE_DATA": config["data_dir"]},
        check=True,
    )
    before = facts(query, name, wanted)
    assert all(before.values()), "the archive has something of each"
    addons = ",".join(setup_db.our_addons())
    odoo("server", "-d", name, "-u", addons, "--no-http", "--stop-after-init")
    rows = query(
        name,
        "SELECT name, latest_version FROM ir_module_module WHERE name = ANY(%s)",
        list(setup_db.our_addons()),
    )
    versions = {n: m["version"] for n, m in setup_db.our_addons().items()}
    installed = {n: version for n, version in rows if version}
    assert installed == {n: versions[n] for n in installed}
    after = facts(query, name, wanted)
    for what, values in before.items():
        assert after[what] == values, what
    log = odoo("shell", "-d", name, "--no-http", script=script)
    for words in expected:
        assert words in log, log[-2000:]
    assert "held False" not in log
