"""bin/backup and bin/restore: what is brought back is what there was."""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import setup_db

from odoo.tools import config

ROOT = Path(__file__).parents[1]
PICTURE = b"the bytes of one attachment, told apart from all others" * 1000


def tool(name, *args):
    """A command of bin/ on the test's cluster, as an administrator would run it."""
    environ = {
        **os.environ,
        "CONCIERGERIE_DATA": config["data_dir"],
        # The scripts forget PYTHONPATH, which is bin/run's own to set.
        "ODOO_COMMAND": f"env PYTHONPATH={os.environ['PYTHONPATH']}"
        f" {sys.executable} -m odoo",
    }
    done = subprocess.run(
        [ROOT / "bin" / name, *map(str, args)],
        env=environ,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def row_counts(query, database):
    tables = query(
        database,
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'",
    )
    counts = " UNION ALL ".join(
        f"SELECT '{name}', count(*) FROM {name}" for (name,) in tables
    )
    return dict(query(database, counts.replace("%", "%%")))


@pytest.fixture(scope="module")
def original(databases, odoo):
    name = databases("conciergerie_backup")
    script = f"""
env["ir.attachment"].create({{"name": "backup.bin", "raw": {PICTURE!r}}})
env.cr.commit()
"""
    odoo("shell", "-d", name, "--no-http", script=script)
    return name


@pytest.fixture(scope="module")
def archive(original, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "archive.tar"
    status, output = tool("backup", original, path)
    assert status == 0, output
    return path


def stored_bytes(query, database):
    [(name, checksum)] = query(
        database,
        "SELECT store_fname, checksum FROM ir_attachment WHERE name = 'backup.bin'",
    )
    return Path(config.filestore(database), name).read_bytes(), checksum


def test_restored_database_is_the_same(original, archive, databases, query, odoo):
    restored = "conciergerie_restored"
    databases.claim(restored)
    status, output = tool("restore", archive, restored)
    assert status == 0, output
    before, after = row_counts(query, original), row_counts(query, restored)
    assert len(before) > 300
    assert after == before
    data, checksum = stored_bytes(query, restored)
    assert data == PICTURE
    assert checksum == hashlib.sha1(PICTURE).hexdigest()
    files = [
        {path.name for path in Path(config.filestore(name)).glob("??/*")}
        for name in (original, restored)
    ]
    assert files[0] == files[1]
    # Odoo itself reads it through the restored database.
    output = odoo(
        *("shell", "-d", restored, "--no-http"),
        script="a = env['ir.attachment'].search([('name', '=', 'backup.bin')])\n"
        "print('length', len(a.raw))\n",
    )
    assert f"length {len(PICTURE)}" in output


def test_archive_is_private(archive):
    assert archive.stat().st_mode & 0o077 == 0


def test_restore_never_overwrites(original, archive):
    status, output = tool("restore", archive, original)
    assert status != 0
    assert "exists; give a new name" in output
    assert "Traceback" not in output


def test_backup_never_overwrites(original, archive):
    before = archive.read_bytes()
    status, output = tool("backup", original, archive)
    assert status != 0
    assert "not overwritten" in output
    assert archive.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "text", "no dump", "altered"])
def test_damaged_archive_leaves_nothing(archive, databases, tmp_path, damage):
    name = "conciergerie_damaged"
    databases.claim(name)
    broken = tmp_path / "broken.tar"
    content = bytearray(archive.read_bytes())
    if damage == "cut":
        del content[len(content) // 2 :]
    elif damage == "text":
        content = bytearray(b"no archive at all")
    elif damage == "altered":
        middle = content.index(b"PGDMP") + 5000
        content[middle] ^= 0xFF
    broken.write_bytes(content)
    if damage == "no dump":
        with tarfile.open(broken, "w") as tar:
            tar.add(__file__, "manifest.json")
    status, output = tool("restore", broken, name)
    assert status != 0
    assert "not a whole archive" in output
    assert "Traceback" not in output
    assert not setup_db.exists(name)
    assert not Path(config.filestore(name)).exists()


def test_neutralized_copy(archive, databases, query):
    name = "conciergerie_copy"
    databases.claim(name)
    status, output = tool("restore", archive, name, "--neutralize")
    assert status == 0, output
    assert query(name, "SELECT count(*) FROM ir_cron WHERE active") in ([(0,)], [(1,)])
    flag = "SELECT value FROM ir_config_parameter WHERE key = %s"
    assert query(name, flag, "database.is_neutralized") == [("true",)]


def test_unknown_database_is_a_sentence():
    status, output = tool("backup", "conciergerie_nowhere")
    assert status != 0
    assert "there is no database" in output
