"""Roles, access and the last administrator: who may do what to whom, at once, also when two act at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from segue.control.audit.models import Action, Entry
from segue.control.people import operations, policy, queries
from segue.control.people.models import Person, Role, Session
from segue.core.errors import NotAllowed, NotVisible
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD
from tests.patience import PATIENCE_S

Browse = Callable[[Person | None], Client]


def _second_administrator() -> Person:
    return Person.objects.create(
        name="Dora", email="dora@office.example", role=Role.ADMINISTRATOR, created_at=START
    )


def _entries(action: Action) -> list[tuple[str, str, dict[str, object]]]:
    found = Entry.objects.filter(action=action)
    return [(entry.actor_name, entry.subject_name, entry.details) for entry in found]


@pytest.mark.parametrize(
    ("role", "person", "contributor", "administrator"),
    [
        (Role.VIEWER, True, False, False),
        (Role.CONTRIBUTOR, True, True, False),
        (Role.ADMINISTRATOR, True, True, True),
    ],
)
def test_each_role_may_what_the_ones_before_it_may(
    role: Role, person: bool, contributor: bool, administrator: bool
) -> None:
    actor = Person(name="X", email="x@office.example", role=role, created_at=START)

    asked = (policy.is_person, policy.is_contributor, policy.is_administrator)

    assert [one.test(actor) for one in asked] == [person, contributor, administrator]


@pytest.mark.parametrize("role", Role)
def test_a_deactivated_person_may_nothing(role: Role) -> None:
    actor = Person(name="X", email="x@office.example", role=role, is_active=False)

    asked = (policy.is_person, policy.is_contributor, policy.is_administrator)

    assert [one.test(actor) for one in asked] == [False, False, False]


def test_nobody_may_nothing() -> None:
    asked = (policy.is_person, policy.is_contributor, policy.is_administrator, policy.see_people)

    assert [one.test(None) for one in asked] == [False, False, False, False]


def test_an_account_is_its_owners_alone(alice: Person, bob: Person) -> None:
    assert policy.edit_own_account.test(bob, bob)
    assert not policy.edit_own_account.test(alice, bob)


def test_a_stranger_gets_the_answer_of_what_does_not_exist() -> None:
    with pytest.raises(NotVisible) as refused:
        policy.require(None, policy.is_administrator)

    assert (refused.value.code, refused.value.http_status) == ("not_found", 404)


def test_a_reader_without_the_right_is_told_so(vera: Person) -> None:
    with pytest.raises(NotAllowed) as refused:
        policy.require(vera, policy.is_administrator)

    assert (refused.value.code, refused.value.http_status) == ("not_allowed", 403)


@pytest.mark.parametrize("change", ["change_role", "deactivate", "reactivate", "invite", "add"])
def test_only_administrators_change_people(
    change: str, bob: Person, vera: Person, alice: Person
) -> None:
    changes = {
        "change_role": lambda actor: operations.change_role(
            password=PASSWORD, person=vera, role=Role.CONTRIBUTOR, actor=actor, now=START
        ),
        "deactivate": lambda actor: operations.deactivate(person=vera, actor=actor, now=START),
        "reactivate": lambda actor: operations.reactivate(person=vera, actor=actor, now=START),
        "invite": lambda actor: operations.invite(
            email="d@office.example", role=Role.VIEWER, actor=actor, now=START
        ),
        "add": lambda actor: operations.add_person(
            name="D",
            email="d@office.example",
            role=Role.VIEWER,
            password="purple elephant dance",
            actor=actor,
            now=START,
        ),
    }

    with pytest.raises(NotVisible):
        changes[change](bob)
    changes[change](alice)


def test_a_role_counts_at_once_where_the_person_is_signed_in(
    browse: Browse, alice: Person, bob: Person
) -> None:
    browser = browse(bob)
    assert browser.get("/permissions/").status_code == 404

    operations.change_role(
        password=PASSWORD, person=bob, role=Role.ADMINISTRATOR, actor=alice, now=START
    )
    promoted = browser.get("/permissions/").status_code
    operations.change_role(password=PASSWORD, person=bob, role=Role.VIEWER, actor=alice, now=START)

    assert (promoted, browser.get("/permissions/").status_code) == (200, 404)
    assert _entries(Action.ROLE_CHANGED) == [
        ("Alice", "Bob", {"before": "administrator", "after": "viewer"}),
        ("Alice", "Bob", {"before": "contributor", "after": "administrator"}),
    ]


@pytest.mark.parametrize("password", ["", "wrong", "purple elephant dance"])
def test_a_role_is_given_by_whoever_signs_in_again_for_it(
    alice: Person, bob: Person, password: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        operations.change_role(
            password=password, person=bob, role=Role.ADMINISTRATOR, actor=alice, now=START
        )

    bob.refresh_from_db()
    assert (refused.value.code, bob.role) == ("password_wrong", Role.CONTRIBUTOR)
    assert _entries(Action.ROLE_CHANGED) == []


def test_the_same_role_again_changes_and_records_nothing(alice: Person, bob: Person) -> None:
    operations.change_role(
        password=PASSWORD, person=bob, role=Role.CONTRIBUTOR, actor=alice, now=START
    )

    assert _entries(Action.ROLE_CHANGED) == []


def test_deactivation_ends_every_session_at_once(
    browse: Browse, alice: Person, bob: Person
) -> None:
    desk, phone, other = browse(bob), browse(bob), browse(alice)

    operations.deactivate(person=bob, actor=alice, now=START)

    assert [one.get("/account/").status_code for one in (desk, phone, other)] == [302, 302, 200]
    assert not Session.objects.filter(person=bob).exists()
    assert _entries(Action.PERSON_DEACTIVATED) == [("Alice", "Bob", {})]


def test_a_reactivated_person_has_their_role_and_no_old_session(
    browse: Browse, alice: Person, bob: Person
) -> None:
    browser = browse(bob)
    operations.deactivate(person=bob, actor=alice, now=START)

    for _time in range(2):
        operations.reactivate(person=bob, actor=alice, now=START, password=PASSWORD)

    bob.refresh_from_db()
    assert (bob.is_active, bob.role) == (True, Role.CONTRIBUTOR)
    assert browser.get("/account/").status_code == 302
    assert _entries(Action.PERSON_REACTIVATED) == [("Alice", "Bob", {})]


def test_deactivating_twice_is_recorded_once(alice: Person, bob: Person) -> None:
    for _time in range(2):
        operations.deactivate(person=bob, actor=alice, now=START)

    assert len(_entries(Action.PERSON_DEACTIVATED)) == 1


@pytest.mark.parametrize("change", ["deactivate", "demote"])
def test_the_last_administrator_cannot_be_removed(change: str, alice: Person, bob: Person) -> None:
    with pytest.raises(NotAllowed) as refused:
        _remove(alice, by=alice, how=change)

    alice.refresh_from_db()
    assert (refused.value.code, refused.value.message) == (
        "last_administrator",
        "Alice is the last administrator.",
    )
    assert alice.is_administrator


@pytest.mark.parametrize("change", ["deactivate", "demote"])
def test_one_of_two_administrators_can_leave(change: str, alice: Person) -> None:
    dora = _second_administrator()

    _remove(alice, by=alice, how=change)

    assert [one.name for one in queries.administrators()] == ["Dora"]
    assert queries.is_last_administrator(dora)


def test_a_deactivated_administrator_does_not_count_as_one_who_is_left(alice: Person) -> None:
    dora = _second_administrator()
    operations.deactivate(person=dora, actor=alice, now=START)

    with pytest.raises(NotAllowed):
        operations.deactivate(person=alice, actor=alice, now=START)


def test_who_was_demoted_meanwhile_does_nothing_more(alice: Person, bob: Person) -> None:
    dora = _second_administrator()  # as her request loaded her, before she was demoted
    operations.change_role(password=PASSWORD, person=dora, role=Role.VIEWER, actor=alice, now=START)
    dora.role = Role.ADMINISTRATOR

    with pytest.raises(NotVisible):
        operations.deactivate(person=bob, actor=dora, now=START)

    bob.refresh_from_db()
    assert bob.is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["deactivate", "demote"])
def test_two_administrators_who_remove_each_other_leave_one(change: str, alice: Person) -> None:
    dora = _second_administrator()
    together = Barrier(2)

    def remove(person: Person, by: Person) -> bool:
        together.wait(timeout=PATIENCE_S)
        try:
            _remove(person, by=by, how=change)
        except (NotAllowed, NotVisible):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        pairs = [(alice, dora), (dora, alice)]
        done = [job.result() for job in [pool.submit(remove, *pair) for pair in pairs]]

    assert sorted(done) == [False, True]
    assert queries.administrators().count() == 1


def _remove(person: Person, *, by: Person, how: str) -> None:
    if how == "deactivate":
        operations.deactivate(person=person, actor=by, now=START)
    else:
        operations.change_role(
            password=PASSWORD, person=person, role=Role.VIEWER, actor=by, now=START
        )
