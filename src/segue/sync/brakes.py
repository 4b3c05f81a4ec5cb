"""The brakes: what stops a plan before its first write, typed, with count, total, threshold and the way out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from segue.profiles.reading import Fact, FormChange
from segue.sync.clocks import MOST_APART, ClockGap
from segue.sync.export import Brakes, Export, FirstRun
from segue.sync.grounds import Unread
from segue.sync.guards import GuardCount


class StopKind(StrEnum):
    """Why a plan waits (or is refused)."""

    EMPTY_SEGMENT = "empty_segment"
    SHRUNKEN_SEGMENT = "shrunken_segment"
    GROWN_SEGMENT = "grown_segment"
    STALE_SOURCE = "stale_source"
    LARGE_REMOVAL = "large_removal"
    LARGE_ADDITION = "large_addition"
    CONTACT_LIMIT = "contact_limit"
    PROFILE_LIMIT = "profile_limit"
    FIRST_RUN = "first_run"
    LARGE_MOVE = "large_move"
    FIELD_WIPED = "field_wiped"
    FIELD_EMPTIED = "field_emptied"
    FIELD_LEVELLED = "field_levelled"
    FIELD_CHANGED = "field_changed"
    VALUES_UNREAD = "values_unread"
    GUARD_OPENED = "guard_opened"
    GUARD_EMPTIED = "guard_emptied"
    ENCODING_CHANGED = "encoding_changed"
    SEPARATOR_CHANGED = "separator_changed"
    COLUMNS_CHANGED = "columns_changed"
    CLOCK_DIFFERS = "clock_differs"
    INSTALLATION_MOVED = "installation_moved"
    INSTALLATION_HOST = "installation_host"
    INSTALLATION_DATABASE = "installation_database"
    INSTALLATION_RESTORED = "installation_restored"
    INSTALLATION_COPY = "installation_copy"
    INSTALLATION_STRANGE = "installation_strange"


_OF_SHARES = ("shrunken_", "grown_", "large_", "field_", "values_", "guard_")
SHARES = frozenset(kind for kind in StopKind if kind.startswith(_OF_SHARES))
"""Stops whose threshold is a share; the thresholds of the others count."""


OF_READING = frozenset(
    (
        StopKind.VALUES_UNREAD,
        StopKind.ENCODING_CHANGED,
        StopKind.SEPARATOR_CHANGED,
        StopKind.COLUMNS_CHANGED,
        StopKind.GUARD_OPENED,
        StopKind.GUARD_EMPTIED,
    )
)
"""Stops for what is in the data and how they were read, whatever the plan does with them."""


UNDECIDED = frozenset(kind for kind in StopKind if kind.startswith("installation_"))
"""Stops that only a person lifts who says which installation is the real one; no approval of a plan does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One tripped brake. `subject` names the segment, source, merge field or limit; `count` of `total` exceeded `threshold`.

    GROWN_SEGMENT counts contacts of the export that would get the segment's tag, beside those that carry it.
    FIRST_RUN counts the people who would be written; LARGE_MOVE people whose address changes, of those acknowledged;
    FIELD_WIPED people of those in whom a merge field holds a value of ours who would lose it, FIELD_EMPTIED those for whom
    the source has none any more (what Mailchimp holds is left as it is), FIELD_LEVELLED those who would all get one
    and the same value where theirs differed, FIELD_CHANGED those who would get another one. VALUES_UNREAD counts written
    values of an attribute, key or join that could not be read; the changes of a data source's form say what it was
    (`before`) and is (`after`), of COLUMNS_CHANGED the names that are gone and new, counted, of all that there are now.
    GUARD_OPENED counts people whom an attribute or related table left out at the last run and leaves out no more, of those
    that it left out; GUARD_EMPTIED people for whom nothing is written there any more, of those for whom something was. Of
    both, at most `people` would get a tag because of it.
    CLOCK_DIFFERS counts the minutes between the service's clock (`before`) and ours (`after`). Those of UNDECIDED are made
    in `identity`: what was recorded (`before`) and is (`after`), `subject` is the id of the installation in question.
    """

    kind: StopKind
    subject: str
    count: int
    total: int
    threshold: float
    approvable: bool = True
    before: str = ""
    after: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """One chosen segment: its tag, how many people carry it by the ledger (`before`), how many are wanted with it.

    `after` counts wanted people whether or not they may be written; `carriers` is how many will carry the tag. Of those
    who are `released` it is ours no more, although nothing is taken from them.
    """

    segment: str
    tag: str
    before: int
    after: int
    adds: int
    removes: int
    released: int = 0

    @property
    def carriers(self) -> int:
        """Return how many people carry the tag by the ledger once the plan is carried out."""
        return self.before + self.adds - self.removes - self.released


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAge:
    """When a data source last changed."""

    source: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVolume:
    """What happens to one merge field, of `holders` contacts in which it holds a value of ours. Counts are people.

    `cleared` lose the value, `emptied` keep it although the source has none any more, `changed` get another one,
    `levelled` of them all get the same where theirs differed. Of `untold` more contacts it is not known what they hold:
    it is somebody else's, and lost to those who are `cleared_untold` or `changed_untold`.
    """

    tag: str
    holders: int
    cleared: int = 0
    emptied: int = 0
    changed: int = 0
    levelled: int = 0
    untold: int = 0
    cleared_untold: int = 0
    changed_untold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """The numbers that brakes look at. `losing` people lose a tag, `acknowledged` people carry one by the ledger.

    Of the additions `known` are in the audience already, so that no contact is added for them.
    Of the acknowledged, `reachable` may still be written (None: all), and of the carriers of a tag those that `reached` says.

    `moves` people would have to be renamed, so many that they leave and are added instead (0: as many as there may be).

    `unread` is what could not be read of what the export stands on, `accepted` how many of these values an approved
    plan stood on, by their labels; `forms` are the data sources whose files have another form than that plan's.
    `guards` are what leaves people out, counted. `clock` None: ours can be believed.

    `begun` of the additions were in an earlier plan already, which was not carried out to its end: the brakes let that
    one through, so that going on with it is no sudden growth. `is_first`: the export never wrote anything, nor began to.
    """

    wanted: int
    acknowledged: int
    adds: int
    losing: int
    segments: Sequence[SegmentChange]
    contacts: int | None
    known: int = 0
    reachable: int | None = None
    reached: Mapping[str, int] = field(default_factory=dict)
    entering: Mapping[str, int] = field(default_factory=dict)
    sources: Sequence[SourceAge] = ()
    begun: int = 0
    moves: int = 0
    fields: Sequence[FieldVolume] = ()
    is_first: bool = False
    unread: Sequence[Unread] = ()
    accepted: Mapping[str, int] = field(default_factory=dict)
    forms: Sequence[FormChange] = ()
    guards: Sequence[GuardCount] = ()
    clock: ClockGap | None = None


def is_large_move(brakes: Brakes, moves: int, reachable: int) -> bool:
    """Return whether so many addresses change at once that none is renamed: a rename cannot be undone."""
    return moves >= brakes.move_least and moves > brakes.move_share * reachable


def tripped(export: Export, volumes: Volumes, *, now: datetime) -> tuple[Stop, ...]:
    """Return every brake that trips, refusals first."""
    return (
        *_limits(export, volumes),
        *_clock(volumes.clock),
        *_first(export, volumes),
        *_segments(export.brakes, volumes),
        *_sources(export.brakes, volumes, now),
        *_forms(volumes.forms),
        *_unread(export.brakes, volumes),
        *(stop for guard in volumes.guards for stop in _guard(export.brakes, guard)),
        *_changes(export.brakes, volumes),
        *(stop for field in volumes.fields for stop in _field(export.brakes, field)),
    )


def _limits(export: Export, volumes: Volumes) -> Iterator[Stop]:
    if volumes.wanted > export.profile_limit:
        yield Stop(
            kind=StopKind.PROFILE_LIMIT,
            subject=export.name,
            count=volumes.wanted,
            total=volumes.wanted,
            threshold=export.profile_limit,
            approvable=False,
        )
    if export.contact_limit is None or volumes.contacts is None:
        return
    new = volumes.adds - volumes.known
    after = volumes.contacts + new
    if new and after > export.contact_limit:
        yield Stop(
            kind=StopKind.CONTACT_LIMIT,
            subject=export.connection,
            count=after,
            total=volumes.contacts,
            threshold=export.contact_limit,
        )


def _clock(gap: ClockGap | None) -> Iterator[Stop]:
    """Rules by date select other people on another day, holds end and begin: with a wrong clock none of it is sure."""
    if gap is not None:
        yield Stop(
            kind=StopKind.CLOCK_DIFFERS,
            subject="clock",
            count=gap.minutes,
            total=gap.minutes,
            threshold=MOST_APART.total_seconds() / 60,
            before=f"{gap.theirs:%Y-%m-%d %H:%M} UTC",
            after=f"{gap.ours:%Y-%m-%d %H:%M} UTC",
        )


def _first(export: Export, volumes: Volumes) -> Iterator[Stop]:
    if volumes.is_first and volumes.adds and export.first_run is not FirstRun.FREE:
        yield Stop(
            kind=StopKind.FIRST_RUN,
            subject=export.name,
            count=volumes.adds,
            total=volumes.wanted,
            threshold=0.0,
        )


def _segments(brakes: Brakes, volumes: Volumes) -> Iterator[Stop]:
    """Only tags that the plan takes count, whoever enters: a rule turned round selects as many people as before, all others."""
    for segment in volumes.segments:
        lost, total = segment.removes, volumes.reached.get(segment.tag, segment.before)
        yield from _grown(brakes, segment, volumes.entering.get(segment.tag, 0))
        if segment.before and not segment.after and segment.removes:
            kind, lost, total = StopKind.EMPTY_SEGMENT, segment.removes, segment.before
            threshold = 0.0
        elif lost >= brakes.shrink_least and lost > brakes.shrink_share * total:
            kind, threshold = StopKind.SHRUNKEN_SEGMENT, brakes.shrink_share
        else:
            continue
        name = segment.segment
        yield Stop(kind=kind, subject=name, count=lost, total=total, threshold=threshold)


def _grown(brakes: Brakes, segment: SegmentChange, entering: int) -> Iterator[Stop]:
    """Tags set things off at Mailchimp. A segment without people is new, and new people are counted by themselves."""
    share, before = brakes.growth_share, segment.before
    if before and entering >= brakes.growth_least and entering > share * before:
        kind, name = StopKind.GROWN_SEGMENT, segment.segment
        yield Stop(kind=kind, subject=name, count=entering, total=before, threshold=share)


def _sources(brakes: Brakes, volumes: Volumes, now: datetime) -> Iterator[Stop]:
    if brakes.stale_after_days is None:
        return
    oldest = now - timedelta(days=brakes.stale_after_days)
    for source in volumes.sources:
        if source.changed_at < oldest:
            days = (now - source.changed_at).days
            yield Stop(
                kind=StopKind.STALE_SOURCE,
                subject=source.source,
                count=days,
                total=days,
                threshold=brakes.stale_after_days,
            )


def _forms(changes: Sequence[FormChange]) -> Iterator[Stop]:
    for change in changes:
        yield Stop(
            kind=_FORM_STOPS[change.fact],
            subject=change.source,
            count=len(change.before) + len(change.after),
            total=change.columns,
            threshold=0.0,
            before=", ".join(change.before),
            after=", ".join(change.after),
        )


_FORM_STOPS = {
    Fact.ENCODING: StopKind.ENCODING_CHANGED,
    Fact.SEPARATOR: StopKind.SEPARATOR_CHANGED,
    Fact.COLUMNS: StopKind.COLUMNS_CHANGED,
}


def _unread(brakes: Brakes, volumes: Volumes) -> Iterator[Stop]:
    """What an approved plan stood on holds no other; what was lost since then does."""
    for one in volumes.unread:
        loss = one.loss
        fresh = loss.lost - volumes.accepted.get(loss.label, 0)
        if fresh >= brakes.unread_least and loss.lost > brakes.unread_share * loss.written:
            yield Stop(
                kind=StopKind.VALUES_UNREAD,
                subject=loss.label,
                count=loss.lost,
                total=loss.written,
                threshold=brakes.unread_share,
            )


def _guard(brakes: Brakes, guard: GuardCount) -> Iterator[Stop]:
    """Whoever was left out must not come in because a value vanished."""
    for kind, now, before in (
        (StopKind.GUARD_OPENED, guard.left_out, guard.left_out_before),
        (StopKind.GUARD_EMPTIED, guard.written, guard.written_before),
    ):
        if now is None or before is None:
            continue
        lost = before - now
        if lost >= brakes.guard_least and lost > brakes.guard_share * before:
            yield Stop(
                kind=kind,
                subject=guard.subject,
                count=lost,
                total=before,
                threshold=brakes.guard_share,
                people=min(lost, guard.entering),
            )


def _changes(brakes: Brakes, volumes: Volumes) -> Iterator[Stop]:
    reachable = volumes.acknowledged if volumes.reachable is None else volumes.reachable
    if volumes.losing >= brakes.removal_least and volumes.losing > brakes.removal_share * reachable:
        yield Stop(
            kind=StopKind.LARGE_REMOVAL,
            subject="removals",
            count=volumes.losing,
            total=reachable,
            threshold=brakes.removal_share,
        )
    total = volumes.acknowledged
    fresh = volumes.adds - volumes.begun
    if total and fresh >= brakes.growth_least and fresh > brakes.growth_share * total:
        yield Stop(
            kind=StopKind.LARGE_ADDITION,
            subject="additions",
            count=fresh,
            total=total,
            threshold=brakes.growth_share,
        )
    if volumes.moves:
        yield Stop(
            kind=StopKind.LARGE_MOVE,
            subject="moves",
            count=volumes.moves,
            total=reachable,
            threshold=brakes.move_share,
        )


def _field(brakes: Brakes, field: FieldVolume) -> Iterator[Stop]:
    """Count values of ours by themselves, and with those that are somebody else's: either may be too many."""
    wipe = (brakes.wipe_share, brakes.wipe_least)
    change = (brakes.change_share, brakes.change_least)
    for kind, count, beside, (share, least) in (
        (StopKind.FIELD_WIPED, field.cleared, field.cleared_untold, wipe),
        (StopKind.FIELD_EMPTIED, field.emptied, 0, wipe),
        (StopKind.FIELD_LEVELLED, field.levelled, 0, wipe),
        (StopKind.FIELD_CHANGED, field.changed, field.changed_untold, change),
    ):
        of_ours, of_all = (count, field.holders), (count + beside, field.holders + field.untold)
        for found, total in (of_ours, of_all) if beside else (of_ours,):
            if found >= least and found > share * total:
                yield Stop(kind=kind, subject=field.tag, count=found, total=total, threshold=share)
                break
