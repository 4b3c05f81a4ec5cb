"""What a configuration file says, as frozen values. Made by `load`, changed by nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from segue.configuration.connections import Connection
from segue.profiles.engines import Engine, OnThisMachine
from segue.profiles.schema import ProfileSchema
from segue.profiles.sources import Source
from segue.segments.rules import Segment
from segue.sync.export import Export


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that one `segue.yaml` declares, each mapping in the order of the file.

    `home` is the absolute folder of the state; `time_zone` an IANA name. `claimless` holds by the name of an export the
    names of others that own no tags in its audience any more, whatever their ledgers say. `engine` keeps the profiles.
    """

    path: Path
    home: Path
    time_zone: str
    schema: ProfileSchema
    sources: Mapping[str, Source]
    segments: Mapping[str, Segment]
    connections: Mapping[str, Connection]
    exports: Mapping[str, Export]
    claimless: Mapping[str, Collection[str]] = field(default_factory=dict)
    engine: Engine = field(default_factory=OnThisMachine)
