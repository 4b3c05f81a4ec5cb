"""The tables of a snapshot on the cluster, as views of one session under the names that rules read them by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from segue.core.errors import ConfigurationProblem
from segue.engines.spark.failures import lost
from segue.engines.spark.sessions import Session
from segue.profiles.ports import Snapshot
from segue.profiles.schema import (
    PROFILE_KEY,
    PROFILES,
    Attribute,
    AttributeType,
    ProfileSchema,
    Table,
    address_column,
    address_problem_column,
    refused_column,
    unread_column,
)
from segue.segments.tables import DECIMAL_DIGITS, related_name

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_KINDS: Mapping[AttributeType, str] = {
    AttributeType.INTEGER: "bigint",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "date",
    AttributeType.TIMESTAMP: "timestamp",
}


def kind_of(attribute: Attribute) -> str:
    """Return the cluster's type of an attribute in snapshots."""
    if attribute.type is AttributeType.DECIMAL:
        return f"decimal({DECIMAL_DIGITS},{attribute.scale})"
    return _KINDS.get(attribute.type, "string")


def open_views(session: Session, snapshot: Snapshot, schema: ProfileSchema) -> None:
    """Make the views `profiles` and `related_<name>`.

    Raises: ConfigurationProblem `snapshot_unusable` when the cluster does not hold all that was written: where files are
    gone Sail finds nobody rather than nothing, and then everybody would leave.
    """
    with session.failing():
        frame = _opened(session, snapshot, schema.profiles, snapshot.profiles)
        frame.createOrReplaceTempView(PROFILES)
        for name, place in snapshot.related.items():
            if (table := schema.related.get(name)) is not None:
                frame = _opened(session, snapshot, table, place)
                frame.createOrReplaceTempView(related_name(name))


def _opened(session: Session, snapshot: Snapshot, table: Table, place: str) -> DataFrame:
    kept = snapshot.counts[table.name].kept
    if not kept:  # an empty table leaves no file on Sail, so that its columns are lost
        columns = ", ".join(f"`{name}` {kind}" for name, kind in _columns(table, snapshot))
        return session.spark.createDataFrame([], columns)
    try:
        with session.failing():
            frame = session.spark.read.parquet(place)
            is_whole = bool(frame.columns) and frame.count() == kept
    except ConfigurationProblem as problem:
        if problem.code != "spark_table_missing":
            raise
        raise lost(place) from None
    if not is_whole:
        raise lost(place)
    return frame


def _columns(table: Table, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    is_number = table.key_type is AttributeType.INTEGER
    yield PROFILE_KEY, "bigint" if is_number else "string"
    for one in table.attributes:
        yield one.name, kind_of(one)
        if one.type is AttributeType.EMAIL:
            yield address_column(one.name), "string"
            yield address_problem_column(one.name), "string"
        if table.name == PROFILES and one.type is AttributeType.BOOLEAN:
            yield refused_column(one.name), "boolean"
        if table.name == PROFILES and one.name in snapshot.reading.flagged:
            yield unread_column(one.name), "boolean"
