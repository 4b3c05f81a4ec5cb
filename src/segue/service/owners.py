"""Hold what a file declares against what belongs to the pages: a name that both claim is a mistake, told at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from segue.configuration import Configuration
from segue.configuration.document import parse
from segue.control.origins import Origin, claim
from segue.control.segments import queries as segments
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said_many


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """A name that a file declares in a section, and that the pages own."""

    section: str
    name: str


def refuse_claimed(text: str, declared: Configuration, path: Path) -> None:
    """Return when everything that a text declares is a file's to declare.

    Raises: ConfigurationProblem with a mistake, at its line and column, for each name that belongs to the pages.
    """
    mistakes = [_mistake(text, one) for one in _claims(declared)]
    if mistakes:
        raise ConfigurationProblem(
            said_many(
                "%(path)s has one mistake.",
                "%(path)s has %(count)s mistakes.",
                path=path,
                count=len(mistakes),
            ),
            action="Correct the file and run `segue check`.",
            code="configuration_invalid",
            context={"mistakes": len(mistakes)},
            mistakes=mistakes,
        )


def _claims(declared: Configuration) -> Iterator[_Claim]:
    of_pages = segments.segments().filter(origin=Origin.PAGE)
    yield from _both("segments", declared.segments, of_pages.values_list("name", flat=True))


def _both(section: str, names: Mapping[str, object], owned: Iterable[str]) -> Iterator[_Claim]:
    taken = set(owned)
    return (_Claim(section=section, name=name) for name in names if name in taken)


def _mistake(text: str, one: _Claim) -> Mistake:
    path = f"{one.section}.{one.name}"
    place = parse(text).place(path, key=True)
    return claim(path, one.name, line=place.line, column=place.column)
