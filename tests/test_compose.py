"""The files for production, as far as they can be tried without a container engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import setup_db

from odoo.tools import config

ROOT = Path(__file__).parents[1]
SECRETS = {"POSTGRES_PASSWORD": "p" * 20, "ODOO_MASTER_PASSWORD": "m" * 20}


def compose(tmp_path, *args, **values):
    """Run the real validator on a copy, beside which no .env lies."""
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    environ = {k: v for k, v in os.environ.items() if k not in SECRETS}
    command = ["docker-compose"]
    if not shutil.which("docker-compose"):
        command = ["docker", "compose"]
    return subprocess.run(
        [*command, "-f", tmp_path / "docker-compose.yml", *args],
        env={**environ, **values},
        capture_output=True,
        text=True,
    )


def test_compose_file_is_valid(tmp_path):
    done = compose(tmp_path, "config", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert "postgres:17" in done.stdout
    services = compose(
        tmp_path, "--profile", "tools", "config", "--services", **SECRETS
    )
    names = set(services.stdout.split())
    assert names == {"db", "odoo", "setup", "backup", "restore"}, services.stderr


@pytest.mark.parametrize("missing", list(SECRETS))
def test_compose_refuses_to_start_without_secrets(tmp_path, missing):
    values = {k: v for k, v in SECRETS.items() if k != missing}
    done = compose(tmp_path, "config", **values)
    assert done.returncode != 0
    assert "set it in .env" in done.stderr


def test_the_example_holds_no_secret():
    for line in (ROOT / ".env.example").read_text().splitlines():
        if re.match("[A-Z]", line):
            assert line.endswith("="), line


def entrypoint(tmp_path, *args, **values):
    """docker/entrypoint.sh, with the container's folders moved under tmp_path."""
    for name in ("config", "bin"):
        if not (tmp_path / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name, body in {
        "odoo": 'echo "odoo $*"',
        "python3": f'exec "{sys.executable}" "$@"',
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    text = (ROOT / "docker" / "entrypoint.sh").read_text()
    text = text.replace("home=/opt/conciergerie", f"home={tmp_path}")
    text = text.replace("conf=/tmp/odoo.conf", f"conf={tmp_path}/odoo.conf")
    script = tmp_path / "entrypoint.sh"
    script.write_text(text)
    return subprocess.run(
        ["sh", script, *args],
        env={"PATH": f"{tools}:/usr/bin:/bin", **values},
        capture_output=True,
        text=True,
    )


def test_container_refuses_to_start_without_secrets(tmp_path):
    assert "POSTGRES_PASSWORD" in entrypoint(tmp_path).stderr
    short = entrypoint(tmp_path, PGPASSWORD="x", ODOO_MASTER_PASSWORD="short")
    assert short.returncode != 0
    assert "16 characters" in short.stderr


def test_container_keeps_only_the_hash_of_the_master_password(tmp_path):
    word = SECRETS["ODOO_MASTER_PASSWORD"]
    done = entrypoint(tmp_path, "serve", PGPASSWORD="x", ODOO_MASTER_PASSWORD=word)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"odoo -c {tmp_path}/odoo.conf"
    conf = tmp_path / "odoo.conf"
    assert word not in conf.read_text()
    assert re.search(r"^admin_passwd = \$pbkdf2-sha512\$", conf.read_text(), re.M)
    assert conf.stat().st_mode & 0o077 == 0


def settings():
    """Name and the comment above of each value of config/odoo.conf."""
    comment = []
    for line in (ROOT / "config" / "odoo.conf").read_text().splitlines():
        if line.startswith("#"):
            comment.append(line)
        elif "=" in line:
            yield line.split("=")[0].strip(), comment
        else:
            comment = []


def test_every_setting_is_known_and_explained():
    found = dict(settings())
    assert not [name for name in found if name not in config.options_index]
    assert not [name for name, comment in found.items() if not comment]
    assert not {"admin_passwd", "db_password"} & set(found)


def test_image_has_what_the_addons_need():
    """The image brings Odoo's requirements; the rest is named in the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text()
    pins = (ROOT / "requirements.txt").read_text()
    wanted = set()
    for manifest in setup_db.our_addons().values():
        wanted.update(manifest.get("external_dependencies", {}).get("python", []))
    # These come with the image, as dependencies of its package odoo.
    wanted -= {"qrcode", "python-stdnum", "reportlab", "Pillow", "lxml"}
    assert not [name for name in wanted if name.lower() not in text.lower()]
    for name in ("Unidecode", "xlrd", "xlsxwriter"):
        assert f"\n{name}==" in pins
