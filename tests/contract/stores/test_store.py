"""What a store of an audience promises, wherever its journal is: crashes at any step, folding, holds, ledgers of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from segue.core.errors import BrokenOff
from segue.engines.duckdb.audience.copying import copy_audience
from segue.engines.duckdb.audience.journals import BESIDE
from segue.engines.duckdb.audience.store import DuckStore
from segue.sync.kinds import Kind
from segue.sync.store import Acknowledgement, Chunk
from tests.acceptance.world import changes
from tests.contract.stores.given_journals import Given
from tests.fakes.laboratory import Someone, export
from tests.integration.engines.small_audience import NOW, SmallAudience, holds, small_audience

PEOPLE = [Someone(id=n, email=f"a{n}@shop.example", first_name="Ana") for n in range(1, 8)]


@pytest.fixture
def audience(given: Given, tmp_path: Path) -> Iterator[SmallAudience]:
    with small_audience(tmp_path) as made:
        made.journals, made.place = given.journals, given.folder
        yield made


def test_what_was_sent_is_not_sent_again_and_the_rest_is(audience: SmallAudience) -> None:
    audience.run(PEOPLE, sent=lambda chunk: chunk.number != 1)

    assert len(audience.ledger()) == 4
    assert changes(audience.run(PEOPLE)) == {Kind.ADD: 3}
    holds(audience, PEOPLE)


def test_a_run_that_died_before_it_was_folded_is_folded_by_the_next(
    audience: SmallAudience,
) -> None:
    audience.run(PEOPLE, sent=lambda chunk: chunk.number == 0, fold=False)

    with audience.store() as store:
        unfinished = store.unfinished()
        for run_id in unfinished:
            folded = store.fold(run_id, now=NOW)

    assert list(unfinished) == ["run0001"]
    assert (folded.acknowledged, folded.left) == (3, 4)
    assert len(audience.ledger()) == 3
    assert changes(audience.run(PEOPLE)) == {Kind.ADD: 4}


def test_folding_twice_changes_nothing(audience: SmallAudience) -> None:
    audience.run(PEOPLE)
    before = audience.ledger()

    with audience.store() as store:
        store.fold("run0001", now=NOW)
        store.fold("run9999", now=NOW)

    assert audience.ledger() == before


def test_changes_moves_and_removals_end_in_what_is_wanted(audience: SmallAudience) -> None:
    audience.run(PEOPLE)
    changed = [
        replace(PEOPLE[0], email="new@shop.example"),
        replace(PEOPLE[1], first_name="Bo"),
        replace(PEOPLE[2], vip=False, local=True),
        *PEOPLE[3:],
    ]

    audience.run(changed)

    holds(audience, changed)


def test_exports_of_one_audience_keep_ledgers_of_their_own(audience: SmallAudience) -> None:
    audience.run(PEOPLE)
    magazine = replace(export(), name="magazine")

    audience.run(PEOPLE[:2], exported=magazine)

    assert len(audience.ledger()) == 7
    assert len(audience.ledger(magazine)) == 2


def test_what_a_run_left_that_died_while_it_prepared_is_swept_away(
    audience: SmallAudience,
) -> None:
    audience.run(PEOPLE)
    left = audience.state / "runs" / "run0000-died"
    left.mkdir()
    (left / "write.parquet").write_bytes(b"half of it")
    name = export().name
    files = [
        audience.state / "ledger" / name / f"{number}{ending}"
        for number in (2, 3, "2-0")
        for ending in (".parquet", ".parquet.partial")
    ]
    for file in (*files, audience.state / "contacts" / "7.parquet"):
        file.write_bytes(b"never pointed to")

    more = [*PEOPLE, Someone(id=9, email="a9@shop.example")]
    audience.run(more)

    assert not left.exists()
    assert [len(list(audience.state.glob(kind))) for kind in ("ledger/*/*", "contacts/*")] == [1, 1]
    holds(audience, more)


def test_a_copy_made_meanwhile_is_a_whole_audience_in_files(
    audience: SmallAudience, tmp_path: Path
) -> None:
    audience.run(PEOPLE)
    folder = audience.state

    lost = copy_audience(folder, tmp_path / "copy" / "audience", journals=audience.journals)

    with small_audience(tmp_path / "copy") as copy:
        copy.contacts, copy.tags, copy.runs = audience.contacts, audience.tags, audience.runs
        assert lost == ()
        assert copy.ledger() == audience.ledger()
        assert changes(copy.run(PEOPLE)) == {}


@pytest.mark.postgres
def test_a_zombie_neither_acknowledges_nor_folds_nor_touches_its_heir_s_files(
    on_server: Given, tmp_path: Path
) -> None:
    with small_audience(tmp_path) as audience:
        audience.journals, audience.place = on_server.journals, on_server.folder
        audience.run(PEOPLE[:4])
        audience.run(PEOPLE, sent=lambda chunk: False, fold=False)
        folder, name = audience.state, export().name
        zombie = DuckStore(folder, name, audience.connection, journals=on_server.journals)
        with closing(zombie):
            audience.run(PEOPLE, sent=lambda chunk: True)
            files = set(folder.rglob("*.parquet"))
            ledger = audience.ledger()

            for late in (
                lambda: zombie.acknowledge(
                    "run0002", Acknowledgement(group="write", number=0, sent=3)
                ),
                lambda: zombie.fold("run0002", now=NOW),
                lambda: zombie.keep_reading("late"),
            ):
                with pytest.raises(BrokenOff):
                    late()

        assert files <= set(folder.rglob("*.parquet"))
        assert audience.ledger() == ledger
        assert len(ledger) == 7


@pytest.mark.postgres
def test_a_state_that_was_in_files_goes_on_in_the_database(
    on_server: Given, tmp_path: Path
) -> None:
    sent: list[Chunk] = []
    with small_audience(tmp_path) as audience:
        audience.journals, audience.place = BESIDE, on_server.folder
        audience.run(PEOPLE, sent=lambda chunk: chunk.number == 0, fold=False)
        audience.journals = on_server.journals

        with audience.store() as store:
            for run_id in store.unfinished():
                store.fold(run_id, now=NOW)
        plan = audience.run(PEOPLE, sent=lambda chunk: not sent.append(chunk))

        assert changes(plan) == {Kind.ADD: 4}
        assert sum(chunk.count for chunk in sent) == 4
        holds(audience, PEOPLE)
