"""Read the locks: what is pinned, with which hashes. A line that is not pinned, hashed and silent of addresses is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.audit.findings import Part

LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-lock.txt",
    "requirements-spark.txt",
)

_PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(?P<version>[^ ;]+)(?: |$)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?![0-9a-f])")
_ELSEWHERE = re.compile(r"\w+://|(?:^|\s)(?:-i|-f|-e|--(?!hash=)[a-z-]+)\b|\s@\s")
"""An address, an option that names one, or a requirement that is fetched from one."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pinned:
    """One version of one package that is installed."""

    name: str
    version: str


def look(root: Path) -> Part:
    """Look at every line of every lock."""
    faults = [
        f"{lock}: {fault}: {line.split(' ', 1)[0]}"
        for lock in LOCKS
        for line in lines(root / lock)
        for fault in _faults(line)
    ]
    hashes = sum(len(_HASH.findall(line)) for lock in LOCKS for line in lines(root / lock))
    said = f"{len(pinned(root))} versions are pinned in {len(LOCKS)} locks, with {hashes:,} hashes."
    return Part(name="Locks", said=[said], faults=faults)


def pinned(root: Path) -> Sequence[Pinned]:
    """Return what is pinned in any lock, each version once, by name."""
    found = (_PINNED.match(line) for lock in LOCKS for line in lines(root / lock))
    return sorted({Pinned(name=m["name"], version=m["version"]) for m in found if m})


def lines(lock: Path) -> Sequence[str]:
    """Return a lock's requirements, each with its hashes on one line."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if _counts(line)]


def dates(table: Path) -> Mapping[Pinned, str]:
    """Return the days on which versions were released, from a table of `name==version YYYY-MM-DD` lines."""
    rows = (
        line.split() for line in table.read_text(encoding="utf-8").splitlines() if _counts(line)
    )
    found = {}
    for what, day in rows:
        name, _, version = what.partition("==")
        found[Pinned(name=name, version=version)] = day
    return found


def _faults(line: str) -> Iterator[str]:
    if not _PINNED.match(line):
        yield "not pinned to one version"
    if not _HASH.search(line):
        yield "without a sha256 hash"
    if _ELSEWHERE.search(line):
        yield "says where it comes from"


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
