"""The doors of the area `help`."""

from __future__ import annotations

from tests.web.doors import Door, people

DOORS = [
    Door(name="help", get=people(200)),
    Door(
        name="help-page", kwargs=lambda _world: {"name": "howto/set-up-an-export"}, get=people(200)
    ),
    Door(
        name="help-picture",
        kwargs=lambda _world: {"place": "reference/benchmark/calls-100000.svg"},
        get=people(200),
    ),
]
