"""The doors of the area `system`: everybody sees how it stands, administrators refresh everything and read the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from segue.control.refreshes.models import Refresh
from tests.fixtures.people import PASSWORD
from tests.web.doors import Answers, Door, Values, administrators, contributors, people
from tests.web.doors_runs import CANNOT_STREAM, SEEN, SEEN_BY_CONTRIBUTORS
from tests.web.world import World

SEEN_BY_ADMINISTRATORS = administrators(200, others=403)
DONE = administrators(302, others=403)
DAILY = {"is_on": "on", "every": "daily", "times": "06:30", "time_zone": "Europe/Paris"}

Which = Callable[[World], Refresh]


def _on(which: Which) -> Values:
    return lambda world: {"pk": which(world).pk}


def _administrators(world: World) -> Refresh:
    return world.refresh


def _contributors(world: World) -> Refresh:
    return world.bobs_refresh


def _ended(world: World) -> Refresh:
    return world.ended_refresh


def _of_each_kind(name: str, get: Answers) -> list[Door]:
    kinds = {"": _administrators, "asked for by a contributor": _contributors, "over": _ended}
    return [Door(name=name, case=case, kwargs=_on(one), get=get) for case, one in kinds.items()]


def _anew(_world: World) -> dict[str, Any]:
    return {"read_again": "yes"}


DOORS = [
    Door(name="system", get=SEEN),
    Door(name="system-live", get=SEEN),
    Door(name="system-events", get=CANNOT_STREAM),
    *_of_each_kind("refresh", SEEN),
    *_of_each_kind("refresh-live", SEEN),
    *_of_each_kind("refresh-events", CANNOT_STREAM),
    Door(
        name="refresh-cancel",
        kwargs=_on(_administrators),
        get=SEEN_BY_ADMINISTRATORS,
        post=DONE,
    ),
    Door(
        name="refresh-cancel",
        case="asked for by a contributor",
        kwargs=_on(_contributors),
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
    ),
    Door(
        name="refresh-cancel",
        case="over",
        kwargs=_on(_ended),
        get=SEEN_BY_ADMINISTRATORS,
        post=DONE,
    ),
    Door(name="refresh-everything", get=SEEN_BY_ADMINISTRATORS, post=DONE),
    Door(
        name="refresh-everything",
        case="read again",
        get=SEEN_BY_ADMINISTRATORS,
        post=DONE,
        data=_anew,
    ),
    Door(name="refresh-data", get=SEEN_BY_CONTRIBUTORS, post=contributors(302)),
    Door(
        name="refresh-data",
        case="read again",
        get=SEEN_BY_CONTRIBUTORS,
        post=contributors(302),
        data=_anew,
    ),
    Door(name="system-schedule", get=SEEN, post=DONE, data=lambda world: DAILY),
    Door(
        name="system-schedule",
        case="sent empty",
        get=SEEN,
        post=administrators(422, others=403),
    ),
    Door(
        name="system-schedule",
        case="one more time",
        get=SEEN,
        post=SEEN_BY_ADMINISTRATORS,
        data=lambda world: {**DAILY, "add_time": "1"},
    ),
    Door(name="audit", get=SEEN_BY_ADMINISTRATORS),
    Door(name="audit-csv", get=SEEN_BY_ADMINISTRATORS),
    Door(
        name="system-installation",
        get=SEEN_BY_ADMINISTRATORS,
        post=DONE,
        data=lambda world: {"decision": "a_copy", "password": PASSWORD},
    ),
    Door(
        name="system-installation",
        case="sent empty",
        get=SEEN_BY_ADMINISTRATORS,
        post=administrators(422, others=403),
    ),
    Door(name="about", get=people(200)),
]
