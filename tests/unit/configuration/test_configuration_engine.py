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
