"""Make or bring up to date the database that bin/run and bin/test work on.

    setup_db.py ODOO_OPTIONS... -- DATABASE [--demo | --no-demo] [--version TEXT]

The database is built under a temporary name and renamed when complete, so that an
interrupted build leaves nothing: the next call starts it over. A complete database
is only touched when an addon's files, or Odoo, changed since the last call.

Odoo's own demo data (an American company) is never loaded: the addons' demo files
are loaded by themselves once the French company is set up.
"""

import argparse
import ast
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sys
import time
from pathlib import Path

import psycopg2

import odoo.modules
from odoo import api
from odoo.modules.loading import load_data
from odoo.modules.module_graph import ModuleGraph
from odoo.modules.registry import Registry
from odoo.service.db import _create_empty_database
from odoo.sql_db import close_db
from odoo.tools import config

ROOT = Path(__file__).resolve().parents[2]
STATE = "conciergerie.setup"
CORE = ["l10n_fr_account", "account", "sale_management", "crm"]


def our_addons():
    """Names and manifests of the addons that exist, in the repository's folder."""
    found = {}
    for manifest in sorted((ROOT / "addons").glob("*/__manifest__.py")):
        values = ast.literal_eval(manifest.read_text())
        if values.get("installable", True):
            found[manifest.parent.name] = values
    return found


def checksum(addon):
    digest = hashlib.sha256()
    folder = ROOT / "addons" / addon
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and path.suffix != ".pyc" and parts[0] != "tests":
            digest.update("/".join(parts).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def start_odoo(options):
    config.parse_config(options, setup_logging=True)
    odoo.modules.module.initialize_sys_path()


@contextlib.contextmanager
def plain_cursor(database, autocommit=False):
    """A cursor of psycopg2 alone, for what is done without loading Odoo."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = autocommit
    try:
        with connection.cursor() as cr:
            yield cr
        connection.commit()
    finally:
        connection.close()


def exists(database):
    with plain_cursor("postgres") as cr:
        cr.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return bool(cr.fetchone())


def drop(database):
    close_db(database)
    with plain_cursor("postgres", autocommit=True) as cr:
        cr.execute(f'DROP DATABASE IF EXISTS "{database}"')
    shutil.rmtree(config.filestore(database), ignore_errors=True)


def rename(old, new):
    """The files first: without its database a filestore is made anew."""
    close_db(old)
    shutil.rmtree(config.filestore(new), ignore_errors=True)
    if os.path.isdir(config.filestore(old)):
        os.rename(config.filestore(old), config.filestore(new))
    with plain_cursor("postgres", autocommit=True) as cr:
        cr.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def read_state(database):
    """What the last complete call noted, or None for a database that is not ours."""
    with plain_cursor(database) as cr:
        cr.execute("SELECT to_regclass('public.ir_config_parameter')")
        if not cr.fetchone()[0]:
            return None
        cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [STATE])
        row = cr.fetchone()
    return json.loads(row[0]) if row else None


def write_state(env, version, demo):
    sums = {addon: checksum(addon) for addon in our_addons()}
    value = json.dumps({"version": version, "demo": demo, "addons": sums})
    env["ir.config_parameter"].set_param(STATE, value)


@contextlib.contextmanager
def environment(database):
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})


def modules(database, install=(), upgrade=()):
    """Install and update, and refuse a half result."""
    Registry.new(
        database,
        update_module=True,
        install_modules=list(install),
        upgrade_modules=list(upgrade),
    )
    with environment(database) as env:
        wrong = env["ir.module.module"].search(
            [
                "|",
                ("state", "in", ("to install", "to upgrade", "to remove")),
                "&",
                ("name", "in", list(install)),
                ("state", "!=", "installed"),
            ]
        )
        if wrong:
            names = ", ".join(wrong.mapped("name"))
            raise SystemExit(f"problem: these addons did not install: {names}")


def set_company(database, admin_password):
    """France, euro and French, before the chart of accounts is chosen."""
    with environment(database) as env:
        company = env.ref("base.main_company")
        company.write(
            {
                "name": "Conciergerie",
                "country_id": env.ref("base.fr").id,
                "currency_id": env.ref("base.EUR").id,
            }
        )
        company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
        env["ir.default"].set("res.partner", "lang", "fr_FR")
        env["ir.default"].set("res.partner", "tz", "Europe/Paris")
        users = env["res.users"].with_context(active_test=False).search([])
        users.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
        env.ref("base.user_admin").password = admin_password


def load_demo(database):
    """Demo files of the addons that have not had theirs: all or nothing each."""
    with environment(database) as env:
        names = list(our_addons())
        Module = env["ir.module.module"]
        todo = Module.search(
            [("name", "in", names), ("state", "=", "installed"), ("demo", "=", False)]
        )
        if not todo:
            return
        graph = ModuleGraph(env.cr, mode="load")
        graph.extend(
            Module.search([("state", "=", "installed")]).mapped("name"),
        )
        for package in graph:
            if package.name in todo.mapped("name"):
                load_data(env, {}, "init", kind="demo", package=package)
                # Odoo then loads what an update adds to the demo files.
                todo.filtered(lambda m, p=package: m.name == p.name).demo = True


def create(database, demo, version):
    """Build the database from nothing; return the administrator's password."""
    draft = f"{database}_new"
    password = "admin" if demo else secrets.token_urlsafe(12)
    drop(draft)
    _create_empty_database(draft)
    config._cli_options["load_language"] = "fr_FR"
    modules(draft, install=["base"])
    set_company(draft, password)
    # The chart of accounts comes when a round of installations ends: ours set its
    # accounts in the next one.
    modules(draft, install=CORE)
    modules(draft, install=list(our_addons()))
    if demo:
        load_demo(draft)
    with environment(draft) as env:
        write_state(env, version, demo)
    rename(draft, database)
    return password


def update(database, state, version):
    """Update what changed; return the names of the addons installed or updated."""
    addons = our_addons()
    known = state["addons"]
    new = [name for name in addons if name not in known]
    changed = [
        name for name in addons if name in known and checksum(name) != known[name]
    ]
    if state["version"] != version:
        # A newer Odoo or OCA: every addon, core's own included.
        changed = ["base"]
    if not new and not changed:
        return []
    modules(database, install=new, upgrade=changed)
    if state["demo"]:
        load_demo(database)
    with environment(database) as env:
        write_state(env, version, state["demo"])
    return new + changed


def main():
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--version", default="")
    parser.add_argument("--drop", action="store_true")
    args = parser.parse_args(sys.argv[split + 1 :])
    start_odoo(sys.argv[1:split])
    started = time.monotonic()
    if exists(args.database):
        state = read_state(args.database)
        if state is None:
            raise SystemExit(
                f"problem: the database {args.database} exists and was not made by"
                " bin/run; rename it or use another server."
            )
        if args.drop:
            drop(args.database)
        else:
            done = update(args.database, state, args.version)
            print("result: updated", ",".join(done) or "nothing")
            return
    password = create(args.database, args.demo, args.version)
    print(f"result: created {password} in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
