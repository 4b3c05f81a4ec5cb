"""Step through the document's sections, past what is already known to be wrong. Reads no meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segue.configuration.connections import SecretReference
from segue.configuration.document import Place, child
from segue.configuration.findings import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A mapping of the file: gives only values without a mistake, so that the rest can still be checked."""

    findings: Findings
    path: str
    value: dict[str, Any]

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return child(self.path, key)

    def place(self, key: str) -> Place:
        """Return where a key's value is written."""
        return self.findings.document.place(self.at(key))

    def get(self, key: str, default: Any = None) -> Any:
        """Return a value, or the default when it is absent or has a mistake."""
        found = self.value.get(key)
        if found is not None and self.findings.spoiled(self.at(key)):
            self.findings.overlook()
            return default
        return default if found is None else found

    def part(self, key: str) -> Part:
        """Return a mapping below, which may hold mistakes; empty when there is none."""
        found = self.value.get(key)
        below = found if isinstance(found, dict) else {}
        return Part(findings=self.findings, path=self.at(key), value=below)

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Yield the mappings below by name, in the order of the file, as long as the mistakes are not too many."""
        for name, value in self.value.items():
            if self.findings.is_full:
                return
            if isinstance(value, dict):
                yield name, self.part(name)

    def has(self, key: str) -> bool:
        """Tell whether the key is given with a value, right or wrong."""
        return self.value.get(key) is not None

    @property
    def is_sound(self) -> bool:
        """Whether no mistake lies here or below."""
        return not self.findings.spoiled(self.path)


def root(findings: Findings) -> Part:
    """Return the whole file."""
    value = findings.document.value
    return Part(findings=findings, path="", value=value if isinstance(value, dict) else {})


def secret_reference(value: dict[str, str], folder: Path) -> SecretReference:
    """Return the reference that `{env: …}` or `{file: …}` is; files are relative to `folder`."""
    if "env" in value:
        return SecretReference(env=value["env"])
    return SecretReference(file=local_path(value["file"], folder))


def local_path(written: str, folder: Path) -> Path:
    """Return an absolute path; relative ones start at the configuration's folder."""
    try:
        return folder / Path(written).expanduser()
    except RuntimeError:  # the home folder of somebody who does not exist: a name like any other
        return folder / written
