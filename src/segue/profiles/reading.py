"""What a refresh could not read of the data sources: made once with the snapshot, told wherever it matters. Values only.

Sample values of personal attributes are masked before they come here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from segue.profiles.file_facts import ASCII, FileFacts
from segue.profiles.problems import concerns_join

MASK = "•••"
"""Stands for a personal value."""

SAMPLES = 3
"""Sample values kept of each kind of problem at one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCount:
    """How often one kind of problem was found; `column` and `attribute` are None for whole rows.

    `samples` are up to three different values as they were written, in the order of the source. `is_loss`: a value or row
    that was written was not taken, where one would expect it to be.
    """

    source: str
    attribute: str | None
    column: str | None
    kind: str
    count: int
    samples: tuple[str, ...] = ()
    is_loss: bool = True


class Part(StrEnum):
    """What of a table was read."""

    ATTRIBUTE = "attribute"
    KEY = "key"
    """The rows of the table's own source, which are found by the key."""
    JOIN = "join"
    """The rows of a joined source, which are found by the columns of the join."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One attribute, the key or one join of a declared table; `name` is that of the attribute or join, "" for the key."""

    table: str
    part: Part
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was written at one place of a source, and how much of that could not be read.

    `label` is what the place is called: `attribute` of the profiles, `table.attribute`, or `source.column` of a key or join.
    `written` and `lost` count values; at a key or a join these are rows that say whom or what they belong to. `kinds`
    counts every problem of the place: at a key also rows that were read and yet left out, so that they may be more
    than `lost`.
    """

    place: Place
    label: str
    source: str
    column: str
    written: int
    lost: int
    kinds: Mapping[str, int]
    samples: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """Return how many values or rows were left out, whatever for."""
        return sum(self.kinds.values())

    @property
    def share(self) -> float:
        """Return the share of the written values that is lost, 0 to 1."""
        return self.lost / self.written if self.written else 0.0


def is_unmatched(loss: Loss) -> bool:
    """Return whether rows name something that the joined source does not hold, rather than being left out themselves."""
    return loss.lost > 0 and all(concerns_join(kind) for kind in loss.kinds)


class Fact(StrEnum):
    """What of a file's form can change."""

    ENCODING = "encoding"
    SEPARATOR = "separator"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChange:
    """What changed in the form of a source's files: values that were there before only, and those that are new.

    Of columns these are names; `columns` counts the columns that there are now.
    """

    source: str
    fact: Fact
    before: tuple[str, ...]
    after: tuple[str, ...]
    columns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one refresh could not read. `changes` are those of the files' form since the refresh before.

    Every count of `problems` stands once; `losses` say of the same problems what they cost at which place. `flagged` are the
    attributes of which the profiles say row by row where a value could not be read.
    """

    problems: tuple[ProblemCount, ...] = ()
    losses: tuple[Loss, ...] = ()
    flagged: tuple[str, ...] = ()
    changes: tuple[FormChange, ...] = ()


def form_changes(
    before: Mapping[str, Sequence[FileFacts]], now: Mapping[str, Sequence[FileFacts]]
) -> tuple[FormChange, ...]:
    """Return what changed between two readings, of sources that both read; a fact that says nothing is no change."""
    return tuple(
        change
        for source, files in now.items()
        if before.get(source)
        for change in _changes(source, before[source], files)
    )


def known_forms(
    before: Mapping[str, Sequence[FileFacts]], now: Mapping[str, Sequence[FileFacts]]
) -> Mapping[str, tuple[FileFacts, ...]]:
    """Return what is known of the sources' files after a reading: what it does not tell is what was known before.

    A file of plain ASCII does not tell its encoding; what it was when there were accents must not be forgotten.
    """
    return {
        source: (*files, *_untold(before.get(source, ()), files)) for source, files in now.items()
    }


def _untold(before: Sequence[FileFacts], now: Sequence[FileFacts]) -> Iterator[FileFacts]:
    if _told(now, Fact.ENCODING):
        return
    for encoding in _told(before, Fact.ENCODING):
        yield FileFacts(file="", encoding=encoding)


def _changes(
    source: str, before: Sequence[FileFacts], now: Sequence[FileFacts]
) -> Iterator[FormChange]:
    for fact in (Fact.ENCODING, Fact.SEPARATOR):
        old, new = _told(before, fact), _told(now, fact)
        if old and set(new) - set(old):
            yield FormChange(
                source=source, fact=fact, before=_without(old, new), after=_without(new, old)
            )
    yield from _column_changes(source, before, now)


def _column_changes(
    source: str, before: Sequence[FileFacts], now: Sequence[FileFacts]
) -> Iterator[FormChange]:
    """Compare the columns of files by name: another order of the same names is read alike."""
    old, new = _headers(before), _headers(now)
    if not old or not new - old:
        return
    was, are = frozenset().union(*old), frozenset().union(*new)
    if was == are:
        return
    yield FormChange(
        source=source,
        fact=Fact.COLUMNS,
        before=tuple(sorted(was - are)),
        after=tuple(sorted(are - was)),
        columns=len(are),
    )


def _headers(files: Sequence[FileFacts]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(one.columns) for one in files if one.columns)


def _told(files: Sequence[FileFacts], fact: Fact) -> tuple[str, ...]:
    """Return the different values that files tell of a fact, sorted."""
    told = {one.encoding if fact is Fact.ENCODING else one.separator for one in files}
    return tuple(sorted(told - {"", ASCII}))


def _without(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in these if one not in those)
