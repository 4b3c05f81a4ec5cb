"""What an export's plans know of the reading of its data, and what they remember of it from run to run. Pure.

A run that is carried out accepts what its plan told: the forms of the files, and the values that could not be read
where a brake asked. Later plans wait only for what came since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from segue.profiles.file_facts import FileFacts
from segue.profiles.reading import (
    FormChange,
    Loss,
    Part,
    ProblemCount,
    Reading,
    form_changes,
    known_forms,
)
from segue.profiles.schema import ProfileSchema
from segue.segments.rules import Segment
from segue.sync.brakes import Stop, StopKind
from segue.sync.export import Export
from segue.sync.grounds import Unread, grounds_of
from segue.sync.guards import GuardCount, Known

Files = Mapping[str, tuple[FileFacts, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadData:
    """What the last refresh says of the data that an export stands on.

    `elsewhere` counts the values and rows that were left out where it does not; `flagged` are the attributes of which the
    profiles say where a value could not be read, `guards` those whose blank lets people in. `files` are the forms of the
    sources' files, `changes` what changed in them since the refresh before.
    """

    unread: tuple[Unread, ...] = ()
    elsewhere: int = 0
    guards: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    files: Files = field(default_factory=dict)
    changes: tuple[FormChange, ...] = ()


def data_for(
    export: Export,
    schema: ProfileSchema,
    segments: Mapping[str, Segment],
    *,
    reading: Reading,
    files: Files,
) -> ReadData:
    """Return what a reading says of the data that an export stands on; `segments` are all that its own may refer to."""
    grounds = grounds_of(export, schema, segments)
    unread = grounds.unread(reading.losses)
    consent = export.consent.attribute if export.consent is not None else None
    deciding = {*grounds.guards, *([consent] if consent else [])}
    return ReadData(
        unread=unread,
        elsewhere=sum(one.count for one in reading.problems if _is_elsewhere(one, unread)),
        guards=grounds.guards,
        flagged=tuple(sorted(deciding.intersection(reading.flagged))),
        files={source: facts for source, facts in files.items() if source in grounds.sources},
        changes=tuple(one for one in reading.changes if one.source in grounds.sources),
    )


def _is_elsewhere(problem: ProblemCount, unread: Sequence[Unread]) -> bool:
    return problem.is_loss and not any(_is_of(problem, one.loss) for one in unread)


def _is_of(problem: ProblemCount, loss: Loss) -> bool:
    if problem.source != loss.source:
        return False
    if problem.attribute is not None:
        return problem.attribute == loss.label
    is_of_rows = loss.place.part is not Part.ATTRIBUTE
    return is_of_rows if problem.column is None else problem.column == loss.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What the export's last run stood on. `unread` are numbers of values that a brake asked for, by label.

    `guards` are what left people out, by what they are called.
    """

    files: Files = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    guards: Mapping[str, Known] = field(default_factory=dict)


def accepted_of(kept: str) -> Accepted | None:
    """Read what a run kept, None where none kept anything yet."""
    return msgspec.json.decode(kept, type=Accepted) if kept else None


def changed_forms(data: ReadData, accepted: Accepted | None) -> Sequence[FormChange]:
    """Return what changed in the files since the export's last run, before its first one since the refresh before."""
    if accepted is None:
        return data.changes
    return form_changes(accepted.files, data.files)


def to_keep(
    data: ReadData,
    accepted: Accepted | None,
    stops: Sequence[Stop],
    guards: Sequence[GuardCount] = (),
) -> str:
    """Return what a run that is carried out keeps: the plan's `stops` were approved, and `guards` are what it counted."""
    before = accepted or Accepted()
    asked = {stop.subject for stop in stops if stop.kind is StopKind.VALUES_UNREAD}
    losses = {one.loss.label: one.loss.lost for one in data.unread}
    kept = Accepted(
        files=known_forms(before.files, data.files),
        unread={
            label: lost if label in asked else min(lost, before.unread[label])
            for label, lost in losses.items()
            if label in asked or label in before.unread
        },
        guards={guard.subject: guard.known for guard in guards},
    )
    return msgspec.json.encode(kept).decode()
