"""What a definition declares, as an outline to read beside its text: every entry leads to the line where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from segue.configuration import Configuration
from segue.control.segments.queries import segments
from segue.control.sources.models import Definition, label_of
from segue.core.errors import ConfigurationProblem
from segue.profiles.schema import Table
from segue.service import words
from segue.service.declared import outline_of
from segue.service.words import sentences

_SECTION = re.compile(r"([a-z_]+):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is declared; `line` None where its text does not say so on a line of its own."""

    label: str
    words: str
    line: int | None
    parts: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Things of one kind."""

    title: str
    entries: Sequence[Entry]


def outline(definition: Definition, text: str, language: str) -> Sequence[Part]:
    """Return what a definition declares, with the lines of a text that it is shown beside.

    Nothing when this version of Segue no longer reads the definition.
    """
    try:
        read = outline_of(definition)
    except ConfigurationProblem:
        return ()
    lines = _Lines(text)
    parts = (
        Part(title=_("Data sources"), entries=list(_sources(read, definition, lines))),
        Part(title=_("Profiles and related tables"), entries=list(_tables(read, lines))),
        Part(title=_("Segments"), entries=list(_segments(lines, language))),
    )
    return [part for part in parts if part.entries]


def _sources(read: Configuration, definition: Definition, lines: _Lines) -> Iterator[Entry]:
    for name, source in read.sources.items():
        yield Entry(
            label=label_of(name),
            words=words.source_words(source, Path(definition.folder)),
            line=lines.of("sources", name),
        )


def _tables(read: Configuration, lines: _Lines) -> Iterator[Entry]:
    schema = read.schema
    yield _table(schema.profiles, _("Profiles"), lines, "profiles", "")
    for name, table in schema.related.items():
        yield _table(table, words.name_of(table), lines, "related", name)


def _table(table: Table, label: str, lines: _Lines, section: str, name: str) -> Entry:
    line = lines.of(section, name)
    return Entry(
        label=_capital(label),
        words=words.table_words(table),
        line=line,
        parts=[
            Entry(
                label=_capital(words.name_of(one)),
                words=words.attribute_words(one),
                line=lines.of(section, one.name, after=line),
            )
            for one in table.attributes
        ],
    )


def _segments(lines: _Lines, language: str) -> Iterator[Entry]:
    rows = list(segments())
    said = sentences(rows, language)
    for row in rows:
        yield Entry(label=row.label, words=said[row.name], line=lines.of("segments", row.name))


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


class _Lines:
    """Where names stand in a text, by section; a name is sought from its section, or from the line `after`, on."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._sections = {
            found.group(1): number
            for number, line in enumerate(self._lines, start=1)
            if (found := _SECTION.match(line))
        }

    def of(self, section: str, name: str, *, after: int | None = None) -> int | None:
        """Return the line of a name, of the section itself for ""; None when it is not found."""
        begins = after or self._sections.get(section)
        if begins is None or not name:
            return begins
        wanted = re.compile(rf"""[\s{{,"']*{re.escape(name)}["']?\s*:""")
        for number, line in enumerate(self._lines[begins:], start=begins + 1):
            if _SECTION.match(line):
                break
            if wanted.match(line):
                return number
        return None
