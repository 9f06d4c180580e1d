"""Prepare the databases of bin/test and bin/bench in their throw-away cluster.

    test_db.py ODOO_OPTIONS... -- [--version TEXT] [--fresh]

Two templates are kept between runs and cloned: one with Odoo's and OCA's addons that
ours depend on (remade when these change), one with our addons as well (remade when a
file of an addon changes). Their names carry a checksum of what they are made from.
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

from odoo.service.db import _create_empty_database
from odoo.sql_db import close_db
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).parent))
import setup_db  # noqa: E402

PREFIXES = ("core_", "full_")
# Core's own tests, dark mode and pages that ours do not show.
RARE_BUNDLES = {
    *("web.assets_unit_tests", "web.assets_unit_tests_setup", "web.tests_assets"),
    *("web.qunit_suite_tests", "web.assets_web_dark", "web.assets_web_print"),
    *("mail.assets_discuss_public_test_tours", "api_doc.assets"),
    "spreadsheet.public_spreadsheet",
}
# To be raised when the templates are made in another way.
RECIPE = "2"


def core_modules():
    ours = setup_db.our_addons()
    wanted = set(setup_db.CORE)
    for manifest in ours.values():
        wanted.update(manifest.get("depends", []))
    return sorted(wanted - set(ours))


def digest(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def template_names(version):
    pins = (setup_db.ROOT / "requirements-oca.txt").read_text()
    core = digest(RECIPE, version, pins, *core_modules())
    addons = [f"{name} {setup_db.checksum(name)}" for name in setup_db.our_addons()]
    return f"core_{core}", f"full_{digest(core, *addons)}"


def clone(template, database):
    """A copy of a database that nobody is connected to, its files included."""
    close_db(template)
    setup_db.drop(database)
    with setup_db.plain_cursor("postgres", autocommit=True) as cr:
        cr.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    source = Path(config.filestore(template))
    if source.is_dir():
        # Stored files never change, so that a second name is a copy.
        shutil.copytree(source, config.filestore(database), copy_function=os.link)


@contextlib.contextmanager
def log_to(path):
    """Send what this process and its children write to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(target, 1)
    os.dup2(target, 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, old in enumerate(saved, 1):
            os.dup2(old, number)
            os.close(old)
        os.close(target)


def make_core(name):
    draft = "draft_core"
    setup_db.drop(draft)
    _create_empty_database(draft)
    config._cli_options["load_language"] = "fr_FR"
    setup_db.modules(draft, install=["base"])
    setup_db.set_company(draft, "admin")
    setup_db.modules(draft, install=core_modules())
    setup_db.rename(draft, name)


def make_full(core, name, log):
    draft = "draft_full"
    clone(core, draft)
    with log_to(log):
        setup_db.modules(draft, install=list(setup_db.our_addons()))
    with setup_db.environment(draft) as env:
        setup_db.write_state(env, "", False)
        make_assets(env)
    setup_db.rename(draft, name)


def make_assets(env):
    """Scripts and styles, once here rather than by each class of browser tests."""
    qweb = env["ir.qweb"]
    scripts, styles = qweb._get_bundles_to_pregenarate()
    for bundle in sorted(scripts - RARE_BUNDLES):
        qweb._get_asset_bundle(bundle, css=False, js=True).js()
    for bundle in sorted(styles - RARE_BUNDLES):
        qweb._get_asset_bundle(bundle, css=True, js=False).css()


def drop_others(*keep):
    with setup_db.plain_cursor("postgres") as cr:
        cr.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        names = [name for (name,) in cr.fetchall()]
    for name in names:
        if name not in (*keep, "postgres") and name.startswith(PREFIXES):
            setup_db.drop(name)


def main():
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", default="")
    parser.add_argument("--fresh", action="store_true")
    args = parser.parse_args(sys.argv[split + 1 :])
    setup_db.start_odoo(sys.argv[1:split])
    core, full = template_names(args.version)
    log = Path(config["data_dir"]).parent / "log" / "install.log"
    drop_others(*(() if args.fresh else (core, full)))
    started = time.monotonic()
    if not setup_db.exists(core):
        make_core(core)
        print(f"core in {time.monotonic() - started:.0f} s", flush=True)
    if not setup_db.exists(full):
        started = time.monotonic()
        try:
            make_full(core, full, log)
        except BaseException:
            # The reason, where the caller looks for it.
            print(log.read_text()[-3000:], flush=True)
            raise
        print(f"ours in {time.monotonic() - started:.0f} s", flush=True)
    for name in ("conciergerie_test", "conciergerie_beside"):
        clone(full, name)
    print(f"result: {core} {full}")


if __name__ == "__main__":
    main()
