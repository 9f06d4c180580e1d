"""What every test of the repository gets: an Odoo warning is a failure."""

import logging
import os

import pytest
from hypothesis import HealthCheck, settings

from tests.allowed_warnings import is_allowed

settings.register_profile(
    "conciergerie",
    # The same histories in every run; the number of steps is the only variable.
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    stateful_step_count=int(os.environ.get("CONCIERGERIE_HISTORY_STEPS", "200")),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("conciergerie")


class WarningCollector(logging.Handler):
    """Keeps what Odoo logs as a warning or worse while a test runs."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1]:
            text += f" ({record.exc_info[1]!r})"
        if not is_allowed(text):
            self.found.append(text)

    def take(self):
        found, self.found = self.found, []
        return found


collector = WarningCollector()


def pytest_configure(config):
    logging.getLogger().addHandler(collector)


def pytest_collection_modifyitems(config, items):
    for item in items:
        tags = getattr(getattr(item, "cls", None), "test_tags", ())
        words = item.path.stem.split("_")
        # Two halves that bin/test --all runs at once: what drives a browser or whole
        # processes, and what runs in this one.
        if {"tour", "js"} & set(words) or item.path.parent == config.rootpath / "tests":
            item.add_marker(pytest.mark.beside)
        # A browser's walk takes as long as twenty other tests.
        if "long" in tags or "tour" in words:
            item.add_marker(pytest.mark.long)
    # Linters first: they answer in seconds.
    items.sort(key=lambda item: "test_lint" not in item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    # What the setup of the class and of the test logged counts too.
    result = yield
    found = collector.take()
    if found:
        pytest.fail("Odoo warned:\n" + "\n".join(found), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    # What a failed test left is told by its own error.
    collector.take()
    result = yield
    found = collector.take()
    if found:
        pytest.fail("Odoo warned after the test:\n" + "\n".join(found), pytrace=False)
    return result
