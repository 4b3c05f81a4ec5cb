"""What a form says is wrong is tied to its field, so that who hears the page hears it there: in every form."""

from __future__ import annotations

import pytest

from tests.web.doors import Door, doors
from tests.web.ties import untied
from tests.web.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

REFUSED = 422
REFUSING: tuple[Door, ...] = tuple(
    door
    for rows in doors().values()
    for door in rows
    if door.post is not None and door.answers("POST")["administrator"] == REFUSED
)


def test_nothing_is_said_to_be_wrong_beside_a_field_that_does_not_know_it() -> None:
    lost = '<form><input id="a"><p class="wrong">No</p></form>'
    tied = '<form><input aria-describedby="b" aria-invalid="true"><p id="b" class="wrong">No</p></form>'

    assert untied(lost) == ["No"]
    assert untied(tied.replace(' aria-invalid="true"', "")) == ["not marked: b"]
    assert untied(tied) == []


@pytest.mark.parametrize("door", REFUSING, ids=str)
def test_what_a_form_refuses_is_tied_to_its_field(world: World, door: Door) -> None:
    refused = world.browser("administrator").post(door.path(world), dict(door.data(world)))

    assert refused.status_code == REFUSED
    assert untied(refused.content.decode()) == []
