"""A session that the cluster ended, in the middle of whatever it did, is opened anew and asked once more; then it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import BrokenOff, Problem, TryLater
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.spark import sessions
from segue.engines.spark.engine import SparkEngine
from segue.engines.spark.failures import SessionEnded
from segue.profiles.sources import Source, SparkSource
from segue.segments.parse import parse_segment
from tests.contract.engines.given_engines import GivenSpark, exported_members, flagged_of
from tests.integration.engines.small_refresh import attribute, schema, table
from tests.spark import OwnServer, client_module, own_server
from tests.unit.segments.segment_schema import SCHEMA

retries = client_module("pyspark.sql.connect.client.retries")

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = 20_000
"""More than a server sends in one piece."""
_SEGMENT, _ = parse_segment("known", {"rules": {"attribute": "visits", "at_least": 1}}, SCHEMA)
assert _SEGMENT is not None
KNOWN = flagged_of([_SEGMENT], as_of=NOW, time_zone="UTC")
ROWS = {"profiles": [{"profile_key": n, "visits": n % 7} for n in range(PEOPLE)]}

SHOP = schema(table(attribute("mail", "email")), orders=table(attribute("total", "decimal"), name="orders", source="orders"))  # fmt: skip


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """Return a server that may be killed."""
    with own_server() as own:
        yield own


def _restarting(server: OwnServer, *at: int) -> Permit:
    """Return a permit that starts the server anew when it is asked for these times, between a question and its answer too."""
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        if len(asked) in at:
            server.restart()

    return Permit(ask)  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [3, 4, 5])
def test_an_answer_that_broke_off_is_given_once_and_whole(
    server: OwnServer, tmp_path: Path, at: int
) -> None:
    given = GivenSpark(tmp_path, remote=server.remote)

    with given.given(ROWS, permit=_restarting(server, at)) as profiles:
        batches = list(profiles.exported(KNOWN, ("visits",)))

    keys = [key for batch in batches for key in batch.column(0).to_pylist()]
    assert len(batches) > 1
    assert sorted(keys) == [n for n in range(PEOPLE) if n % 7]
    assert not list((tmp_path / "spill").iterdir())


def test_every_question_is_asked_again_in_a_session_with_the_same_views_and_settings(
    server: OwnServer, tmp_path: Path
) -> None:
    given = GivenSpark(tmp_path, remote=server.remote)

    with given.given(ROWS) as profiles:
        asked: list[Callable[[], object]] = [
            lambda: profiles.counts(KNOWN),
            lambda: list(profiles.members(KNOWN, "known")),
            lambda: profiles.sample(KNOWN, "known", limit=3, columns=("visits",)),
            lambda: profiles.top_values("visits", limit=9),
            lambda: profiles.percentiles("visits", [50]),
            lambda: profiles.find("7", limit=1),
            lambda: exported_members(profiles, KNOWN),
        ]
        before = [ask() for ask in asked]
        after = []
        for ask in asked:
            server.restart()
            after.append(ask())

    assert after == before


def test_a_session_that_goes_on_under_its_name_without_its_settings_is_told_apart(
    server: OwnServer,
) -> None:
    with sessions.session(server.remote) as opened:
        opened.confirm()
        server.restart()
        assert opened.spark.sql("SELECT 1 AS n").toArrow().to_pylist() == [{"n": 1}]

        with pytest.raises(SessionEnded):
            opened.confirm()
        with pytest.raises(SessionEnded):
            list(opened.batches("SELECT 1 AS n"))
        with pytest.raises(SessionEnded):
            list(opened.batches("SELECT * FROM profiles"))


def test_a_session_that_somebody_released_is_told_apart(server: OwnServer) -> None:
    with sessions.session(server.remote) as opened:
        opened.spark.client.release_session()

        with pytest.raises(SessionEnded) as told:
            list(opened.batches("SELECT 1 AS n"))

    assert told.value.code == "spark_session_ended"


def test_a_server_that_is_started_anew_for_each_question_is_told(
    server: OwnServer, tmp_path: Path
) -> None:
    given = GivenSpark(tmp_path, remote=server.remote)

    with (
        given.given(ROWS, permit=_restarting(server, *range(3, 99))) as profiles,
        pytest.raises(TryLater) as told,
    ):
        profiles.counts(KNOWN)

    assert told.value.code == "spark_session_ended"


def _sources(folder: Path) -> dict[str, Source]:
    tables = {
        "people": pa.table({"id": ["1", "2"], "mail": ["ann@shop.example", "BO@shop.example"]}),
        "orders": pa.table({"id": ["1", "1", "9"], "total": ["1.50", "2", "3"]}),
    }
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return {
        name: SparkSource(name=name, path=(folder / f"{name}.parquet").as_uri()) for name in tables
    }


def _engine(folder: Path, remote: str) -> SparkEngine:
    return SparkEngine(folder / "home", remote=remote, snapshots=(folder / "on_cluster").as_uri())


@pytest.mark.parametrize("at", [1, 2])
def test_a_refresh_begins_again_within_itself(server: OwnServer, tmp_path: Path, at: int) -> None:
    heard: list[str] = []
    engine = _engine(tmp_path, server.remote)

    def told(name: str, _rows: int) -> None:
        heard.append(name)
        if len(heard) == at:
            server.restart()

    found = engine.refresh(SHOP, _sources(tmp_path), now=NOW, told=told).snapshot

    assert (len(heard) > at + 1, heard[-2:]) == (True, ["people", "orders"])
    assert (found.counts["profiles"].kept, found.counts["orders"].kept) == (2, 2)
    assert found.addresses["mail"].valid == 2
    left = {one.parent.as_uri() for one in (tmp_path / "on_cluster").rglob("*.parquet") if one.is_file() and pq.read_metadata(one).num_rows}  # fmt: skip
    assert left == {found.profiles, *found.related.values()}
    assert len(pq.read_table(file_at(found.profiles))) == 2


def test_a_refresh_whose_server_ends_twice_is_told_and_the_snapshot_stays(
    server: OwnServer, tmp_path: Path
) -> None:
    engine, sources = _engine(tmp_path, server.remote), _sources(tmp_path)
    before = engine.refresh(SHOP, sources, now=NOW).snapshot

    with pytest.raises(TryLater) as told:
        engine.refresh(SHOP, sources, now=NOW, told=lambda *_: server.restart())

    assert told.value.code == "spark_session_ended"
    assert engine.current() == before


def test_a_server_that_stays_away_is_told_after_a_second_try(
    server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "ATTEMPTS", 1)
    engine = _engine(tmp_path, server.remote)

    with pytest.raises(Problem) as told:
        engine.refresh(SHOP, _sources(tmp_path), now=NOW, told=lambda *_: server.kill())

    assert (told.value.code, type(told.value)) == ("spark_unreachable", TryLater)
    assert server.remote not in f"{told.value}{told.value.context}"


def test_a_server_is_waited_for_as_long_as_is_said() -> None:
    state = sessions._patience(sessions.Event()).to_state()
    error = retries.RetryException()

    waits = [state.next_attempt(error) for _ in range(sessions.ATTEMPTS)]

    assert 30_000 <= sum(waits) <= 40_000
    assert max(waits) <= 2_500
    assert state.next_attempt(error) is None


def test_work_that_was_given_up_is_not_asked_again(server: OwnServer, tmp_path: Path) -> None:
    permit = Permit()
    reason = BrokenOff("Enough.", action="Run again.", code="run_canceled")

    def told(_name: str, _rows: int) -> None:
        server.kill()
        permit.revoke(reason)

    with pytest.raises(BrokenOff):
        _engine(tmp_path, server.remote).refresh(
            SHOP, _sources(tmp_path), now=NOW, told=told, permit=permit
        )


def test_a_question_to_a_server_that_fell_silent_is_given_up_all_the_same(
    server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_GRACE_S", 0.2)
    reason = BrokenOff("Enough.", action="Run again.", code="run_canceled")
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        if len(asked) == 3:
            server.suspend()
            sessions.Thread(target=lambda: permit.revoke(reason)).start()

    permit = Permit(ask)  # type: ignore[arg-type]
    given = GivenSpark(tmp_path, remote=server.remote)

    with pytest.raises(BrokenOff), given.given(ROWS, permit=permit) as profiles:
        profiles.counts(KNOWN)


def test_a_server_that_falls_silent_amid_an_answer_is_told(
    server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ATTEMPTS": 1, "_QUIET_MS": 1_500, "_ANSWER_MS": 1_500, "_CONNECTING_MS": 1_500, "_GRACE_S": 0.2}.items():  # fmt: skip
        monkeypatch.setattr(sessions, name, value)
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        if len(asked) == 3:
            server.suspend()

    given = GivenSpark(tmp_path, remote=server.remote)

    with (
        given.given(ROWS, permit=Permit(ask)) as profiles,  # type: ignore[arg-type]
        pytest.raises(TryLater) as told,
    ):
        profiles.counts(KNOWN)

    assert told.value.code == "spark_unreachable"


def test_a_server_that_takes_calls_and_says_nothing_is_told(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LONGEST_SILENCE_S", 0.2)
    server.suspend()

    with pytest.raises(TryLater) as told, sessions.session(server.remote):
        pass

    assert told.value.code == "spark_unreachable"


def test_a_silent_server_is_not_waited_for_when_the_work_was_given_up(server: OwnServer) -> None:
    reason = BrokenOff("Enough.", action="Run again.", code="run_canceled")
    server.suspend()
    permit = Permit()
    revoking = sessions.Timer(0.1, permit.revoke, [reason])
    revoking.start()

    with pytest.raises(BrokenOff), sessions.session(server.remote, permit=permit):
        pass

    revoking.join()


def test_an_endless_table_ends_after_its_longest_time_and_is_named(
    server: OwnServer, tmp_path: Path
) -> None:
    shared = f"{server.remote}/;session_id=00112233-4455-6677-8899-aabbccddeeff"
    sources = _sources(tmp_path)
    sources["orders"] = SparkSource(name="orders", table="endless", longest_s=1.2)
    with sessions.session(shared) as beside:
        beside.spark.sql(
            "SELECT CAST(a.id AS STRING) AS id, '1' AS total FROM range(9000000) a"
            " CROSS JOIN range(9000000) b WHERE (a.id * b.id) % 97 = 9"
        ).createOrReplaceTempView("endless")

        with pytest.raises(Problem) as told:
            _engine(tmp_path, shared).refresh(SHOP, sources, now=NOW)

    assert told.value.code == "source_too_slow"
    assert told.value.message == (
        "Source 'orders' was not read within 0.02 minutes, the longest time that it may take."
    )
    assert [one.path for one in told.value.mistakes] == ["sources.orders"]  # type: ignore[attr-defined]
