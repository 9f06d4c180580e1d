"""Databases of earlier versions, kept in tests/upgrade, still come up to date.

One archive of bin/backup per published version, with demonstration data, small enough
for git: tests/upgrade/VERSION.tar.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import setup_db

from odoo.tools import config

ROOT = Path(__file__).parents[1]
ARCHIVES = sorted((ROOT / "tests" / "upgrade").glob("*.tar"))


@pytest.mark.long
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_upgrade(databases, odoo, query, archive):
    name = "conciergerie_upgrade"
    databases.claim(name)
    subprocess.run(
        [sys.executable, ROOT / "bin/lib/backup.py", "restore", archive, name],
        env={**os.environ, "CONCIERGERIE_DATA": config["data_dir"]},
        check=True,
    )
    addons = ",".join(setup_db.our_addons())
    odoo("server", "-d", name, "-u", addons, "--no-http", "--stop-after-init")
    rows = query(
        name,
        "SELECT name, latest_version FROM ir_module_module WHERE name = ANY(%s)",
        list(setup_db.our_addons()),
    )
    expected = {n: m["version"] for n, m in setup_db.our_addons().items()}
    installed = {n: version for n, version in rows if version}
    assert installed == {n: expected[n] for n in installed}
