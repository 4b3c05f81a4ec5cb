"""The doors of the area `home`."""

from __future__ import annotations

from tests.web.doors import Door, people

DOORS = [
    Door(name="home", get=people(200)),
]
