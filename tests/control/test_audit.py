"""The audit log: written once, never changed, found again by what, who, to what and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from segue.control.audit.models import Action, Entry
from segue.control.audit.operations import Subject, record
from segue.control.audit.queries import EntryFilter, entries
from segue.control.people.models import Person
from segue.core.errors import NotAllowed
from tests.fakes.clocks import START

VIP = Subject(kind="export", id="1", name="VIP newsletter")
OTHER = Subject(kind="export", id="12", name="Other")
HOUR = timedelta(hours=1)


@pytest.fixture
def log(alice: Person, bob: Person) -> None:
    """Write five entries, one an hour."""
    record(Action.EXPORT_ADDED, actor=bob, now=START, subject=VIP)
    record(Action.EXPORT_EDITED, actor=alice, now=START + HOUR, subject=VIP)
    record(Action.EXPORT_ADDED, actor=alice, now=START + 2 * HOUR, subject=OTHER)
    record(Action.SIGNED_IN, actor=bob, now=START + 3 * HOUR)
    record(Action.CONNECTION_HEALTH, actor=None, now=START + 4 * HOUR)


def found(**wanted: object) -> list[str]:
    """Return the actions of the entries that fit."""
    return [entry.action for entry in entries(EntryFilter(**wanted))]


def test_an_entry_holds_who_did_what_to_what_when(alice: Person) -> None:
    record(Action.EXPORT_EDITED, actor=alice, now=START, subject=VIP, details={"segments": ["vip"]})

    entry = Entry.objects.get()
    assert (entry.at, entry.actor_id, entry.actor_name, entry.action) == (
        START,
        alice.pk,
        "Alice",
        Action.EXPORT_EDITED,
    )
    assert (entry.subject_kind, entry.subject_id, entry.subject_name, entry.details) == (
        "export",
        "1",
        "VIP newsletter",
        {"segments": ["vip"]},
    )


def test_what_segue_does_itself_has_no_actor(db: None) -> None:
    record(Action.CONNECTION_HEALTH, actor=None, now=START)

    entry = Entry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.subject_kind) == (None, "", "")


def test_an_entry_outlives_the_person_who_acted(bob: Person, log: None) -> None:
    bob.delete()

    assert found(text="bob") == [Action.SIGNED_IN, Action.EXPORT_ADDED]


def _save(entry: Entry) -> None:
    entry.actor_name = "Somebody else"
    entry.save()


@pytest.mark.parametrize(
    "change",
    [
        _save,
        lambda entry: entry.delete(),
        lambda entry: Entry.objects.update(actor_name="Somebody else"),
        lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
        lambda entry: Entry.objects.bulk_update([entry], ["actor_name"]),
    ],
    ids=["save", "delete", "update many", "delete many", "bulk update"],
)
def test_an_entry_is_never_changed_or_deleted(log: None, change: Callable[[Entry], object]) -> None:
    entry = Entry.objects.filter(subject_name="Other").get()

    with pytest.raises(NotAllowed) as refusal, transaction.atomic():
        change(entry)

    assert refusal.value.code == "audit_immutable"
    assert Entry.objects.get(pk=entry.pk).actor_name == "Alice"
    assert Entry.objects.count() == 5


def test_entries_come_newest_first(log: None) -> None:
    assert found() == [
        Action.CONNECTION_HEALTH,
        Action.SIGNED_IN,
        Action.EXPORT_ADDED,
        Action.EXPORT_EDITED,
        Action.EXPORT_ADDED,
    ]


def test_entries_are_found_by_words_of_names_whatever_their_capitals(log: None) -> None:
    assert found(text="NEWSLETTER") == [Action.EXPORT_EDITED, Action.EXPORT_ADDED]
    assert found(text="bob") == [Action.SIGNED_IN, Action.EXPORT_ADDED]


def test_entries_are_found_by_action_and_by_person(log: None, bob: Person) -> None:
    assert found(action=Action.EXPORT_EDITED) == [Action.EXPORT_EDITED]
    assert found(actor_id=bob.pk) == [Action.SIGNED_IN, Action.EXPORT_ADDED]


def test_entries_are_found_by_exactly_one_subject(log: None) -> None:
    assert found(subject_kind="export", subject_id="1") == [
        Action.EXPORT_EDITED,
        Action.EXPORT_ADDED,
    ]


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last(log: None) -> None:
    assert found(since=START + HOUR, until=START + 3 * HOUR) == [
        Action.EXPORT_ADDED,
        Action.EXPORT_EDITED,
    ]


def test_everything_that_is_asked_for_must_fit(log: None, alice: Person) -> None:
    assert found(action=Action.EXPORT_ADDED, actor_id=alice.pk, until=START + 3 * HOUR) == [
        Action.EXPORT_ADDED
    ]
    assert found(action=Action.EXPORT_ADDED, actor_id=alice.pk, until=START + HOUR) == []
