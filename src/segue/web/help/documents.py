"""Which documents there are, in which languages, and what they say. They never change while the program runs.

`documents/` holds them: links to the folders of the project's `docs/` in a checkout, the files themselves in an installed
wheel. A folder that is named as a language holds the documents in it; all others are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from segue.words.catalogue import ENGLISH

FOLDER = Path(__file__).parent / "documents"
INDEX = "index"
PICTURES = {".webp": "image/webp", ".svg": "image/svg+xml"}
"""Types of content by ending."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]+)?")
"""How Django writes languages; no folder of English documents has so short a name."""
_TITLE = re.compile(r"^# +(.+?) *$", re.MULTILINE)
_ENTRY = re.compile(r"^(?:-|\d+\.) \[(?P<title>.+?)\]\((?P<link>[^)]+\.md)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One page of the documentation. `name` is its place without language and ending: `howto/get-notified`."""

    name: str
    language: str

    @property
    def path(self) -> Path:
        """Return its file."""
        return FOLDER / f"{_above(self.language)}{self.name}.md"

    @property
    def text(self) -> str:
        """Return its Markdown."""
        return _text(self.path)

    @property
    def title(self) -> str:
        """Return its first heading, as plain text."""
        found = _TITLE.search(self.text)
        return re.sub(r"[`*_]", "", found[1]) if found else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the contents: what the list calls the document, as plain text."""

    document: Document
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the contents."""

    title: str
    entries: Sequence[Entry]


@cache
def pictures() -> Mapping[str, Path]:
    """Return the pictures of the documentation by their place in it."""
    return {place: FOLDER / place for place in _places(FOLDER) if Path(place).suffix in PICTURES}


def document(name: str, language: str) -> Document | None:
    """Return a document in a language, or else in English; None when there is none of this name."""
    for spoken in (language, ENGLISH):
        if name in names(spoken):
            return Document(name=name, language=spoken)
    return None


@cache
def names(language: str) -> frozenset[str]:
    """Return the names of what there is in a language."""
    places = (place.removesuffix(".md") for place in _places(FOLDER) if place.endswith(".md"))
    spoken = map(_parted, places)
    return frozenset(name for code, name in spoken if code == language)


@cache
def contents(language: str) -> tuple[Chapter, ...]:
    """Return the contents in a language: the documents that its index lists, under its headings."""
    index = Document(name=INDEX, language=language if INDEX in names(language) else ENGLISH)
    chapters: list[tuple[str, list[Entry]]] = []
    for line in index.text.splitlines():
        if line.startswith("## "):
            chapters.append((line[3:].strip(), []))
        elif chapters and (entry := _entry(line, index, language)):
            chapters[-1][1].append(entry)
    return tuple(Chapter(title=title, entries=entries) for title, entries in chapters if entries)


def place_of(link: str, *, of: Document) -> str | None:
    """Return the name that a relative link of a document leads to; None when it leads out of the documentation."""
    place = PurePosixPath(f"{_above(of.language)}{of.name}")
    steps: list[str] = []
    for part in (place.parent / link).parts:
        if part != "..":
            steps.append(part)
        elif not steps:
            return None
        else:
            steps.pop()
    return _parted("/".join(steps))[1] or None


def _above(language: str) -> str:
    """Return what stands before the names of a language's documents."""
    return "" if language == ENGLISH else f"{language}/"


def _parted(place: str) -> tuple[str, str]:
    """Return the language of a place and the name in it."""
    folder, _, name = place.partition("/")
    return (folder, name) if _LANGUAGE.fullmatch(folder) else (ENGLISH, place)


def _entry(line: str, index: Document, language: str) -> Entry | None:
    found = _ENTRY.match(line)
    name = place_of(found["link"], of=index) if found else None
    known = document(name.removesuffix(".md"), language) if name else None
    if found is None or known is None:
        return None
    return Entry(document=known, title=_plain(found["title"]))


def _plain(text: str) -> str:
    return re.sub(r"[`*]", "", text)


def _places(folder: Path, above: str = "") -> Iterator[str]:
    """Walk the files of a folder; `Path.rglob` would not follow the links of a checkout."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _places(path, f"{above}{path.name}/")
        else:
            yield f"{above}{path.name}"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
