"""Tables of a cluster become the very snapshot that files become: rows, counts, problems and losses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.configuration.load import outline
from segue.core.errors import BrokenOff, ConfigurationProblem, Problem
from segue.core.permit import Permit
from segue.engines.duckdb.profiles.engine import DuckEngine
from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.duckdb.quoting import literal
from segue.engines.spark.engine import SparkEngine
from segue.profiles.ports import Snapshot
from segue.profiles.schema import Join, ProfileSchema
from segue.profiles.sources import CsvSource, ParquetSource, Source, SparkSource, SqliteSource
from tests.integration.engines.small_refresh import attribute, schema, table
from tests.spark import need_sail, spark_remote

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[3] / "examples"
Refreshed = Callable[..., Snapshot]


@pytest.fixture
def spark(tmp_path: Path) -> SparkEngine:
    """Return an engine over a cluster that writes beside the test."""
    snapshots = (tmp_path / "on_cluster").as_uri()
    return SparkEngine(tmp_path / "spark", remote=spark_remote(), snapshots=snapshots)


PEOPLE = pa.table(
    {
        "id": [" ", None, "NULL", " nan ", *(f"{n}" for n in range(4, 58)), "a b", "0061", "\u00a0 62", "63", "63"],
        "first": (["Ann", "René", "RenÃ©", "  Bo ", "NULL", "None", "'12", "Лев", "A\u200bda"] * 7),
        "mail": (["a{}@x.example", "A{}@X.example", "", "bad", "é{}@x.example", "u{}@münchen.example", " b{}@x.example "] * 9),
        "spent": pa.array([1.005, 2.5, float("nan"), None, 1e9, 12345678.25, -0.5] * 9),
        "agreed": ["yes", "No", None, "perhaps", "oui", " y", "x"] * 9,
        "born": ["2000-02-29", "2001-02-29", "1990-01-05", None, "05/06/1990", "", "0987-01-01"] * 9,
        "seen": ["2026-01-05 10:00:00", "2026-01-31T23:59:59", "2026-03-29 02:30:00", "soon", None, "2026-01-05T10:00:00Z", "2026-01-05"] * 9,
        "tags": ["a,b", "", None, '["x","y"]', "one", "a, a", "{c,d}"] * 9,
        "day": ["02/29", "13/01", None, "1990-05-06", "5/6", "", "12/31"] * 9,
        "town": ["Lyon", "lyon ", "NULL", "Nowhere", "Paris", "", "Lyon"] * 9,
        "visits": pa.array([*range(62), None], pa.int32()),
        "changed": pa.array([datetime(2026, 1, 1, n % 24, n) for n in range(60)] + [None] * 3, pa.timestamp("us")),
    }
)  # fmt: skip
_ADDRESSES = [
    text.replace("{}", str(n // 2)) if text else None
    for n, text in enumerate(PEOPLE["mail"].to_pylist())
]
PEOPLE = PEOPLE.set_column(2, "mail", pa.array(_ADDRESSES, pa.string()))
TOWNS = pa.table(
    {
        "name": ["Lyon", "Lyon", "Paris", "NULL", None],
        "size": pa.array([1, 1, 3, 3, 4], pa.int64()),
        "open": [True, True, None, None, False],
    }
)
ORDERS = pa.table(
    {
        "who": ["4", "NULL", "A b", "a b", "61", "0061", "9999", None, " 5 ", "62"] * 3,
        "total": pa.array([n / 8 for n in range(30)], pa.float64()),
        "exact": pa.array(range(30), pa.decimal128(12, 3)),
        "at": pa.array([datetime(2026, 1, 1 + n) for n in range(30)], pa.timestamp("us", tz="UTC")),
        "day": pa.array([datetime(2026, 1, 1 + n).date() for n in range(30)], pa.date32()),
    }
)
SHOP = schema(
    table(
        attribute("first_name", column="first"),
        attribute("mail", "email"),
        attribute("spent", "decimal"),
        attribute("spent_whole", "integer", column="spent"),
        attribute("spent_text", column="spent"),
        attribute("spent_list", "list", column="spent"),
        attribute("agreed", "boolean"),
        attribute("born", "date"),
        attribute("seen", "timestamp"),
        attribute("seen_paris", "timestamp", column="seen", time_zone="Europe/Paris"),
        attribute("tags", "list"),
        attribute("day", "birthday"),
        attribute("visits", "integer"),
        attribute("changed", "timestamp"),
        attribute("changed_text", "text", column="changed"),
        attribute("size", "integer", column="towns.size"),
        attribute("open", "boolean", column="towns.open"),
        source="people",
        key="id",
        key_type="text",
        joins=[Join(source="towns", name="towns", on=(("town", "name"),))],
        newest_by="changed",
    ),
    orders=table(
        attribute("total", "decimal"),
        attribute("exact", "decimal"),
        attribute("at", "timestamp"),
        attribute("at_day", "date", column="at", time_zone="America/New_York"),
        attribute("day", "date"),
        name="orders",
        source="orders",
        key="who",
        key_type="text",
    ),
)

SLIM = schema(
    table(attribute("mail", "email"), source="people", key="id", key_type="text"),
    orders=table(attribute("exact", "decimal"), name="orders", source="orders", key="who"),
)
"""What of the shop is enough where it does not matter what is read: a server plans every attribute for long."""

EVERY_TYPE = schema(
    table(
        attribute("first_name", column="first"),
        attribute("mail", "email"),
        attribute("spent", "decimal"),
        attribute("visits", "integer"),
        attribute("changed", "timestamp"),
        source="people",
        key="id",
        key_type="text",
        newest_by="changed",
    )
)
"""An attribute of each type that the people's columns are stored in."""


def _written(folder: Path, tables: Mapping[str, pa.Table]) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.parquet" for name in tables}
    for name, rows in tables.items():
        pq.write_table(rows, files[name])
    return files


def _on_cluster(files: Mapping[str, Path]) -> dict[str, Source]:
    return {name: SparkSource(name=name, path=file.as_uri()) for name, file in files.items()}


def _both(
    spark: SparkEngine, home: Path, declared: ProfileSchema, files: Mapping[str, Path]
) -> tuple[Snapshot, Snapshot]:
    here: dict[str, Source] = {name: ParquetSource(name=name, path=f) for name, f in files.items()}
    duck = DuckEngine(home / "duck").refresh(declared, here, now=NOW).snapshot
    return spark.refresh(declared, _on_cluster(files), now=NOW).snapshot, duck


def _rows(place: str) -> list[str]:
    rows = pq.read_table(file_at(place))
    plain = [
        column.cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column
        for column in rows.columns
    ]
    return sorted(map(repr, pa.table(plain, names=rows.column_names).to_pylist()))


def _told(snapshot: Snapshot) -> object:
    problems = {
        (one.source, one.attribute, one.column, one.kind, one.count, one.is_loss)
        for one in snapshot.problem_counts
    }
    losses = [
        (one.place, one.written, one.lost, sorted(one.kinds.items()))
        for one in snapshot.reading.losses
    ]
    return snapshot.counts, snapshot.addresses, problems, losses, snapshot.reading.flagged


def test_a_table_of_the_cluster_is_read_as_a_file_is(spark: SparkEngine, tmp_path: Path) -> None:
    files = _written(tmp_path, {"people": PEOPLE, "towns": TOWNS, "orders": ORDERS})

    cluster, here = _both(spark, tmp_path, SHOP, files)

    assert _told(cluster) == _told(here)
    assert cluster.counts["profiles"].kept > 50
    assert _rows(cluster.profiles) == _rows(here.profiles)
    assert _rows(cluster.related["orders"]) == _rows(here.related["orders"])
    assert spark.current() == cluster


def test_rows_that_could_not_be_taken_are_listed_by_their_key(
    spark: SparkEngine, tmp_path: Path
) -> None:
    files = _written(tmp_path, {"people": PEOPLE, "towns": TOWNS, "orders": ORDERS})
    snapshot = spark.refresh(SHOP, _on_cluster(files), now=NOW).snapshot

    otherwise = spark.problems(snapshot, 9, kind="key_written_otherwise")
    born = spark.problems(snapshot, 99, kind="not_a_date")

    assert [one.key for one in otherwise] == ["61"] * 3 + ["A b"] * 3
    assert {one.value for one in born} == {"2001-02-29", "05/06/1990"}
    assert {one.file for one in (*otherwise, *born)} == {""}


def test_a_table_without_rows_is_a_snapshot_of_nobody(spark: SparkEngine, tmp_path: Path) -> None:
    tables = {"people": PEOPLE.slice(0, 0), "towns": TOWNS, "orders": ORDERS}

    cluster, here = _both(spark, tmp_path, SHOP, _written(tmp_path, tables))

    assert cluster.counts == here.counts
    with spark.opened(cluster, SHOP) as profiles:
        assert profiles.top_values("mail", limit=3) == []


def test_nothing_stays_on_the_cluster_that_nobody_needs(spark: SparkEngine, tmp_path: Path) -> None:
    sources = _on_cluster(_written(tmp_path, {"people": PEOPLE, "orders": ORDERS}))
    broken = replace(sources["people"], path=(tmp_path / "nowhere").as_uri())  # type: ignore[type-var]

    kept = [spark.refresh(SLIM, sources, now=NOW.replace(day=day)).snapshot for day in range(1, 5)]
    with pytest.raises(ConfigurationProblem):
        spark.refresh(SLIM, {**sources, "people": broken}, now=NOW)

    left = {
        file.parent.as_uri()
        for file in (tmp_path / "on_cluster").rglob("*.parquet")
        if file.is_file() and pq.read_metadata(file).num_rows
    }
    needed = [place for one in kept[1:] for place in (one.profiles, *one.related.values())]
    assert left == set(needed)
    listed = json.loads((tmp_path / "spark" / "snapshots" / "on_cluster.json").read_text("utf-8"))
    assert set(listed) == set(needed)


def test_a_snapshot_that_lost_people_is_not_opened(spark: SparkEngine, tmp_path: Path) -> None:
    files = _written(tmp_path, {"people": PEOPLE, "orders": ORDERS})
    snapshot = spark.refresh(SLIM, _on_cluster(files), now=NOW).snapshot
    for file in file_at(snapshot.profiles).iterdir():
        file.unlink()

    with pytest.raises(ConfigurationProblem) as told, spark.opened(snapshot, SLIM):
        pass

    assert told.value.code == "snapshot_unusable"


def test_every_table_and_column_that_is_not_there_is_told_at_once(
    spark: SparkEngine, tmp_path: Path
) -> None:
    sources = _on_cluster(
        _written(tmp_path, {"people": PEOPLE.drop_columns(["mail"]), "towns": TOWNS})
    )
    sources["orders"] = SparkSource(name="orders", table="main.shop.orders")

    with pytest.raises(ConfigurationProblem) as told:
        spark.refresh(SHOP, sources, now=NOW)

    found = {(one.path, one.code) for one in told.value.mistakes}
    assert found == {
        ("sources.people", "source_column_missing"),
        ("sources.orders", "source_table_missing"),
    }
    assert spark.current() is None


def test_a_type_that_cannot_be_read_names_its_column(spark: SparkEngine, tmp_path: Path) -> None:
    odd = PEOPLE.set_column(2, "mail", pa.array([[1.5]] * PEOPLE.num_rows, pa.list_(pa.float64())))
    sources = _on_cluster(_written(tmp_path, {"people": odd, "towns": TOWNS, "orders": ORDERS}))

    with pytest.raises(ConfigurationProblem) as told:
        spark.refresh(SHOP, sources, now=NOW)

    assert (told.value.code, "'mail'" in told.value.message) == ("spark_type_unreadable", True)


def test_files_of_other_types_than_their_table_name_its_source(
    spark: SparkEngine, tmp_path: Path
) -> None:
    sources = _on_cluster(_written(tmp_path, {"people": PEOPLE, "towns": TOWNS, "orders": ORDERS}))
    lake = tmp_path / "lake"
    for at, kind in enumerate([pa.int64(), pa.string()]):
        sizes = TOWNS["size"].cast(kind)
        _written(lake, {f"part{at}": TOWNS.set_column(1, "size", sizes)})
    sources["towns"] = SparkSource(name="towns", path=lake.as_uri())

    with pytest.raises(ConfigurationProblem) as told:
        spark.refresh(SHOP, sources, now=NOW)

    found = [(one.path, one.code) for one in told.value.mistakes]
    assert found == [("sources.towns", "spark_types_differ")]


def test_snapshots_that_the_cluster_may_not_write_are_told(tmp_path: Path) -> None:
    sources = _on_cluster(_written(tmp_path, {"people": PEOPLE, "towns": TOWNS, "orders": ORDERS}))
    nowhere = "file:///proc/segue"  # where nobody may write, whoever runs the tests
    engine = SparkEngine(tmp_path / "home", remote=spark_remote(), snapshots=nowhere)

    with pytest.raises(ConfigurationProblem) as told:
        engine.refresh(SHOP, sources, now=NOW)

    assert told.value.code == "spark_not_permitted"


def test_a_revoked_permit_ends_a_refresh_and_the_snapshot_stays(
    spark: SparkEngine, tmp_path: Path
) -> None:
    sources = _on_cluster(_written(tmp_path, {"people": PEOPLE, "orders": ORDERS}))
    before = spark.refresh(SLIM, sources, now=NOW).snapshot
    permit, reason = Permit(), BrokenOff("Canceled.", action="Run again.", code="run_canceled")

    with pytest.raises(BrokenOff):
        spark.refresh(SLIM, sources, now=NOW, permit=permit, told=lambda *_: permit.revoke(reason))

    assert spark.current() == before


def test_a_cluster_that_is_gone_is_told_without_its_address(tmp_path: Path) -> None:
    spark_remote()
    engine = SparkEngine(tmp_path, remote="nonsense;token=secret", snapshots=tmp_path.as_uri())

    with pytest.raises(Problem) as told:
        engine.refresh(SHOP, {}, now=NOW)

    assert told.value.code == "spark_address_wrong"
    assert "secret" not in f"{told.value}{told.value.context}{told.value.__cause__}"


@pytest.fixture
def plain_path() -> Iterator[Path]:
    """Make a folder without a blank in its path: Sail 0.7 writes tables of lakes elsewhere than it says if there is one."""
    with TemporaryDirectory(dir="/tmp", prefix="segue-lake-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_tables_of_lakes_are_read_by_their_path(
    spark: SparkEngine, tmp_path: Path, plain_path: Path, kind: str
) -> None:
    from segue.engines.spark.sessions import session

    need_sail(f"PySpark comes without {kind}")
    files = _written(tmp_path, {"people": PEOPLE})
    lake = (plain_path / kind).as_uri()
    with session(spark_remote()) as cluster:
        rows = cluster.spark.read.parquet(files["people"].as_uri())
        rows.write.format(kind).save(lake)
    source = SparkSource(name="people", path=lake, format=kind)

    found = spark.refresh(EVERY_TYPE, {"people": source}, now=NOW).snapshot

    here = {"people": ParquetSource(name="people", path=files["people"])}
    same = DuckEngine(tmp_path / "duck").refresh(EVERY_TYPE, here, now=NOW).snapshot
    assert _told(found) == _told(same)


def _copied(name: str, data: Path, folder: Path) -> tuple[ProfileSchema, dict[str, Path]]:
    """Return an example's schema, and its sources as Parquet files of texts, as lakes are filled from databases."""
    text = (EXAMPLES / name / "segue.yaml").read_text(encoding="utf-8")
    declared = outline(text, path=EXAMPLES / name / "segue.yaml")
    folder.mkdir()
    files: dict[str, Path] = {}
    for source in declared.sources.values():
        files[source.name] = folder / f"{source.name}.parquet"
        match source:
            case CsvSource():
                rows = f"read_csv({literal(str(data / 'sakila' / source.path.name))}, all_varchar = true)"
                duckdb.sql(
                    f"COPY (FROM {rows}) TO {literal(str(files[source.name]))} (FORMAT parquet)"
                )
            case SqliteSource():
                _copy_table(data / "chinook.sqlite", source.table, files[source.name])
    return declared.schema, files


def _copy_table(database: Path, name: str, target: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        rows = opened.execute(f'SELECT * FROM "{name}"')
        names: Sequence[str] = [column[0] for column in rows.description]
        columns = list(zip(*rows.fetchall(), strict=True))
    texts = [pa.array([None if v is None else str(v) for v in column]) for column in columns]
    pq.write_table(pa.table(texts, names=names), target)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["chinook", "sakila"])
def test_the_examples_are_read_as_from_files(
    spark: SparkEngine, tmp_path: Path, shared_folder: Path, name: str
) -> None:
    declared, files = _copied(name, shared_folder / "data", tmp_path / "lake")

    cluster, here = _both(spark, tmp_path, declared, files)

    assert _told(cluster) == _told(here)
    assert _rows(cluster.profiles) == _rows(here.profiles)
    for related in declared.related:
        assert _rows(cluster.related[related]) == _rows(here.related[related])
