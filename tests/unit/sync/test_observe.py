"""What a run reads before it decides: every status, from the last reading on, whole where something does not add up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from segue.core.errors import TryLater
from segue.sync.observe import OVERLAP, Observation, Observer
from segue.sync.paging import READINGS
from segue.sync.ports import Account, ContactStatus, Page, Tag
from segue.sync.tags import TagBit
from tests.fakes.laboratory import export
from tests.unit.sync.small_service import NOW, SmallService, SmallStore, attempts, contact

ACCOUNT = Account(account_id="a", name="A", role="owner", plan="", contacts=None)
VIP = TagBit(name="Vip", position=0, claimed=False)
OURS = TagBit(name="Local", position=1, claimed=True, tag_id=8)


def observe(service: SmallService, store: SmallStore) -> Observation:
    observer = Observer(service, store, attempts())  # type: ignore[arg-type]
    return asyncio.run(observer.observe(export(), account=ACCOUNT))


def test_the_first_reading_takes_every_status_whole() -> None:
    people = [contact(status.value[:4], status) for status in ContactStatus]
    service, store = SmallService(contacts_held=people), SmallStore()

    found = observe(service, store)

    assert list(store.kept.values()) == people
    assert sorted(store.replaced[0]) == sorted(ContactStatus)
    assert (found.contacts_read, found.totals) == (6, dict.fromkeys(ContactStatus, 1))
    assert store.since == dict.fromkeys(ContactStatus, NOW - OVERLAP)
    assert found.read_at == NOW


def test_the_next_reading_takes_what_changed_since_and_forgets_nobody() -> None:
    old, new = contact("old"), contact("new", minutes=-1)
    service = SmallService(contacts_held=[old, new])
    store = SmallStore(
        kept={old.subscriber_hash: old},
        since={ContactStatus.SUBSCRIBED: NOW - timedelta(minutes=5)},
    )

    found = observe(service, store)

    assert list(store.kept.values()) == [old, new]
    assert (found.contacts_read, found.totals[ContactStatus.SUBSCRIBED]) == (1, 2)
    assert ContactStatus.SUBSCRIBED not in store.replaced[0]
    assert len(store.replaced) == 1


def test_a_status_whose_total_does_not_add_up_is_read_again_whole() -> None:
    left, stayed = (
        contact("left", ContactStatus.UNSUBSCRIBED),
        contact("stay", ContactStatus.UNSUBSCRIBED),
    )
    service = SmallService(contacts_held=[stayed])
    store = SmallStore(
        kept={one.subscriber_hash: one for one in (left, stayed)},
        since=dict.fromkeys(ContactStatus, NOW - timedelta(minutes=5)),
    )

    observe(service, store)

    assert list(store.kept.values()) == [stayed]
    assert [ContactStatus.UNSUBSCRIBED in replaced for replaced in store.replaced] == [
        False,
        True,
        False,
    ]


def test_a_status_that_held_nobody_takes_one_call(empty_before: SmallStore) -> None:
    came = contact("came", ContactStatus.PENDING, minutes=-1)
    service = SmallService(contacts_held=[*empty_before.kept.values(), came])

    observe(service, empty_before)

    asked = [call[1:3] for call in service.calls if call[0] == "contacts"]
    since = empty_before.since[ContactStatus.SUBSCRIBED]
    assert sorted(status for status, _ in asked) == sorted(
        [ContactStatus.SUBSCRIBED, *ContactStatus]
    )
    assert {at for status, at in asked if status is not ContactStatus.SUBSCRIBED} == {None}
    assert (
        ContactStatus.SUBSCRIBED,
        NOW - timedelta(minutes=5),
    ) in asked and since == NOW - OVERLAP
    assert came in empty_before.kept.values()


@pytest.mark.parametrize("entered", [ContactStatus.ARCHIVED, ContactStatus.UNSUBSCRIBED])
def test_who_changes_status_while_it_is_read_is_found_where_they_are(
    empty_before: SmallStore, entered: ContactStatus
) -> None:
    [there] = empty_before.kept.values()
    service = SmallService(contacts_held=[there])
    untouched = service.contacts

    async def leaving(audience_id: str, **asked: Any) -> Page:
        """Let the contact leave between the readings of its two statuses."""
        if asked["status"] is ContactStatus.SUBSCRIBED and asked["since"] is None:
            service.contacts_held = [contact("there", entered, minutes=0)]
        return await untouched(audience_id, **asked)

    service.contacts = leaving  # type: ignore[method-assign]

    observe(service, empty_before)

    assert [(one.subscriber_hash, one.status) for one in empty_before.kept.values()] == [
        (there.subscriber_hash, entered)
    ]


@pytest.fixture
def empty_before() -> SmallStore:
    """Return a store of an audience that held one subscribed contact and nobody else."""
    there = contact("there")
    return SmallStore(
        kept={there.subscriber_hash: there},
        since=dict.fromkeys(ContactStatus, NOW - timedelta(minutes=5)),
    )


def test_an_audience_that_changes_while_it_is_read_ends_the_run() -> None:
    service = SmallService(contacts_held=[contact("a")], off_by={ContactStatus.CLEANED: 3})
    store = SmallStore()

    with pytest.raises(TryLater) as caught:
        observe(service, store)

    assert caught.value.code == "audience_unstable"
    assert caught.value.context == {"audience": "a1b2c3d4e5", "status": "cleaned"}
    readings = [call for call in service.calls if call[:2] == ("contacts", ContactStatus.CLEANED)]
    assert len(readings) == READINGS
    assert store.kept == {}


def test_pages_that_shift_under_the_reading_are_read_again() -> None:
    people = [contact(f"p{n}") for n in range(7)]
    service, store = SmallService(contacts_held=people), SmallStore()
    untouched = service.contacts

    async def shifting(audience_id: str, **asked: Any) -> Page:
        """Let somebody leave the first page just before the second one is read for the first time."""
        if asked["offset"] == 3 and service.contacts_held == people:
            service.contacts_held = people[1:]
        return await untouched(audience_id, **asked)

    service.contacts = shifting  # type: ignore[method-assign]

    observe(service, store)

    assert list(store.kept.values()) == people[1:]


def test_who_carries_a_tag_before_the_first_run_that_writes_it_is_kept_as_foreign() -> None:
    shown = contact("show")
    hidden = [
        contact("pend", ContactStatus.PENDING, tags=(" VIP ", "Other")),
        contact("arch", ContactStatus.ARCHIVED, tags=("vip",)),
        contact("none", ContactStatus.ARCHIVED, tags=("Other",)),
    ]
    service = SmallService(
        contacts_held=[shown, *hidden],
        tags_held=[
            Tag(tag_id=7, name="vip", active_members=1),
            Tag(tag_id=8, name="Local", active_members=0),
        ],
        carriers={7: [shown]},
    )
    store = SmallStore(bits=(VIP, OURS))

    observe(service, store)

    assert store.foreign == {0: [c.subscriber_hash for c in (shown, *hidden[:2])]}
    assert service.asked("in full") == [ContactStatus.PENDING, ContactStatus.ARCHIVED]


def test_a_tag_of_ours_that_was_made_again_is_somebody_else_s() -> None:
    carrier = contact("carr")
    service = SmallService(
        contacts_held=[carrier],
        tags_held=[Tag(tag_id=9, name="Local", active_members=1)],
        carriers={9: [carrier]},
    )
    store = SmallStore(bits=(OURS,), carried={1: 4})

    found = observe(service, store)

    assert store.foreign == {1: [carrier.subscriber_hash]}
    assert (found.present, found.tag_ids) == (frozenset(), {1: 9})


@pytest.mark.parametrize("bits", [(OURS,), (VIP,), ()])
def test_nobody_is_asked_for_carriers_of_tags_that_are_not_new_or_not_there(
    bits: tuple[TagBit, ...],
) -> None:
    service = SmallService(tags_held=[Tag(tag_id=8, name="Local", active_members=0)])

    found = observe(service, store := SmallStore(bits=bits))

    assert store.foreign == {}
    assert service.asked("tagged") == service.asked("in full") == []
    assert found.present == (frozenset({1}) if OURS in bits else frozenset())
