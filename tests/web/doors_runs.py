"""The doors of the area `runs`: everybody sees runs, contributors their people, whoever may run the export decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from segue.control.refreshes.models import Run
from tests.fixtures.people import PASSWORD
from tests.web.doors import Answers, Door, Values, administrators, contributors, people
from tests.web.past import CHANGES, DIGEST
from tests.web.world import World

SEEN = people(200)
CANNOT_STREAM = people(204)
"""The test client is no ASGI server: such a server says that it cannot stream, and pages ask instead."""

SEEN_BY_CONTRIBUTORS = contributors(200)
DONE = contributors(302)
REFUSED = contributors(422)
DONE_APART = administrators(302, others=403)

Which = Callable[[World], Run]


def _on(which: Which) -> Values:
    return lambda world: {"pk": which(world).pk}


def _queued(world: World) -> Run:
    return world.run


def _ended(world: World) -> Run:
    return world.ended_run


def _held(world: World) -> Run:
    return world.held_run


def _planned(world: World) -> Run:
    return world.planned_run


def _unshared(world: World) -> Run:
    return world.unshared_run


def _unshared_held(world: World) -> Run:
    return world.unshared_held_run


def _approval(_world: World) -> Mapping[str, Any]:
    return {"digest": DIGEST, "count": str(CHANGES), "password": PASSWORD}


def _shown(_world: World) -> Mapping[str, Any]:
    return {"show": "1"}


KINDS: dict[str, Which] = {
    "": _ended,
    "queued": _queued,
    "held": _held,
    "plan only": _planned,
    "on an unshared connection": _unshared,
}


def _of_each_kind(name: str, **answers: Answers) -> list[Door]:
    return [
        Door(name=name, case=case, kwargs=_on(which), **answers)  # type: ignore[arg-type]
        for case, which in KINDS.items()
    ]


DOORS = [
    *_of_each_kind("run", get=SEEN),
    *_of_each_kind("run-live", get=SEEN),
    *_of_each_kind("run-events", get=CANNOT_STREAM),
    *_of_each_kind("run-people", get=DONE, post=DONE),
    *(
        Door(
            name="run-people",
            case=f"by name {case}".strip(),
            kwargs=_on(which),
            get=DONE,
            post=SEEN_BY_CONTRIBUTORS,
            data=_shown,
        )
        for case, which in KINDS.items()
    ),
    Door(name="run-approve", kwargs=_on(_held), post=DONE, data=_approval),
    Door(
        name="run-approve",
        case="with another password",
        kwargs=_on(_held),
        post=REFUSED,
        data=lambda world: {**_approval(world), "password": "wrong"},
    ),
    Door(name="run-approve", case="sent empty", kwargs=_on(_held), post=REFUSED),
    Door(
        name="run-approve",
        case="on an unshared connection",
        kwargs=_on(_unshared_held),
        post=DONE_APART,
        data=_approval,
    ),
    Door(
        name="run-approve",
        case="over already",
        kwargs=_on(_ended),
        post=REFUSED,
        data=_approval,
    ),
    Door(
        name="run-approve",
        case="plan only",
        kwargs=_on(_planned),
        post=REFUSED,
        data=_approval,
    ),
    Door(
        name="run-approve",
        case="without a plan",
        kwargs=_on(_queued),
        post=contributors(404),
        data=_approval,
    ),
    Door(name="run-discard", kwargs=_on(_held), post=DONE),
    Door(
        name="run-discard",
        case="on an unshared connection",
        kwargs=_on(_unshared_held),
        post=DONE_APART,
    ),
    Door(name="run-discard", case="over already", kwargs=_on(_ended), post=DONE),
    Door(name="run-discard", case="plan only", kwargs=_on(_planned), post=DONE),
    Door(name="run-cancel", kwargs=_on(_queued), get=SEEN_BY_CONTRIBUTORS, post=DONE),
    Door(name="run-cancel", case="held", kwargs=_on(_held), get=SEEN_BY_CONTRIBUTORS, post=DONE),
    Door(
        name="run-cancel",
        case="on an unshared connection",
        kwargs=_on(_unshared),
        get=administrators(200, others=403),
        post=DONE_APART,
    ),
    Door(
        name="run-cancel",
        case="over already",
        kwargs=_on(_ended),
        get=SEEN_BY_CONTRIBUTORS,
        post=DONE,
    ),
    Door(name="run-plan-csv", kwargs=_on(_ended), get=SEEN_BY_CONTRIBUTORS),
    Door(
        name="run-plan-csv",
        case="that was not kept",
        kwargs=_on(_planned),
        get=contributors(404),
    ),
    *(
        Door(name="run-rejected-csv", case=case, kwargs=_on(which), get=SEEN_BY_CONTRIBUTORS)
        for case, which in KINDS.items()
        if which is not _held
    ),
    Door(
        name="run-rejected-csv",
        case="that are no longer kept",
        kwargs=_on(_held),
        get=REFUSED,
    ),
]
