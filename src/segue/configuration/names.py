"""Everything declared in a file that exports may refer to. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segue.configuration.connections import Connection
from segue.profiles.schema import ProfileSchema
from segue.segments.rules import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The sound things of a file, and the names of all, sound or not. `schema` None: the profiles cannot be read."""

    schema: ProfileSchema
    segments: Mapping[str, Segment]
    segment_names: tuple[str, ...]
    connections: Mapping[str, Connection]
    connection_names: tuple[str, ...]
