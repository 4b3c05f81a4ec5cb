"""Write the commented starter file for `segue init` from the tables that were found. Reads no data and no file.

What is written can be loaded as it stands; what cannot be known (the audience, the consent) is there as comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segue.configuration.scalars import NotInCalendarError, plain
from segue.configuration.starter_tables import (
    Guess,
    RelatedGuess,
    StarterColumn,
    StarterTable,
    guess,
    is_personal,
    secret_columns,
)
from segue.core.sentences import said
from segue.profiles.schema import AttributeType
from segue.words.catalogue import in_language

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a person still has to do, by the key of its text, with the names in it."""

    key: str
    values: Mapping[str, str]


_WORDS: Words = {
    "what": said("Segue: which people, in which segments, reach which Mailchimp audience."),
    "commands": said(
        "`segue check` reads this file; `segue plan` shows what a run would do; nothing is sent before `segue run`."
    ),
    "nothing_found": said(
        "No data was found here: take the signs # away and name your own files, tables and columns."
    ),
    "reference": said("The reference is docs/reference/configuration.md."),
    "zone": said('for "within the last N days" and for timestamps without a zone'),
    "home": said("folder for snapshots, the ledger and reports"),
    "unique": said("unique for each person"),
    "one_key": said("of several rows with one key"),
    "related_none": said("tables with many rows per person: orders, visits, …"),
    "related": said("many rows per person, found by the profile's key"),
    "everybody": said("Everybody"),
    "example": said("Example"),
    "key_elsewhere": said("the name of a variable, never the key itself"),
    "sandbox": said("to try everything on `segue sandbox --port 8765` first"),
    "exports": said("Take the signs # away when you know the audience ID and the consent."),
    "blanks": said("leave what Mailchimp holds; clear: empty it"),
    "one_address": said("of several people with one address"),
    "attested_by": said("Name, role"),
    "statement": said("All have asked for it."),
    "pending": said("Mailchimp asks new people to confirm first"),
}


def starter_words(language: str) -> Words:
    """Return the texts in a language, by their keys."""
    return {key: in_language(text, language) for key, text in _WORDS.items()}


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")


def scalar(text: str) -> str:
    """Return the text as a YAML scalar, quoted where it needs quotes."""
    try:
        is_plain = plain(text) == text and _PLAIN.fullmatch(text) is not None
    except NotInCalendarError:
        is_plain = False
    return text if is_plain else _quoted(text)


def flow(settings: Mapping[str, object]) -> str:
    """Return `{key: value, …}`; a pair as value becomes `{first: second}`."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in settings.items()) + "}"


def comment(*lines: str, indent: str = "") -> Iterator[str]:
    """Yield the lines as comments."""
    return (f"{indent}# {line}" for line in lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return flow(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return flow(dict([value]))
    return scalar(str(value))


_MERGE_TAGS = (
    ("FNAME", "first_name", "first_name"),
    ("LNAME", "last_name", "last_name"),
    ("PHONE", "phone", "{attribute: phone, type: phone}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """The text of the file, and what a person still has to do."""

    text: str
    to_do: tuple[Hint, ...]


def starter(
    tables: Sequence[StarterTable],
    *,
    time_zone: str = "UTC",
    words: Words | None = None,
    engine: Mapping[str, object] | None = None,
) -> Starter:
    """Return a starter file for these tables, commented in `words`; without any, one with an example to fill in.

    `engine` is what is said of where the profiles are kept, None: nothing, so on this machine.
    """
    words = words or starter_words("en")
    if not tables:
        return Starter(text=_EMPTY.format_map(words), to_do=(Hint(key="declare", values={}),))
    made = guess(tables)
    lines = [
        *_head(time_zone, words),
        *([f"engine: {flow(dict(engine))}", ""] if engine else []),
        *_sources(tables),
        *_profiles(made, words),
        *_related(made.related, words),
        *_segments(made, words),
        *_connections(words),
        *_exports(made, words),
    ]
    return Starter(
        text="\n".join(lines) + "\n",
        to_do=(*_to_do(made), *_left_out(made, tables)),
    )


def _head(time_zone: str, words: Words) -> Iterator[str]:
    yield f"# {words['what']}"
    yield f"# {words['commands']}"
    yield "version: 1"
    yield f"time_zone: {time_zone}    # {words['zone']}"
    yield f"home: .segue    # {words['home']}"
    yield ""


def _sources(tables: Sequence[StarterTable]) -> Iterator[str]:
    yield "sources:"
    for table in tables:
        settings: dict[str, object] = {"type": table.type, **dict(table.settings)}
        yield f"  {table.name}: {flow(settings)}"
    yield ""


def _profiles(made: Guess, words: Words) -> Iterator[str]:
    key = _key(made.key)
    yield "profiles:"
    yield f"  source: {made.profiles.name}"
    yield f"  key: {flow(key) if key else scalar(made.key.name)}    # {words['unique']}"
    if made.profiles.key is None and made.newest:
        yield f"  winner: {{newest_by: {made.newest.name}}}    # {words['one_key']}"
    yield "  attributes:"
    for attribute in made.attributes:
        yield f"    {attribute.name}: {flow(attribute.settings())}"
    yield ""


def _key(column: StarterColumn) -> dict[str, object]:
    """Return what a key says besides its column's name; nothing when that says it all."""
    said: dict[str, object] = {}
    if column.type is AttributeType.INTEGER:
        said["type"] = "integer"
    # Of an address, the attribute of the same column says that it is personal.
    if is_personal(column) and column.type is not AttributeType.EMAIL:
        said["personal"] = True
    return {"column": column.name, **said} if said else {}


def _related(related: Sequence[RelatedGuess], words: Words) -> Iterator[str]:
    if not related:
        yield from comment(f"related:    # {words['related_none']}")
        yield ""
        return
    yield f"related:    # {words['related']}"
    for guessed in related:
        yield f"  {guessed.table.name}:"
        yield f"    source: {guessed.table.name}"
        if guessed.joins:
            yield "    joins:"
        for left, link in guessed.joins:
            on = flow({scalar(left + link.column): link.other_column})
            yield f"      - {{source: {link.other_table}, on: {on}}}"
        yield f"    profile_key: {scalar(guessed.profile_key)}"
        yield "    attributes:"
        for attribute in guessed.attributes:
            yield f"      {attribute.name}: {flow(attribute.settings())}"
    yield ""


def _segments(made: Guess, words: Words) -> Iterator[str]:
    yield "segments:"
    yield "  everybody:"
    yield f"    label: {words['everybody']}"
    yield f"    rules: {{attribute: {made.attributes[0].name}, is_blank: false}}"
    text = next((a.name for a in made.attributes if a.type is AttributeType.TEXT), None)
    if text:
        yield from comment(
            "example:",
            f"  label: {words['example']}",
            f"  rules: {{attribute: {text}, any_of: [one, another], ignore_case: true}}",
            indent="  ",
        )
    if made.related:
        name = made.related[0].table.name
        yield from comment(
            f"with_{name}:", f"  rules: {{related: {name}, count: true, at_least: 3}}", indent="  "
        )
    yield ""


def _connections(words: Words) -> Iterator[str]:
    yield "connections:"
    yield "  main:"
    yield "    type: mailchimp"
    yield "    label: Mailchimp"
    yield f"    api_key: {{env: MAILCHIMP_API_KEY}}    # {words['key_elsewhere']}"
    yield f"    # base_url: http://127.0.0.1:8765/3.0    # {words['sandbox']}"
    yield ""


def _exports(made: Guess, words: Words) -> Iterator[str]:
    yield f"# {words['exports']}"
    lines = [
        "exports:",
        "  newsletter:",
        "    connection: main",
        '    audience: "0123456789"',
        "    match:",
    ]
    lines.append(f"      email: {made.email.name if made.email else 'email'}")
    names = {a.name for a in made.attributes if a.type is AttributeType.TEXT}
    matched = [(tag, written) for tag, name, written in _MERGE_TAGS if name in names]
    if matched:
        lines.append(f"      blanks: keep    # {words['blanks']}")
        lines.append("      fields:")
        lines.extend(f"        {tag}: {written}" for tag, written in matched)
    lines.append("    segments: [everybody]")
    if made.newest:
        lines.append(f"    winner: {{newest_by: {made.newest.name}}}    # {words['one_address']}")
    consent = (
        f"{{attribute: {made.consent.name}}}"
        if made.consent
        else (
            f'{{attested_by: "{words["attested_by"]}", attested_on: 2026-01-31,'
            f' statement: "{words["statement"]}"}}'
        )
    )
    lines.append(f"    consent: {consent}")
    lines.append(f"    # new_contacts: pending    # {words['pending']}")
    yield from comment(*lines)


def _to_do(made: Guess) -> Iterator[Hint]:
    if made.email is None:
        yield Hint(key="no_email", values={})
    yield Hint(key="unique", values={"column": made.key.name, "table": made.profiles.name})
    yield Hint(key="api_key", values={})
    yield Hint(key="exports", values={})


def _left_out(made: Guess, tables: Sequence[StarterTable]) -> Iterator[Hint]:
    """Name what the file does not use."""
    related = [guessed.table for guessed in made.related]
    joined = {link.other_table for guessed in made.related for _, link in guessed.joins}
    for table in tables:
        if table is made.profiles or table in related:
            secret = ", ".join(f"`{column}`" for column in secret_columns(table))
            if secret:
                yield Hint(key="secret", values={"table": table.name, "columns": secret})
        elif table.name not in joined:
            yield Hint(key="unread", values={"table": table.name, "profiles": made.profiles.name})


_EMPTY = """\
# {what}
# {nothing_found}
# {reference}
version: 1
# time_zone: Europe/Paris
# sources:
#   customers: {{type: csv, path: data/customers.csv}}
# profiles:
#   source: customers
#   key: id
#   attributes:
#     email: {{column: email, type: email}}
#     first_name: {{column: first_name, personal: true}}
#     opted_in: {{column: opted_in, type: boolean}}
# segments:
#   everybody:
#     label: {everybody}
#     rules: {{attribute: email, is_blank: false}}
# connections:
#   main: {{type: mailchimp, api_key: {{env: MAILCHIMP_API_KEY}}}}
# exports:
#   newsletter:
#     connection: main
#     audience: "0123456789"
#     match: {{email: email, fields: {{FNAME: first_name}}}}
#     segments: [everybody]
#     consent: {{attribute: opted_in}}
#     # new_contacts: pending    # {pending}
"""
