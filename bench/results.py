"""Keep results as JSON, one file a day and size, and find the newest of each size."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measurement. `made_on` is a day in ISO form; loads are averages over 1, 5 and 15 minutes."""

    made_on: str
    people: int
    seconds: float
    machine: dict[str, Any]
    versions: dict[str, str]
    load_before: list[float]
    load_after: list[float]
    figures: list[Figure]
    plots: dict[str, Any] = field(default_factory=dict)


def keep(result: Result, folder: Path) -> Path:
    """Write a result and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.made_on}-{result.people}.json"
    document = asdict(result)
    for figure, written in zip(result.figures, document["figures"], strict=True):
        written["verdict"] = figure.verdict
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def newest(folder: Path) -> list[Result]:
    """Return the newest result of every size, the smallest size first."""
    found = {(result := read(path)).people: result for path in sorted(folder.glob("*.json"))}
    return [found[people] for people in sorted(found)]


def read(path: Path) -> Result:
    """Read a result."""
    document = json.loads(path.read_text(encoding="utf-8"))
    figures = [
        Figure(**{key: value for key, value in figure.items() if key != "verdict"})
        for figure in document.pop("figures")
    ]
    return Result(figures=figures, **document)
