"""What must come of an export: the people with their values as they are shown, what is reported, what `init` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownExport:
    """A file; its people, in the order of their addresses, by the `attributes` that `init` finds with any value in them.

    `reported` counts what was not read, by kind. `settings` must stand in the file that `init` writes, `told` are whole
    sentences of what it prints.
    """

    file: str
    content: bytes
    attributes: str
    people: Sequence[tuple[str | None, ...]]
    reported: Mapping[str, int] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
