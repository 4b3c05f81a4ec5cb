"""The profiles of one configuration at work: read, count, sample, estimate. Nothing here asks or tells Mailchimp anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from segue import __version__
from segue.core.errors import ConfigurationProblem
from segue.core.permit import Permit
from segue.core.sentences import said
from segue.profiles.fitting import fitting
from segue.profiles.sources import LONGEST_S
from segue.service.adapters import Adapters
from segue.service.locks import only_one
from segue.service.places import audience_folder

if TYPE_CHECKING:
    from segue.configuration.values import Configuration
    from segue.engines.duckdb.audience.journals import Journals
    from segue.profiles.ports import (
        FlaggedProfiles,
        ListedProblem,
        ProfileEngine,
        Profiles,
        Refreshed,
        Snapshot,
        Told,
    )
    from segue.profiles.reading import Loss
    from segue.segments.overlaps import Overlap
    from segue.segments.rules import Segment
    from segue.sync.estimate import Estimate
    from segue.sync.export import Export
    from segue.sync.planning import Inputs
    from segue.sync.ports import MergeFields


class ProfilesAtWork:
    """What a configuration says of its profiles, over its state folder."""

    def __init__(self, configuration: Configuration, adapters: Adapters) -> None:
        self.configuration = configuration
        self._adapters = adapters

    @property
    def scratch(self) -> Path:
        """Return where this host locks, sorts and builds."""
        return self._adapters.scratch

    @property
    def journals(self) -> Journals:
        """Return where the journals of audiences are."""
        return self._adapters.journals

    def now(self) -> datetime:
        """Return what the clock says by which rules look back."""
        return self._adapters.clock.now()

    def refresh(
        self,
        *,
        force: bool = False,
        longest_s: float = LONGEST_S,
        told: Told | None = None,
        began: Callable[[str], None] | None = None,
        permit: Permit | None = None,
    ) -> Refreshed:
        """Read the data sources into a snapshot; nothing is read again when nothing changed.

        `told` hears of every source that was read, `began` of each whose turn it is; one that says nothing else may take
        `longest_s` to be opened or read. Raises: BrokenOff within two seconds after the permit was revoked.
        """
        with only_one(self.scratch / "locks" / "refresh.lock", what="the data sources"):
            return self._engine.refresh(
                self.configuration.schema,
                self.configuration.sources,
                now=self._adapters.clock.now(),
                force=force,
                longest_s=longest_s,
                sizes=self._adapters.source_sizes,
                told=told,
                began=began,
                permit=permit,
            )

    def snapshot(self, snapshot_id: str = "") -> Snapshot:
        """Return the snapshot of this id while it is kept, the current one otherwise. Nothing is read again.

        Raises: ConfigurationProblem when there is none, or it was read by another definition than the one that counts.
        """
        found = self._engine.kept(snapshot_id) or self._engine.current()
        return fitting(found, self.configuration.schema)

    def last_snapshot(self) -> Snapshot | None:
        """Return what was read last, whatever the definition says by now; None before the first refresh."""
        return self._engine.current()

    def problems(
        self,
        snapshot: Snapshot,
        limit: int,
        *,
        kind: str | None = None,
        personal_values: bool = False,
    ) -> Sequence[ListedProblem]:
        """Return up to `limit` rows and values that could not be taken, of one kind or of all, in the order of the sources."""
        return self._engine.problems(snapshot, limit, kind=kind, personal_values=personal_values)

    def segment_counts(
        self,
        snapshot: Snapshot,
        *,
        names: Sequence[str] | None = None,
        permit: Permit | None = None,
    ) -> Mapping[str, int]:
        """Return the number of members of the named segments, of all without names.

        Raises: BrokenOff once the permit is revoked.
        """
        flagged = self._flagged(list(self.configuration.segments) if names is None else names)
        schema = self.configuration.schema
        with self._engine.opened(snapshot, schema, permit=permit) as profiles:
            return profiles.counts(flagged)

    def segment_losses(
        self, snapshot: Snapshot, names: Sequence[str]
    ) -> Mapping[str, Sequence[Loss]]:
        """Return what could not be read of what each segment's members depend on; segments without any are left out."""
        from segue.sync.grounds import losses_by_segment

        known = self.configuration
        return losses_by_segment(snapshot.reading.losses, known.schema, known.segments, names)

    def segment_sample(
        self,
        name: str,
        snapshot: Snapshot,
        *,
        limit: int,
        matching: str = "",
        measures: Sequence[str] = (),
    ) -> tuple[list[str], list[tuple[object, ...]]]:
        """Return column names and the first members (by key) of a segment, instants in their zones. Personal data.

        `matching` leaves those whose key or one of whose stored values holds it, whatever its capitals; "" leaves all.
        `measures` are further columns.
        """
        from segue.profiles.schema import PROFILE_KEY
        from segue.profiles.shown_values import shown_row
        from segue.segments.questions import holding

        schema = self.configuration.schema
        every = [attribute.name for attribute in schema.profiles.attributes]
        columns = [*every, *measures]
        flagged = holding(self._flagged([name], columns=columns), every, matching)
        with self._engine.opened(snapshot, schema) as profiles:
            rows = profiles.sample(flagged, name, limit=limit, columns=columns)
        shown = (None, *(schema.attribute(column) for column in columns))
        return [PROFILE_KEY, *columns], [shown_row(row, shown) for row in rows]

    def segment_rows(
        self, name: str, snapshot: Snapshot, *, columns: Sequence[str], matching: str = ""
    ) -> Iterator[tuple[object, ...]]:
        """Yield key and columns of all members, in no order, instants in their zones. Personal data. `matching`: as `segment_sample`.

        The first one is read when it is asked for; the snapshot stays open until the last one was.
        """
        from segue.profiles.schema import PROFILE_KEY
        from segue.profiles.shown_values import shown_row
        from segue.segments.questions import holding

        schema = self.configuration.schema
        every = [attribute.name for attribute in schema.profiles.attributes]
        flagged = holding(self._flagged([name], columns=columns), every, matching)
        shown = (None, *(schema.attribute(column) for column in columns))
        with self._engine.opened(snapshot, schema) as profiles:
            for batch in profiles.exported(flagged, columns):
                values = [batch.column(at).to_pylist() for at in (PROFILE_KEY, *columns)]
                for row in zip(*values, strict=True):
                    yield shown_row(row, shown)

    def overlaps(
        self, pairs: Sequence[tuple[str, str]], snapshot: Snapshot, *, limit: int = 0
    ) -> Sequence[Overlap]:
        """Return of each pair of segments how many profiles are in both, and in one only, asked all at once.

        Up to `limit` profiles of each part are shown, by key: personal data.
        """
        from segue.profiles.schema import PROFILE_KEY
        from segue.segments.overlaps import PARTS, Overlap, part_name, parts_of

        schema = self.configuration.schema
        for name in {name for pair in pairs for name in pair}:
            self._segment(name)
        beside = [one for at, pair in enumerate(pairs) for one in parts_of(at, pair)]
        flagged = self._flagged([], beside=beside)
        columns = [attribute.name for attribute in schema.profiles.attributes]
        with self._engine.opened(snapshot, schema) as profiles:
            counts = profiles.counts(flagged)
            shown = {
                one.name: profiles.sample(flagged, one.name, limit=limit, columns=columns)
                for one in (beside if limit else ())
            }
        return [
            Overlap(
                columns=(PROFILE_KEY, *columns),
                counts={part: counts[part_name(at, part)] for part in PARTS},
                rows={part: self._shown(shown.get(part_name(at, part), ())) for part in PARTS},
            )
            for at in range(len(pairs))
        ]

    def asked(self, snapshot: Snapshot) -> AbstractContextManager[Profiles]:
        """Open a snapshot for questions. Personal data."""
        return self._engine.opened(snapshot, self.configuration.schema)

    def flags_of(
        self, segments: Sequence[Segment], *, columns: Sequence[str] = ()
    ) -> FlaggedProfiles:
        """Return the profiles with a flag for each of these segments, which need not be declared, and measures as `columns`."""
        return self._flagged([], beside=segments, columns=columns)

    def _shown(self, rows: Sequence[tuple[object, ...]]) -> Sequence[tuple[object, ...]]:
        from segue.profiles.shown_values import shown_row

        attributes = self.configuration.schema.profiles.attributes
        return [shown_row(row, (None, *attributes)) for row in rows]

    # estimates

    def estimate(
        self,
        export_name: str,
        snapshot: Snapshot,
        *,
        account_id: str,
        is_empty: bool,
        merge_fields: MergeFields,
    ) -> Estimate:
        """Foretell the sizes of an export from what is kept here. Asks Mailchimp nothing, keeps nothing, waits for nobody.

        Raises: ConfigurationProblem when the snapshot was made by an earlier definition that lacks a column.
        """
        from segue.engines.duckdb.audience.glances import glancing
        from segue.sync.estimate import estimate

        export = self._export(export_name)
        folder = audience_folder(self._home, account_id, export.audience_id)
        with (
            self._adapters.session(snapshot) as engine,
            self._adapters.inputs_at_hand(
                self._inputs(export, snapshot), snapshot, engine, chosen=self._chosen(export)
            ) as inputs,
            glancing(folder, export.name, engine, journals=self.journals) as store,
        ):
            return estimate(
                inputs,
                store,
                is_empty=is_empty,
                merge_fields=merge_fields,
                now=self._adapters.clock.now(),
            )

    def field_samples(
        self, export_name: str, snapshot: Snapshot, merge_fields: MergeFields
    ) -> Mapping[str, Sequence[str]]:
        """Return a few values of each merge field as Mailchimp will get them. Personal data. Raises: as `estimate`."""
        from segue.engines.duckdb.audience.samples import LOOKED_AT, field_samples
        from segue.engines.duckdb.profiles.snapshots import over_snapshot
        from segue.service.landing import first_profiles
        from segue.sync.fields import render_fields
        from segue.sync.landing import columns_of

        export, schema = self._export(export_name), self.configuration.schema
        profiles = self._flagged([], columns=columns_of(export)).table
        with self._adapters.session(snapshot) as engine, over_snapshot():
            if self._adapters.keeps_profiles_elsewhere:
                profiles = first_profiles(
                    snapshot, self._engine, engine, schema, profiles, limit=LOOKED_AT
                )
            rendered = render_fields(profiles, export, schema, merge_fields.fields)
            return field_samples(engine, profiles, rendered)

    # inside

    @property
    def _engine(self) -> ProfileEngine:
        return self._adapters.profiles

    @property
    def _home(self) -> Path:
        return self.configuration.home

    def _export(self, name: str) -> Export:
        export = self.configuration.exports.get(name)
        if export is None:
            known = ", ".join(self.configuration.exports) or "none is declared"
            raise ConfigurationProblem(
                said(
                    "There is no export '%(name)s'; there are: %(known)s.", name=name, known=known
                ),
                action="Name one of them, or declare it under `exports`.",
                code="export_unknown",
                context={"export": name},
            )
        return export

    def _segment(self, name: str) -> Segment:
        found = self.configuration.segments.get(name)
        if found is None:
            raise ConfigurationProblem(
                said(
                    "The segment '%(name)s' is not declared, or its rules no longer fit the profiles.",
                    name=name,
                ),
                action="Correct the definition, or take the segment out of the export.",
                code="segment_unusable",
                context={"segment": name},
            )
        return found

    def _flagged(
        self,
        names: Sequence[str],
        *,
        beside: Sequence[Segment] = (),
        unread: Sequence[str] = (),
        consents: Sequence[str] = (),
        columns: Iterable[str] = (),
    ) -> FlaggedProfiles:
        """Return flags of segments; measures among the `columns` are computed, whether or not a rule asks for them."""
        from segue.segments.compile import with_flags

        segments = self.configuration.segments
        return with_flags(
            [*map(self._segment, names), *beside],
            self.configuration.schema,
            as_of=self._adapters.clock.now(),
            time_zone=self.configuration.time_zone,
            all_segments=segments,
            unread=unread,
            consents=consents,
            measures=[name for name in columns if name in self.configuration.schema.measures],
        )

    def _chosen(self, export: Export) -> Sequence[Segment]:
        return [self._segment(one.segment) for one in export.segments]

    def _inputs(self, export: Export, snapshot: Snapshot) -> Inputs:
        from segue.sync.brakes import SourceAge
        from segue.sync.guards import guards_of
        from segue.sync.known_reading import data_for
        from segue.sync.landing import columns_of
        from segue.sync.planning import Inputs

        chosen = [one.name for one in self._chosen(export)]
        data = data_for(
            export,
            self.configuration.schema,
            self.configuration.segments,
            reading=snapshot.reading,
            files=snapshot.source_files,
        )
        consent = export.consent.attribute if export.consent else None
        guards = guards_of(export, self.configuration.schema, self.configuration.segments)
        flagged = self._flagged(
            chosen,
            beside=guards.as_segments(),
            unread=data.flagged,
            consents=[consent] if consent else [],
            columns=columns_of(export),
        )
        ages = [
            SourceAge(source=name, changed_at=at)
            for name, at in snapshot.source_changed_at.items()
            if at
        ]
        return Inputs(
            export=export,
            schema=self.configuration.schema,
            flagged=flagged,
            sources=ages,
            definition=self._definition(export, snapshot),
            data=data,
            guards=guards,
        )

    def _definition(self, export: Export, snapshot: Snapshot) -> str:
        """Name what the flagged profiles are made from: snapshot, definitions, and the day that rules look back from."""
        known = self.configuration
        today = self._adapters.clock.now().astimezone(ZoneInfo(known.time_zone)).date()
        chosen = [segment.segment for segment in export.segments]
        rules = (known.schema, known.schema.measures, known.segments)
        return repr((__version__, snapshot.id, chosen, *rules, known.time_zone, today))
