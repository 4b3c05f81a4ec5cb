"""Tables of a cluster's catalog: found for a first configuration, and read by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segue.cli.found_tables import starter_tables
from segue.configuration.load import outline
from segue.configuration.starter import starter
from segue.core.errors import ConfigurationProblem
from segue.engines.spark.sessions import Session, session
from segue.profiles.engines import OnSpark
from segue.profiles.found import FoundRelationship
from segue.profiles.schema import AttributeType
from segue.profiles.sources import SparkSource
from tests.spark import client_module, need_sail, spark_remote

client_module("pyspark.sql.connect.session")

from segue.engines.spark.reading.inspect import inspected  # noqa: E402
from segue.engines.spark.reading.opening import found  # noqa: E402

_PEOPLE = (
    "SELECT id, concat('p', id, '@shop.example') AS email, 'Ann' AS `First Name`, id % 2 = 0 AS agreed,"
    " map('a', 1) AS other FROM range(1, 40)"
)
_ORDERS = "SELECT id + 900 AS number, id % 39 + 1 AS people_id, CAST(id AS DECIMAL(9, 2)) AS total FROM range(60)"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Session]:
    """Return a session in whose catalog there is a shop."""
    with session(spark_remote()) as opened:
        opened.spark.sql("CREATE DATABASE shop")
        for name, query in {"people": _PEOPLE, "orders": _ORDERS}.items():
            place = (tmp_path / name).as_uri()
            opened.spark.sql(query).write.parquet(place)
            opened.spark.sql(f"CREATE TABLE shop.{name} USING parquet LOCATION '{place}'")
        yield opened
        for name in ("people", "orders"):
            opened.spark.sql(f"DROP TABLE shop.{name}")
        opened.spark.sql("DROP DATABASE shop")


def test_a_schema_is_looked_at_as_a_folder_is(cluster: Session) -> None:
    tables = {one.name: one for one in inspected(cluster, "shop")}

    people, orders = tables["people"], tables["orders"]
    assert (people.kind, people.path, people.table) == ("spark", None, "shop.people")
    assert (people.key, people.email, people.first_name) == ("id", "email", "First Name")
    assert {one.name: one.type for one in people.columns} == {
        "id": AttributeType.INTEGER,
        "email": AttributeType.EMAIL,
        "First Name": AttributeType.TEXT,
        "agreed": AttributeType.BOOLEAN,
    }
    assert orders.relationships == (
        FoundRelationship(
            column="people_id", other_table="people", other_column="id", declared=False
        ),
    )


def test_what_was_found_becomes_a_file_that_says_where_the_profiles_are(
    cluster: Session, tmp_path: Path
) -> None:
    engine = {"type": "spark", "remote": ("env", "SPARK_REMOTE"), "snapshots": "s3://bucket/segue"}
    tables = starter_tables(inspected(cluster, "shop"), folder=tmp_path, dsn=None, options={})

    text = starter(tables, engine=engine).text

    declared = outline(text, path=tmp_path / "segue.yaml")
    assert isinstance(declared.engine, OnSpark)
    assert declared.engine.snapshots == "s3://bucket/segue"
    assert declared.sources == {
        name: SparkSource(name=name, table=f"shop.{name}") for name in ("orders", "people")
    }
    assert declared.schema.profiles.source == "people"


def test_a_table_is_read_by_its_name(cluster: Session) -> None:
    source = SparkSource(name="customers", table="shop.people")

    frames = found(cluster, {"customers": source}, {"customers": ("First Name", "id")})

    assert frames["customers"].limit(1).toArrow().column_names == ["c0", "c1"]
    assert frames["customers"].count() == 39


def test_a_schema_that_is_not_there_is_told(cluster: Session) -> None:
    with pytest.raises(ConfigurationProblem) as told:
        inspected(cluster, "nowhere")

    assert told.value.code == "spark_schema_missing"


def test_every_table_of_a_schema_is_found_by_its_own_name_or_told(
    cluster: Session, tmp_path: Path
) -> None:
    need_sail("of other catalogs not every one keeps such names")
    names = ("sales_2025", "sales_2026", "My Table", "été.1", "maps")
    for at, name in enumerate(names):
        place = (tmp_path / f"odd{at}").as_uri()
        values = "map('a', 1)" if name == "maps" else f"id + {at} * 100"
        cluster.spark.sql(f"SELECT {values} AS number, {values} AS Number FROM range(9)").toDF(
            "number", "Number"
        ).write.parquet(place)
        cluster.spark.sql(f"CREATE TABLE shop.`{name}` USING parquet LOCATION '{place}'")
    cluster.spark.sql("SELECT 1 AS id").createOrReplaceTempView("of_the_session")
    try:
        tables = inspected(cluster, "shop")
        sources = {one.name: SparkSource(name=one.name, table=one.table or "") for one in tables}
        asked = dict.fromkeys(names[:4], ("number", "Number"))
        rows = {name: one.count() for name, one in found(cluster, sources, asked).items()}
    finally:
        for name in names:
            cluster.spark.sql(f"DROP TABLE shop.`{name}`")

    assert {one.name: one.table for one in tables if one.problem is None} == {
        "My Table": "shop.`My Table`",
        "orders": "shop.orders",
        "people": "shop.people",
        "sales_2025": "shop.sales_2025",
        "sales_2026": "shop.sales_2026",
        "été.1": "shop.`été.1`",
    }
    assert rows == dict.fromkeys(asked, 9)
    told = [str(one.problem) for one in tables if one.problem is not None]
    assert len(told) == 1
    assert told[0].startswith("Source 'maps' is the table 'shop.maps', which cannot be read.")


def test_a_table_with_numbers_without_a_sign_is_looked_at(cluster: Session, tmp_path: Path) -> None:
    rows = pa.table({"id": pa.array([2**64 - 1, 1], pa.uint64()), "email": ["a@x.example", None]})
    pq.write_table(rows, tmp_path / "rows.parquet")
    place = (tmp_path / "rows.parquet").as_uri()
    cluster.spark.sql(f"CREATE TABLE shop.counted USING parquet LOCATION '{place}'")
    try:
        tables = {one.name: one for one in inspected(cluster, "shop")}
    finally:
        cluster.spark.sql("DROP TABLE shop.counted")

    assert tables["counted"].problem is None
    assert (tables["counted"].key, tables["counted"].email) == ("id", "email")
