"""Write the files of one snapshot over one session: every table, and what was wrong with its rows. Nothing is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from segue.core.errors import ConfigurationProblem
from segue.core.files import given_again
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
from segue.engines.duckdb.profiles.snapshots import kept_name, uri_of
from segue.engines.duckdb.profiles.strays import Missed
from segue.engines.duckdb.profiles.taken_over import TakenOver
from segue.engines.duckdb.profiles.unify import Repeats, Unified
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading.declared_types import check_declared_types
from segue.engines.duckdb.reading.sources import Relation, open_relations
from segue.engines.duckdb.reading.sources_bounds import Bounds
from segue.engines.duckdb.reading.sources_problems import keys_missing
from segue.engines.duckdb.reading.sources_rising import Before
from segue.profiles.file_facts import KeptRows
from segue.profiles.fitting import declaration_of
from segue.profiles.personal import personal_columns
from segue.profiles.ports import Snapshot, TableCounts, Told
from segue.profiles.problems import RowProblem
from segue.profiles.references import named_column
from segue.profiles.schema import (
    PROFILE_KEY,
    PROFILES,
    Attribute,
    ProfileSchema,
    Table,
)
from segue.profiles.sources import Source

_COPY = "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
"""The second version writes whole numbers and times as differences: a fifth less time to write, a third less to read."""


class Builder:
    """Write one snapshot's files over one session."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: ProfileSchema,
        built: Path,
        permit: Permit,
        taken: TakenOver,
    ) -> None:
        self._taken = taken
        self._connection = connection
        self._schema = schema
        self._built = built
        self._permit = permit
        self._hidden = personal_columns(schema)
        self._flagged: Sequence[Attribute] = ()

    def open(
        self,
        sources: Mapping[str, Source],
        working: Path,
        *,
        bounds: Bounds,
        before: Before,
        told: Told | None,
    ) -> Mapping[str, Relation]:
        """Open every source that is read, and tell of all. Raises: as `open_relations`."""
        check_declared_types(self._connection, self._schema)
        addresses.create_domain_table(self._connection)
        row_checks.create_tables(self._connection)
        self._built.mkdir()
        staged = working / "staged"
        staged.mkdir()
        for source, rows in self._taken.rows.items():
            if told is not None:
                bounds.watch.tell(partial(told, source, rows))
        return open_relations(
            self._connection,
            sources,
            needed=self._taken.left,
            folder=staged,
            bounds=bounds,
            before=before,
            told=told,
        )

    def keyed(self, relations: Mapping[str, Relation], staged: Path) -> Mapping[str, Relation]:
        """Return the relations with what keys and joins compare, and what is known of their values."""
        self._taken.note_problems(self._connection)
        for relation in relations.values():
            row_checks.note_reports(self._connection, relation)
        found = keys.keyed(self._connection, self._schema, relations, folder=staged)
        return surveys.surveyed(self._connection, self._schema, found)

    def tables(self, relations: Mapping[str, Relation]) -> Mapping[str, TableCounts]:
        """Write all tables and the problems; return where the rows went. Raises: ConfigurationProblem when nobody has a key."""
        counts = {PROFILES: self._table(self._schema.profiles, relations, file=PROFILES)}
        known = f"SELECT {PROFILE_KEY} FROM read_parquet({literal(str(self._file(PROFILES)))})"
        for table_name, table in self._schema.related.items():
            counts[table_name] = self._table(
                table, relations, file=f"related_{table_name}", known=known
            )
        problems = literal(str(self._file("problems")))
        self._connection.execute(f"COPY problems TO {problems} {_COPY}")
        return counts

    def _table(
        self, table: Table, relations: Mapping[str, Relation], *, file: str, known: str = ""
    ) -> TableCounts:
        """Write a table, or take it over; `known` are the keys whose rows are kept, "" of all."""
        if self._taken.holds(table):
            self._taken.place(table.name, self._file(file))
            self._flagged = self._flagged or self._taken.flagged(table)
            return self._taken.counts(table)
        only = "true"
        if known:
            key = keys.key_of(table, unify.located(table, relations, table.key))
            only = f"({key.value}) IN ({known})"
        return self._write(table, relations, file=file, only=only)

    def described(
        self,
        relations: Mapping[str, Relation],
        *,
        id: str,
        taken_at: datetime,
        inputs: str,
        before: Snapshot | None,
    ) -> Snapshot:
        """Write all files and describe them. `before` is the snapshot that comes before this one. Raises: as `tables`."""
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
                self._connection,
                self._schema,
                relations,
                flagged=self._flagged,
                before=files,
                taken=self._taken,
            ),
            source_changed_at={source: r.changed_at for source, r in relations.items()},
            source_rows={**self._taken.rows, **{s: r.rows for s, r in relations.items()}},
            source_files={**self._taken.files, **{s: r.facts for s, r in relations.items()}},
            source_kept=self._kept(relations),
            source_read_at={**self._taken.read_at, **dict.fromkeys(relations, taken_at)},
            inputs=inputs,
            declaration=declaration_of(self._schema),
        )

    def _kept(self, relations: Mapping[str, Relation]) -> Mapping[str, KeptRows]:
        """Put the rows that the next reading can go on from beside the tables."""
        found: dict[str, KeptRows] = {}
        for source, relation in relations.items():
            if relation.kept is not None:
                file = self._built / kept_name(source)
                given_again(relation.kept.file, file)
                found[source] = replace(relation.kept, file=file)
        return found

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
        written = f"count(*) FILTER (NOT {keys.is_missing(rows.table, rows.key_text)})"
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
        with self._keys_held(rows.own):
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

    @contextmanager
    def _keys_held(self, own: Relation) -> Iterator[None]:
        """Let the keys be held to look rows up, not the rows: of those beside what is new the engine reckons a fifth of a fifth.

        A million profiles and three million such rows take 150 MB more else.
        """
        if own.kept is None:
            yield
            return
        self._connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        try:
            yield
        finally:
            self._connection.execute("RESET disabled_optimizers")

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
