"""What is photographed, read from places.toml: every page and pane with its title and a sentence, and how to get there."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("places.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way of looking: language, scheme, width in pixels."""

    language: str
    scheme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


WIDE = (
    Look(language="en", scheme="light", width=1440),
    Look(language="fr", scheme="dark", width=1440),
)
"""How every place is looked at for the documentation."""

NARROW = (
    Look(language="fr", scheme="light", width=360),
    Look(language="en", scheme="dark", width=360),
)
"""How the main places are looked at besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page or pane. What the fields mean stands at the head of places.toml."""

    name: str
    title: str
    words: str
    path: str
    link: str = ""
    pane: str = ""
    act: str = ""
    who: str = "Alice"
    main: bool = False
    empty: bool = False

    def looks(self) -> tuple[Look, ...]:
        """Return how the place is looked at for the documentation."""
        return WIDE + NARROW if self.main else WIDE

    def file_name(self, look: Look, *, form: str = "webp") -> str:
        """Return the name of a picture."""
        return f"{self.name}-{look}.{form}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Places that belong together."""

    title: str
    places: Sequence[Place]


@cache
def parts() -> tuple[Part, ...]:
    """Return every part with its places, in order."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))["part"]
    return tuple(
        Part(title=part["title"], places=tuple(Place(**place) for place in part["place"]))
        for part in read
    )


def places() -> list[Place]:
    """Return every place, in order."""
    return [place for part in parts() for place in part.places]
