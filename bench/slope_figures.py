"""What was measured at which size, how it grows, and what that comes to at sizes that nobody measured. Values and files only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import log
from pathlib import Path
from typing import Any

FAR = (100_000_000, 1_000_000_000)
"""Sizes that are extrapolated to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind of work at one size. `cpu_s` and `peak_mb` are None where the source does not tell them.

    `seconds` is None where the machine had other work meanwhile: memory does not hang on that, CPU little.
    """

    engine: str
    work: str
    people: int
    seconds: float | None
    cpu_s: float | None = None
    peak_mb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """One measurement of several sizes. `missing` says why an engine was not measured."""

    made_on: str
    source: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    load_before: Sequence[float]
    load_after: Sequence[float]
    rows: Sequence[Measured]
    missing: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> Mapping[tuple[str, str], Sequence[Measured]]:
        """Return the measured sizes of each engine and kind of work, the smallest first; an engine's stand together."""
        engines = list(dict.fromkeys(row.engine for row in self.rows))
        found: dict[tuple[str, str], list[Measured]] = {}
        for row in sorted(self.rows, key=lambda row: row.people):
            found.setdefault((row.engine, row.work), []).append(row)
        return dict(sorted(found.items(), key=lambda line: engines.index(line[0][0])))

    def growing(self) -> Mapping[tuple[str, str], Sequence[Measured]]:
        """Return the lines that were measured at several sizes, and so tell how the time grows."""
        return {name: line for name, line in self.lines().items() if len(line) > 1}


def exponent(line: Sequence[Measured]) -> float:
    """Return by which power of the people the seconds grow between the two largest sizes, never less than 1.

    Less than 1 is a fixed start that has not worn off yet: it must not make a far size look cheaper than it is.
    Raises: ValueError for fewer than two sizes.
    """
    if len(line) < 2:
        raise ValueError("a slope needs two sizes")
    small, large = line[-2], line[-1]
    grown = log(_seconds(large) / _seconds(small))
    return max(1.0, grown / log(large.people / small.people))


def extrapolated(line: Sequence[Measured], people: int) -> float:
    """Return the seconds that so many people would take if the growth of the two largest sizes went on."""
    largest = line[-1]
    return float(_seconds(largest) * (people / largest.people) ** exponent(line))


def people_within(lines: Sequence[Sequence[Measured]], seconds: float) -> int:
    """Return how many people all these kinds of work together do in so many seconds, rounded down to one digit.

    Extrapolated where that is beyond the largest size measured. Raises: ValueError as `exponent`.
    """
    few, many = 1, 10**12
    while few < many:
        middle = (few + many + 1) // 2
        if sum(extrapolated(line, middle) for line in lines) <= seconds:
            few = middle
        else:
            many = middle - 1
    size: int = 10 ** (len(str(few)) - 1)
    return few // size * size


def table(slope: Slope) -> str:
    """Return the figures as lines of a table in Markdown; what is extrapolated has a ≈ before it."""
    rows = ["| engine | work | people | time | CPU | memory |", "|---|---|---:|---:|---:|---:|"]
    for (engine, work), line in slope.lines().items():
        rows += [
            f"| {engine} | {work} | {row.people:,} | {_time(row)} | {_cpu(row)} | {_memory(row)} |"
            for row in line
        ]
        if len(line) > 1:
            rows += [
                f"| {engine} | {work} | {people:,} | ≈ {spoken(extrapolated(line, people))} |  |  |"
                for people in FAR
            ]
    return "\n".join(rows)


def spoken(seconds: float) -> str:
    """Write seconds in the unit that people would say them in."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.1f} h"


def keep(slope: Slope, path: Path) -> None:
    """Write a measurement."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(slope), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Slope:
    """Read a kept measurement."""
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = [Measured(**row) for row in document.pop("rows")]
    return Slope(rows=rows, **document)


def _seconds(row: Measured) -> float:
    if row.seconds is None:
        raise ValueError("no time was measured")
    return row.seconds


def _time(row: Measured) -> str:
    return "" if row.seconds is None else spoken(row.seconds)


def _cpu(row: Measured) -> str:
    return "" if row.cpu_s is None else spoken(row.cpu_s)


def _memory(row: Measured) -> str:
    return "" if row.peak_mb is None else f"{row.peak_mb:,.0f} MB"
