"""The library of payment orders changes how core treats payments: same balances.

The tests of an addon run where all are installed, with the bridge; here those of
money run where it is not.
"""

import os
import subprocess
import sys

import pytest

from .conftest import ROOT

MONEY_TESTS = ("test_ledger", "test_pay_run", "test_reversal", "test_statement")

UNINSTALL = """
modules = env["ir.module.module"].search(
    [("name", "in", ("account_payment_base_oca", "account_payment_method_base"))]
)
modules.button_immediate_uninstall()
"""


@pytest.mark.long
def test_money_without_the_bridge(databases, odoo, query):
    name = databases("conciergerie_no_sepa")
    odoo("shell", "-d", name, "--no-http", script=UNINSTALL)
    installed = dict(
        query(
            name,
            "SELECT name, state FROM ir_module_module WHERE name IN %s",
            ("conciergerie_partners", "conciergerie_partners_sepa"),
        )
    )
    assert installed == {
        "conciergerie_partners": "installed",
        "conciergerie_partners_sepa": "uninstalled",
    }
    folder = ROOT / "addons" / "conciergerie_partners" / "tests"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", f"--odoo-database={name}"),
            f"--odoo-config={os.environ['CONCIERGERIE_CONFIG']}",
            *("--odoo-log-level=warn", "-q", "-p", "no:cacheprovider"),
            *(str(folder / f"{test}.py") for test in MONEY_TESTS),
        ],
        cwd=ROOT,
        env={**os.environ, "CONCIERGERIE_DATABASE": name},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
