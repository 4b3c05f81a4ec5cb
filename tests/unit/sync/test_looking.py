"""Whether the audience still holds what the ledger says: which tags and contacts are looked at, and what is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from segue.sync.export import Blanks, FieldMatch, SegmentTag
from segue.sync.looking import COUNTS_LAG, MANY, Looker, TagsNow, Told, quiet_from
from segue.sync.paging import Paging
from segue.sync.plan import Drift, DriftKind
from segue.sync.ports import ContactStatus, Page, Tag
from segue.sync.spot_check import WITNESSES
from segue.sync.store import Differing, Holder, SeenContact
from segue.sync.tags import TagBit
from tests.fakes.laboratory import export
from tests.unit.sync.small_service import NOW, SmallService, SmallStore, attempts, contact

VIP = TagBit(name="Vip", position=0, claimed=True, tag_id=7)
THERE = Tag(tag_id=7, name="Vip", active_members=3)


def looker(
    service: SmallService, store: SmallStore, *, whole: bool = False, **changes: Any
) -> Looker:
    paging = Paging(attempts(), service.page_size)
    return Looker(service, store, paging, attempts(), export(**changes), whole=whole)  # type: ignore[arg-type]


def tags_now(*tags: Tag, bit: TagBit = VIP, carried: int = 5) -> TagsNow:
    store = SmallStore(bits=(bit,), carried={bit.position: carried})
    return looker(SmallService(), store).tags_now(tags)


@pytest.mark.parametrize("name", ["Vip", " VIP", "vip"])
def test_a_tag_that_is_there_with_the_id_we_know_is_ours(name: str) -> None:
    assert tags_now(replace(THERE, name=name)) == TagsNow(
        ids={0: 7}, present=frozenset({0}), replaced=frozenset(), drift=()
    )


def test_a_tag_whose_id_was_not_known_yet_is_ours() -> None:
    assert tags_now(THERE, bit=replace(VIP, tag_id=None)).present == {0}


def test_a_deleted_tag_is_told_with_the_people_that_it_was_on() -> None:
    assert tags_now() == TagsNow(
        ids={},
        present=frozenset(),
        replaced=frozenset(),
        drift=(Drift(kind=DriftKind.TAG_DELETED, subject="Vip", people=5),),
    )
    assert tags_now(carried=0).drift == ()


def test_a_tag_that_was_made_again_is_another_one() -> None:
    assert tags_now(replace(THERE, tag_id=9)) == TagsNow(
        ids={0: 9},
        present=frozenset(),
        replaced=frozenset({0}),
        drift=(Drift(kind=DriftKind.TAG_DELETED, subject="Vip", people=5),),
    )


def test_a_renamed_tag_is_told_as_renamed() -> None:
    found = tags_now(replace(THERE, name="Gold"))

    assert found.drift == (Drift(kind=DriftKind.TAG_RENAMED, subject="Vip", people=5),)
    assert (found.present, found.replaced) == (frozenset(), frozenset())
    unknown = tags_now(replace(THERE, name="Gold"), bit=replace(VIP, tag_id=None))
    assert unknown.drift == (Drift(kind=DriftKind.TAG_DELETED, subject="Vip", people=5),)


def test_a_tag_that_we_never_wrote_cannot_be_lost() -> None:
    never = replace(VIP, claimed=False)

    assert tags_now(bit=never).drift == ()
    assert tags_now(replace(THERE, tag_id=9), bit=never).present == {0}


def look(
    service: SmallService,
    store: SmallStore,
    *,
    whole: bool = False,
    now: TagsNow | None = None,
    **changes: Any,
) -> tuple[Drift, ...]:
    """Look once, at NOW; what changed is what the service holds since the store was quiet."""
    told = Told(
        tags=service.tags_held,
        fields={"FNAME": 1},
        read_at=NOW,
    )
    since = store.quiet_since()
    store.changed = [
        one.status
        for one in service.contacts_held
        if since is not None and datetime.fromisoformat(one.changed_at) >= since
    ]
    one = looker(service, store, whole=whole, **changes)
    return asyncio.run(one.look(now or one.tags_now(service.tags_held), told)).drift


def quiet(minutes: float = 60, **more: Any) -> SmallStore:
    """Return a store whose own last write was so many minutes ago and that knows three carriers of its one tag."""
    given: dict[str, Any] = {
        "bits": (VIP,),
        "active": {0: 3},
        "quiet": NOW - timedelta(minutes=minutes),
    }
    return SmallStore(**(given | more))


def service(**more: Any) -> SmallService:
    given: dict[str, Any] = {
        "tags_held": [THERE],
        "carriers": {7: [contact(f"c{n}") for n in range(6)]},
    }
    return SmallService(**(given | more))


def test_where_nothing_differs_nothing_is_read() -> None:
    there, store = service(contacts_held=[contact("old", minutes=-61)]), quiet()

    assert look(there, store) == ()
    assert there.calls == []
    assert store.compared == [(frozenset({0}), (False,))]


def test_contacts_that_changed_after_our_last_write_are_seen_in_full() -> None:
    name = FieldMatch(tag="FNAME", attribute="first_name", blanks=Blanks.CLEAR)
    size = FieldMatch(tag="SIZE", attribute="size")
    changed = [
        contact("new", minutes=-60, tags=("Vip",), fields={"FNAME": "Ana"}),
        contact("many", ContactStatus.PENDING, minutes=-1, tags=("a",), has_all_tags=False),
        contact("gone", ContactStatus.UNSUBSCRIBED, minutes=-1),
    ]
    there, store = service(contacts_held=[contact("old"), *changed]), quiet()

    look(there, store, fields=(name, size))

    assert there.asked("in full") == [ContactStatus.SUBSCRIBED, ContactStatus.PENDING]
    assert store.seen == [
        SeenContact(
            subscriber_hash=changed[0].subscriber_hash,
            changed_at=changed[0].changed_at,
            tags=("Vip",),
            values=["Ana", ""],
        ),
        SeenContact(
            subscriber_hash=changed[1].subscriber_hash,
            changed_at=changed[1].changed_at,
            tags=None,
            values=["", ""],
        ),
    ]
    assert store.compared == [(frozenset({0}), (True, False))]


def test_before_the_first_run_no_contact_is_anybody_s_change() -> None:
    there, store = service(contacts_held=[contact("new", minutes=-1)]), quiet(quiet=None)

    look(there, store)

    assert there.asked("in full") == []


def test_a_whole_look_reads_every_contact_that_may_be_written_and_every_tag_of_ours() -> None:
    there, store = service(contacts_held=[contact("old")]), quiet()

    look(there, store, whole=True)

    assert there.asked("in full") == [
        ContactStatus.SUBSCRIBED,
        ContactStatus.PENDING,
        ContactStatus.TRANSACTIONAL,
    ]
    assert [one.subscriber_hash for one in store.seen] == [contact("old").subscriber_hash]
    assert {call[2] for call in there.calls if call[0] == "in full"} == {None}
    assert store.seen_carriers == {0: [contact(f"c{n}").subscriber_hash for n in range(6)]}


class Moving(SmallService):
    """After its first page the first contact is gone and another one has come, once: all others stand one place earlier."""

    async def contacts_in_full(self, audience_id: str, **asked: Any) -> Page:
        page = await super().contacts_in_full(audience_id, **asked)
        if len(self.calls) == 1:
            self.contacts_held = [*self.contacts_held[1:], contact("last")]
        return page


@pytest.mark.parametrize(("kind", "readings"), [(SmallService, 1), (Moving, 2)])
def test_contacts_that_move_between_pages_meanwhile_are_read_again(
    kind: type[SmallService], readings: int
) -> None:
    held = [contact(f"c{n}") for n in range(6)]
    there, store = kind(contacts_held=held), quiet(bits=())

    look(there, store, whole=True)

    pages = [call for call in there.calls if call[:2] == ("in full", ContactStatus.SUBSCRIBED)]
    assert sum(offset == 0 for *_, offset, _count in pages) == readings
    assert {one.subscriber_hash for one in store.seen} >= {
        one.subscriber_hash for one in there.contacts_held
    }


@pytest.mark.parametrize(
    ("tag", "store", "is_read"),
    [
        (replace(THERE, active_members=5_000), quiet(minutes=9), True),
        (replace(THERE, active_members=5_001), quiet(minutes=9), False),
        (THERE, quiet(), False),
        (replace(THERE, active_members=2), quiet(), True),
        (replace(THERE, active_members=4), quiet(), True),
        (THERE, quiet(active={}), True),
        (replace(THERE, active_members=0), quiet(active={}), False),
        (replace(THERE, active_members=4), quiet(bits=(replace(VIP, claimed=False),)), False),
        (replace(THERE, active_members=4), quiet(bits=(replace(VIP, name="Gold"),)), False),
        (replace(THERE, tag_id=9, active_members=4), quiet(), False),
        (replace(THERE, active_members=MANY), quiet(minutes=5), True),
        (replace(THERE, active_members=MANY + 1), quiet(minutes=5), False),
        (replace(THERE, active_members=MANY + 1), quiet(minutes=COUNTS_LAG.seconds / 60), True),
        (replace(THERE, active_members=MANY + 1), quiet(quiet=None), True),
        (replace(THERE, active_members=4), quiet(minutes=5, counts={0: 4}), False),
        (replace(THERE, active_members=4), quiet(minutes=5, counts={0: 2}), True),
        (
            replace(THERE, active_members=4),
            quiet(minutes=COUNTS_LAG.seconds / 60, counts={0: 4}),
            True,
        ),
        (replace(THERE, active_members=MANY + 1), quiet(minutes=5, counts={0: 2}), True),
    ],
)
def test_a_tag_is_read_when_another_number_of_people_carries_it_and_the_count_may_be_trusted(
    tag: Tag, store: SmallStore, is_read: bool
) -> None:
    there = service(tags_held=[tag, Tag(tag_id=5, name="Gold", active_members=1)])

    look(there, store)

    assert (there.asked("tagged") == [tag.tag_id]) is is_read


def test_a_look_alone_keeps_no_count_so_that_the_run_after_a_plan_finds_the_same() -> None:
    there = service(tags_held=[replace(THERE, active_members=2)])
    store = quiet(minutes=5, counts={0: 4})

    look(there, store)
    there.calls.clear()
    look(there, store)

    assert store.counts == {0: 4}
    assert there.asked("tagged") == [THERE.tag_id]


def test_a_tag_of_another_export_is_not_looked_at() -> None:
    there = service(tags_held=[replace(THERE, active_members=9)])

    look(there, quiet(), segments=(SegmentTag(segment="local", tag="Local"),))

    assert there.calls == []


def test_what_was_found_is_told_after_what_happened_to_tags() -> None:
    other = TagBit(name="Local", position=1, claimed=True, tag_id=8)
    there = service(tags_held=[THERE, Tag(tag_id=8, name="Local", active_members=0)])
    store = quiet(bits=(VIP, other), found=Differing(lost={0: 2}, differing=4, looked_at=0))
    before = Drift(kind=DriftKind.TAG_DELETED, subject="Gold", people=1)
    now = TagsNow(
        ids={0: 7, 1: 8}, present=frozenset({0, 1}), replaced=frozenset(), drift=(before,)
    )

    assert look(there, store, now=now) == (
        before,
        Drift(kind=DriftKind.TAG_LOST, subject="Vip", people=2),
        Drift(kind=DriftKind.FIELDS_DIFFER, people=4),
    )


def test_changes_are_not_ours_from_the_last_second_of_our_writing_on() -> None:
    read_at = NOW + timedelta(hours=5, milliseconds=700)

    found = quiet_from(read_at, begun=NOW, ended=NOW + timedelta(seconds=90, milliseconds=400))

    assert found == NOW + timedelta(hours=5, seconds=91)


def holders(count: int, positions: tuple[int, ...] = (0,)) -> list[Holder]:
    return [
        Holder(subscriber_hash=contact(f"h{n}").subscriber_hash, positions=positions)
        for n in range(count)
    ]


def filled(count: int, *blank: int, **fields: str) -> list[Any]:
    """Return so many contacts that hold a first name, but for those that are blank."""
    given = {"FNAME": "Ana"} | fields
    return [contact(f"h{n}", fields={} if n in blank else given) for n in range(count)]


@pytest.mark.parametrize(
    ("blank", "asked", "forgotten"),
    [
        ((), 1, []),
        ((0,), WITNESSES, []),
        (tuple(range(WITNESSES)), WITNESSES, [0]),
        (tuple(range(WITNESSES + 2)), WITNESSES, [0]),
    ],
)
def test_a_field_that_is_blank_in_all_who_are_asked_is_taken_for_a_new_one(
    blank: tuple[int, ...], asked: int, forgotten: list[int]
) -> None:
    count = WITNESSES + 2
    there = service(contacts_held=filled(count, *blank))
    store = quiet(holding=holders(count))

    look(there, store)

    assert len(there.asked("contact")) == asked
    assert store.forgotten == forgotten
    assert len(store.seen) == asked


def test_two_fields_of_one_contact_are_asked_about_at_once() -> None:
    size = FieldMatch(tag="SIZE", attribute="size")
    name = FieldMatch(tag="FNAME", attribute="first_name")
    there = service(contacts_held=filled(2))
    store = quiet(holding=holders(2, (0, 1)))

    look(there, store, fields=(name, size))

    assert store.forgotten == [1]
    assert len(there.asked("contact")) == 2


def test_a_contact_that_is_gone_tells_nothing_of_its_fields() -> None:
    there, store = service(), quiet(holding=holders(3))

    look(there, store)

    assert (store.forgotten, store.seen) == ([], [])
