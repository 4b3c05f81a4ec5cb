"""Read the text of a definition as the installation takes it: from the server itself, or as it came through the page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from segue.configuration import Configuration
from segue.configuration.load import DEFAULT_HOME
from segue.configuration.outside import Everything, Outside
from segue.configuration.sections import local_path
from segue.control.sources import queries
from segue.control.sources.models import Arrival, Definition
from segue.core.errors import ConfigurationProblem
from segue.profiles.engines import OnSpark
from segue.profiles.object_stores import Objects
from segue.profiles.sources import PostgresSource, Source, SparkSource
from segue.service.confinement import Confined
from segue.service.declared import outline_of, outlined, reading_of
from segue.service.owners import refuse_claimed

FILE_NAME = "segue.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDefinition:
    """A sound text as the installation takes it. `declared` was read without looking outside."""

    text: str
    folder: Path
    file_name: str
    arrival: Arrival
    declared: Configuration

    @property
    def takes_destinations(self) -> bool:
        """Whether its connections and exports are applied too: those of a text that lies on the server."""
        return self.arrival == Arrival.COMMAND_LINE

    @property
    def ignored(self) -> Sequence[str]:
        """Return the sections of the file that are not applied."""
        default = local_path(DEFAULT_HOME, self.folder)
        is_upload = not self.takes_destinations
        held = {
            "home": self.declared.home != default,
            "connections": is_upload and bool(self.declared.connections),
            "exports": is_upload and bool(self.declared.exports),
        }
        return [name for name, is_held in held.items() if is_held]


def read_definition(text: str, *, folder: Path, file_name: str) -> ReadDefinition:
    """Read a text that lies on the server: its relative paths start at `folder`, and it may name any file.

    Raises: ConfigurationProblem with every mistake, at its line and column.
    """
    outside = Everything(environment=os.environ)
    return _read(text, folder, file_name, arrival=Arrival.COMMAND_LINE, outside=outside)


def read_uploaded(
    text: str, *, folder: Path | None = None, file_name: str | None = None
) -> ReadDefinition:
    """Read a text that came through the page: it reaches the data folders only.

    Without a folder its relative paths start where those of the definition that counts do, else at the setting
    SEGUE_DATA_FOLDER. Raises: as `read_definition`; a path that leads elsewhere is one of the mistakes.
    """
    current = queries.current_definition()
    name = file_name or (current.file_name if current else FILE_NAME)
    return _read(
        text,
        folder or upload_folder(),
        name,
        arrival=Arrival.PAGE,
        outside=outside_of(Arrival.PAGE),
    )


def upload_folder() -> Path:
    """Return where the relative paths of an upload start."""
    current = queries.current_definition()
    return Path(current.folder) if current else settings.SEGUE_DATA_FOLDER


def outside_of(arrival: Arrival) -> Outside:
    """Return what a definition that came in so may reach."""
    everything = Everything(environment=os.environ)
    if arrival == Arrival.COMMAND_LINE:
        return everything
    database = settings.DATABASES["default"]
    is_file = str(database["ENGINE"]).endswith("sqlite3")
    private = [settings.SEGUE_HOME, settings.SEGUE_KEYS_FILE]
    granted = _granted(queries.last_from_server())
    return Confined(
        outside=everything,
        folders=settings.SEGUE_DATA_FOLDERS,
        private=[*private, Path(str(database["NAME"]))] if is_file else private,
        granted=[one.path for one in granted if not isinstance(one, PostgresSource | SparkSource)],
        references=[
            *(words for one in granted for words in _references(one)),
            *_addresses(queries.last_from_server()),
        ],
        buckets=settings.SEGUE_DATA_BUCKETS,
    )


def _read(
    text: str, folder: Path, file_name: str, *, arrival: Arrival, outside: Outside
) -> ReadDefinition:
    folder = folder.absolute()
    reading_of(text, folder / file_name).within(outside)
    declared = outlined(text, folder / file_name)
    read = ReadDefinition(
        text=text,
        folder=folder,
        file_name=file_name,
        arrival=arrival,
        declared=declared,
    )
    refuse_claimed(read)
    return read


def _references(source: Source) -> Sequence[str]:
    """Return the words of the references to secrets that a source holds."""
    if isinstance(source, PostgresSource):
        return [source.dsn]
    if isinstance(source, SparkSource):
        return []
    place = source.path
    return [words for _, words in place.credentials] if isinstance(place, Objects) else []


def _granted(server: Definition | None) -> Sequence[Source]:
    """Return the sources of the last definition applied on the server; one that can be read no more grants nothing."""
    try:
        return tuple(outline_of(server).sources.values()) if server else ()
    except ConfigurationProblem:
        return ()


def _addresses(server: Definition | None) -> Sequence[str]:
    """Return the reference of the cluster that the last definition applied on the server names."""
    try:
        engine = outline_of(server).engine if server else None
    except ConfigurationProblem:
        return ()
    return (engine.remote,) if isinstance(engine, OnSpark) else ()
