"""`make texts`: find the texts of pages, operations and problems, keep their French translations, and compile them.

The English text is the key. What is new gets an empty translation and is listed; what is no longer used goes.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from segue.cli.messages_texts import CONTEXTS, TEXTS
from segue.core.french import spaced
from tools.sentences import texts_said
from tools.terminal_texts import terminal_texts

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "segue"
CATALOG = SOURCE / "locale" / "fr" / "LC_MESSAGES" / "django.po"
SCHEMA = SOURCE / "configuration" / "segue.schema.json"
COMPILED = CATALOG.with_suffix(".mo")
PACKAGES = ("control", "installation", "web", "worker", "settings.py")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""Written as the date of every catalog, so that only texts make a difference."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:!r)?\}")


def extracted() -> Catalog:
    """Return every text of the source, without translations."""
    catalog = Catalog(locale="fr", project="Segue", charset="utf-8", fuzzy=False)
    for path in _files():
        for _line, message, _comments, context in _texts_of(path):
            catalog.add(message, context=context)
    for text in _said():
        catalog.add(text)
    for text in terminal_texts():
        catalog.add(text)
    for key, english in TEXTS.items():
        catalog.add(english, context=CONTEXTS.get(key))
    return catalog


def translated() -> Catalog:
    """Return the kept translations."""
    if not CATALOG.is_file():
        return Catalog(locale="fr")
    with CATALOG.open("rb") as file:
        return read_po(file, locale="fr")


def merged() -> Catalog:
    """Return every text of the source with its kept translation, sorted by text."""
    return kept(extracted(), translated())


def kept(catalog: Catalog, known: Catalog) -> Catalog:
    """Return a catalog with the translations that are known already."""
    for message in catalog:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None:
            message.string = _typeset(old.string)
    return catalog


def typeset(text: str) -> str:
    """Return a French text with the blanks that must not break, and the apostrophes of print."""
    return spaced(text).replace("'", "’")


def _typeset(translation: object) -> object:
    if isinstance(translation, str):
        return typeset(translation)
    if isinstance(translation, tuple | list):
        return tuple(typeset(text) for text in translation)
    return translation


def missing(catalog: Catalog) -> list[str]:
    """List the texts without a whole translation."""
    return [_key(message) for message in catalog if message.id and not _is_whole(message)]


def misfitting(catalog: Catalog) -> list[str]:
    """List the texts whose translation has other placeholders."""
    return [
        _key(message)
        for message in catalog
        if message.id and _is_whole(message) and not _placeholders_agree(message)
    ]


def as_text(catalog: Catalog) -> bytes:
    """Return the catalog as its file holds it: no dates, no places, so that only texts make a difference."""
    file = io.BytesIO()
    write_po(file, catalog, sort_output=True, omit_header=True, width=110)
    head = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    return head + file.getvalue().lstrip()


def compiled(catalog: Catalog) -> bytes:
    """Return the catalog as Django reads it."""
    file = io.BytesIO()
    dateless = read_po(io.BytesIO(as_text(catalog)), locale="fr")
    dateless.creation_date = NO_DATE
    write_mo(file, dateless)
    return file.getvalue()


def main() -> int:
    """Write the files of the catalog; 1 when translations are missing or do not fit."""
    return _write(CATALOG, merged())


def _write(path: Path, catalog: Catalog) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_text(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    for text in missing(catalog):
        print(f"no French: {text}")
    for text in misfitting(catalog):
        print(f"other placeholders in French: {text}")
    print(f"{len(catalog)} texts in {path.name}")
    return 1 if missing(catalog) or misfitting(catalog) else 0


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        place = SOURCE / package
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in found:
            is_template = path.suffix in (".html", ".txt") and "templates" in path.parts
            if is_template or (path.suffix == ".py" and "migrations" not in path.parts):
                yield path


def _said() -> Iterator[str | tuple[str, str]]:
    """Yield what every module says, and what the schema of the file says of its settings.

    The sandbox speaks for Mailchimp, in English only.
    """
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] != "sandbox":
            yield from (text for _line, text in texts_said(path))
    yield from _descriptions(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _descriptions(schema: object) -> Iterator[str]:
    """Yield the descriptions of settings, and the titles of what holds settings."""
    if isinstance(schema, dict):
        keys = ("title", "description") if "properties" in schema else ("description",)
        yield from (text for key in keys if isinstance(text := schema.get(key), str))
    if isinstance(schema, dict | list):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from _descriptions(inner)


def _texts_of(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is no Python: its indentation means nothing and must not be read as such.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))
    lines = io.BytesIO(text.encode("utf-8"))
    yield from extract("python", lines, keywords=KEYWORDS, options={"encoding": "utf-8"})


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else " / ".join(message.id)


def _is_whole(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(texts) and all(texts) and not message.fuzzy


def _placeholders_agree(message: Message) -> bool:
    wanted = message.id if isinstance(message.id, tuple | list) else (message.id,)
    given = message.string if isinstance(message.string, tuple | list) else (message.string,)
    allowed = {frozenset(_PLACEHOLDER.findall(text)) for text in wanted}
    return all(frozenset(_PLACEHOLDER.findall(text)) in allowed for text in given)


if __name__ == "__main__":
    sys.exit(main())
