"""Exports that will not run, in words: a mark for their rows and pages, lines for the home page, each with the way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from segue.control.connections.models import Connection
from segue.control.connections.queries import Unusable
from segue.control.exports.models import Export
from segue.control.people.models import Person
from segue.control.refreshes.operations import reason_of
from segue.control.refreshes.standstill import ON_DEMAND, Rest, all_standing_still, standing_still
from segue.core.folding import folded
from segue.service.this_installation import is_held
from segue.web import formats

STOPPED = "stopped"
"""The value of `only` in the address of the list of exports that will not run."""

NAMED = 5
"""Exports that a line on the home page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Why an export will not run. `href` "": the reader cannot do anything about it. `is_choice`: it runs on demand."""

    code: str
    words: str
    way: str
    href: str
    is_choice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Exports that will not run for the same reason."""

    headline: str
    words: str
    names: str
    way: str
    href: str
    is_choice: bool


def marks(person: Person, rows: Iterable[Export]) -> Mapping[int, Mark]:
    """Return the marks of those of the exports that will not run, by their keys."""
    found = standing_still(rows, is_held=is_held())
    return {pk: _mark(person, export, code) for pk, (export, code) in found.items()}


def stopped_keys() -> Sequence[int]:
    """Return the exports that will not run even on demand."""
    standing = all_standing_still(is_held=is_held(), named=0)
    return [pk for pk, (_export, code) in standing.found.items() if code not in ON_DEMAND]


def lines(person: Person, *, told: Iterable[int] = ()) -> Sequence[Line]:
    """Return a line for each reason. `told` are connections of which something is said already."""
    by_reason: dict[tuple[str, int | None], list[Export]] = defaultdict(list)
    passed_over = set(told)
    standing = all_standing_still(is_held=is_held(), named=NAMED)
    for export, code in standing.found.values():
        connection = export.connection_id if code in Unusable.values else None
        if connection not in passed_over:
            by_reason[code, connection].append(export)
    resting = by_reason.get((Rest.SYSTEM_REFRESH_OFF, None), [])
    if standing.resting:
        by_name = sorted([*resting, *standing.first], key=lambda one: folded(one.name))
        by_reason[Rest.SYSTEM_REFRESH_OFF, None] = by_name
    counts = {reason: len(found) for reason, found in by_reason.items()}
    if standing.resting:
        counts[Rest.SYSTEM_REFRESH_OFF, None] += standing.resting - len(standing.first)
    ordered = sorted(by_reason, key=lambda reason: (reason[0] in ON_DEMAND, -counts[reason]))
    return [_line(person, by_reason[one], one[0], counts[one]) for one in ordered]


def _line(person: Person, found: Sequence[Export], code: str, count: int) -> Line:
    """Say why `count` exports do not run, of which the first by name are `found`."""
    mark = _mark(person, found[0], code)
    way, href = mark.way, mark.href
    if count > 1 and not _is_elsewhere(code):
        way = _("Show them")
        href = reverse("exports") + ("" if mark.is_choice else f"?only={STOPPED}")
    return Line(
        headline=_headline(count, is_choice=mark.is_choice),
        words=mark.words,
        names=_names(found, count),
        way=way or _("Open"),
        href=href or reverse("exports"),
        is_choice=mark.is_choice,
    )


def _headline(count: int, *, is_choice: bool) -> str:
    if is_choice:
        words = ngettext(
            "%(count)s export does not run by itself.",
            "%(count)s exports do not run by themselves.",
            count,
        )
    else:
        words = ngettext("%(count)s export will not run.", "%(count)s exports will not run.", count)
    return words % {"count": formats.number(count)}


def _names(found: Sequence[Export], count: int) -> str:
    names = [_("“%(name)s”") % {"name": export.name} for export in found[:NAMED]]
    more = count - len(names)
    listed = ", ".join(names)
    if not more:
        return listed
    return _("%(names)s and %(count)d more") % {"names": listed, "count": more}


def _mark(person: Person, export: Export, code: str) -> Mark:
    way, href = _way(person, export, code)
    return Mark(code=code, words=reason_of(code), way=way, href=href, is_choice=code in ON_DEMAND)


def _is_elsewhere(code: str) -> bool:
    """Tell whether one thing elsewhere settles it for all of them."""
    return code in Unusable.values or code in (Rest.INSTALLATION_HELD, Rest.SYSTEM_REFRESH_OFF)


def _way(person: Person, export: Export, code: str) -> tuple[str, str]:
    """Return what the reader can do about it, and where; two empty texts where only others can."""
    at = reverse("export", args=[export.pk])
    if code in Unusable.values:
        return _of_administrators(person, _("Open the connection"), _connection(export))
    if code == Rest.INSTALLATION_HELD:
        words = _("Say which installation is the real one")
        return _of_administrators(person, words, reverse("system-installation"))
    if code == Rest.SYSTEM_REFRESH_OFF:
        return _of_administrators(person, _("Schedule it"), reverse("system-schedule"))
    ways = {
        "export_detached": _("Choose a connection"),
        "segment_removed": _("Choose other segments"),
        "segment_inactive": _("Look at its segments"),
        Rest.AUDIENCE_GONE: _("Choose another audience"),
    }
    return ways.get(code, _("Open the export")), at


def _of_administrators(person: Person, words: str, href: str) -> tuple[str, str]:
    return (words, href) if person.is_administrator else ("", "")


def _connection(export: Export) -> str:
    connection: Connection | None = export.connection
    return reverse("connection", args=[connection.pk]) if connection else reverse("connections")
