"""The algebra of plan and ledger: carrying out the differences gives what is wanted, folding them says so, then nothing differs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import ibis
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from segue.engines.duckdb.store_runs import KEPT_RUNS
from segue.sync.kinds import Kind
from segue.sync.store import Chunk, Step
from tests.acceptance.world import changes
from tests.fakes.laboratory import Someone
from tests.unit.engines.small_audience import NOW, SmallAudience, small_audience, wanted

ADDRESSES = st.sampled_from([f"a{n}@shop.example" for n in range(8)])
PEOPLE = st.lists(
    st.builds(
        Someone,
        id=st.integers(1, 9),
        email=ADDRESSES | st.sampled_from([" A1@SHOP.example", "nobody", None]),
        first_name=st.sampled_from(["", "Ana", "Bo"]),
        vip=st.booleans(),
        local=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda someone: someone.id,
)

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: each example is several plans long."""


@contextmanager
def world() -> Iterator[SmallAudience]:
    folder = Path(tempfile.mkdtemp(prefix="segue-ledger-"))
    try:
        with small_audience(folder) as audience:
            yield audience
    finally:
        shutil.rmtree(folder)


def holds(audience: SmallAudience, people: list[Someone]) -> None:
    """See that audience and ledger are what the people want, and that nothing is left to do."""
    expected = wanted(people)
    carrying = {a: c for a, c in audience.contacts.items() if c.tags}
    assert {a: (c.first_name, c.tags) for a, c in carrying.items()} == {
        address: (name, tags) for address, (_, name, tags) in expected.items()
    }
    assert changes(audience.run(people)) == {}
    assert audience.ledger() == {a: (key, tags) for a, (key, _, tags) in expected.items()}


@pytest.mark.slow
@settings(max_examples=5, phases=PHASES)
@given(st.lists(PEOPLE, min_size=2, max_size=2))
def test_carried_out_differences_are_what_is_wanted_and_then_nothing_differs(
    states: list[list[Someone]],
) -> None:
    with world() as audience:
        for people in states:
            audience.run(people)

            holds(audience, people)


@pytest.mark.slow
@settings(max_examples=6, phases=PHASES)
@given(before=PEOPLE, after=PEOPLE, seed=st.integers(0, 10_000))
def test_chunks_that_were_never_sent_are_made_up_for(
    before: list[Someone], after: list[Someone], seed: int
) -> None:
    dice = Random(seed)
    with world() as audience:
        audience.run(before, sent=lambda _: dice.random() < 0.5, size=1)
        audience.run(after, sent=lambda _: dice.random() < 0.5, size=2, fold=False)
        with audience.store() as store:
            for run_id in store.unfinished():
                store.fold(run_id, now=NOW)

        audience.run(after)

        holds(audience, after)


def test_folding_twice_changes_nothing(tmp_path: Path) -> None:
    people = [Someone(id=n, email=f"a{n}@shop.example", first_name="Ana") for n in range(1, 8)]
    with small_audience(tmp_path) as audience:
        audience.run(people, sent=lambda chunk: chunk.number != 1)
        before = audience.ledger()
        with audience.store() as store:
            store.fold("run0001", now=NOW)
            store.fold("run9999", now=NOW)

        assert audience.ledger() == before
        assert len(before) == 4
        assert changes(audience.run(people)) == {Kind.ADD: 3}


def test_a_ledger_holds_rejected_people_back(tmp_path: Path) -> None:
    people = [Someone(id=n, email=f"a{n}@shop.example", first_name="Ana") for n in range(1, 4)]
    with small_audience(tmp_path) as audience:
        plan = audience.run(people, sent=lambda _: False)

        assert plan.counts == {Kind.ADD: 3}
        assert audience.ledger() == {}
        assert audience.contacts == {}


def test_moves_come_before_writes_and_writes_before_removals(tmp_path: Path) -> None:
    steps: list[Step] = []

    def note(chunk: Chunk) -> bool:
        steps.append(chunk.group.step)
        return True

    people = [Someone(id=n, email=f"a{n}@shop.example", local=True) for n in range(1, 4)]
    with small_audience(tmp_path) as audience:
        audience.run(people)
        changed = [
            replace(people[0], email="new@shop.example", local=False),
            replace(people[1], first_name="Bo"),
            replace(people[2], local=False),
        ]

        audience.run(changed, sent=note)

        assert steps == sorted(steps, key=[Step.MOVE, Step.WRITE, Step.UNTAG].index)
        assert set(steps) == {Step.MOVE, Step.WRITE, Step.UNTAG}
        holds(audience, changed)


def test_a_fingerprint_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [(n, f"name {n}", None if n % 3 else n) for n in range(50)]
    with small_audience(tmp_path) as audience, audience.store() as store:

        def fingerprint(values: list[tuple[int, str, int | None]]) -> str:
            audience.connection.execute(
                "CREATE OR REPLACE TABLE given (a BIGINT, b VARCHAR, c BIGINT)"
            )
            for row in values:
                audience.connection.execute("INSERT INTO given VALUES (?, ?, ?)", row)
            columns = {"a": "int64", "b": "string", "c": "int64"}
            store.materialise("kept", ibis.table(columns, name="given"))
            return store.fingerprint("kept")

        first = fingerprint(rows)

        assert fingerprint(rows[::-1]) == first
        assert fingerprint(rows[1:]) != first
        assert fingerprint([*rows, rows[0]]) != first
        assert fingerprint([(0, "name 0", None), *rows[1:]]) != first
        assert fingerprint([(0, "name 1", 0), (1, "name 0", None), *rows[2:]]) != first
        assert fingerprint([]) != first


def test_changes_of_old_runs_are_removed_and_the_last_ones_stay(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience, audience.store() as store:
        for number in range(KEPT_RUNS + 3):
            store.prepare(f"run{number:04}", [])
            store.fold(f"run{number:04}", now=NOW)

    kept = sorted(path.name for path in (tmp_path / "audience" / "runs").iterdir())
    assert kept == [f"run{number:04}" for number in range(3, KEPT_RUNS + 3)]


def test_only_the_last_ledger_stays(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        for name in ("Ana", "Bo", "Cy"):
            audience.run([Someone(id=1, email="a1@shop.example", first_name=name)])

    files = list((tmp_path / "audience" / "ledger" / "newsletter").iterdir())
    assert [file.name for file in files] == ["3.parquet"]
