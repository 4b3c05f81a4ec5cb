"""What one part of the audit looked at and found. A part that could not look says so and is never taken for clean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: `said` is what it tells, `faults` what must be put right. `looked` False: it could not look."""

    name: str
    said: Sequence[str] = field(default_factory=tuple)
    faults: Sequence[str] = field(default_factory=tuple)
    looked: bool = True


def report(parts: Iterable[Part]) -> tuple[str, int]:
    """Return the words for all parts and the exit code: 1 when there are faults, else 0."""
    parts = list(parts)
    lines = [line for part in parts for line in _of(part)]
    looked = ", ".join(part.name for part in parts if part.looked)
    blind = ", ".join(part.name for part in parts if not part.looked)
    faults = sum(len(part.faults) for part in parts)
    lines += [
        "",
        f"Looked at: {looked or 'nothing'}." + (f" Not looked at: {blind}." if blind else ""),
    ]
    lines.append(
        f"{faults} to put right." if faults else "Nothing to put right in what was looked at."
    )
    return "\n".join(lines) + "\n", 1 if faults else 0


def _of(part: Part) -> list[str]:
    head = part.name if part.looked else f"{part.name}: NOT LOOKED AT"
    return [head, *(f"  {line}" for line in part.said), *(f"  ! {line}" for line in part.faults)]
