"""Refresh the profiles: read the sources, unify them, write a new snapshot. Skips everything when nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.core.files import looks_whole
from segue.core.permit import Permit
from segue.engines.duckdb.profiles import (
    addresses,
    keys,
    row_checks,
    same_key,
    strays,
    surveys,
    unify,
)
from segue.engines.duckdb.profiles.address_counts import address_counts
from segue.engines.duckdb.profiles.reading import reading_of, unread_attributes
from segue.engines.duckdb.profiles.snapshot_manifest import write_manifest
from segue.engines.duckdb.profiles.snapshots import (
    current_snapshot,
    file_at,
    publish,
    refreshing,
    unused_id,
    uri_of,
)
from segue.engines.duckdb.profiles.strays import Missed
from segue.engines.duckdb.profiles.unify import Repeats, Unified
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.declared_types import check_declared_types
from segue.engines.duckdb.reading.inputs import inputs_digest
from segue.engines.duckdb.reading.sources import Relation, open_relations
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_failures import naming_large
from segue.engines.duckdb.reading.sources_parquet_failures import naming_scans
from segue.engines.duckdb.reading.sources_problems import keys_missing
from segue.engines.duckdb.session import Resources, session
from segue.engines.duckdb.watch import Watch, watched
from segue.profiles.fitting import declaration_of
from segue.profiles.personal import personal_columns
from segue.profiles.ports import Refreshed, Snapshot, TableCounts, Told
from segue.profiles.problems import RowProblem
from segue.profiles.references import named_column, needed_columns
from segue.profiles.schema import (
    PROFILE_KEY,
    PROFILES,
    Attribute,
    ProfileSchema,
    Table,
)
from segue.profiles.source_sizes import SIZES, Sizes
from segue.profiles.sources import LONGEST_S, Source

_RESOURCES = Resources(memory_limit_mb=320)
"""What a refresh takes by default: a million profiles stay below 450 MB resident, ten million spill."""

_COPY = "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
"""The second version writes whole numbers and times as differences: a fifth less time to write, a third less to read."""


def refresh(
    schema: ProfileSchema,
    sources: Mapping[str, Source],
    *,
    home: Path,
    scratch: Path | None = None,
    now: datetime,
    resources: Resources | None = None,
    force: bool = False,
    longest_s: float = LONGEST_S,
    sizes: Sizes = SIZES,
    told: Told | None = None,
    began: Callable[[str], None] | None = None,
    permit: Permit | None = None,
) -> Refreshed:
    """Make the current snapshot hold what the sources hold now (`now` is aware UTC).

    Built in `scratch`, a folder of this host's own; None: in `home`. Nothing is read when declaration and files are as they
    were and no source is a server. `told` hears of each that was read, `began` when it is one's turn, for at most `longest_s`,
    or the time that it says itself, and for what `sizes` say. A damaged snapshot is replaced.
    Raises: ConfigurationProblem with every source that fails, BrokenOff once the permit is revoked; the snapshot stays.
    """
    allowed = permit or Permit()
    with refreshing(scratch or home) as working:
        reading = _Reading(
            schema=schema,
            sources=sources,
            home=home,
            working=working,
            now=now,
            resources=resources or _RESOURCES,
            before=_usable_snapshot(home),
            force=force,
            sizes=sizes,
        )
        read = partial(reading.read, longest_s=longest_s, told=told, began=began)
        if (snapshot := watched(read, permit=allowed)) is None:
            return Refreshed(snapshot=reading.known(), read_again=False)
        allowed.check()
        return Refreshed(snapshot=_published(snapshot, working / "built", home), read_again=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What is read into a new snapshot, where, and beside which one."""

    schema: ProfileSchema
    sources: Mapping[str, Source]
    home: Path
    working: Path
    now: datetime
    resources: Resources
    before: Snapshot | None
    force: bool
    sizes: Sizes

    def known(self) -> Snapshot:
        """Return the snapshot before, for which nothing was read again."""
        assert self.before is not None
        return self.before

    def read(
        self,
        watch: Watch,
        *,
        longest_s: float,
        told: Told | None,
        began: Callable[[str], None] | None,
    ) -> Snapshot | None:
        """Build the snapshot in the working folder; None: nothing changed since the one before."""
        bounds = Bounds(watch, self.sources, longest_s, began, self.sizes)
        inputs = inputs_digest(self.schema, self.sources, bounds)
        is_known = inputs is not None and self.before is not None and self.before.inputs == inputs
        if is_known and not self.force:
            return None
        spill, permit = self.working / "spill", watch.permit
        granted = replace(self.resources, spill_mb=self.sizes.spill_mb)
        with (
            session(spill, resources=granted, permit=permit) as engine,
            watch.breakable(engine.interrupt),
        ):
            builder = _Builder(engine, self.schema, self.working / "built", permit)
            relations = builder.open(self.sources, self.working, bounds, told)
            with (
                bounds.of_engine(),
                naming_large(relations),
                naming_scans(
                    [s for r in relations.values() for s in r.scans], spill, granted, watch
                ),
            ):
                return builder.described(
                    builder.keyed(relations, self.working / "staged"),
                    id=unused_id(self.home, self.now),
                    taken_at=self.now,
                    inputs=inputs or "",
                    before=self.before,
                )


def _published(snapshot: Snapshot, built: Path, home: Path) -> Snapshot:
    write_manifest(snapshot, built)
    publish(home, built, snapshot.id)
    published = current_snapshot(home)
    assert published is not None  # published above, and this process holds the lock
    return published


def _usable_snapshot(home: Path) -> Snapshot | None:
    """Return the current snapshot, or None when there is none or it cannot be read whole: both call for a new one."""
    try:
        found = current_snapshot(home)
    except ConfigurationProblem:
        return None
    if found is None:
        return None
    files = (found.profiles, found.problems, *found.related.values())
    return found if all(looks_whole(file_at(file)) for file in files) else None


class _Builder:
    """Write one snapshot's files over one session."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: ProfileSchema,
        built: Path,
        permit: Permit,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._built = built
        self._permit = permit
        self._hidden = personal_columns(schema)
        self._flagged: Sequence[Attribute] = ()

    def open(
        self, sources: Mapping[str, Source], working: Path, bounds: Bounds, told: Told | None
    ) -> Mapping[str, Relation]:
        check_declared_types(self._connection, self._schema)
        addresses.create_domain_table(self._connection)
        row_checks.create_tables(self._connection)
        self._built.mkdir()
        staged = working / "staged"
        staged.mkdir()
        needed = needed_columns(self._schema)
        return open_relations(
            self._connection, sources, needed=needed, folder=staged, bounds=bounds, told=told
        )

    def keyed(self, relations: Mapping[str, Relation], staged: Path) -> Mapping[str, Relation]:
        for relation in relations.values():
            row_checks.note_reports(self._connection, relation)
        found = keys.keyed(self._connection, self._schema, relations, folder=staged)
        return surveys.surveyed(self._connection, self._schema, found)

    def tables(self, relations: Mapping[str, Relation]) -> Mapping[str, TableCounts]:
        profiles = self._schema.profiles
        counts = {PROFILES: self._write(profiles, relations, file=PROFILES, only="true")}
        known = f"SELECT {PROFILE_KEY} FROM read_parquet({literal(str(self._file(PROFILES)))})"
        for table_name, table in self._schema.related.items():
            key = f"({keys.key_of(table, unify.located(table, relations, table.key)).value})"
            counts[table_name] = self._write(
                table, relations, file=f"related_{table_name}", only=f"{key} IN ({known})"
            )
        problems = literal(str(self._file("problems")))
        self._connection.execute(f"COPY problems TO {problems} {_COPY}")
        return counts

    def described(
        self,
        relations: Mapping[str, Relation],
        *,
        id: str,
        taken_at: datetime,
        inputs: str,
        before: Snapshot | None,
    ) -> Snapshot:
        files = before.source_files if before is not None else {}
        counts = self.tables(relations)
        return Snapshot(
            id=id,
            taken_at=taken_at,
            profiles=uri_of(self._file(PROFILES)),
            related={t: uri_of(self._file(f"related_{t}")) for t in self._schema.related},
            problems=uri_of(self._file("problems")),
            counts=counts,
            addresses=address_counts(self._connection, self._schema, self._read(PROFILES)),
            reading=reading_of(
                self._connection, self._schema, relations, flagged=self._flagged, before=files
            ),
            source_changed_at={source: r.changed_at for source, r in relations.items()},
            source_rows={source: relation.rows for source, relation in relations.items()},
            source_files={source: relation.facts for source, relation in relations.items()},
            inputs=inputs,
            declaration=declaration_of(self._schema),
        )

    def _write(
        self, table: Table, relations: Mapping[str, Relation], *, file: str, only: str
    ) -> TableCounts:
        self._permit.check()
        joined = self._joined(table, relations)
        is_profiles = table is self._schema.profiles
        rows = unify.unified(self._connection, table, relations, joined=joined)
        # Looked at before anything is written: only where something was lost a flag for every row is worth its time.
        row_checks.check_attributes(self._connection, self._schema, relations, table=table)
        if is_profiles:
            self._flagged = unread_attributes(self._connection, table)
            rows = unify.with_unread(rows, self._flagged)
        found = strays.missed(self._connection, rows)
        if is_profiles and found.keyless and found.keyless == rows.own.rows:
            raise self._keyless(rows)
        if found.keyless:
            row_checks.note_keyless(
                self._connection, rows, personal=self._is_personal(table, table.key)
            )
        strays.note_unmatched(self._connection, rows, found, hidden=self._hidden)
        if is_profiles:
            return self._write_profiles(rows, found, joined, file=file)
        return self._write_related(rows, found, file=file, only=only)

    def _keyless(self, rows: Unified) -> ConfigurationProblem:
        """Return what to say of a table in which nobody has a key: profiles of nobody would be written in silence."""
        written = f"count(*) FILTER (trim({rows.key_text}) <> '')"
        filled = self._count(f"SELECT {written} FROM {rows.base}")
        return keys_missing(
            rows.table.source, rows.table.key, rows=rows.own.rows, is_filled=filled > 0
        )

    def _write_profiles(
        self, rows: Unified, found: Missed, joined: Mapping[str, Repeats], *, file: str
    ) -> TableCounts:
        repeats = same_key.repeated_keys(self._connection, rows)
        row_checks.note_repeats(
            self._connection,
            rows.own,
            repeats,
            kind=RowProblem.KEY_REPEATED,
            column=rows.table.key,
            personal=self._is_personal(rows.table, rows.table.key),
        )
        refusals = same_key.refusals(self._connection, rows, repeats, joined)
        kept = self._copied(rows.select(without=repeats, more=refusals), file)
        same_key.tally_outweighed(self._connection, rows, profiles=self._read(file))
        return TableCounts(
            read=rows.own.rows,
            kept=kept,
            without_key=found.keyless,
            repeated=repeats.count,
            without_profile=0,
        )

    def _write_related(self, rows: Unified, found: Missed, *, file: str, only: str) -> TableCounts:
        kept = self._copied(rows.select(without=None, only=only), file)
        strangers = rows.own.rows - kept - found.keyless
        strays.note_strangers(
            self._connection,
            rows,
            profiles=self._read(PROFILES),
            count=strangers,
            hidden=self._hidden,
        )
        return TableCounts(
            read=rows.own.rows,
            kept=kept,
            without_key=found.keyless,
            repeated=0,
            without_profile=strangers,
        )

    def _is_personal(self, table: Table, column: str) -> bool:
        return named_column(table, column) in self._hidden

    def _copied(self, query: str, file: str) -> int:
        target = literal(str(self._file(file)))
        return self._count(f"COPY ({query}) TO {target} {_COPY}")

    def _read(self, file: str) -> str:
        return f"read_parquet({literal(str(self._file(file)))})"

    def _joined(self, table: Table, relations: Mapping[str, Relation]) -> Mapping[str, Repeats]:
        found: dict[str, Repeats] = {}
        for at, join in enumerate(table.joins):
            right = relations[join.source]
            repeats = unify.repeated_in_join(
                self._connection, join, right, into=f"repeats_{table.name}_{at}"
            )
            row_checks.note_repeats(
                self._connection,
                right,
                repeats,
                kind=RowProblem.JOIN_REPEATED,
                column=", ".join(column for _, column in join.on),
                personal=any((join.source, column) in self._hidden for _, column in join.on),
            )
            found[join.name] = repeats
        return found

    def _file(self, table: str) -> Path:
        return self._built / f"{table}.parquet"

    def _count(self, query: str) -> int:
        return int(self._connection.execute(query).fetchall()[0][0])
