"""The yardstick of bin/bench measures what it says."""

import os

import pytest

from .bench import harness

DATABASE = os.environ.get("CONCIERGERIE_DATABASE", "")


def queries(number):
    def prepare(env):
        # Not counted, whatever it costs.
        env.cr.execute("SELECT 1")

        def work():
            for _time in range(number):
                env.cr.execute("SELECT 1")

        return work

    return prepare


def measure(prepare, repeat):
    [run] = harness.measure_in_turn([harness.runs(DATABASE, prepare)], repeat)
    return run


def test_counts_the_work_and_nothing_else():
    compare = harness.Comparer(DATABASE, DATABASE, report=lambda line: None)
    result = compare("three to two", queries(3), queries(2), repeat=3)
    assert (result.ours.queries, result.peer.queries) == (3, 2)
    assert result.ratio > 0
    assert compare.done == [result]


def test_pending_writes_belong_to_the_work(env):
    def prepare(env):
        partner = env["res.partner"].create({"name": "Measured"})
        return lambda: partner.write({"comment": "later"})

    assert measure(prepare, repeat=1).queries >= 1


def test_nothing_is_kept(env):
    def prepare(env):
        return lambda: env["res.partner"].create({"name": "Measured and gone"})

    measure(prepare, repeat=2)
    assert not env["res.partner"].search([("name", "=", "Measured and gone")])


@pytest.mark.parametrize("once", [False, True])
def test_sides_take_turns(once):
    turns = []

    def side(name):
        def prepare(env):
            turns.append(f"{name} prepared")
            return lambda: turns.append(name)

        return harness.runs(DATABASE, prepare, once=once)

    harness.measure_in_turn([side("ours"), side("peer")], repeat=2)
    assert [turn for turn in turns if " " not in turn] == ["ours", "peer"] * 3
    assert turns.count("ours prepared") == (1 if once else 3)


def test_a_line_holds_the_six_columns():
    one = harness.Measure(0.2, 30)
    line = str(harness.Comparison("a name", one, harness.Measure(0.1, 20)))
    assert line.split() == ["a", "name", *"200.0 ms 100.0 ms 2.00 30 20".split()]


def test_a_second_line_holds_the_time_of_one():
    one = harness.Measure(0.2, 30)
    result = harness.Comparison(
        "a name", one, harness.Measure(0.1, 20), ("sale", 1000, 10)
    )
    assert str(result).splitlines()[1].split() == (
        ["for", "each", "sale", *"200.0 us 10000.0 us 0.020".split()]
    )


def test_unknown_name_is_a_sentence():
    with pytest.raises(SystemExit, match="no benchmark named nothing"):
        list(harness.benches(["nothing"]))
