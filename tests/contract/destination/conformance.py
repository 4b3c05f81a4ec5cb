"""What any destination must do, as checks that run on the sandbox and on a real account alike. Not a test file.

A check makes contacts and tags of its own (its `Ground` names them) and looks at the service through `Ground.bench`.
Each is an async method `check_…`; `CHECKS` lists their names. A failed `assert` is a failed check.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from segue.core.emails import subscriber_hash
from segue.core.errors import ConfigurationProblem
from segue.sync.export import MergeType, NewStatus
from segue.sync.ports import (
    Column,
    Constant,
    Contact,
    ContactStatus,
    Destination,
    Node,
    Reason,
    TagNames,
    Template,
    Upserted,
    WriteMode,
)
from tests.contract.live.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row to be written."""

    address: str
    first_name: str = "Nadia"
    tags: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Ground:
    """Where a check takes place: the destination under test, an audience, and a look behind the scenes."""

    destination: Destination
    bench: Workbench
    name: str
    _counter: int = field(default=0)

    @property
    def audience_id(self) -> str:
        """Return the audience."""
        return self.bench.audience_id

    def person(self, *tags: str, first_name: str = "Nadia") -> Person:
        """Return somebody new of this check."""
        self._counter += 1
        address = self.bench.address(f"{self.name}-{self._counter}")
        return Person(address=address, first_name=first_name, tags=tags)

    def tag(self, name: str) -> str:
        """Return the name of a tag of this check."""
        return self.bench.tag(f"{self.name}-{name}")

    async def write(
        self,
        *people: Person,
        mode: WriteMode = WriteMode.CREATE,
        new_status: NewStatus = NewStatus.SUBSCRIBED,
    ) -> Upserted:
        """Write people through the destination, rendered by its own template."""
        rows = [self.rendered(person, mode=mode, new_status=new_status) for person in people]
        return await self.destination.upsert(
            self.audience_id, b",".join(rows), count=len(rows), mode=mode
        )

    def rendered(
        self,
        person: Person,
        *,
        mode: WriteMode = WriteMode.UPDATE,
        new_status: NewStatus = NewStatus.SUBSCRIBED,
    ) -> bytes:
        """Return a person as one member of a batch, rendered by the destination's own template."""
        shape = self.destination.template(
            fields=(("FNAME", Column("first_name")),), mode=mode, new_status=new_status
        )
        return json.dumps(rendered(shape, person)).encode()

    async def contact(self, person: Person) -> Contact | None:
        """Read one contact through the destination."""
        return await self.destination.contact(self.audience_id, subscriber_hash(person.address))

    async def status(self, person: Person) -> ContactStatus:
        """Return a contact's status, which must exist."""
        contact = await self.contact(person)
        assert contact is not None
        return contact.status

    async def tags_of(self, person: Person) -> frozenset[str]:
        """Return the names of a contact's tags, as the service shows them."""
        seen = await self.bench.seen(person.address)
        assert seen is not None
        return seen.tag_names

    async def tag_id(self, name: str) -> int:
        """Return the id of a tag, found through the destination."""
        tags = await self.destination.tags(self.audience_id)
        return next(tag.tag_id for tag in tags if tag.name == name)


def rendered(shape: Template, person: Person) -> object:
    """Return what an engine would render for one row."""
    match shape:
        case Column(name="address"):
            return person.address
        case Column():
            return person.first_name
        case Constant(value=value):
            return value
        case TagNames():
            return list(person.tags)
        case Node(members=members):
            return {name: rendered(below, person) for name, below in members}


class Conformance:
    """The checks."""

    async def check_the_account_says_who_we_are(self, ground: Ground) -> None:
        account = await ground.destination.account()

        assert account.account_id
        assert account.contacts is None or account.contacts >= 0

    async def check_the_audience_is_found_alone_and_among_all(self, ground: Ground) -> None:
        audience = await ground.destination.audience(ground.audience_id)
        everything = await ground.destination.audiences()

        assert audience.audience_id == ground.audience_id
        assert ground.audience_id in {one.audience_id for one in everything}

    async def check_an_unknown_audience_is_refused_naming_those_that_exist(
        self, ground: Ground
    ) -> None:
        try:
            await ground.destination.audience("0000000000")
        except ConfigurationProblem as refused:
            assert refused.code == "audience_not_found"
            assert ground.audience_id in refused.message
        else:
            raise AssertionError("an audience that does not exist was found")

    async def check_an_unknown_audience_is_never_an_empty_one(self, ground: Ground) -> None:
        try:
            await ground.destination.contact("0000000000", subscriber_hash("nadia@shop.example"))
        except ConfigurationProblem as refused:
            assert refused.code == "audience_not_found"
        else:
            raise AssertionError("a missing audience was read as a missing contact")

    async def check_merge_fields_have_tags_and_types(self, ground: Ground) -> None:
        merge_fields = await ground.destination.merge_fields(ground.audience_id)

        assert all(f.tag and isinstance(f.type, MergeType) for f in merge_fields.fields)
        assert len({f.tag for f in merge_fields.fields}) == len(merge_fields.fields)

    async def check_new_contacts_are_created_with_the_status(self, ground: Ground) -> None:
        one, two = ground.person(), ground.person()

        outcome = await ground.write(one, two)

        assert (outcome.counted.created, outcome.counted.updated) == (2, 0)
        assert (outcome.rejected, outcome.unaccounted) == ((), ())
        assert [await ground.status(p) for p in (one, two)] == [ContactStatus.SUBSCRIBED] * 2

    async def check_a_create_refuses_those_that_exist(self, ground: Ground) -> None:
        known, new = ground.person(), ground.person()
        await ground.write(known)

        outcome = await ground.write(known, new)

        assert (outcome.counted.created, outcome.counted.updated) == (1, 0)
        assert [(r.subscriber_hash, r.reason) for r in outcome.rejected] == [
            (subscriber_hash(known.address), Reason.ALREADY_THERE)
        ]

    async def check_an_update_changes_fields_and_no_status(self, ground: Ground) -> None:
        person = ground.person(first_name="Omar")
        await ground.write(person)
        await ground.bench.set_status(person.address, "unsubscribed")

        outcome = await ground.write(
            Person(address=person.address, first_name="Émile"), mode=WriteMode.UPDATE
        )

        seen = await ground.bench.seen(person.address)
        assert seen is not None
        assert (outcome.counted.created, outcome.counted.updated) == (0, 1)
        assert (seen.status, seen.merge_fields.get("FNAME")) == ("unsubscribed", "Émile")

    async def check_an_unsubscribed_contact_stays_unsubscribed(self, ground: Ground) -> None:
        person = ground.person()
        await ground.write(person)
        await ground.bench.set_status(person.address, "unsubscribed")

        mode = WriteMode.UPSERT if ground.destination.honours_status_if_new else WriteMode.UPDATE
        await ground.write(person, mode=mode)
        await ground.write(person, mode=WriteMode.CREATE)

        assert await ground.status(person) is ContactStatus.UNSUBSCRIBED

    async def check_an_upsert_creates_and_updates_in_one_call(self, ground: Ground) -> None:
        if not ground.destination.honours_status_if_new:
            return  # such a destination is never asked to
        known, new = ground.person(), ground.person()
        await ground.write(known)

        outcome = await ground.write(known, new, mode=WriteMode.UPSERT)

        assert (outcome.counted.created, outcome.counted.updated) == (1, 1)
        assert await ground.status(new) is ContactStatus.SUBSCRIBED

    async def check_one_bad_row_marks_only_itself(self, ground: Ground) -> None:
        good = ground.person()
        bad = Person(address=ground.bench.malformed("no-address"))

        outcome = await ground.write(bad, good)

        assert outcome.counted.created == 1
        assert [(r.subscriber_hash, r.reason) for r in outcome.rejected] == [
            (subscriber_hash(bad.address), Reason.INVALID_ADDRESS)
        ]
        assert bad.address not in outcome.rejected[0].words

    async def check_capital_letters_find_the_same_contact(self, ground: Ground) -> None:
        person = ground.person()
        await ground.write(person)

        outcome = await ground.write(Person(address=person.address.upper()), mode=WriteMode.UPDATE)

        assert (outcome.counted.created, outcome.counted.updated, outcome.unaccounted) == (0, 1, ())

    async def check_an_unknown_contact_is_none(self, ground: Ground) -> None:
        assert await ground.contact(ground.person()) is None

    async def check_a_contact_is_held_as_it_was_sent_or_not(self, ground: Ground) -> None:
        ours = ground.tag("ours")
        person = ground.person(ours)
        await ground.write(person)

        async def holds(one: Person) -> bool:
            sub = subscriber_hash(one.address)
            return await ground.destination.holds(ground.audience_id, sub, ground.rendered(one))

        assert await holds(person)
        assert not await holds(Person(address=person.address, first_name="Else", tags=(ours,)))
        assert not await holds(Person(address=person.address, tags=(ours, ground.tag("more"))))
        assert not await holds(ground.person())

    async def check_tags_are_added_and_others_survive(self, ground: Ground) -> None:
        ours, theirs = ground.tag("ours"), ground.tag("theirs")
        person = ground.person(theirs)
        await ground.write(person)

        await ground.write(Person(address=person.address, tags=(ours,)), mode=WriteMode.UPDATE)

        assert await ground.tags_of(person) == {ours, theirs}

    async def check_an_untag_takes_one_tag_from_the_named_only(self, ground: Ground) -> None:
        ours, theirs = ground.tag("ours"), ground.tag("theirs")
        leaver, stayer = ground.person(ours, theirs), ground.person(ours)
        await ground.write(leaver, stayer)

        outcome = await ground.destination.untag(
            ground.audience_id,
            await ground.tag_id(ours),
            [leaver.address, ground.person().address],
        )

        assert (outcome.removed, outcome.rejected) == (1, ())
        assert await ground.tags_of(leaver) == {theirs}
        assert await ground.tags_of(stayer) == {ours}

    async def check_an_empty_tag_is_created_once_renamed_and_deleted(self, ground: Ground) -> None:
        destination, audience = ground.destination, ground.audience_id
        first, second = ground.tag("first"), ground.tag("second")

        created = await destination.create_tag(audience, first)
        again = await destination.create_tag(audience, first)
        renamed = await destination.rename_tag(audience, created.tag_id, second)

        assert (created.name, created.active_members) == (first, 0)
        assert again.tag_id == created.tag_id == renamed.tag_id == await ground.tag_id(second)
        assert first not in {tag.name for tag in await destination.tags(audience)}
        for _ in range(2):
            await destination.delete_tag(audience, created.tag_id)
        assert second not in {tag.name for tag in await destination.tags(audience)}

    async def check_the_contacts_of_a_tag_are_read_by_page(self, ground: Ground) -> None:
        tag = ground.tag("all")
        people = [ground.person(tag) for _ in range(3)]
        await ground.write(*people)
        await ground.bench.set_status(people[0].address, "unsubscribed")
        tag_id = await ground.tag_id(tag)

        pages = [
            await ground.destination.tagged(ground.audience_id, tag_id, offset=offset, count=2)
            for offset in (0, 2)
        ]

        found = {c.subscriber_hash: c.status for page in pages for c in page.contacts}
        expected = dict.fromkeys(
            (subscriber_hash(p.address) for p in people), ContactStatus.SUBSCRIBED
        )
        assert [page.total for page in pages] == [3, 3]
        assert found == expected | {subscriber_hash(people[0].address): ContactStatus.UNSUBSCRIBED}

    async def check_contacts_are_read_by_status_since_a_moment(self, ground: Ground) -> None:
        people = [ground.person() for _ in range(3)]
        await ground.write(*people)
        for person in people[:2]:
            await ground.bench.set_status(person.address, "unsubscribed")
        before = await ground.destination.contacts(
            ground.audience_id, status=ContactStatus.CLEANED, since=None, offset=0, count=1
        )
        changed = await ground.contact(people[0])
        assert changed is not None

        since = datetime.fromisoformat(changed.changed_at)
        page = await ground.destination.contacts(
            ground.audience_id, status=ContactStatus.UNSUBSCRIBED, since=since, offset=0, count=1000
        )

        hashes = {contact.subscriber_hash for contact in page.contacts}
        assert {subscriber_hash(p.address) for p in people[:2]} <= hashes
        assert subscriber_hash(people[2].address) not in hashes
        assert [c.changed_at for c in page.contacts] == sorted(c.changed_at for c in page.contacts)
        assert before.read_at.tzinfo is not None
        assert page.read_at >= before.read_at
        uncounted = await ground.destination.contacts(
            ground.audience_id,
            status=ContactStatus.UNSUBSCRIBED,
            since=since,
            offset=0,
            count=1000,
            counted=False,
        )
        assert (list(uncounted.contacts), uncounted.total) == (list(page.contacts), 0)

    async def check_an_address_change_never_changes_status(self, ground: Ground) -> None:
        person, later = ground.person(ground.tag("kept")), ground.person()
        await ground.write(person)

        rejection = await ground.destination.move(
            ground.audience_id, subscriber_hash(person.address), address=later.address
        )

        assert rejection is None
        assert await ground.contact(person) is None
        assert await ground.status(later) is ContactStatus.SUBSCRIBED
        assert await ground.tags_of(later) == {ground.tag("kept")}

    async def check_a_move_onto_somebody_or_of_the_unsubscribed_is_rejected(
        self, ground: Ground
    ) -> None:
        one, two, out = ground.person(), ground.person(), ground.person()
        await ground.write(one, two, out)
        await ground.bench.set_status(out.address, "unsubscribed")

        rejections = [
            await ground.destination.move(
                ground.audience_id, subscriber_hash(moved.address), address=address
            )
            for moved, address in (
                (one, two.address),
                (out, ground.person().address),
                (ground.person(), ground.person().address),
            )
        ]

        assert [r.reason for r in rejections if r is not None] == [
            Reason.ALREADY_THERE,
            Reason.NOT_SUBSCRIBED,
            Reason.GONE,
        ]
        assert await ground.status(out) is ContactStatus.UNSUBSCRIBED

    async def check_archiving_twice_is_done(self, ground: Ground) -> None:
        person = ground.person()
        await ground.write(person)

        for _ in range(2):
            await ground.destination.archive(ground.audience_id, subscriber_hash(person.address))

        assert await ground.status(person) is ContactStatus.ARCHIVED

    async def check_archiving_somebody_unknown_is_done(self, ground: Ground) -> None:
        unknown = subscriber_hash(ground.person().address)

        await ground.destination.archive(ground.audience_id, unknown)

        assert await ground.destination.contact(ground.audience_id, unknown) is None

    async def check_five_hundred_are_written_in_one_call_and_no_more(self, ground: Ground) -> None:
        person = ground.person()
        too_many = b",".join([json.dumps({"email_address": person.address}).encode()] * 501)

        try:
            await ground.destination.upsert(
                ground.audience_id, too_many, count=501, mode=WriteMode.UPDATE
            )
        except ValueError:
            assert ground.destination.batch_size == 500
        else:
            raise AssertionError("501 contacts were sent in one call")


CHECKS = tuple(name for name in vars(Conformance) if name.startswith("check_"))
