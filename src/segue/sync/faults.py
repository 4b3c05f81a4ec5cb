"""What is wrong with an export, and where: places in the words of the export itself, for every door. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue.core.sentences import Sentence, Value
from segue.profiles.schema import AttributeType
from segue.sync.ports import MergeField

Place = tuple[str | int, ...]
"""Steps from the export down: `("segments", 0, "tag")`, `("fields", "FNAME", "attribute")`, `("brakes", "move_share")`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: its stable code, its place, what it is and what to do. `kinds` are types that would fit."""

    code: str
    place: Place
    message: str
    action: str
    kinds: tuple[AttributeType, ...] = ()

    @property
    def values(self) -> Mapping[str, Value]:
        """Return the names and numbers of the message."""
        return self.message.values if isinstance(self.message, Sentence) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known beside the export.

    `merge_fields` None: its audience was not asked. `unread` are places among the chosen segments of which nothing is
    known because of another mistake, `untagged` those of which only the tag is not.
    """

    merge_fields: Sequence[MergeField] | None = None
    unread: frozenset[int] = frozenset()
    untagged: frozenset[int] = frozenset()
