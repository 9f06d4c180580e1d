"""Installing, updating and removing the addons leaves no warning and no rest."""

import os
from pathlib import Path

import pytest
import setup_db

from .conftest import complaints

ADDONS = list(setup_db.our_addons())
ALL = ",".join(ADDONS)


def test_install_does_not_warn():
    """The log of the prepared database: all addons beside one another."""
    log = Path(os.environ["CONCIERGERIE_CONFIG"]).parent / "log" / "install.log"
    assert not complaints(log.read_text())


def test_demo_data_does_not_warn(databases, odoo, query):
    name = databases("conciergerie_demo")
    setup = Path(setup_db.__file__).parent
    odoo(
        *("shell", "-d", name, "--no-http"),
        script=f"import sys; sys.path.insert(0, {str(setup)!r})\n"
        f"import setup_db; setup_db.load_demo({name!r})\n",
    )
    rows = query(
        name,
        "SELECT name FROM ir_module_module WHERE demo AND state = 'installed'",
    )
    assert sorted(row[0] for row in rows) == sorted(ADDONS)


@pytest.mark.long
@pytest.mark.parametrize("addon", ADDONS)
def test_install_alone_and_update_twice(databases, odoo, query, addon):
    name = databases("conciergerie_install", "core")
    options = ("-d", name, "--no-http", "--stop-after-init")
    odoo("server", "-i", addon, *options)
    counts = []
    for _time in range(2):
        odoo("server", "-u", addon, *options)
        counts.append(query(name, "SELECT count(*) FROM ir_model_data"))
    assert counts[0] == counts[1]


@pytest.mark.long
@pytest.mark.parametrize("addon", ADDONS)
def test_uninstall_leaves_a_working_database(databases, odoo, query, addon):
    name = databases("conciergerie_uninstall")
    script = f"""
module = env["ir.module.module"].search([("name", "=", {addon!r})])
gone = (module + module.downstream_dependencies()).mapped("name")
module.button_immediate_uninstall()
print("gone:", ",".join(gone))
"""
    output = odoo("shell", "-d", name, "--no-http", script=script)
    line = next(line for line in output.splitlines() if "gone: " in line)
    gone = line.split("gone: ")[1].split(",")
    assert addon in gone
    left = query(
        name, "SELECT module, name FROM ir_model_data WHERE module = ANY(%s)", gone
    )
    assert not left
    # A function without its addon would break the tables it was written for.
    functions = query(
        name, "SELECT proname FROM pg_proc WHERE proname LIKE 'conciergerie%'"
    )
    if set(gone) >= set(ADDONS):
        tables = query(
            name,
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'conciergerie%'",
        )
        columns = query(
            name,
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE column_name LIKE 'conciergerie%'",
        )
        assert not (functions or tables or columns)
    odoo("server", "-d", name, "-u", "base", "--no-http", "--stop-after-init")
    odoo(
        *("shell", "-d", name, "--no-http"),
        script="""
partner = env["res.partner"].create({"name": "Someone"})
product = env["product.product"].create({"name": "Thing", "type": "service"})
order = env["sale.order"].create(
    {"partner_id": partner.id, "order_line": [(0, 0, {"product_id": product.id})]}
)
order.action_confirm()
assert order.state == "sale"
assert env["project.task"].create({"name": "Task"})
""",
    )


@pytest.mark.long
def test_all_addons_in_an_empty_database(databases, odoo, query):
    """Without our set-up: no language, no chart of accounts, Odoo's own company."""
    name = "conciergerie_empty"
    databases.claim(name)
    setup_db._create_empty_database(name)
    odoo("server", "-d", name, "-i", ALL, "--no-http", "--stop-after-init")
    rows = query(
        name,
        "SELECT count(*) FROM ir_module_module WHERE state = 'installed'"
        " AND name = ANY(%s)",
        ADDONS,
    )
    assert rows == [(len(ADDONS),)]
