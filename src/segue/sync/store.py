"""What the engine needs of its state: a port only. One store is one audience as one export sees it.

A store runs expressions, keeps what was observed and acknowledged, and survives `kill -9` at any point: changes are stored
before the first is sent, acknowledgements are durable before anything depends on them, the ledger is swapped with its mark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from segue.sync.ports import Contact, ContactStatus, Counted, Rejection, Template, WriteMode
from segue.sync.tags import TagBit

if TYPE_CHECKING:
    from segue.sync.identity import KeptStamps
    from segue.sync.outcomes import Outcomes
    from segue.sync.plan import Leftover
    from segue.sync.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """From when on each status is to be read next time; a status that was never read is missing."""

    since: Mapping[ContactStatus, datetime] = field(default_factory=dict)


class Step(StrEnum):
    """The kinds of chunks, in the order in which they are pushed; those in SILENT need no call."""

    MOVE = "move"
    WRITE = "write"
    UNTAG = "untag"
    RELEASE = "release"
    NOTE = "note"
    SETTLE = "settle"


SILENT = frozenset({Step.RELEASE, Step.NOTE, Step.SETTLE})
"""Steps that only change the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes of one kind, stored together. `mode` for WRITE and MOVE, `bit` for UNTAG; `count` is people, `size` people a chunk.

    `archives`, for MOVE: the new addresses have contacts of their own, and the old ones are archived.
    """

    name: str
    step: Step
    count: int = 0
    mode: WriteMode = WriteMode.UPSERT
    bit: TagBit | None = None
    archives: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The place of a merge field in the audience's registry, where its column in the ledger is.

    A field that was deleted and made again has a new place. `is_empty`: nobody can hold a value in it yet, because the
    audience has it only now, or again. `before` is the place that a field of this tag had before it was deleted, None
    when there was none.
    """

    position: int
    is_empty: bool
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWork:
    """What a group holds: rows of `sub, address, profile_key, ph, set…` (see `sync.changes`) and their shape in a request."""

    group: Group
    rows: Table
    template: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Up to 500 people of a group, as it was divided when it was stored.

    `subs` are subscriber hashes, 32 hex digits. `joined` are the rendered members joined by commas and `members` the
    same one by one (WRITE, MOVE); `addresses` are canonical (UNTAG, MOVE: the new ones); `old_subs` only for MOVE.
    Sequences may be computed when read. `counted_elsewhere` are those of `subs` who have another change in this run, with
    whose chunk they count.
    """

    group: Group
    number: int
    count: int
    subs: Sequence[str]
    joined: bytes = b""
    members: Sequence[bytes] = ()
    addresses: Sequence[str] = ()
    old_subs: Sequence[str] = ()
    counted_elsewhere: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What became of a chunk: everybody in it is acknowledged but those rejected or `unsent` (by hash, each once).

    `sent` counts the chunk's people, whatever became of them. What became of the `unsent` is not known, or they were
    put off: as if their chunk were not acknowledged, the next plan writes them again.

    `also_held` are contacts outside the chunk that must be held back from now on (old addresses of moves).
    """

    group: str
    number: int
    sent: int
    counted: Counted = field(default_factory=Counted)
    rejections: Sequence[Rejection] = ()
    also_held: Sequence[Rejection] = ()
    unsent: Sequence[str] = ()
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenContact:
    """A contact as the service shows it. `tags` None: not all are known; `values` are texts by merge field, in order."""

    subscriber_hash: str
    changed_at: str
    tags: Sequence[str] | None
    values: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A contact of ours and the places of the merge fields in which it holds a value of ours by the ledger."""

    subscriber_hash: str
    positions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """How many contacts lost which tag, by position, how many hold other values than those that were sent, of how many."""

    lost: Mapping[int, int]
    differing: int
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What a run's journal brought into the ledger: people acknowledged, and people that were stored but never sent."""

    run_id: str
    acknowledged: int
    left: int

    @classmethod
    def of(
        cls, run_id: str, groups: Sequence[Group], acknowledgements: Sequence[Acknowledgement]
    ) -> Folded:
        """Count what acknowledgements say of stored groups; whoever is unsent is left, as who was never sent."""
        stored = sum(g.count for g in groups if g.step not in SILENT)
        told = sum(a.sent - len(a.unsent) for a in acknowledgements)
        refused = sum(len(a.rejections) for a in acknowledgements)
        return cls(run_id=run_id, acknowledged=told - refused, left=stored - told)


class Store(Protocol):
    """The state of one audience as one export sees it, and the engine that runs expressions over it."""

    def register_tags(self, names: Sequence[str]) -> Mapping[str, TagBit]:
        """Return the bits of these tags, giving new ones the next free bit; names equal but for case are one tag."""
        ...

    def tag_bits(self) -> Sequence[TagBit]:
        """Return all registered tags by position."""
        ...

    def claim(self, bits: Sequence[TagBit], ids: Mapping[int, int]) -> None:
        """Mark tags as written by us from now on, with the service's ids by position; the others get one later."""
        ...

    def learn_ids(self, ids: Mapping[int, int]) -> None:
        """Keep the service's ids, by position, of tags that we wrote and whose id was not known yet."""
        ...

    def stamps(self) -> KeptStamps:
        """Return what is kept of the stamps of installations on this audience."""
        ...

    def keep_stamps(self, stamps: KeptStamps) -> None:
        """Keep what was seen or put on the audience."""
        ...

    # whether the audience holds what the ledger says

    def quiet_since(self) -> datetime | None:
        """Return from when on, by the service's clock, changes of contacts are not this export's; None before its first run."""
        ...

    def changed_since(self, since: datetime) -> frozenset[ContactStatus]:
        """Return the statuses in which contacts were observed that changed at or after `since`."""
        ...

    def keep_quiet(self, since: datetime) -> None:
        """Keep from when on changes are not ours, and what contacts held that this run has repaired."""
        ...

    def carriers(self) -> Mapping[int, int]:
        """Count by position the contacts that may be written and carry a tag by this export's ledger."""
        ...

    def active_carriers(self) -> Mapping[int, int]:
        """Count by position the subscribed contacts that carry a tag by all ledgers, or carried it before us."""
        ...

    def holders(self, positions: Sequence[int], position: int, people: int) -> Sequence[Holder]:
        """Return up to so many subscribed contacts in which a merge field holds a value of ours, the fullest first."""
        ...

    def seen_counts(self) -> Mapping[int, int]:
        """Return by position how many active carriers the service told before the last run wrote."""
        ...

    def keep_counts(self, counts: Mapping[int, int]) -> None:
        """Keep how many active carriers the service told before this run, by position; a plan alone keeps nothing."""
        ...

    def some_contacts(self, people: int) -> Sequence[str]:
        """Return up to so many subscribed contacts of ours."""
        ...

    def fill_field(self, position: int) -> None:
        """Take a merge field for filled, though it was made again: somebody holds a value in it."""
        ...

    def forget_field(self, position: int) -> None:
        """Take a merge field for deleted: the one that is there now is another, and empty."""
        ...

    def begin_looking(self, positions: Sequence[int]) -> None:
        """Forget what was seen of contacts; `positions` are the places of the fields whose values will be seen."""
        ...

    def see(self, contacts: Sequence[SeenContact]) -> None:
        """Take contacts as the service shows them."""
        ...

    def see_carriers(self, bit: TagBit, subs: Sequence[str], *, settled: bool) -> None:
        """Take who carries a tag: whose it is in no ledger has it from others (until `settled`: who is in none), who is not named lost it."""
        ...

    def differing(self, *, present: frozenset[int], clears: Sequence[bool]) -> Differing:
        """Compare what was seen with the ledger, and let `load` show the ledger as it is now.

        `present` are positions of tags that are there at all; `clears` says by field whether a blank of ours empties it.
        """
        ...

    def renewed(self, places: Sequence[Placement]) -> Sequence[int]:
        """Count for each of these fields who held a value of ours in the field that was deleted before it."""
        ...

    def marks(self) -> Marks:
        """Return from when on contacts are to be read."""
        ...

    def count_contacts(self) -> Mapping[ContactStatus, int]:
        """Return how many contacts of each status were observed."""
        ...

    def begin_reading(self, status: ContactStatus) -> None:
        """Begin to read the contacts of a status, anew where its reading was begun and is not kept yet."""
        ...

    def take_contacts(self, status: ContactStatus, contacts: Sequence[Contact]) -> None:
        """Take some contacts of the reading of a status; they count from `keep_contacts` on."""
        ...

    def count_taken(self, status: ContactStatus) -> int:
        """Count the contacts that the reading of a status has named, each once."""
        ...

    def keep_contacts(self, *, replaced: Sequence[ContactStatus], marks: Marks) -> None:
        """Keep what the readings named, later changes winning; whole readings (`replaced`) forget whom they do not name."""
        ...

    def learn_contacts(self, pairs: bytes) -> None:
        """Keep ids of contacts, which stay when addresses change: of each its hash and its id, 16 bytes both."""

    def keep_foreign(self, bit: TagBit, subs: Sequence[str]) -> None:
        """Keep who carried a tag before us, instead of what was kept for that tag."""
        ...

    def state(self, *, now: datetime) -> str:
        """Name everything that the store adds to a plan; the same text means the same ledger, contacts, holds and tags."""
        ...

    def remember(self, key: str, plan: bytes) -> None:
        """Keep the last plan that found nothing to do, and from what it was made."""
        ...

    def recall(self, key: str) -> bytes | None:
        """Return the kept plan if it was made from exactly this, None otherwise."""
        ...

    def place_fields(
        self, fields: Sequence[tuple[str, int | None]], *, observed: Mapping[str, int]
    ) -> Sequence[Placement]:
        """Return the places of merge fields, by tag and the service's own id (None: to be created), new ones the next.

        `observed` are all fields that the audience has now, by tag: what was there and is not has lost its place.
        """
        ...

    def settle_fields(self) -> None:
        """Take fields that were empty for filled: a run begins to write them."""
        ...

    def kept_reading(self) -> str:
        """Return what the export's last run kept of the reading of its data, "" where none did."""
        ...

    def keep_reading(self, reading: str) -> None:
        """Keep what a run of the export that is carried out stands on (`known_reading.to_keep`)."""
        ...

    def keep_rules(self, rules: str) -> None:
        """Keep what the audience asks of merge fields now (`suppression.rules_of`): refusals under others are over."""
        ...

    def load(
        self, *, words: int, positions: Sequence[int], now: datetime, retry_held: bool = False
    ) -> bool:
        """Make `ledger`, `ledger_values`, `protected`, `held`, `known`, `renamed` available; tell whether any is protected.

        With `retry_held` only those are held who said no themselves.
        """
        ...

    def leftovers(self, present: Sequence[int]) -> Sequence[Leftover]:
        """Return what undeclared exports have left, of the tags that are there; reads what `load` made, and `desired`."""
        ...

    def foreign_counts(self) -> Mapping[int, int]:
        """Return by position how many people carried a tag before us."""
        ...

    def materialise(self, name: str, expression: Table) -> int:
        """Evaluate a table expression once and keep its rows under a name. Returns their number."""
        ...

    def rows(self, expression: Table) -> Sequence[tuple[Any, ...]]:
        """Return the rows of a small result."""
        ...

    def count_bits(self, masks: Table, prefix: str) -> Mapping[int, int]:
        """Count by position in how many rows the mask columns `prefix…` have a registered tag's bit."""
        ...

    def fingerprint(self, name: str) -> str:
        """Return a digest of a materialised table's rows, whatever their order."""
        ...

    def prepare(self, run_id: str, work: Sequence[GroupWork]) -> Sequence[Group]:
        """Store a run's changes durably, with their counts; empty groups are left out."""
        ...

    def keep_held(self, run_id: str, people: Table | None) -> None:
        """Keep who is left out of a run because of an earlier refusal: `sub, address, l_key`; None: as in the last run."""
        ...

    def chunks(self, run_id: str, group: Group) -> Iterator[Chunk]:
        """Return the chunks into which the group was divided when it was stored, in whatever order."""
        ...

    def acknowledge(self, run_id: str, acknowledgement: Acknowledgement) -> None:
        """Make one acknowledgement durable before returning."""
        ...

    def fates(self, run_id: str, unsure: Collection[str] = ()) -> Outcomes:
        """Return what became of a stored run's people so far, each once; of the hashes `unsure` nobody heard the answer."""
        ...

    def fold(self, run_id: str, *, now: datetime) -> Folded:
        """Bring the ledger up to what the run's journal acknowledges, and close the run, in one step."""
        ...

    def interrupt(self) -> None:
        """Break off what is being evaluated, from any thread; whoever waits for it gets the engine's own error."""
        ...

    def unfinished(self) -> Sequence[str]:
        """Return runs whose journal is not folded yet, oldest first."""
        ...
