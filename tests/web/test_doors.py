"""Every address × GET, POST, PUT, PATCH, DELETE × signed out, viewer, contributor, administrator: who gets which status.

The addresses are found by walking the project's resolver: a new one without a row fails this test.

How to add rows: your area `segue/web/<area>/urls.py` has a file `tests/web/doors_<area>.py` with one list `DOORS`. Write
a `Door` for each name of an address in your `urls.py`:

    Door(
        name="export",                                     # the name in urls.py
        kwargs=lambda world: {"pk": world.export.pk},      # the values in the address, from `tests/web/world.py`
        get=people(200),                                   # everybody who is signed in reads it
        post=contributors(302),                            # a viewer gets 403, the others 302
        data=lambda world: {"name": "Another name"},       # what the POST sends
    )

- A method that is not given must be refused: 405, and to the sign-in for who is signed out. PUT, PATCH and DELETE always are.
- `people`, `contributors`, `administrators`, `anybody` say the usual answers; `Answers(...)` any other.
- One name may have several rows with different values or data: give each a `case` (`case="on an unshared connection"`).
- `is_open=True` is for pages before signing in. `unknown` is the status for values that lead to nothing, 404 by default.
- Whoever is refused must not have changed anything. What the others change is rolled back. Need something that the world lacks? Add it to `tests/web/world.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse

from segue.control.audit.models import Entry
from tests.web.doors import VISITORS, Door, addresses, doors
from tests.web.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNUSED = ("PUT", "PATCH", "DELETE")
"""Methods that every door refuses: the short form asks with them as a stranger and as who may do most."""
REFUSED = (403, 404, 405)
PANE = {"HX-Request": "true", "HX-Target": "pane"}
ALL = [door for rows in doors().values() for door in rows]

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_every_address_has_a_name_of_its_own() -> None:
    names = Counter(address.name for address in addresses())

    assert {name: times for name, times in names.items() if times > 1 or not name} == {}


def test_every_address_has_a_row_in_its_areas_file() -> None:
    rows = {(area, door.name) for area, its in doors().items() for door in its}
    known = {(one.area, one.name) for one in addresses()}

    assert {"without a row": known - rows, "without an address": rows - known} == {
        "without a row": set(),
        "without an address": set(),
    }


def test_rows_can_be_told_apart() -> None:
    assert {text: times for text, times in Counter(map(str, ALL)).items() if times > 1} == {}


SHORT = {
    (method, visitor)
    for method, visitor in product(METHODS, VISITORS)
    if method not in UNUSED or visitor in ("signed_out", "administrator")
}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(SHORT, id="short"),
        pytest.param({*product(METHODS, VISITORS)} - SHORT, id="long", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("door", ALL, ids=str)
def test_the_door_opens_for_whom_it_should(
    world: World, door: Door, asked: set[tuple[str, str]]
) -> None:
    answers = {
        f"{method} {visitor}": _ask(world, door, method, visitor, door.path(world))
        for method, visitor in sorted(asked)
    }

    expected = {f"{method} {visitor}": door.answers(method)[visitor] for method, visitor in asked}
    assert {who: answer.status for who, answer in answers.items()} == expected
    assert [who for who, one in answers.items() if one.status in REFUSED and one.entries] == []


@pytest.mark.parametrize("door", [door for door in ALL if not door.is_open], ids=str)
def test_who_is_signed_out_signs_in_and_comes_back_to_what_they_read(
    world: World, door: Door
) -> None:
    path, sign_in = door.path(world), reverse("sign-in")

    answers = {
        method: _ask(world, door, method, "signed_out", path) for method in (*METHODS, "HEAD")
    }
    pane = world.browser("signed_out").get(path, headers=PANE)

    back = f"{sign_in}?{urlencode({'next': path})}"
    reads = ("GET", "HEAD")
    assert {method: (answer.leads_to, answer.entries) for method, answer in answers.items()} == {
        method: (back if method in reads else sign_in, 0) for method in (*METHODS, "HEAD")
    }
    assert (pane.status_code, pane.headers["HX-Redirect"]) == (204, sign_in)


@pytest.mark.parametrize("door", [door for door in ALL if door.has_values], ids=str)
def test_values_that_lead_to_nothing_are_not_found(world: World, door: Door) -> None:
    path = door.path_to_nothing(world)

    methods = [m for m, given in (("GET", door.get), ("POST", door.post)) if given is not None]

    found = {method: _ask(world, door, method, "administrator", path) for method in methods}
    assert {method: answer.status for method, answer in found.items()} == dict.fromkeys(
        methods, door.unknown
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request came to; `entries` is how many the audit log got by it."""

    status: int
    leads_to: str
    entries: int


def _ask(world: World, door: Door, method: str, visitor: str, path: str) -> Answer:
    """Ask, and undo whatever came of it."""
    browser, before = world.browser(visitor), Entry.objects.count()
    with transaction.atomic():
        if method == "POST":
            answer = browser.post(path, dict(door.data(world)))
        else:
            answer = browser.generic(method, path)
        entries = Entry.objects.count() - before
        transaction.set_rollback(True)
    return Answer(
        status=answer.status_code, leads_to=answer.headers.get("Location", ""), entries=entries
    )
