"""Fixtures of the tests that drive whole processes or cross addons."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from odoo import api
from odoo.modules.registry import Registry

from .allowed_warnings import is_allowed

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bin" / "lib"))

import setup_db  # noqa: E402
import test_db  # noqa: E402

LOUD = re.compile(r" (WARNING|ERROR|CRITICAL) ")


def complaints(log):
    """The lines of an Odoo log that are warnings or worse and not allowed for."""
    return [
        line
        for line in log.splitlines()
        if LOUD.search(line) and not is_allowed(LOUD.split(line, maxsplit=1)[-1])
    ]


@pytest.fixture
def env():
    """An environment on the prepared database; nothing of it is kept."""
    with Registry(os.environ["CONCIERGERIE_DATABASE"]).cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {})
        cr.rollback()


@pytest.fixture(scope="module")
def databases():
    """A factory of databases of one's own, dropped after the tests of the file.

    databases("name") clones the one with our addons, databases("name", "core") the
    one with only what they depend on; databases.claim("name") only cleans up.
    """
    names = []

    def claim(name):
        names.append(name)
        setup_db.drop(name)

    def make(name, kind="full"):
        variable = {"full": "TEMPLATE", "core": "CORE_TEMPLATE"}[kind]
        claim(name)
        test_db.clone(os.environ[f"CONCIERGERIE_{variable}"], name)
        return name

    make.claim = claim
    yield make
    for name in names:
        setup_db.drop(name)


@pytest.fixture(scope="session")
def odoo():
    """Run a command of Odoo to its end and fail on its warnings.

    odoo("server", "-d", name, "-u", "base", "--stop-after-init"), with text for its
    standard input as `script`; returns what it printed.
    """

    def run(command, *options, script=None):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "odoo", command),
                *("-c", os.environ["CONCIERGERIE_CONFIG"], *options),
            ],
            input=script or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert not complaints(done.stdout), "\n".join(complaints(done.stdout))
        return done.stdout

    return run


@pytest.fixture(scope="session")
def query():
    """query(database, sql) without Odoo: a list of rows."""

    def run(database, statement, *values):
        with setup_db.plain_cursor(database) as cr:
            cr.execute(statement, values or None)
            return cr.fetchall()

    return run
