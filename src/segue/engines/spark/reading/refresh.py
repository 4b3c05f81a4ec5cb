"""Read the cluster's tables into a snapshot there: checked, typed, one row a profile. What it is stands in the state folder."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql.connect import functions as fn

from segue.core import emails
from segue.engines.duckdb.profiles import addresses, row_checks
from segue.engines.duckdb.profiles.reading import summed_up
from segue.engines.duckdb.profiles.snapshots import unused_id, uri_of
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.declared_types import check_declared_types
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.session import session as duck_session
from segue.engines.duckdb.watch import Watch
from segue.engines.spark.left_there import LeftThere
from segue.engines.spark.reading import opening
from segue.engines.spark.reading.building import Builder
from segue.engines.spark.reading.relations import Relation, made_of
from segue.engines.spark.reading.tables import asked_of
from segue.engines.spark.sessions import Session, session
from segue.engines.spark.written import Places
from segue.profiles.fitting import declaration_of
from segue.profiles.ports import Snapshot, Told
from segue.profiles.references import needed_columns
from segue.profiles.schema import PROFILES, ProfileSchema
from segue.profiles.sources import Source

_STAGED = "staged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is read, where to, how many seconds each source may take that says nothing itself, and who hears of it."""

    remote: str
    root: str
    home: Path
    schema: ProfileSchema
    sources: Mapping[str, Source]
    now: datetime
    longest_s: float
    told: Told | None = None
    began: Callable[[str], None] | None = None

    @property
    def id(self) -> str:
        """Return the new snapshot's id."""
        return unused_id(self.home, self.now)

    def read(self, watch: Watch, working: Path) -> Snapshot:
        """Write a snapshot's tables on the cluster, and its problems into `working/built`, instead of what an earlier try left.

        Raises: SessionEnded where the cluster ended the session before all was written.
        """
        built = working / "built"
        shutil.rmtree(built, ignore_errors=True)
        built.mkdir()
        with (
            session(self.remote, permit=watch.permit) as cluster,
            watch.breakable(cluster.interrupt),
            duck_session(working / "spill", permit=watch.permit) as here,
            watch.breakable(here.interrupt),
        ):
            check_declared_types(here, self.schema)
            addresses.create_domain_table(here)
            row_checks.create_tables(here)
            # A part of chance: what a refresh that was killed left behind has the same id, perhaps.
            places = Places(self.root, f"{self.id}-{secrets.token_hex(4)}", LeftThere(self.home))
            with cluster.failing():
                snapshot = self._built(cluster, here, places, built, watch)
            cluster.confirm()
            return snapshot

    def _built(
        self,
        cluster: Session,
        here: duckdb.DuckDBPyConnection,
        places: Places,
        built: Path,
        watch: Watch,
    ) -> Snapshot:
        bounds = Bounds(watch, self.sources, self.longest_s, self.began)
        relations = self._relations(bounds, cluster, here, places)
        with bounds.of_engine():
            found = Builder(cluster, here, self.schema, places).build(relations)
        problems = built / "problems.parquet"
        here.execute(f"COPY problems TO {literal(str(problems))} (FORMAT parquet)")
        rows = {name: relation.rows for name, relation in relations.items()}
        return Snapshot(
            id=self.id,
            taken_at=self.now,
            profiles=places.uri(PROFILES),
            related={name: places.uri(f"related_{name}") for name in self.schema.related},
            problems=uri_of(problems),
            counts=found.counts,
            addresses=found.addresses,
            reading=summed_up(
                here,
                self.schema,
                rows=rows,
                written=partial(_written, relations),
                flagged=found.flagged,
            ),
            source_changed_at=dict.fromkeys(relations),
            source_rows=rows,
            inputs="",
            declaration=declaration_of(self.schema),
        )

    def _relations(
        self,
        bounds: Bounds,
        cluster: Session,
        here: duckdb.DuckDBPyConnection,
        places: Places,
    ) -> Mapping[str, Relation]:
        needed, asked = needed_columns(self.schema), asked_of(self.schema)
        frames = opening.found(cluster, self.sources, needed, bounded=bounds.of)
        relations: dict[str, Relation] = {}
        for at, (name, frame) in enumerate(frames.items()):
            with bounds.turn_of(name):
                place = places.of(f"{_STAGED}{at}")
                copied = opening.copied(cluster, name, frame, needed[name], place)
                relations[name] = made_of(cluster, here, copied, asked[name])
            if self.told is not None:
                bounds.watch.tell(partial(self.told, name, copied.rows))
        return relations


def _written(relations: Mapping[str, Relation], source: str, *columns: str) -> int:
    """Count the rows in which something is written in all of these columns."""

    relation = relations[source]
    frame = relation.frame
    for column in columns:
        name = relation.columns[column]
        value: Any = fn.col(name)
        frame = frame.filter(value.isNotNull())
        if frame.schema[name].dataType.simpleString() == "string":
            frame = frame.filter(value.rlike(f"[^{emails.TRIMMED}]"))
    return frame.count()
