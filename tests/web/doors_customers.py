"""The doors of the area `customers`: contributors find customers and see their cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segue.web.customers.references import reference_of
from tests.web.doors import Door, contributors
from tests.web.world import World


def _nadia(_world: World) -> Mapping[str, Any]:
    return {"reference": reference_of("1")}


DOORS = [
    Door(
        name="customers",
        get=contributors(200),
        post=contributors(200),
        data=lambda world: {"search": "nadia"},
    ),
    Door(
        name="customer",
        kwargs=_nadia,
        get=contributors(200),
        post=contributors(200),
        data=lambda world: {"show": "1"},
    ),
    Door(
        name="customer",
        case="who is gone",
        kwargs=lambda world: {"reference": reference_of("987654")},
        get=contributors(404),
        post=contributors(404),
        data=lambda world: {"show": "1"},
    ),
]
