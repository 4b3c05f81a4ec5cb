"""What a door is: one address, and how it answers each method for each kind of visitor. Rows stand in `doors_<area>.py`.

How to add rows is told in `test_doors.py`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

import tests.web
from tests.web.world import World

Values = Callable[[World], Mapping[str, Any]]
TO_SIGN_IN = 302


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The status that each kind of visitor gets."""

    signed_out: int = TO_SIGN_IN
    viewer: int
    contributor: int
    administrator: int

    def by_visitor(self) -> dict[str, int]:
        """Return the statuses by the name of the visitor."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


VISITORS = tuple(field.name for field in fields(Answers))


def people(status: int) -> Answers:
    """Everybody who is signed in gets the same."""
    return Answers(viewer=status, contributor=status, administrator=status)


def contributors(status: int, *, viewer: int = 403) -> Answers:
    """Contributors and administrators get it; a viewer sees the thing and is refused."""
    return Answers(viewer=viewer, contributor=status, administrator=status)


def administrators(status: int, *, others: int = 404) -> Answers:
    """Administrators get it; for the others there is nothing."""
    return Answers(viewer=others, contributor=others, administrator=status)


def anybody(status: int, *, signed_in: int | None = None) -> Answers:
    """Also who is signed out gets it."""
    inside = status if signed_in is None else signed_in
    return Answers(signed_out=status, viewer=inside, contributor=inside, administrator=inside)


def _nothing(_world: World) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An address by its name and the values in it. `get` or `post` None: the method is refused (405).

    `data` is what the POST sends. `case` tells several rows of one name apart. An open door also lets in who is signed
    out. `unknown` is what an administrator gets for values that lead to nothing.
    """

    name: str
    kwargs: Values = _nothing
    get: Answers | None = None
    post: Answers | None = None
    data: Values = _nothing
    case: str = ""
    is_open: bool = False
    unknown: int = 404

    def __str__(self) -> str:
        return f"{self.name}-{self.case}" if self.case else self.name

    def path(self, world: World) -> str:
        """Return the address."""
        return reverse(self.name, kwargs=dict(self.kwargs(world)))

    @property
    def has_values(self) -> bool:
        """Whether there are values in the address."""
        return self.kwargs is not _nothing

    def path_to_nothing(self, world: World) -> str:
        """Return the address with values that nothing has."""
        values = self.kwargs(world)
        wrong = {key: 987654321 if isinstance(v, int) else "nothing" for key, v in values.items()}
        return reverse(self.name, kwargs=wrong)

    def answers(self, method: str) -> Mapping[str, int]:
        """Return what each visitor gets by the method. Who is signed out learns of closed doors only where to sign in."""
        given = {"GET": self.get, "POST": self.post}.get(method)
        if given is not None:
            return given.by_visitor()
        refused = dict.fromkeys(VISITORS, 405)
        return refused if self.is_open else {**refused, "signed_out": TO_SIGN_IN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address pattern of the project, the area whose `urls.py` brings it, and values that it takes."""

    name: str
    area: str
    values: Mapping[str, object]

    def path(self) -> str:
        """Return an address of this pattern; it may lead to nothing."""
        return reverse(self.name, kwargs=dict(self.values))


def addresses() -> list[Address]:
    """List every address pattern of the project, by walking its resolver."""
    return list(_walk(get_resolver().url_patterns, area="web", values={}))


def doors() -> dict[str, list[Door]]:
    """Return all rows by their area."""
    return {
        name.removeprefix("doors_"): list(importlib.import_module(f"tests.web.{name}").DOORS)
        for name in _modules()
    }


def _modules() -> list[str]:
    found = (module.name for module in pkgutil.iter_modules(tests.web.__path__))
    return sorted(name for name in found if name.startswith("doors_"))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], *, area: str, values: Mapping[str, object]
) -> Iterator[Address]:
    for one in patterns:
        taken = {**values, **_values_for(one)}
        if isinstance(one, URLPattern):
            yield Address(name=one.name or "", area=area, values=taken)
            continue
        module = getattr(one.urlconf_module, "__name__", "")
        inner = module.split(".")[2] if module.startswith("segue.web.") else area
        yield from _walk(one.url_patterns, area=inner, values=taken)


def _values_for(one: URLPattern | URLResolver) -> dict[str, object]:
    """Return a value of the right kind for each part of the address that varies."""
    converters = getattr(one.pattern, "converters", {})
    return {
        name: 1 if isinstance(converter, IntConverter) else "x"
        for name, converter in converters.items()
    }
