"""The engine without a network: real planner, real store, and an audience of a few lines that does as it is told.

It knows nothing of Mailchimp but its words: upsert adds tags and replaces fields, a removal takes a tag, a move renames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from segue.core.emails import canonical, subscriber_hash
from segue.engines.duckdb.audience.journals import BESIDE, Journals
from segue.engines.duckdb.audience.store import DuckStore
from segue.engines.duckdb.session import Resources, session
from segue.mailchimp.destination import mailchimp_destination
from segue.segments.compile import with_flags
from segue.sync import tables
from segue.sync.export import Blanks, Export, FieldMatch, MergeType
from segue.sync.observe import Observation
from segue.sync.plan import Plan
from segue.sync.planning import Inputs, Planner
from segue.sync.ports import Account, Audience, ContactStatus, Counted, MergeField, MergeFields, Tag
from segue.sync.ports import Contact as Read
from segue.sync.store import Acknowledgement, Chunk, GroupWork, Marks, Step
from segue.sync.tags import names_of, word_count
from tests.acceptance.world import changes
from tests.fakes.laboratory import SCHEMA, SEGMENTS, Someone, export, people_table

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST_NAME = MergeField(merge_id=1, tag="FNAME", name="First", type=MergeType.TEXT, required=False)


CLEARING = (FieldMatch(tag="FNAME", attribute="first_name", blanks=Blanks.CLEAR),)
"""A data matching by which a blank empties the field, so that the audience is exactly what is wanted."""


def everything(_: Chunk) -> bool:
    """Send every chunk."""
    return True


@dataclass
class Contact:
    """What the audience holds of one address."""

    first_name: str = ""
    tags: set[str] = field(default_factory=set)


@dataclass
class SmallAudience:
    """An audience, the exporter's state beside it, and a session of the engine."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    contacts: dict[str, Contact] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    runs: int = 0
    journals: Journals = BESIDE
    place: Path | None = None
    """Where the state is kept, None: in `audience` in the folder."""

    @property
    def state(self) -> Path:
        """Return the folder of the state."""
        return self.place or self.folder / "audience"

    def run(
        self,
        people: Sequence[Someone],
        *,
        exported: Export | None = None,
        sent: Callable[[Chunk], bool] = everything,
        size: int = 3,
        fold: bool = True,
    ) -> Plan:
        """Plan, carry out the chunks for which `sent` is true, acknowledge those, and fold."""
        self.runs += 1
        run_id = f"run{self.runs:04}"
        self._open(people)
        with self.store(exported) as store:
            planner = Planner(self._inputs(exported), store, mailchimp_destination(None))  # type: ignore[arg-type]
            self._observe(store)
            plan = planner.make(self.observation(store), now=NOW)
            work = [_of_size(one, size) for one in planner.prepare(plan)]
            groups = store.prepare(run_id, work)
            for step in (Step.MOVE, Step.WRITE, Step.UNTAG):
                for group in (g for g in groups if g.step is step):
                    for chunk in store.chunks(run_id, group):
                        if sent(chunk):
                            store.acknowledge(run_id, self._carry_out(chunk))
            if fold:
                store.fold(run_id, now=NOW)
        return plan

    @contextmanager
    def store(self, exported: Export | None = None) -> Iterator[DuckStore]:
        """Open the state of an export."""
        name = (exported or export()).name
        with closing(DuckStore(self.state, name, self.connection, journals=self.journals)) as store:
            yield store

    def ledger(self, exported: Export | None = None) -> dict[str, tuple[str, set[str]]]:
        """Return key and tags of every contact that is acknowledged with tags, by address."""
        with self.store(exported) as store:
            bits = store.tag_bits()
            words = word_count(bits)
            store.load(words=words, positions=(), now=NOW)
            masks = ", ".join(tables.mask_columns("l_m", words))
            found = self.connection.execute(
                f"SELECT l_address, l_key, {masks} FROM ledger "
                "WHERE l_ph <> '00000000-0000-0000-0000-000000000000'::UUID"
            ).fetchall()
        named = {address: (key, set(names_of(bits, mask))) for address, key, *mask in found}
        return {address: held for address, held in named.items() if held[1]}

    def _observe(self, store: DuckStore) -> None:
        """Keep what an observer would have read of the contacts."""
        read = [
            Read(
                subscriber_hash=subscriber_hash(address),
                address=address,
                status=ContactStatus.SUBSCRIBED,
                changed_at=NOW.isoformat(),
            )
            for address in self.contacts
        ]
        store.take_contacts(ContactStatus.SUBSCRIBED, read)
        store.keep_contacts(replaced=tuple(ContactStatus), marks=Marks())

    def observation(self, store: DuckStore) -> Observation:
        """Return what an observer would say of the audience."""
        bits = store.tag_bits()
        return Observation(
            account=Account(account_id="a", name="A", role="owner", plan="", contacts=None),
            audience=Audience(audience_id="a1b2c3d4e5", name="A", double_opt_in=False, contacts=0),
            merge_fields=MergeFields(fields=(FIRST_NAME,), limit=None),
            tags=[Tag(tag_id=n, name=name, active_members=0) for n, name in enumerate(self.tags)],
            totals={},
            contacts_read=0,
            present=frozenset(bit.position for bit in bits if bit.name in self.tags),
        )

    def _inputs(self, exported: Export | None) -> Inputs:
        chosen = exported or export(fields=CLEARING)
        flagged = with_flags(
            [SEGMENTS[one.segment] for one in chosen.segments],
            SCHEMA,
            as_of=NOW,
            time_zone="UTC",
            all_segments=SEGMENTS,
            consents=("agreed",),
        )
        return Inputs(
            export=chosen,
            schema=SCHEMA,
            flagged=flagged,
            sources=(),
            definition=str(self.runs),
        )

    def _open(self, people: Sequence[Someone]) -> None:
        self.connection.register("given", people_table(people))
        self.connection.execute("CREATE OR REPLACE TABLE profiles AS SELECT * FROM given")
        self.connection.unregister("given")

    def _carry_out(self, chunk: Chunk) -> Acknowledgement:
        if chunk.group.step is Step.UNTAG:
            assert chunk.group.bit is not None
            for address in chunk.addresses:
                if address in self.contacts:
                    self.contacts[address].tags.discard(chunk.group.bit.name)
        else:
            for old, address in zip(chunk.old_subs, chunk.addresses, strict=False):
                self._rename(old, address)
            for member in chunk.members:
                self._write(orjson.loads(member))
        return Acknowledgement(
            group=chunk.group.name,
            number=chunk.number,
            sent=chunk.count,
            counted=Counted(updated=chunk.count),
        )

    def _rename(self, old: str, address: str) -> None:
        before = {subscriber_hash(known): known for known in self.contacts}.get(old)
        if before is not None:
            moved = self.contacts.pop(before)
            self.contacts.setdefault(address, moved)

    def _write(self, member: dict[str, Any]) -> None:
        contact = self.contacts.setdefault(member["email_address"], Contact())
        contact.first_name = member["merge_fields"].get("FNAME", contact.first_name)
        contact.tags |= set(member["tags"])
        self.tags += [name for name in member["tags"] if name not in self.tags]


def _of_size(work: GroupWork, size: int) -> GroupWork:
    return replace(work, group=replace(work.group, size=size if work.group.size else 0))


def wanted(people: Sequence[Someone]) -> dict[str, tuple[str, str, set[str]]]:
    """Return by address who should be there: key, first name, tags. The first key wins an address."""
    found: dict[str, tuple[str, str, set[str]]] = {}
    for someone in sorted(people, key=lambda one: one.id):
        address = canonical(someone.email).address
        tags = {tag for tag, has in (("Vip", someone.vip), ("Local", someone.local)) if has}
        if address is not None and tags:
            found.setdefault(address, (str(someone.id), someone.first_name, tags))
    return found


def holds(audience: SmallAudience, people: list[Someone]) -> None:
    """See that audience and ledger are what the people want, and that nothing is left to do."""
    expected = wanted(people)
    carrying = {a: c for a, c in audience.contacts.items() if c.tags}
    assert {a: (c.first_name, c.tags) for a, c in carrying.items()} == {
        address: (name, tags) for address, (_, name, tags) in expected.items()
    }
    assert changes(audience.run(people)) == {}
    assert audience.ledger() == {a: (key, tags) for a, (key, _, tags) in expected.items()}


@contextmanager
def small_audience(folder: Path) -> Iterator[SmallAudience]:
    """Open an empty audience with its state in a folder."""
    with session(folder / "spill", resources=Resources(memory_limit_mb=300, threads=1)) as engine:
        yield SmallAudience(folder=folder, connection=engine)
