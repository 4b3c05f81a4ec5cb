"""Doors that hand an open browser to a thief for good ask for the password again; wrong ones count like failed sign-ins."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import transaction

from segue.control.audit.models import Action, Entry
from tests.fixtures.people import PASSWORD
from tests.web.doors import Door, doors
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PROVEN = {
    "connection": "contributors may manage every export on it",
    "connection-share": "contributors may manage every export on it",
    "connection-export-user": "exports run on this person's authority from then on",
    "invite": "somebody new sees personal data and changes things",
    "password-change": "whoever knew the password is shut out",
    "person-reactivate": "somebody is back who sees personal data and changes things",
    "person-role": "somebody may do more than before",
    "run-approve": "what a brake held is written at Mailchimp",
    "system-installation": "which of several installations writes to the audiences",
}
"""Doors that ask for the second proof, and what passing them does."""

GIVES_NOTHING = ("connection", "connection-share", "invite", "person-reactivate")
"""Doors that ask only where somebody may do more than before: not for viewers, and not for what is shared already."""

FIELDS = ("password", "current", "own_password")


def _proof_in(door: Door, world: World) -> str | None:
    """Return the field in which a door's form is sent the visitor's own password; None: in no field."""
    data = door.data(world)
    return next((name for name in FIELDS if data.get(name) == PASSWORD), None)


ALL = [
    door
    for rows in doors().values()
    for door in rows
    if door.post is not None and door.name in PROVEN
]


def _opened(door: Door) -> bool:
    return door.post is not None and door.post.administrator in (200, 302)


@pytest.mark.parametrize("given", ["", "wrong", PASSWORD[:-1], PASSWORD.upper(), None])
@pytest.mark.parametrize("door", [door for door in ALL if _opened(door)], ids=str)
def test_without_the_visitors_own_password_nothing_happens(
    world: World, door: Door, given: str | None
) -> None:
    field = _proof_in(door, world)
    if field is None:
        assert door.name in GIVES_NOTHING
        return
    data = {name: value for name, value in door.data(world).items() if name != field}
    browser, before = world.browser("administrator"), Entry.objects.count()

    with transaction.atomic():
        answer = browser.post(door.path(world), data | ({} if given is None else {field: given}))
        new = list(Entry.objects.order_by("id")[before:].values_list("action", flat=True))
        transaction.set_rollback(True)

    assert answer.status_code == 422
    assert set(new) <= {Action.SIGN_IN_FAILED}


@pytest.mark.parametrize("door", [door for door in ALL if _opened(door)], ids=str)
def test_a_thief_cannot_guess_the_password_in_a_pane(world: World, door: Door) -> None:
    field = _proof_in(door, world)
    if field is None:
        return
    right = dict(door.data(world))
    browser = world.browser("administrator")

    with transaction.atomic():
        for number in range(settings.AXES_FAILURE_LIMIT):
            browser.post(door.path(world), right | {field: f"guess {number}"})
        answer = browser.post(door.path(world), right)
        transaction.set_rollback(True)

    assert answer.status_code in (422, 429)


def test_every_door_that_is_sent_a_password_is_told_why(world: World) -> None:
    asking = {
        door.name
        for rows in doors().values()
        for door in rows
        if not door.is_open and _proof_in(door, world) is not None
    }

    assert asking == set(PROVEN)
