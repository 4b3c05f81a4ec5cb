"""Write the commented starter file for `segue init` from the tables that were found. Reads no data and no file.

What is written can be loaded as it stands; what cannot be known (the audience, the consent) is there as comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from segue.configuration.starter_guess import (
    Guess,
    RelatedGuess,
    guess,
    is_personal,
    secret_columns,
)
from segue.configuration.starter_tables import StarterColumn, StarterTable
from segue.configuration.starter_words import Hint, Words, starter_words
from segue.configuration.starter_yaml import comment, flow, scalar
from segue.profiles.schema import AttributeType

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
    tables: Sequence[StarterTable], *, time_zone: str = "UTC", words: Words | None = None
) -> Starter:
    """Return a starter file for these tables, commented in `words`; without any, one with an example to fill in."""
    words = words or starter_words("en")
    if not tables:
        return Starter(text=_EMPTY.format_map(words), to_do=(Hint(key="declare", values={}),))
    made = guess(tables)
    lines = [
        *_head(time_zone, words),
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
