"""`make texts`: find the texts of pages, operations and problems, keep their translations, and compile them.

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

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from segue.cli.messages_texts import CONTEXTS, TEXTS
from segue.words.languages import typeset
from tools.sentences import texts_said
from tools.terminal_texts import terminal_texts

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "segue"
DEMONSTRATION = ROOT / "src" / "segue_demo"
LOCALE = SOURCE / "locale"
CATALOG = "django.po"
SCHEMA = SOURCE / "configuration" / "segue.schema.json"
PACKAGES = ("control", "service", "web", "worker", "settings.py")
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

_PRINTED = ("fr",)
"""The languages whose apostrophes are those of print."""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:!r)?\}")


def extracted(language: str) -> Catalog:
    """Return every text of the source, without translations."""
    catalog = Catalog(locale=language, project="Segue", charset="utf-8", fuzzy=False)
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


def translated(language: str) -> Catalog:
    """Return the kept translations."""
    file = file_of(language)
    if not file.is_file():
        return Catalog(locale=language)
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def languages() -> list[str]:
    """Return the languages that have a folder; a new one begins with an empty one."""
    return sorted(folder.name for folder in LOCALE.iterdir() if (folder / "LC_MESSAGES").is_dir())


def file_of(language: str) -> Path:
    """Return the file that holds the translations of a language; what is compiled of it lies beside it."""
    return LOCALE / language / "LC_MESSAGES" / CATALOG


def merged(language: str) -> Catalog:
    """Return every text of the source with its kept translation, sorted by text."""
    catalog, known = extracted(language), translated(language)
    for message in catalog:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None:
            message.string = _typeset(old.string, language)
    return catalog


def _typeset(translation: object, language: str) -> object:
    """Return a translation with the blanks that must not break, and the apostrophes of print."""
    if isinstance(translation, str):
        spaced = typeset(translation, language)
        return spaced.replace("'", "’") if language in _PRINTED else spaced
    if isinstance(translation, tuple | list):
        return tuple(_typeset(text, language) for text in translation)
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
    forms = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
    return head.encode() + file.getvalue().lstrip()


def compiled(catalog: Catalog) -> bytes:
    """Return the catalog as Django reads it."""
    file = io.BytesIO()
    dateless = read_po(io.BytesIO(as_text(catalog)), locale=catalog.locale)
    dateless.creation_date = NO_DATE
    write_mo(file, dateless)
    return file.getvalue()


def main() -> int:
    """Write the catalog of every language; 1 when translations are missing or do not fit."""
    return max(_write(language) for language in languages())


def _write(language: str) -> int:
    path, catalog = file_of(language), merged(language)
    path.write_bytes(as_text(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))
    name = Locale.parse(language).english_name
    for text in missing(catalog):
        print(f"no {name}: {text}")
    for text in misfitting(catalog):
        print(f"other placeholders in {name}: {text}")
    print(f"{len(catalog)} texts in {name}")
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
    """Yield what every module says, and what the schema of the file says of its settings."""
    for path in (*sorted(SOURCE.rglob("*.py")), *sorted(DEMONSTRATION.rglob("*.py"))):
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
