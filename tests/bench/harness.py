"""Compare the time and the SQL queries of our work with bare Odoo's or a peer's.

A file bench_NAME.py has one function:

    def bench(compare):
        compare("confirm 20 service lines", ours=ours, peer=peer)

`ours` and `peer` take an environment, make ready what is not measured, and return
the function to measure. Ours runs in a database with our addons, the peer in one with
only what they depend on, unless `peer_with_ours=True`. Nothing is committed.

    bin/bench [NAME...]      prints one line per comparison:
    name, ours (ms), peer (ms), ratio, queries of ours, queries of the peer

Where the two work on different numbers of things, ``things=("line", 100, 10)`` prints
a second line: the time of each for one of them. Where what they return is compared,
``size=function`` prints one too: its bytes.
"""

import contextlib
import dataclasses
import importlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import SQL

FOLDER = Path(__file__).parent
Prepare = Callable[[api.Environment], Callable[[], object]]


@dataclasses.dataclass
class Measure:
    """The median time of the repetitions, and what each of them asked the database.

    A first run that is not counted has filled the caches, so that the number of
    queries is the same each time; the largest is told where it is not.
    """

    seconds: float
    queries: int
    size: int = 0


def runs(
    database: str, prepare: Prepare, size=None, once: bool = False
) -> Iterator[Measure]:
    """Prepare, measure, forget, for ever. The registry's caches stay warm.

    :param size: function of what the work returns, measured too
    :param once: prepare the first time only
    """
    while True:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            work = prepare(env)
            run = measure_work(env, work, size)
            while once:
                yield run
                run = measure_work(env, work, size)
            cr.rollback()
        # Nothing is held while the other side works, perhaps in the same database.
        yield run


def measure_work(env, work, size=None) -> Measure:
    """Measure what is undone afterwards."""
    cr = env.cr
    env.flush_all()
    env.invalidate_all()
    cr.execute("SAVEPOINT measured")
    queries, started = cr.sql_log_count, time.perf_counter()
    answer = work()
    env.flush_all()
    run = Measure(time.perf_counter() - started, cr.sql_log_count - queries)
    if size:
        run.size = size(answer)
    env.transaction.clear()
    # Also what hooks on commit would do, such as sending mail.
    cr.precommit.clear()
    cr.postcommit.clear()
    cr.execute("ROLLBACK TO measured")
    return run


def without_autovacuum(database: str) -> None:
    """Keep the server from taking what a measured run undid for an empty table.

    It would count no row, and plan the next run, which sees thousands, as for none:
    a query of core's took six minutes instead of milliseconds.
    """
    with Registry(database).cursor() as cr:
        cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cr.fetchall():
            cr.execute(
                SQL(
                    "ALTER TABLE %s SET (autovacuum_enabled = false)",
                    SQL.identifier(table),
                )
            )


def measure_in_turn(sides: list[Iterator[Measure]], repeat: int) -> list[Measure]:
    """Measure each side several times, in turn: what else the machine does hits all.

    What the sides hold open is closed.
    """
    for side in sides:
        next(side)
    rounds = [[next(side) for side in sides] for _time in range(repeat)]
    for side in sides:
        side.close()
    return [
        Measure(
            statistics.median(run.seconds for run in found),
            max(run.queries for run in found),
            max(run.size for run in found),
        )
        for found in zip(*rounds, strict=True)
    ]


@dataclasses.dataclass
class Comparison:
    name: str
    ours: Measure
    peer: Measure
    things: tuple[str, int, int] | None = None

    @property
    def ratio_of_one(self) -> float:
        """Ours over the peer's, in time for one thing."""
        _name, ours, peer = self.things
        return self.ratio * peer / ours

    @property
    def ratio(self) -> float:
        """Ours over the peer's, in time."""
        return self.ours.seconds / self.peer.seconds

    def __str__(self):
        return (
            f"{self.name:<44} {self.ours.seconds * 1000:9.1f} ms"
            f" {self.peer.seconds * 1000:9.1f} ms {self.ratio:6.2f}"
            f" {self.ours.queries:7d} {self.peer.queries:7d}"
            + self._of_one()
            + self._of_size()
        )

    def _of_size(self):
        if not self.peer.size:
            return ""
        sizes = self.ours.size / 1024, self.peer.size / 1024
        return (
            f"\n{'  what is sent':<44} {sizes[0]:9.1f} KB {sizes[1]:9.1f} KB"
            f" {self.ours.size / self.peer.size:6.3f}"
        )

    def _of_one(self):
        if not self.things:
            return ""
        name, ours, peer = self.things
        times = self.ours.seconds * 1e6 / ours, self.peer.seconds * 1e6 / peer
        return (
            f"\n{'  for each ' + name:<44} {times[0]:9.1f} us {times[1]:9.1f} us"
            f" {self.ratio_of_one:6.3f}"
        )


class Comparer:
    """What a bench function calls; keeps and prints the comparisons."""

    def __init__(self, ours: str, peer: str, report=print):
        self.databases = {"ours": ours, "peer": peer}
        self.report = report
        self.done: list[Comparison] = []

    def __call__(
        self,
        name,
        ours,
        peer,
        repeat=5,
        peer_with_ours=False,
        things=None,
        size=None,
        once=False,
    ):
        other = self.databases["ours" if peer_with_ours else "peer"]
        sides = [
            runs(self.databases["ours"], ours, size, once),
            runs(other, peer, size, once),
        ]
        result = Comparison(name, *measure_in_turn(sides, repeat), things)
        self.done.append(result)
        self.report(str(result))
        return result

    @contextlib.contextmanager
    def world(self, make):
        """Let both work in a database of their own in which something is committed.

        In the transaction that made a row, each update of it checks its foreign keys
        again: work on many rows would be measured slower than it ever is.

        :param make: function of an environment
        """
        import setup_db
        import test_db

        name, databases = "conciergerie_bench_world", self.databases
        test_db.clone(os.environ["CONCIERGERIE_TEMPLATE"], name)
        self.databases = dict.fromkeys(databases, name)
        try:
            without_autovacuum(name)
            with Registry(name).cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                make(env)
                env.flush_all()
                # What the server would know in the morning.
                cr.execute("ANALYZE")
            yield
        finally:
            self.databases = databases
            setup_db.drop(name)


def benches(names=()):
    """The bench functions of the files asked for, or of all."""
    found = {path.stem.removeprefix("bench_"): path for path in files()}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise SystemExit(
            f"no benchmark named {', '.join(unknown)};"
            f" there are: {', '.join(sorted(found)) or 'none yet'}"
        )
    for name in sorted(names or found):
        yield importlib.import_module(f"tests.bench.bench_{name}").bench


def files():
    return sorted(FOLDER.glob("bench_*.py"))


def main():
    sys.path.insert(0, str(FOLDER.parents[1] / "bin" / "lib"))
    import setup_db
    import test_db

    split = sys.argv.index("--")
    setup_db.start_odoo(sys.argv[1:split])
    chosen = list(benches(sys.argv[split + 1 :]))
    names = "conciergerie_bench", "conciergerie_bench_peer"
    variables = "CONCIERGERIE_TEMPLATE", "CONCIERGERIE_CORE_TEMPLATE"
    try:
        for name, variable in zip(names, variables, strict=True):
            test_db.clone(os.environ[variable], name)
            without_autovacuum(name)
        compare = Comparer(*names)
        print(
            f"{'name':<44} {'ours':>12} {'peer':>12} {'ratio':>6} {'queries':>7} peer's"
        )
        for bench in chosen:
            bench(compare)
    finally:
        for name in names:
            setup_db.drop(name)


if __name__ == "__main__":
    main()
