"""Where the profiles may be kept, and which sources fit: mistakes at their line, the address never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from segue.profiles.engines import OnSpark, OnThisMachine
from segue.profiles.sources import SparkSource
from tests.unit.configuration.configuration_files import mistakes_in, read

ON_SPARK = """\
version: 1
engine: {type: spark, remote: {env: SPARK_REMOTE}, snapshots: "s3://bucket/segue"}
sources:
  customers: {type: spark, table: main.shop.customers}
profiles:
  source: customers
  key: id
  attributes:
    email: {column: email, type: email}
"""
SECRET = "sc://spark.example:15002/;use_ssl=true;token=verysecret"


def _changed(old: str, new: str) -> str:
    assert old in ON_SPARK
    return ON_SPARK.replace(old, new)


def test_a_cluster_is_named_by_reference_and_its_address_is_never_shown(tmp_path: Path) -> None:
    found = read(ON_SPARK, tmp_path, environment={"SPARK_REMOTE": SECRET})

    assert found.engine == OnSpark(remote=SECRET, snapshots="s3://bucket/segue")
    assert found.sources["customers"] == SparkSource(name="customers", table="main.shop.customers")
    assert "verysecret" not in repr(found)


def test_without_an_engine_the_profiles_are_on_this_machine(tmp_path: Path) -> None:
    text = _changed(
        'engine: {type: spark, remote: {env: SPARK_REMOTE}, snapshots: "s3://bucket/segue"}\n', ""
    )
    here = text.replace("{type: spark, table: main.shop.customers}", "{type: csv, path: c.csv}")

    assert read(here, tmp_path).engine == OnThisMachine()


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{type: spark, table: main.shop.customers}", "{type: csv, path: c.csv}", ("sources.customers.type", 4, "source_not_on_spark")),
        ("{type: spark, remote: {env: SPARK_REMOTE}, snapshots: \"s3://bucket/segue\"}", "{type: duckdb}", ("sources.customers.type", 4, "source_needs_spark")),
        ("s3://bucket/segue", "folder/segue", ("engine.snapshots", 2, "snapshots_not_a_uri")),
        *(("s3://bucket/segue", one, ("engine.snapshots", 2, "snapshots_not_a_uri")) for one in ("s3://", "s3:///segue", "gs://b/s?v=1", "file:///", "file://host")),
        *(("table: main.shop.customers", f"path: '{one}'", ("sources.customers.path", 4, "snapshots_in_source")) for one in ("s3://bucket", "s3a://bucket/segue/", "s3://bucket//segue")),
        ("table: main.shop.customers", "path: people.parquet", ("sources.customers.path", 4, "path_not_a_uri")),
        ("remote: {env: SPARK_REMOTE}, ", "", ("engine", 2, "missing_key")),
        ("table: main.shop.customers", "format: csv, path: 's3://b/c'", ("sources.customers.format", 4, "not_allowed_value")),
        ("env: SPARK_REMOTE", "env: MISSING", ("engine.remote", 2, "secret_missing")),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_line(
    tmp_path: Path, old: str, new: str, found: tuple[str, int, str]
) -> None:
    mistakes = mistakes_in(_changed(old, new), tmp_path, environment={"SPARK_REMOTE": SECRET})

    assert [(one.path, one.line, one.code) for one in mistakes] == [found]


@pytest.mark.parametrize("more", ["", ", table: a.b, path: 's3://bucket/c'"])
def test_a_table_of_the_cluster_has_a_name_or_a_path(tmp_path: Path, more: str) -> None:
    text = _changed(", table: main.shop.customers", more)

    [mistake] = mistakes_in(text, tmp_path, environment={"SPARK_REMOTE": SECRET})

    assert mistake.line == 4


@pytest.mark.parametrize(
    "path", ["s3://bucket/segue-tables", "s3://bucket/segue/in", "gs://bucket"]
)
def test_tables_beside_the_snapshots_are_read(tmp_path: Path, path: str) -> None:
    text = _changed("table: main.shop.customers", f"path: '{path}'")

    found = read(text, tmp_path, environment={"SPARK_REMOTE": SECRET})

    assert found.sources["customers"] == SparkSource(name="customers", path=path)


@pytest.mark.parametrize(
    "place",
    ["hdfs:///segue", "dbfs:///mnt/segue", "file:///a b/é", "abfss://c@a.dfs.core.windows.net"],
)
def test_a_folder_of_the_cluster_takes_snapshots(tmp_path: Path, place: str) -> None:
    text = _changed("s3://bucket/segue", place)

    found = read(text, tmp_path, environment={"SPARK_REMOTE": SECRET})

    assert found.engine == OnSpark(remote=SECRET, snapshots=place)
