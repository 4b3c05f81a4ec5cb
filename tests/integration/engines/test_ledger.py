"""The algebra of plan and ledger: carrying out the differences gives what is wanted, folding them says so, then nothing differs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ibis

from segue.engines.duckdb.audience.store_runs import KEPT_RUNS
from segue.sync.kinds import Kind
from segue.sync.store import Chunk, Step
from tests.acceptance.world import changes
from tests.fakes.laboratory import Someone
from tests.integration.engines.small_audience import NOW, holds, small_audience


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


def test_tags_of_the_63rd_place_and_on_come_and_go_like_the_first(tmp_path: Path) -> None:
    with small_audience(tmp_path) as audience:
        with audience.store() as store:
            store.register_tags([f"Tag {n}" for n in range(62)])
        some = [
            Someone(id=n, email=f"p{n}@shop.example", first_name="Ana", local=True)
            for n in (1, 2, 3)
        ]

        added = audience.run(some)
        removed = audience.run([replace(one, vip=False) for one in some])

        assert [(one.tag, one.adds) for one in added.segments] == [("Vip", 3), ("Local", 3)]
        assert removed.counts == {Kind.UNTAG: 3}
        assert {frozenset(one.tags) for one in audience.contacts.values()} == {frozenset({"Local"})}
        assert audience.ledger() == {f"p{n}@shop.example": (str(n), {"Local"}) for n in (1, 2, 3)}
