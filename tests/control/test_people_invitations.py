"""Invitations: one-time links that end when they are used, withdrawn or old, and with the power of who sent them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from segue.control.audit.models import Action, Entry
from segue.control.people import operations, queries
from segue.control.people.models import Invitation, Person, Role
from segue.core.errors import ConfigurationProblem, NotAllowed
from tests.fakes.clocks import START
from tests.fixtures.people import PASSWORD

PASSPHRASE = "purple elephant dance"
WEEK = timedelta(days=7)


def _accept(token: str, *, now: object = START, **changes: object) -> Person:
    values = {"name": "Dora", "password": PASSPHRASE, "now": now, **changes}
    return operations.accept_invitation(token=token, **values)  # type: ignore[arg-type]


def _invite(
    alice: Person,
    *,
    email: str = "dora@office.example",
    role: Role = Role.VIEWER,
    password: str = PASSWORD,
) -> str:
    _invitation, token = operations.invite(
        email=email, role=role, actor=alice, now=START, password=password
    )
    return token


def _refusal(token: str, **changes: object) -> str:
    with pytest.raises(ConfigurationProblem) as refused:
        _accept(token, **changes)
    return refused.value.code


def test_an_accepted_invitation_makes_the_person_that_was_invited(alice: Person) -> None:
    token = _invite(alice, email=" Dora@OFFICE.example", role=Role.CONTRIBUTOR)

    dora = _accept(token, email="else@office.example", language="fr", time_zone="Europe/Paris")

    kept = Person.objects.get(email="dora@office.example")
    assert kept == dora
    assert (kept.name, kept.role, kept.language, kept.time_zone) == (
        "Dora",
        Role.CONTRIBUTOR,
        "fr",
        "Europe/Paris",
    )
    assert kept.check_password(PASSPHRASE)
    assert list(Entry.objects.values_list("action", "actor_name", "subject_name")) == [
        (Action.INVITATION_ACCEPTED, "Dora", "Dora"),
        (Action.PERSON_ADDED, "Dora", "Dora"),
        (Action.PERSON_INVITED, "Alice", "dora@office.example"),
    ]


def test_only_a_hash_of_the_token_is_kept(alice: Person) -> None:
    token = _invite(alice)

    assert token not in str(list(Invitation.objects.values()))
    assert queries.invitation_by_token(token, START) == Invitation.objects.get()


def test_a_link_works_once(alice: Person) -> None:
    token = _invite(alice)
    _accept(token)

    assert _refusal(token) == "invitation_spent"


def test_a_link_that_was_refused_can_be_used_again(alice: Person) -> None:
    token = _invite(alice)

    assert _refusal(token, password="short") == "password_too_weak"
    assert _refusal(token, name="  ") == "person_name"
    assert _refusal(token, time_zone="Europe/Atlantis") == "unknown_time_zone"
    assert _accept(token).name == "Dora"


@pytest.mark.parametrize(
    ("later", "outcome"), [(WEEK - timedelta(seconds=1), "works"), (WEEK, "spent")]
)
def test_a_link_ends_after_a_week(alice: Person, later: timedelta, outcome: str) -> None:
    token = _invite(alice)

    open_then = queries.invitation_by_token(token, START + later) is not None

    assert ("works" if open_then else "spent") == outcome
    if not open_then:
        assert _refusal(token, now=START + later) == "invitation_spent"


def test_a_withdrawn_link_is_worthless(alice: Person) -> None:
    token = _invite(alice)
    invitation = Invitation.objects.get()

    for _time in range(2):
        operations.revoke_invitation(invitation=invitation, actor=alice, now=START)

    assert _refusal(token) == "invitation_spent"
    assert Entry.objects.filter(action=Action.INVITATION_REVOKED).count() == 1


def test_a_second_invitation_of_an_address_ends_the_first(alice: Person) -> None:
    first, second = _invite(alice), _invite(alice, role=Role.CONTRIBUTOR)

    assert _refusal(first) == "invitation_spent"
    assert _accept(second).role == Role.CONTRIBUTOR


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("password", ["", "wrong", PASSPHRASE])
def test_who_may_change_things_is_invited_by_whoever_signs_in_again_for_it(
    alice: Person, password: str, role: Role
) -> None:
    with pytest.raises(NotAllowed) as refused:
        _invite(alice, role=role, password=password)

    assert (refused.value.code, Invitation.objects.count()) == ("password_wrong", 0)
    assert _invite(alice, role=Role.VIEWER, password=password)


@pytest.mark.parametrize("change", ["deactivate", "demote"])
def test_nobody_comes_back_by_a_link_that_they_made_as_administrator(
    alice: Person, change: str
) -> None:
    _accept(_invite(alice, role=Role.ADMINISTRATOR))
    dora = Person.objects.get(name="Dora")
    back_door = _invite(
        dora, email="dora@elsewhere.example", role=Role.ADMINISTRATOR, password=PASSPHRASE
    )
    others = _invite(alice, email="emil@office.example")

    if change == "deactivate":
        operations.deactivate(person=dora, actor=alice, now=START)
    else:
        operations.change_role(
            password=PASSWORD, person=dora, role=Role.VIEWER, actor=alice, now=START
        )

    assert _refusal(back_door) == "invitation_spent"
    assert _accept(others, name="Emil").name == "Emil"


@pytest.mark.parametrize("email", ["bob@office.example", " BOB@Office.example "])
def test_somebody_who_is_there_cannot_be_invited(alice: Person, bob: Person, email: str) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        _invite(alice, email=email)

    assert refused.value.code == "person_address_taken"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("email", ["", "bob", "bob@", "b ob@office.example", "böb@office.example"])
def test_an_address_must_be_one(alice: Person, email: str) -> None:
    with pytest.raises(ConfigurationProblem) as refused:
        _invite(alice, email=email)

    assert refused.value.code == "person_address"


def test_an_address_taken_meanwhile_leaves_the_invitation_open(alice: Person) -> None:
    token = _invite(alice)
    Person.objects.create(name="D", email="dora@office.example", created_at=START)

    assert _refusal(token) == "person_address_taken"
    assert queries.invitation_by_token(token, START) is not None


def test_the_first_link_makes_the_first_administrator(db: None) -> None:
    token = operations.first_invitation(now=START)

    first = _accept(str(token), email="Dora@office.example")

    assert (first.email, first.role) == ("dora@office.example", Role.ADMINISTRATOR)
    assert operations.first_invitation(now=START) is None


def test_a_new_first_link_ends_the_earlier_one(db: None) -> None:
    earlier, later = operations.first_invitation(now=START), operations.first_invitation(now=START)

    assert _refusal(str(earlier), email="d@office.example") == "invitation_spent"
    assert _accept(str(later), email="d@office.example").is_administrator


def test_a_forgotten_first_link_opens_no_installation_that_has_people(db: None) -> None:
    token = operations.first_invitation(now=START)
    Person.objects.create(
        name="Dora", email="d@office.example", role=Role.ADMINISTRATOR, created_at=START
    )

    assert _refusal(str(token), email="thief@elsewhere.example") == "invitation_spent"


def test_the_link_for_whoever_can_sign_in_no_more_makes_an_administrator(alice: Person) -> None:
    later = START + timedelta(minutes=1)
    token = operations.invite_administrator(now=later)

    rescued = _accept(token, email="d@office.example", now=later)

    assert (rescued.email, rescued.is_administrator) == ("d@office.example", True)
    assert _refusal(token, email="thief@elsewhere.example", now=later) == "invitation_spent"
