"""bin/run: what goes wrong is one clear sentence, and nothing half-made is left."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path):
    """A clone that has never run: what git knows of it that bin/run reads."""
    for name in ("bin", "config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in [*ROOT.glob("requirements*.txt"), ROOT / "constraints.txt"]:
        shutil.copy(path, tmp_path)
    return tmp_path


def environment(**values):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "ODOO"))}
    kept.pop("PYTHONPATH", None)
    return {**kept, **values}


def run(folder, *args, **values):
    return subprocess.run(
        [folder / "bin" / "run", *args],
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=120,
    )


def refused(done):
    """The one sentence that bin/run ends with."""
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("run: ")
    return lines[0]


def script(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_busy_port(clone):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sentence = refused(run(clone, "--port", str(port)))
    assert f"port {port} is in use" in sentence
    assert not (clone / ".local").exists()


@pytest.mark.parametrize("version", ["3.9", "3.14"])
def test_wrong_python(clone, version):
    fake = script(
        clone / "fake" / "python3",
        f'case "$*" in *sys.exit*) exit 1 ;; *) echo {version} ;; esac',
    )
    sentence = refused(run(clone, "--prepare", PYTHON=str(fake)))
    assert f"takes Python 3.10 to 3.13; PYTHON={fake} is {version}" in sentence
    assert not (clone / ".local").exists()


def test_no_room(clone):
    fake = script(clone / "fake" / "df", "echo; echo x x x 10 x x")
    path = f"{fake.parent}:{os.environ['PATH']}"
    sentence = refused(run(clone, "--prepare", PATH=path))
    assert "not enough room" in sentence
    assert "10 MB are free" in sentence
    assert not (clone / ".local" / "odoo").exists()


@pytest.mark.long
def test_no_network_then_nothing_is_left(clone):
    nowhere = "http://127.0.0.1:9"
    sentence = refused(run(clone, "--prepare", http_proxy=nowhere, https_proxy=nowhere))
    assert "no network" in sentence
    assert {path.name for path in (clone / ".local").iterdir()} <= {
        *("log", "run.lock", "bin"),
    }


@pytest.mark.parametrize(
    "args, part",
    [
        (["--port", "abc"], "takes a number"),
        (["--port"], "takes a number"),
        (["--port", "70000"], "1 to 65535"),
        (["--database", "a b"], "--database takes"),
        (["--what"], "unknown option --what"),
    ],
)
def test_wrong_options(clone, args, part):
    assert part in refused(run(clone, *args))


def test_odoo_home_without_odoo(clone):
    assert "holds no odoo" in refused(run(clone, "--prepare", ODOO_HOME=str(clone)))


def installed(clone):
    """Lend the clone what was downloaded already."""
    (clone / ".local").mkdir()
    for name in ("odoo", "venv", "bin", "wkhtmltopdf"):
        if (ROOT / ".local" / name).exists():
            (clone / ".local" / name).symlink_to(ROOT / ".local" / name)


def test_server_that_does_not_answer(clone):
    installed(clone)
    done = run(clone, "--prepare", PGHOST=str(clone), PGUSER="somebody")
    assert "no PostgreSQL for somebody" in refused(done)
    done = run(clone, "--prepare", PGHOST=str(clone), PGUSER="postgres")
    assert "refuses the PostgreSQL role postgres" in refused(done)


def processes_of(folder):
    """Whatever still runs with the folder's path in its command."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


@pytest.fixture
def folders():
    """Where the cluster lay if its user could not reach the clone; removed."""
    found = set()
    yield found
    for folder in found:
        shutil.rmtree(folder)


@pytest.mark.long
def test_interrupted_then_served_then_stopped(clone, folders):
    """Ctrl-C in the middle of the database, then to the end; Ctrl-C stops it all."""
    installed(clone)
    shutil.copytree(ROOT / "addons", clone / "addons")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])

    def start_until(text, seconds):
        process = subprocess.Popen(
            [clone / "bin" / "run", "--port", port],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        printed = []
        for line in process.stdout:
            printed.append(line)
            if text in line:
                break
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        printed += process.communicate(timeout=60)[0].splitlines(keepends=True)
        assert process.returncode == 130
        output = "".join(printed)
        for folder in re.findall(r"data in (/var/lib/conciergerie-\w+),", output):
            folders.add(folder)
        assert "Traceback" not in output
        assert not processes_of(clone)
        return output

    start_until("Database", 10)
    output = start_until("Ctrl-C stops", 1)
    assert f"Ready: http://localhost:{port}" in output
    assert "comptoir" in output
    started = time.monotonic()
    start_until("Ctrl-C stops", 0)
    assert time.monotonic() - started < 15
