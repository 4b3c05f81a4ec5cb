"""Tell how old the pinned versions are, by the table of release days that `make lock` writes beside the locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tools.audit.findings import Part
from tools.audit.locks import Pinned, dates, pinned

TABLE = "requirements-dates.txt"
OLD_DAYS = 730
"""From here on a version is called old: nobody may look after it any more. Old is told, and is no fault."""

NAMED = 10
"""Old versions that are named."""


def look(root: Path, today: date) -> Part:
    """Look up the age of everything that is pinned."""
    what = pinned(root)
    known = dates(root / TABLE)
    missing = [one for one in what if one not in known]
    stale = [one for one in known if one not in what]
    return Part(
        name="Ages",
        said=_said(_days(known, today), today) if known else ["No release day is known."],
        faults=[f"{TABLE} does not know {one.name} {one.version}: run make lock" for one in missing]
        + [f"{TABLE} still names {one.name} {one.version}: run make lock" for one in stale],
    )


def _said(days: Sequence[tuple[int, Pinned]], today: date) -> list[str]:
    old = [(age, one) for age, one in days if age >= OLD_DAYS]
    middle = days[len(days) // 2][0]
    said = [f"Counted on {today}: half of {len(days)} versions are at most {middle} days old."]
    said.append(f"{len(old)} are older than {OLD_DAYS} days{':' if old else '.'}")
    said += [f"{one.name} {one.version}: {age:,} days" for age, one in reversed(old[-NAMED:])]
    return said


def _days(known: Mapping[Pinned, str], today: date) -> Sequence[tuple[int, Pinned]]:
    return sorted(((today - date.fromisoformat(day)).days, one) for one, day in known.items())
