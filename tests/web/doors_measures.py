"""The doors of the area `measures`: everybody sees measures, contributors make and change them and see how they lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segue.control.origins import Origin
from segue.control.segments.models import Measure
from tests.web.doors import Door, administrators, contributors, people
from tests.web.world import World

FORMULA = {"kind": "formula", "function": "count", "formula": "2 * 21", "label": "Forty-two"}


def of_pages(_world: World) -> Mapping[str, Any]:
    """A measure that is the same for everybody: the profiles of the world have no related table."""
    return _row("of_pages", Origin.PAGE)


def _of_file(_world: World) -> Mapping[str, Any]:
    return _row("of_a_file", Origin.FILE)


def _row(name: str, origin: Origin) -> Mapping[str, Any]:
    Measure.objects.get_or_create(
        name=name,
        defaults={"label": "Twelve", "definition": {"formula": "12"}, "type": "decimal", "origin": origin},
    )  # fmt: skip
    return {"name": name}


def _saved(_world: World) -> Mapping[str, Any]:
    return {**FORMULA, "save": "1"}


DOORS = [
    Door(name="measures", get=people(200)),
    Door(name="measure-new", get=contributors(200), post=contributors(302), data=_saved),
    Door(
        name="measure-new",
        case="only looked at",
        get=contributors(200),
        post=contributors(200),
        data=lambda world: {**FORMULA, "look": "1"},
    ),
    Door(name="measure", kwargs=of_pages, get=people(200)),
    Door(
        name="measure-edit",
        kwargs=of_pages,
        get=contributors(200),
        post=contributors(302),
        data=_saved,
    ),
    Door(
        name="measure-edit",
        case="from a file",
        kwargs=_of_file,
        get=contributors(200),
        post=contributors(422),
        data=_saved,
    ),
    Door(name="measure-preview", kwargs=of_pages, get=contributors(200)),
    Door(
        name="measure-adopt",
        kwargs=_of_file,
        get=administrators(200, others=403),
        post=administrators(302, others=403),
    ),
    Door(name="measure-remove", kwargs=of_pages, get=contributors(200), post=contributors(302)),
]
