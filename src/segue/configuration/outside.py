"""What a configuration reaches outside of its own text: files, and the secrets of databases. Says no more than whether it may.

The reader of `sources` asks here about each path before anything is done with it, so that a text from somebody who may
not read the server's files can be read with the same code as one that lies on the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from segue.configuration.connections import SecretReference, fetch_secret
from segue.core.errors import ConfigurationProblem


class Outside(Protocol):
    """What is outside of the text."""

    def refuses(self, path: Path) -> ConfigurationProblem | None:
        """Return why a source may not be read from this absolute path or pattern; None: it may."""
        ...

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the secret. Raises: ConfigurationProblem when it is missing or may not be used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """All that the process itself may read: for a file that lies on the server."""

    environment: Mapping[str, str]

    def refuses(self, path: Path) -> ConfigurationProblem | None:
        """Refuse nothing."""
        return None

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the secret from the environment or its file."""
        return fetch_secret(reference, self.environment, purpose=purpose)


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing at all: a text is read for what it declares, and each secret stays the words of its reference."""

    def refuses(self, path: Path) -> ConfigurationProblem | None:
        """Refuse nothing: no path is followed."""
        return None

    def secret(self, reference: SecretReference, *, purpose: str) -> str:
        """Return the reference's words."""
        return str(reference)
