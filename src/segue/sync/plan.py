"""What a run would do, counted before the first write: people per kind, per segment, reasons, limits, brakes, digest.

Only reads the engine's materialised tables; decides nothing about single people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from segue.sync.brakes import UNDECIDED, SegmentChange, Stop
from segue.sync.export import NewStatus
from segue.sync.grounds import Unread
from segue.sync.guards import GuardCount
from segue.sync.kinds import REMOVALS, WRITES, Kind, Skip, held_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """How many wanted people have a value that does not fit the merge field; it counts as a blank for them."""

    tag: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """What the plan does to one merge field. Counts are people.

    `changed` are contacts of ours that get another value, `cleared` those of them (and of contacts that the audience
    held before us) whose value is taken away; `kept` are known contacts whose blank leaves what Mailchimp holds as it
    is; `cut` are people of whose value the field holds only the first part.
    """

    tag: str
    changed: int = 0
    cleared: int = 0
    kept: int = 0
    cut: int = 0


class DriftKind(StrEnum):
    """In what the audience differs from the ledger: somebody changed it at Mailchimp."""

    TAG_DELETED = "tag_deleted"
    """A tag that we wrote is no longer there, or was made again: nobody carries ours. `subject` is the tag."""
    TAG_RENAMED = "tag_renamed"
    """A tag that we wrote has another name now. `subject` is ours."""
    TAG_LOST = "tag_lost"
    """People no longer carry a tag that we gave them. `subject` is the tag."""
    FIELD_NEW = "field_new"
    """A merge field was deleted, or made again: it is empty. `subject` is its tag."""
    FIELDS_DIFFER = "fields_differ"
    """Contacts hold other values than those that we sent."""
    GONE = "gone"
    """Contacts that we wrote are no longer in the audience: erased, or their address was changed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference between the audience and the ledger, found before the plan; the plan repairs what may be repaired."""

    kind: DriftKind
    people: int
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Tags that an export which is declared no more has left on people of this audience."""

    export: str
    tags: Sequence[str]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTag:
    """A tag of a first plan that the audience carries already, on people whom Segue does not know to have tagged."""

    tag: str
    people: int


class StampKind(StrEnum):
    """Why an audience is to be stamped with the id of this installation."""

    NEW = "new"
    """It carries none yet."""
    AGAIN = "again"
    """We stamped it, and somebody deleted the stamp."""
    REPLACES = "replaces"
    """A person said that this installation is the real one: the stamp of the other becomes ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The stamp that a run puts on its audience: an empty tag of this `name`, in so many writing calls."""

    kind: StampKind
    name: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of a run's changes, counted. Nothing has been written.

    `counts` are people per kind, `skips` people per reason, `members` people in any chosen segment before anything is
    taken off, `wanted` after duplicates, addresses and consent. `calls` is how many writing calls it needs at least.
    `digest` names exactly this plan: an approval repeats it. `archives` of the moves end with the old contact
    archived, because the audience holds the new address already. `known` of the additions are contacts that the
    audience holds already; `is_first`: the export never wrote. `confirmations` are mails that Mailchimp would send
    asking new contacts to confirm, `unconfirmed` new contacts who would be subscribed although the audience asks for that
    (`double_opt_in`). `drift` is what was found changed at Mailchimp. `unread` is what could not be read of the data that
    the export stands on; `unread_elsewhere` counts the values and rows that were left out of what it does not. `guards`
    are what leaves people out, counted. `stamp` is what the audience lacks of this installation's own (None: nothing): it
    is put on it by the first run that writes anything.
    """

    export: str
    audience_id: str
    audience_name: str
    made_at: datetime
    digest: str
    members: int
    wanted: int
    acknowledged: int
    counts: Mapping[Kind, int]
    skips: Mapping[Skip, int]
    segments: Sequence[SegmentChange]
    tags_removed: int
    misfits: Sequence[Misfit]
    fields_to_create: Sequence[str]
    stops: Sequence[Stop]
    calls: int
    contacts_before: int | None
    contacts_limit: int | None
    fields: Sequence[FieldChange] = ()
    archives: int = 0
    known: int = 0
    confirmations: int = 0
    unconfirmed: int = 0
    double_opt_in: bool = False
    is_first: bool = False
    drift: Sequence[Drift] = ()
    leftovers: Sequence[Leftover] = ()
    found_tags: Sequence[FoundTag] = ()
    unread: Sequence[Unread] = ()
    unread_elsewhere: int = 0
    guards: Sequence[GuardCount] = ()
    stamp: Stamp | None = None

    @property
    def unread_told(self) -> Sequence[Unread]:
        """Return what could not be read of what the export stands on and no skip tells."""
        return [one for one in self.unread if not one.is_told_by_skips]

    @property
    def unread_count(self) -> int:
        """Return how many values and rows that the export stands on were left out."""
        return sum(one.loss.left_out for one in self.unread_told)

    @property
    def held(self) -> int:
        """Return how many people are left out because of an earlier refusal that is not theirs: they may come back."""
        return held_of(self.skips)

    @property
    def writes(self) -> int:
        """Return how many people are sent with fields or new tags."""
        return sum(self.counts.get(kind, 0) for kind in (*WRITES, Kind.MOVE))

    @property
    def removals(self) -> int:
        """Return how many people lose tags and nothing else."""
        return sum(self.counts.get(kind, 0) for kind in REMOVALS)

    @property
    def changes(self) -> int:
        """Return how many people the plan changes, each once: what is approved, told, sent and shown as progress."""
        return self.writes + self.removals

    @property
    def skipped(self) -> int:
        """Return how many people the plan leaves out, for whatever reason."""
        return sum(self.skips.values())

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to send."""
        replaces = self.stamp is not None and self.stamp.kind is StampKind.REPLACES
        return not self.changes and not (self.fields_to_create or replaces)

    @property
    def gone(self) -> int:
        """Return how many people the audience no longer holds: they were erased, or changed their address there."""
        return self.skips.get(Skip.GONE, 0)

    @property
    def is_settled(self) -> bool:
        """Return whether Mailchimp holds what it should: nothing to send, nobody held back or gone, nothing changed there, no brake."""
        return self.is_empty and not (self.held or self.gone or self.drift or self.stops)

    @property
    def needs_approval(self) -> bool:
        """Return whether a person must approve this plan first."""
        return bool(self.stops)

    @property
    def undecided(self) -> Sequence[Stop]:
        """Return stops that a person lifts by saying which installation is the real one, and nothing else."""
        return [stop for stop in self.stops if stop.kind in UNDECIDED]

    @property
    def refusals(self) -> Sequence[Stop]:
        """Return stops that no approval lifts."""
        return [stop for stop in self.stops if not stop.approvable]


def with_stamp(plan: Plan, stamp: Stamp | None) -> Plan:
    """Return the plan with the stamp that its audience lacks, and with its calls where the run makes any."""
    stamped = replace(plan, stamp=stamp)
    puts_it_on = stamp is not None and bool(plan.calls or not stamped.is_empty)
    return replace(stamped, calls=plan.calls + stamp.calls) if stamp and puts_it_on else stamped


def with_confirmations(plan: Plan, *, status: NewStatus, asks: bool) -> Plan:
    """Say how many new contacts the audience asks to confirm, or would have. Source: FACTS.md §6 (none → pending)."""
    new = plan.counts.get(Kind.ADD, 0) - plan.known
    return replace(
        plan,
        confirmations=new if status is NewStatus.PENDING else 0,
        unconfirmed=new if asks and status is NewStatus.SUBSCRIBED else 0,
        double_opt_in=asks,
    )
