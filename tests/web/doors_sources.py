"""The doors of the area `sources`: everybody sees sources, contributors refresh them, administrators define them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segue.control.people.models import Person
from segue.service.proposals import proposal
from tests.control import stage
from tests.web.doors import Door, administrators, contributors, people
from tests.web.world import World

SEEN = people(200)
SEEN_BY_ADMINISTRATORS = administrators(200, others=403)
DONE = administrators(302, others=403)
REFUSED = administrators(422, others=403)


def _definition(world: World) -> Mapping[str, Any]:
    return {"pk": world.definition.pk}


def _plan(world: World) -> Mapping[str, Any]:
    """Return what applies exactly the administrator's proposal."""
    proposed = proposal(Person.objects.get(pk=world.people["administrator"].pk))
    assert proposed is not None
    return {"plan": proposed.plan.digest}


def _outside(_world: World) -> Mapping[str, Any]:
    return {"text": stage.DEFINITION.replace("customers.csv", "/etc/passwd")}


DOORS = [
    Door(name="sources", get=SEEN),
    Door(name="sources-refresh", post=contributors(302)),
    Door(name="source", kwargs=lambda world: {"name": world.source}, get=SEEN),
    Door(
        name="definition",
        get=SEEN_BY_ADMINISTRATORS,
        post=DONE,
        data=lambda world: {"text": stage.DEFINITION},
    ),
    Door(name="definition", case="sent empty", get=SEEN_BY_ADMINISTRATORS, post=REFUSED),
    Door(
        name="definition",
        case="of a file elsewhere",
        get=SEEN_BY_ADMINISTRATORS,
        post=REFUSED,
        data=_outside,
    ),
    Door(name="definition-plan", get=SEEN_BY_ADMINISTRATORS, post=DONE, data=_plan),
    Door(
        name="definition-plan",
        case="that was not shown",
        get=SEEN_BY_ADMINISTRATORS,
        post=administrators(409, others=403),
    ),
    Door(name="definition-discard", post=DONE),
    Door(name="definition-text", kwargs=_definition, get=SEEN_BY_ADMINISTRATORS),
    Door(name="definition-download", kwargs=_definition, get=SEEN_BY_ADMINISTRATORS),
    Door(name="definition-again", kwargs=_definition, post=DONE),
]
