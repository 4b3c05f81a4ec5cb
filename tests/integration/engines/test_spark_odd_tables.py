"""Tables of a cluster whose columns have odd types, names or bounds mean what files with them mean, or are told by name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.core.errors import ConfigurationProblem
from segue.engines.duckdb.profiles.engine import DuckEngine
from segue.engines.duckdb.profiles.snapshots import file_at
from segue.engines.spark.engine import SparkEngine
from segue.profiles.ports import Snapshot
from segue.profiles.schema import ProfileSchema
from segue.profiles.sources import ParquetSource, SparkSource
from tests.integration.engines.small_refresh import attribute, schema, table
from tests.spark import need_sail, spark_remote

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VALUES = schema(table(attribute("mail", "email"), attribute("value")))


@pytest.fixture
def spark(tmp_path: Path) -> SparkEngine:
    """Return an engine over a cluster that writes beside the test."""
    snapshots = (tmp_path / "on_cluster").as_uri()
    return SparkEngine(tmp_path / "spark", remote=spark_remote(), snapshots=snapshots)


def _on_cluster(
    spark: SparkEngine, folder: Path, rows: pa.Table, declared: ProfileSchema = VALUES
) -> Snapshot:
    pq.write_table(rows, folder / "people.parquet")
    source = SparkSource(name="people", path=(folder / "people.parquet").as_uri())
    return spark.refresh(declared, {"people": source}, now=NOW).snapshot


def _here(folder: Path, declared: ProfileSchema = VALUES) -> Snapshot:
    source = ParquetSource(name="people", path=folder / "people.parquet")
    return DuckEngine(folder / "duck").refresh(declared, {"people": source}, now=NOW).snapshot


def _rows(snapshot: Snapshot) -> list[str]:
    return sorted(map(repr, pq.read_table(file_at(snapshot.profiles)).to_pylist()))


def _problems(snapshot: Snapshot) -> list[tuple[str, int]]:
    return sorted((one.kind, one.count) for one in snapshot.problem_counts)


@pytest.mark.parametrize("key_type", ["integer", "text"])
@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.decimal128(20, 0)], ids=str)
def test_numbers_whose_texts_are_in_another_order_may_be_keys(
    spark: SparkEngine, tmp_path: Path, kind: pa.DataType, key_type: str
) -> None:
    ids = pa.array([2, 2, 9, None, 11, 100]).cast(kind)
    people = pa.table({"id": ids, "mail": [f"p{n}@x.example" for n in (1, 1, 2, 3, 4, 5)]})
    declared = schema(table(attribute("mail", "email"), key_type=key_type))

    cluster = _on_cluster(spark, tmp_path, people, declared)
    here = _here(tmp_path, declared)

    assert cluster.counts == here.counts
    assert cluster.counts["profiles"].repeated == 1
    assert _rows(cluster) == _rows(here)
    assert _problems(cluster) == _problems(here) == [("key_missing", 1), ("key_repeated", 1)]


@pytest.mark.parametrize("named", ["Val", "val", "été", "a.b"])
def test_columns_are_found_as_in_files(spark: SparkEngine, tmp_path: Path, named: str) -> None:
    need_sail("Spark itself refuses names that differ in capitals only")
    names = ["id", "mail", "val", "Val", "e\u0301te\u0301", "a.b"]
    people = pa.table([["k"], ["a@x.example"], [1], ["V"], ["E"], [None]], names=names)
    declared = schema(table(attribute("mail", "email"), attribute("value", column=named)))

    cluster, here = _on_cluster(spark, tmp_path, people, declared), _here(tmp_path, declared)

    assert _rows(cluster) == _rows(here)


def test_a_name_that_two_columns_have_is_refused_as_in_files(
    spark: SparkEngine, tmp_path: Path
) -> None:
    people = pa.table(
        [["k"], ["a@x.example"], ["1"], ["2"]], names=["id", "mail", "value ", " value"]
    )

    told = []
    for refresh in (lambda: _on_cluster(spark, tmp_path, people), lambda: _here(tmp_path)):
        with pytest.raises(ConfigurationProblem) as raised:
            refresh()
        told.append(raised.value.code)

    assert told == ["source_column_repeated"] * 2


def test_a_column_without_any_value_is_blank(spark: SparkEngine, tmp_path: Path) -> None:
    people = pa.table({"id": ["a", "b"], "mail": pa.nulls(2), "value": pa.nulls(2)})

    cluster, here = _on_cluster(spark, tmp_path, people), _here(tmp_path)

    assert _rows(cluster) == _rows(here)
    assert _problems(cluster) == _problems(here) == [("missing", 2)]


@pytest.mark.parametrize(
    "lists",
    [
        pa.array([[1, -2], [], None], pa.list_(pa.int64())),
        pa.array([[3], [None], [3, 3]], pa.list_(pa.int8())),
        pa.array([[True, False], [], None], pa.list_(pa.bool_())),
        pa.array([["a, b", "A"], ["a", "a"], ["NULL"]], pa.list_(pa.string())),
    ],
    ids=lambda lists: str(lists.type),
)
def test_a_list_holds_what_it_holds_in_a_file(
    spark: SparkEngine, tmp_path: Path, lists: pa.Array
) -> None:
    people = pa.table({"id": ["a", "b", "c"], "mail": pa.nulls(3, pa.string()), "value": lists})
    declared = schema(table(attribute("mail", "email"), attribute("value", "list")))

    cluster, here = _on_cluster(spark, tmp_path, people, declared), _here(tmp_path, declared)

    assert _rows(cluster) == _rows(here)


@pytest.mark.parametrize(
    "lists",
    [
        pa.array([["a, b", "A", None], [], None, [None]], pa.list_(pa.string())),
        pa.array([[1, -2], [3], None, [None]], pa.list_(pa.int64())),
    ],
    ids=lambda lists: str(lists.type),
)
def test_a_list_that_is_read_as_text_is_the_text_of_a_file(
    spark: SparkEngine, tmp_path: Path, lists: pa.Array
) -> None:
    people = pa.table({"id": [*"abcd"], "mail": pa.nulls(4, pa.string()), "value": lists})

    cluster, here = _on_cluster(spark, tmp_path, people), _here(tmp_path)

    assert _rows(cluster) == _rows(here)
    assert _problems(cluster) == _problems(here)


@pytest.mark.parametrize("key_type", ["integer", "text"])
def test_numbers_without_a_sign_are_read_as_in_files(
    spark: SparkEngine, tmp_path: Path, key_type: str
) -> None:
    numbers = {
        f"n{bits}": pa.array([2**bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1, 0, None], kind)
        for bits, kind in {8: pa.uint8(), 16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}.items()
    }
    people = pa.table({"id": numbers["n64"], "mail": pa.nulls(5, pa.string()), **numbers})
    read = [
        attribute(f"{name}_{kind}", kind, column=name)
        for name in numbers
        for kind in ("text", "integer", "boolean", "date")
    ]
    declared = schema(table(attribute("mail", "email"), *read, key_type=key_type))

    cluster, here = _on_cluster(spark, tmp_path, people, declared), _here(tmp_path, declared)

    assert cluster.counts == here.counts
    assert _rows(cluster) == _rows(here)
    assert _problems(cluster) == _problems(here)


def test_a_key_of_blanks_alone_or_for_nothing_is_missing(
    spark: SparkEngine, tmp_path: Path
) -> None:
    ids = ["a", " ", "\u00a0", "\u3000 ", "None", " Null", "none", "NULL"]
    people = pa.table({"id": ids, "mail": [None] * 8, "value": [None] * 8})

    cluster, here = _on_cluster(spark, tmp_path, people), _here(tmp_path)

    assert cluster.counts == here.counts
    assert _problems(cluster) == _problems(here)


@pytest.mark.parametrize(
    "odd, code",
    [
        (pa.array([0], pa.timestamp("ns")), "spark_type_unreadable"),
        (pa.array(["x"]).dictionary_encode(), "spark_type_unreadable"),
        (pa.array([b"\xff"]).view(pa.string()), "source_text_invalid"),
    ],
    ids=["nanoseconds", "dictionary", "not UTF-8"],
)
def test_what_the_cluster_cannot_read_names_the_source(
    spark: SparkEngine, tmp_path: Path, odd: pa.Array, code: str
) -> None:
    need_sail("other servers read some of these")
    people = pa.table({"id": ["k"], "mail": ["a@x.example"], "value": odd})

    with pytest.raises(ConfigurationProblem) as told:
        _on_cluster(spark, tmp_path, people)

    assert (told.value.code, told.value.mistakes[0].path) == (code, "sources.people")


def test_a_nested_column_is_read_by_its_fields_and_refused_as_a_whole_with_their_names(
    spark: SparkEngine, tmp_path: Path
) -> None:
    people = pa.table({"id": ["k"], "mail": ["a@x.example"], "value": [{"city": "Lyon", "zip": 1}]})
    by_field = schema(table(attribute("value", column="value.city")))

    with pytest.raises(ConfigurationProblem) as told:
        _on_cluster(spark, tmp_path, people)
    found = _on_cluster(spark, tmp_path, people, by_field)

    assert told.value.code == "spark_type_unreadable"
    assert "`value.city`" in str(told.value.action)
    assert _rows(found) == ["{'profile_key': 'k', 'value': 'Lyon'}"]
