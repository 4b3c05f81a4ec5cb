"""Hold what a file declares against what belongs to the pages: a name that both claim is a mistake, told at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from segue.configuration import Configuration
from segue.configuration.document import parse
from segue.control.connections.declared_connections import DeclaredConnection, of_files, of_pages
from segue.control.exports.conflict_checks import faults_beside_others
from segue.control.exports.draft import draft_of
from segue.control.exports.queries import exports as living_exports
from segue.control.origins import Origin, claim
from segue.control.segments import queries as segments
from segue.control.segments.measuring import measures
from segue.core.errors import ConfigurationProblem, Mistake
from segue.core.sentences import said, said_many
from segue.service.destinations import declared_connections, label_of
from segue.sync.faults import Fault

if TYPE_CHECKING:
    from segue.service.reading import ReadDefinition

Thing = TypeVar("Thing")


def refuse_claimed(read: ReadDefinition) -> None:
    """Return when everything that a text declares is a file's to declare.

    Raises: ConfigurationProblem with a mistake, at its line and column, for each name that belongs to the pages.
    """
    _refuse(read, list(_mistakes(read)))


def _refuse(read: ReadDefinition, mistakes: Sequence[Mistake]) -> None:
    if mistakes:
        raise ConfigurationProblem(
            said_many(
                "%(path)s has one mistake.",
                "%(path)s has %(count)s mistakes.",
                path=read.folder / read.file_name,
                count=len(mistakes),
            ),
            action="Correct the file and run `segue check`.",
            code="configuration_invalid",
            context={"mistakes": len(mistakes)},
            mistakes=mistakes,
        )


def refuse_conflicts(read: ReadDefinition) -> None:
    """Return when no export of the file, kept by now, undoes the work of one that was made in the pages.

    What exports of one file do to each other was told when it was read. Raises: as `refuse_claimed`.
    """
    mistakes = [
        _at(read, f"exports.{row.declared_name}", fault)
        for row in living_exports().filter(origin=Origin.FILE, connection__isnull=False)
        for fault in faults_beside_others(draft_of(row), row.audience_id, known=row)
    ]
    _refuse(read, mistakes)


def _at(read: ReadDefinition, path: str, fault: Fault) -> Mistake:
    place = parse(read.text).place(path, key=True)
    return Mistake(
        path=path,
        message=fault.message,
        action=fault.action,
        code=fault.code,
        line=place.line,
        column=place.column,
    )


def _mistakes(read: ReadDefinition) -> Iterator[Mistake]:
    declared = read.declared
    yield from _claims(read, "segments", set(declared.segments) & _segments_of_pages())
    of_pages = {one.name for one in measures() if not one.is_from_file}
    yield from _claims(read, "measures", set(declared.schema.measures) & of_pages)
    yield from _claims(read, "profiles.attributes", _attributes(declared) & of_pages)
    if read.takes_destinations:
        wanted = declared_connections(declared)
        yield from _claims(read, "connections", _taken_connections(wanted))
        labels = {one.name: one for one in wanted}
        yield from _twice(read, "connections", labels, lambda one: one.label)
        owned = _exports_of_pages()
        taken = [
            name for name, one in declared.exports.items() if owned & {name, label_of(one).lower()}
        ]
        yield from _claims(read, "exports", taken)
        yield from _twice(read, "exports", declared.exports, label_of)


def _attributes(declared: Configuration) -> set[str]:
    return {one.name for one in declared.schema.profiles.attributes}


def _segments_of_pages() -> set[str]:
    rows = segments.segments().filter(origin=Origin.PAGE)
    return set(rows.values_list("name", flat=True))


def _exports_of_pages() -> set[str]:
    """Return the names of the exports of the pages in lower case, and the keys under which they run."""
    rows = living_exports().filter(origin=Origin.PAGE).values_list("name", "key")
    return {name for row, key in rows for name in (row.lower(), key)}


def _taken_connections(wanted: Sequence[DeclaredConnection]) -> Iterable[str]:
    """Return what comes from a file already and would be called as one of the pages is."""
    known, others = of_files(), of_pages([one.label for one in wanted])
    return [one.name for one in wanted if one.name in known and one.label.lower() in others]


def _claims(read: ReadDefinition, section: str, names: Iterable[str]) -> Iterator[Mistake]:
    for name in sorted(names):
        path = f"{section}.{name}"
        place = parse(read.text).place(path, key=True)
        yield claim(path, name, line=place.line, column=place.column)


def _twice(
    read: ReadDefinition,
    section: str,
    things: Mapping[str, Thing],
    label: Callable[[Thing], str],
) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for name, thing in things.items():
        other = seen.setdefault(label(thing).lower(), name)
        if other != name:
            path = f"{section}.{name}"
            place = parse(read.text).place(path, key=True)
            yield Mistake(
                path=path,
                message=said(
                    "`%(other)s` is called so already: %(label)s.", other=other, label=label(thing)
                ),
                action=said("Give one of them another label."),
                code="label_twice",
                line=place.line,
                column=place.column,
            )
