"""Write tables of the cluster, each once, as Parquet files under a URI; empty them again when nobody needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from segue.engines.spark.failures import lost
from segue.engines.spark.sessions import Session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is written: a URI that the cluster can write to."""

    uri: str


class Entering(Protocol):
    """Remembers a place before it is written to."""

    def enter(self, place: Place) -> Place:
        """Return the place."""
        ...


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one snapshot: a folder of its own under the root that all have."""

    root: str
    folder: str
    entering: Entering

    def uri(self, table: str) -> str:
        """Name the place of one table."""
        return f"{self.root.rstrip('/')}/{self.folder}/{table}.parquet"

    def of(self, table: str) -> Place:
        """Return the place of one table, which is written to next."""
        return self.entering.enter(Place(self.uri(table)))


def written(session: Session, frame: DataFrame, place: Place) -> DataFrame:
    """Write a table where nothing is yet, and return it as it was written: whatever it was made of may change."""
    session.permit.check()
    schema = frame.schema
    frame.write.mode("error").parquet(place.uri)
    kept = session.spark.read.parquet(place.uri)
    if kept.columns:
        return kept
    if not frame.isEmpty():
        raise lost(place.uri)
    # An empty table leaves no file on Sail, so that its columns are lost.
    return session.spark.createDataFrame([], schema)


def emptied(session: Session, place: Place) -> None:
    """Remove the files of a table: the cluster has no other way than to write nothing over them."""
    nothing = session.spark.sql("SELECT 1 AS nothing").limit(0)
    nothing.write.mode("overwrite").parquet(place.uri)
