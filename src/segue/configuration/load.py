"""Read one `segue.yaml` into a Configuration, or report everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segue.configuration.check_exports import check_earlier_names, check_exports
from segue.configuration.document import read_text
from segue.configuration.findings import Findings, in_order
from segue.configuration.names import Declared
from segue.configuration.outside import Everything, Nothing, Outside, Reach, looked_outside
from segue.configuration.read_connections import read_connections
from segue.configuration.read_engine import check_sources_of, read_engine
from segue.configuration.read_exports import read_exports
from segue.configuration.read_measures import with_measures
from segue.configuration.read_profiles import read_schema
from segue.configuration.read_segments import read_segments
from segue.configuration.read_sources import read_sources
from segue.configuration.secrets_written import secrets_written
from segue.configuration.sections import local_path, root
from segue.configuration.structure import check_structure, declared
from segue.configuration.time_zones import check_zone
from segue.configuration.values import Configuration
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said, said_many
from segue.core.trouble import raise_trouble
from segue.core.trouble_signs import OF_FILES
from segue.segments.mistakes import MOST

DEFAULT_HOME = ".segue"
DEFAULT_TIME_ZONE = "UTC"


def load(path: Path, *, environment: Mapping[str, str]) -> Configuration:
    """Return what the file declares; relative paths in it start at its folder.

    Secrets of databases are fetched from `environment` or files; those of connections are not.
    Raises: ConfigurationProblem with every mistake, in the order of the file.
    """
    return load_text(text_at(path), path=path, environment=environment)


def text_at(path: Path) -> str:
    """Return a configuration file's text. Raises: ConfigurationProblem when it is missing, too large or no text."""
    text, unreadable = _read(path)
    _refuse(path, unreadable, further=True)
    return text


def load_text(text: str, *, path: Path, environment: Mapping[str, str]) -> Configuration:
    """Return what a text declares that stands, or would stand, at `path`; everything else as `load`."""
    return load_within(text, path=path, outside=Everything(environment=environment))


def outline(text: str, *, path: Path, unused: Collection[str] = ()) -> Configuration:
    """Return what a text declares, without looking outside: the secret of a database is the words of its reference.

    `unused`, and what is raised: as `load_within`.
    """
    return load_within(text, path=path, outside=Nothing(), unused=unused)


def load_within(
    text: str, *, path: Path, outside: Outside, unused: Collection[str] = ()
) -> Configuration:
    """Return what a text declares that would stand at `path`, reaching outside only as far as `outside` lets it.

    Of mistakes in `unused` sections nothing is said: whoever asks takes nothing from them. Raises: as `load`.
    """
    return read(text, path=path).within(outside, unused=unused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it was read, once: whoever keeps this asks only what is outside anew, as often as they like.

    `declared` None: so much is wrong that nothing could be read. `reaches` is what the text names outside of itself,
    `further` whether mistakes may lie where nothing was read.
    """

    path: Path
    declared: Configuration | None
    mistakes: Sequence[Mistake]
    further: bool
    reaches: Sequence[Reach] = ()

    def within(self, outside: Outside, *, unused: Collection[str] = ()) -> Configuration:
        """Return what is declared, looked up `outside`. `unused`, and what is raised: as `load_within`."""
        if self.declared is None:
            _refuse(self.path, self.mistakes, further=True)
        assert self.declared is not None, "what cannot be read has mistakes"
        room = MOST - len(self.mistakes)
        sources, engine, strayed = looked_outside(
            self.declared.sources,
            self.declared.engine,
            self.reaches,
            outside,
            most=max(room, 0),
        )
        every = in_order([*self.mistakes, *strayed])
        found = [one for one in every if one.path.partition(".")[0] not in unused]
        _refuse(self.path, found, further=self.further)
        return replace(self.declared, sources=sources, engine=engine)


def read(text: str, *, path: Path) -> Reading:
    """Read a text that would stand at `path`, without looking outside. Nothing is raised: a reading knows its mistakes."""
    document = declared(text)
    findings = Findings(document=document)
    findings.keep((*secrets_written(text), *document.mistakes))
    if document.value is not None:
        check_structure(findings)
    if document.value is None or findings.is_full:  # what was not seen may be of any shape
        return Reading(path=path, declared=None, mistakes=findings.sorted(), further=True)
    configuration, reaches = _read_sections(findings, path.absolute())
    return Reading(
        path=path,
        declared=configuration,
        mistakes=findings.sorted(),
        further=findings.overlooks,
        reaches=reaches,
    )


def _read(path: Path) -> tuple[str, Sequence[Mistake]]:
    try:
        return read_text(path)
    except FileNotFoundError:
        raise ConfigurationProblem(
            said("There is no configuration file %(path)s.", path=path),
            action="Run `segue init` to make one, or name another with --config.",
            code="configuration_not_found",
        ) from None
    except OSError as error:
        raise_trouble(error, but=OF_FILES)
        raise ConfigurationProblem(
            said(
                "The configuration file %(path)s cannot be read: %(why)s.",
                path=path,
                why=error.strerror,
            ),
            action="Check that it is a file and that you may read it.",
            code="configuration_unreadable",
        ) from None


def _read_sections(findings: Findings, path: Path) -> tuple[Configuration, Sequence[Reach]]:
    whole = root(findings)
    time_zone = whole.get("time_zone", DEFAULT_TIME_ZONE)
    if not check_zone(findings, "time_zone", time_zone):
        time_zone = DEFAULT_TIME_ZONE
    sources = read_sources(whole.part("sources"), path.parent)
    engine = read_engine(whole, path.parent)
    check_sources_of(engine, whole.part("sources"), sources.found)
    schema = read_schema(whole, time_zone=time_zone)
    schema = with_measures(whole.part("measures"), schema)
    segments = read_segments(whole.part("segments"), schema)
    connections = read_connections(whole.part("connections"), path.parent)
    exports = read_exports(
        whole.part("exports"),
        Declared(
            schema=schema,
            segments=segments,
            segment_names=tuple(whole.part("segments").value),
            connections=connections,
            connection_names=tuple(whole.part("connections").value),
        ),
    )
    check_exports(findings, exports)
    check_earlier_names(findings, exports, tuple(whole.part("exports").value))
    configuration = Configuration(
        path=path,
        home=local_path(whole.get("home", DEFAULT_HOME), path.parent),
        time_zone=time_zone,
        schema=schema,
        sources=sources.found,
        segments=segments,
        connections=connections,
        exports=exports,
        engine=engine.found,
    )
    return configuration, (*engine.reaches, *sources.reaches)


def _refuse(path: Path, mistakes: Sequence[Mistake], *, further: bool) -> None:
    if not mistakes:
        return
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
        further=further,
    )
