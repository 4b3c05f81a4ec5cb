"""Hold the code against ruff's rules of security, without any exception but those that `exceptions.toml` gives reasons for."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tools.audit.findings import Part

LOOKED_AT = ("src", "tools", "docs", "bench")
"""Folders that are looked at. Tests are not: they attack what they test."""

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A rule that `files` (a pattern of paths) may break at most `times`; None: as often as they like. `reason` says why."""

    rule: str
    files: str
    reason: str
    times: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One place where a rule is broken."""

    rule: str
    path: str
    line: int
    words: str


def look(root: Path) -> Part:
    """Run ruff and take away what is excepted."""
    found, allowed = breaches(root), exemptions(EXCEPTIONS.read_text(encoding="utf-8"))
    said = (
        f"{len(found)} places break a rule of security, each by one of {len(allowed)} exceptions."
    )
    faults = judged(found, allowed)
    return Part(
        name="Rules of security",
        said=[f"{said} {EXCEPTIONS.relative_to(root)} gives the reasons."] if not faults else [],
        faults=faults,
    )


def exemptions(text: str) -> Sequence[Exemption]:
    """Read the exceptions. Raises: KeyError for one without rule, files or reason."""
    return [
        Exemption(
            rule=one["rule"], files=one["files"], reason=one["reason"], times=one.get("times")
        )
        for one in tomllib.loads(text)["exception"]
    ]


def judged(found: Iterable[Breach], allowed: Sequence[Exemption]) -> list[str]:
    """Return what no exception allows, exceptions that are broken more often than they say, and those nobody needs."""
    faults, used = [], Counter[int]()
    for breach in found:
        mine = next((n for n, one in enumerate(allowed) if _is_for(one, breach)), None)
        if mine is None:
            faults.append(f"{breach.path}:{breach.line}: {breach.rule} {breach.words}")
        else:
            used[mine] += 1
    for number, one in enumerate(allowed):
        if not used[number]:
            faults.append(f"nobody needs the exception of {one.rule} in {one.files} any more")
        elif one.times is not None and used[number] != one.times:
            faults.append(f"{one.files} breaks {one.rule} {used[number]} times, not {one.times}")
    return faults


def breaches(root: Path) -> list[Breach]:
    """Return every place that breaks a rule, whatever comments and settings except."""
    command = [Path(sys.executable).with_name("ruff"), "check", "--select", "S", "--ignore-noqa"]
    options = ["--config", "lint.per-file-ignores={}", "--config", "lint.ignore=[]"]
    told = subprocess.run(  # noqa: S603
        [*command, *options, "--output-format", "json", "--exit-zero", *LOOKED_AT],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return [_breach(one, root) for one in json.loads(told.stdout)]


def _breach(told: Mapping[str, object], root: Path) -> Breach:
    place = told["location"]
    assert isinstance(place, dict)
    return Breach(
        rule=str(told["code"]),
        path=Path(str(told["filename"])).relative_to(root).as_posix(),
        line=int(place["row"]),
        words=str(told["message"]),
    )


def _is_for(one: Exemption, breach: Breach) -> bool:
    return one.rule == breach.rule and fnmatchcase(breach.path, one.files)
