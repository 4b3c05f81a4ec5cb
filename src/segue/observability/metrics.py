"""Count in this process: totals and levels by name and labels, readable as a snapshot or as Prometheus text."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number of a snapshot; `labels` in alphabetical order."""

    name: str
    labels: Labels
    value: float


class Metrics:
    """Keep numbers; safe to use from several threads. Names carry their unit (`segue_contacts_accepted_total`)."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._values: dict[tuple[str, Labels], float] = {}
        self._lock = Lock()

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a total.

        Raises: ValueError for a negative amount: totals only grow.
        """
        if amount < 0:
            raise ValueError(f"{name} is a total and cannot shrink by {-amount}.")
        key = _key(name, labels)
        with self._lock:
            self._values[key] = self._values.get(key, 0) + amount

    def set(self, name: str, value: float, **labels: str) -> None:
        """Set a level, such as the connections in use."""
        with self._lock:
            self._values[_key(name, labels)] = value

    def snapshot(self) -> tuple[Sample, ...]:
        """Return all numbers, by name and labels."""
        with self._lock:
            items = sorted(self._values.items())
        return tuple(Sample(name=n, labels=labels, value=v) for (n, labels), v in items)

    def as_text(self) -> str:
        """Return all numbers in Prometheus' text format."""
        return "".join(f"{_shown(sample)} {sample.value:.15g}\n" for sample in self.snapshot())


def _key(name: str, labels: dict[str, str]) -> tuple[str, Labels]:
    return name, tuple(sorted(labels.items()))


def _shown(sample: Sample) -> str:
    if not sample.labels:
        return sample.name
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels)
    return f"{sample.name}{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
