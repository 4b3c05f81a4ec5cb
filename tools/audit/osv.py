"""Read advisories in OSV's format and tell which of them are about a version. Source: the OSV schema, version 1."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ECOSYSTEM = "PyPI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisories:
    """Advisories by the packages that they are about. `newest` is the day on which one was changed last."""

    by_package: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    count: int = 0
    newest: str = ""

    def about(self, name: str, version: str) -> list[Mapping[str, Any]]:
        """Return the advisories about one version of a package."""
        package = canonicalize_name(name)
        return [one for one in self.by_package.get(package, ()) if _is_about(one, package, version)]


def read(given: Path) -> Advisories:
    """Read a folder or a zip of advisories; those that were withdrawn or are about other ecosystems do not count.

    Raises: OSError when it cannot be read; ValueError for a file that is no advisory.
    """
    by_package: dict[str, list[Mapping[str, Any]]] = {}
    count, newest = 0, ""
    for one in _documents(given):
        packages = set(_packages(one))
        if not packages or one.get("withdrawn"):
            continue
        count, newest = count + 1, max(newest, str(one.get("modified", ""))[:10])
        for package in packages:
            by_package.setdefault(package, []).append(one)
    return Advisories(by_package=by_package, count=count, newest=newest)


def _documents(given: Path) -> Iterator[Mapping[str, Any]]:
    for name, content in _files(given):
        document = json.loads(content)
        if not isinstance(document, dict) or "id" not in document:
            raise ValueError(f"{name} is no advisory")
        yield document


def _files(given: Path) -> Iterator[tuple[str, bytes]]:
    if given.is_dir():
        for path in sorted(given.rglob("*.json")):
            yield path.name, path.read_bytes()
        return
    try:
        with zipfile.ZipFile(given) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json"):
                    yield name, archive.read(name)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{given.name} is neither a folder nor a zip") from error


def _packages(advisory: Mapping[str, Any]) -> Iterator[str]:
    for one in advisory.get("affected", ()):
        package = one.get("package", {})
        if package.get("ecosystem") == ECOSYSTEM:
            yield canonicalize_name(package["name"])


def _is_about(advisory: Mapping[str, Any], package: str, version: str) -> bool:
    return any(
        version in one.get("versions", ()) or any(_is_in(r, version) for r in one.get("ranges", ()))
        for one in advisory["affected"]
        if one.get("package", {}).get("ecosystem") == ECOSYSTEM
        and canonicalize_name(one["package"]["name"]) == package
    )


def _is_in(given: Mapping[str, Any], version: str) -> bool:
    """Tell whether a version lies in a range: between an event that introduces and one that ends it."""
    if given.get("type") != "ECOSYSTEM":
        return False
    inside = False
    for kind, at in sorted(_events(given["events"]), key=lambda event: event[1]):
        if at > Version(version):
            break
        if kind == "last_affected":
            inside = inside and at == Version(version)
        else:
            inside = kind == "introduced"
    return inside


def _events(given: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, Version]]:
    """Yield the events that are versions; "0" stands before all of them."""
    for event in given:
        for kind, text in event.items():
            if kind in ("introduced", "fixed", "last_affected"):
                try:
                    yield kind, Version("0.dev0" if text == "0" else text)
                except InvalidVersion:
                    continue
