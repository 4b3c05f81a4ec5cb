"""What a definition that was uploaded in the page may reach: the data folders, and databases by variables of their own.

Whoever administrates the pages need not be trusted with the server. So an upload reads no file outside of the data
folders, none that is hidden, and nothing of Segue's own; no bucket and no endpoint that the installation does not allow; the command line, on the server itself, may name any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segue.configuration import SecretReference
from segue.configuration.outside import Everything
from segue.core.errors import ConfigurationProblem
from segue.core.patterns import divided, fitting
from segue.core.sentences import said
from segue.engines.duckdb.reading.sources_private import Private
from segue.profiles.allowed_objects import AllowedObjects, is_same_place
from segue.profiles.object_stores import Objects

_OWN_VARIABLES = ("SEGUE_", "DATABASE_URL", "DJANGO_")
"""Beginnings of the names of what Segue itself is set up with: its keys, its database, its mail server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confined:
    """Reach into `folders` only, never into `private`.

    `granted` and `references` are paths, objects and secrets that a definition applied on the server names: they stay
    allowed. `buckets` are what the installation allows besides.
    All folders are absolute; symbolic links are followed before anything is compared.
    """

    outside: Everything
    folders: Sequence[Path]
    private: Sequence[Path]
    granted: Collection[Path | Objects] = field(default_factory=frozenset)
    references: Collection[str] = field(default_factory=frozenset)
    buckets: Sequence[AllowedObjects] = ()

    def refuses(self, place: Path | Objects) -> ConfigurationProblem | None:
        """Return why an uploaded definition may not read this path or pattern, or these objects; None: it may."""
        if isinstance(place, Objects):
            return self._refuses_objects(place)
        if place in self.granted or self._may_read(place):
            return None
        folders = ", ".join(str(folder) for folder in self.folders)
        return ConfigurationProblem(
            "The path leads out of the folders that an uploaded definition may read, to a hidden file, or to what Segue itself keeps.",
            action=said(
                "Put the data below %(folders)s, or apply the definition on the server with `segue apply`.",
                folders=folders,
            ),
            code="path_not_allowed",
        )

    def _refuses_objects(self, objects: Objects) -> ConfigurationProblem | None:
        granted = [one for one in self.granted if isinstance(one, Objects)]
        if any(is_same_place(one, objects) for one in granted):
            return None
        if any(one.allows(objects) for one in self.buckets):
            return None
        return ConfigurationProblem(
            "The address leads to a bucket, or to an endpoint, that an uploaded definition may not read.",
            action="Let whoever looks after the server allow it in SEGUE_DATA_BUCKETS, or apply the definition there with `segue apply`.",
            code="bucket_not_allowed",
        )

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return a database's connection text. Raises: ConfigurationProblem when it is missing or not for uploads."""
        if str(reference) not in self.references:
            self._check_reference(reference)
        return self.outside.secret(reference, purpose=purpose)

    def _check_reference(self, reference: SecretReference) -> None:
        if reference.file is not None:
            raise ConfigurationProblem(
                "An uploaded definition cannot take a secret from a file of the server.",
                action="Refer to an environment variable, or apply the definition on the server with `segue apply`.",
                code="reference_not_allowed",
            )
        if reference.env is not None and reference.env.upper().startswith(_OWN_VARIABLES):
            raise ConfigurationProblem(
                said("The environment variable %(env)s is Segue's own.", env=reference.env),
                action="Give the secret of the data source a variable of its own.",
                code="reference_not_allowed",
            )

    def _may_read(self, path: Path) -> bool:
        private = Private()
        try:
            return all(self._is_open(one, private) for one in _reached(path))
        except (OSError, ValueError, RuntimeError):  # too long, no text, links in a circle
            return False

    def _is_open(self, path: Path, private: Private) -> bool:
        """Tell whether a path without symbolic links lies below a data folder, is not hidden there, and not private."""
        if any(path.is_relative_to(place.resolve()) for place in self.private):
            return False
        if path.is_file() and private.holds(path):
            return False
        return any(
            not any(part.startswith(".") for part in path.relative_to(folder).parts)
            for folder in (folder.resolve() for folder in self.folders)
            if path.is_relative_to(folder)
        )


def _reached(path: Path) -> Iterator[Path]:
    """Yield all that a path or pattern reaches now, links followed, and the folder in which a pattern begins.

    Raises: ValueError for a pattern that can climb out, or that looks through folders of folders.
    """
    yield path.resolve()
    folder, pattern = divided(path.absolute())
    if pattern is None:
        return
    if ".." in pattern.parts or pattern.parts.count("**") > 1:
        raise ValueError
    yield folder.resolve()
    for match in fitting(folder, pattern):
        yield match.resolve()
