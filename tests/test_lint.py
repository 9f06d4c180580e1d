"""The linters, as tests, so that one summary tells all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# Scripts are held to the length of a source file; data and styles are not.
MAX_LINES = 400


def run(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def sources(*suffixes):
    # The clone may belong to somebody else than who runs the tests, as in CI.
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others"]
        + ["--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        path = ROOT / name
        if path.suffix in suffixes and path.is_file():
            yield path


def test_ruff_check():
    run(BIN / "ruff", "check", "--no-cache", ".")


def test_ruff_format():
    run(BIN / "ruff", "format", "--no-cache", "--check", "--diff", ".")


def test_odoo_linter():
    # What it ignores, and why: odoo-lint.toml.
    run(BIN / "odoo-linter", "check", "addons")


def test_shell_syntax():
    for path in [*(ROOT / "bin").iterdir(), *(ROOT / "bin/lib").glob("*.sh")]:
        if path.is_file():
            run("bash", "-n", path)


def test_file_length():
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in sources(".py", ".js", ".sh")
        if (lines := path.read_text().count("\n")) > MAX_LINES
    ]
    assert not long, "\n".join(long)


def test_templates_call_no_function_of_javascript():
    """OWL looks every name up in the component: `parseInt` is none of its own."""
    unknown = re.compile(r"(?<![\w.])(parseInt|parseFloat|Number|String|JSON)\b[.(]")
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (ROOT / "addons").glob("conciergerie_*/static/src/**/*.xml")
        for found in unknown.finditer(path.read_text())
    ]
    assert not wrong, "\n".join(wrong)


def test_templates_name_no_variable_as_a_getter():
    """OWL sets a loop's variable on the component: over a getter, nothing is set."""
    sources = (ROOT / "addons").glob("conciergerie_*/static/src/**/*.js")
    scripts = [path.read_text() for path in sources]
    wrong = []
    for path in (ROOT / "addons").glob("conciergerie_*/static/src/**/*.xml"):
        for template in re.split(r'(?=<t t-name=")', path.read_text())[1:]:
            name = re.match(r'<t t-name="([^"]+)"', template).group(1)
            variables = set(re.findall(r't-(?:as|set)="(\w+)"', template))
            for script in scripts:
                if f'"{name}"' in script:
                    getters = set(re.findall(r"^ {4}get (\w+)\(", script, re.MULTILINE))
                    wrong += [f"{name}: {found}" for found in variables & getters]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", sorted((ROOT / "addons").glob("conciergerie_*")))
def test_addon_is_presentable(folder):
    """An icon, a description page and the readme fragments it is made from."""
    wanted = [
        "static/description/icon.png",
        "static/description/index.html",
        "readme/DESCRIPTION.md",
        "readme/USAGE.md",
        "readme/CONFIGURE.md",
        "readme/CONTRIBUTORS.md",
        "i18n/fr.po",
    ]
    assert not [name for name in wanted if not (folder / name).is_file()]


def test_requirements_are_pinned_and_justified():
    for name in ("requirements", "requirements-test", "requirements-oca"):
        before = ""
        for line in (ROOT / f"{name}.txt").read_text().splitlines():
            if not line.startswith("#"):
                assert re.fullmatch(r"[\w.-]+==[\w.]+", line), line
                assert before.startswith("#"), f"{line}: no reason given"
            before = line
