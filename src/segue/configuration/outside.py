"""What a configuration reaches outside of its own text: files, and the secrets of databases. Says no more than whether it may.

The reader of `sources` names what each of them reaches; each is asked about here before anything is done with it, so
that a text from somebody who may not read the server's files can be read with the same code as one that lies on the
server. What is outside changes without the text: it is asked about anew whenever the text is put to work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from segue.configuration.connections import SecretReference, fetch_secret
from segue.configuration.document import Place
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said
from segue.profiles.engines import Engine, OnSpark
from segue.profiles.object_stores import Objects
from segue.profiles.sources import PostgresSource, Source, SparkSource, SqliteSource


class Outside(Protocol):
    """What is outside of the text."""

    def refuses(self, place: Path | Objects) -> ConfigurationProblem | None:
        """Return why a source may not be read from this absolute path or pattern, or from these objects; None: it may."""
        ...

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the secret. Raises: ConfigurationProblem when it is missing or may not be used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """All that the process itself may read: for a file that lies on the server."""

    environment: Mapping[str, str]

    def refuses(self, place: Path | Objects) -> ConfigurationProblem | None:
        """Refuse nothing."""
        return None

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the secret from the environment or its file."""
        return fetch_secret(reference, self.environment, purpose=purpose)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing at all: a text is read for what it declares, and each secret stays the words of its reference."""

    def refuses(self, place: Path | Objects) -> ConfigurationProblem | None:
        """Refuse nothing: no path is followed."""
        return None

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the reference's words."""
        return str(reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One thing outside that a source names, and where: a file or pattern, objects, or the reference of a secret.

    `source` is "" for what the engine names. `secret` is the name that a secret has among the credentials of a store, ""
    for the connection text of a database.
    """

    source: str
    at: str
    place: Place
    file: Path | None = None
    objects: Objects | None = None
    reference: SecretReference | None = None
    secret: str = ""

    def mistake(self, problem: ConfigurationProblem) -> Mistake:
        """Return what is wrong with it, at the place where it is written."""
        return Mistake(
            path=self.at,
            message=problem.message,
            action=problem.action,
            code=problem.code,
            line=self.place.line,
            column=self.place.column,
        )


def looked_outside(
    sources: Mapping[str, Source],
    engine: Engine,
    reaches: Sequence[Reach],
    outside: Outside,
    *,
    most: int,
) -> tuple[dict[str, Source], Engine, list[Mistake]]:
    """Return sources and engine with the secrets that they name, and what may not be reached; no more than `most` mistakes."""
    found, mistakes = dict(sources), list[Mistake]()
    for reach in reaches:
        if len(mistakes) >= most:
            break
        try:
            secret = _reached(reach, outside)
        except ConfigurationProblem as problem:
            mistakes.append(reach.mistake(problem))
            continue
        if not reach.source and isinstance(engine, OnSpark):
            engine = engine.with_remote(secret)
        source = found.get(reach.source)
        if source is not None and reach.reference is not None:
            found[reach.source] = _with_secret(source, reach.secret, secret)
    return found, engine, mistakes


def _with_secret(source: Source, name: str, secret: str) -> Source:
    if isinstance(source, PostgresSource):
        return replace(source, dsn=secret)
    if isinstance(source, SparkSource | SqliteSource) or not isinstance(source.path, Objects):
        return source
    credentials = {**dict(source.path.credentials), name: secret}
    return replace(source, path=replace(source.path, credentials=tuple(credentials.items())))


def _reached(reach: Reach, outside: Outside) -> str:
    """Return the secret, "" for a file. Raises: ConfigurationProblem when it is missing or may not be used."""
    if reach.reference is not None:
        purpose = said("data source `%(name)s`", name=reach.source)
        if not reach.source:
            purpose = said("the Spark cluster (`engine.remote`)")
        return outside.secret(reach.reference, purpose=purpose)
    place = reach.file or reach.objects
    refusal = outside.refuses(place) if place else None
    if refusal is not None:
        raise refusal
    return ""
