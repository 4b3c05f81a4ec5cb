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
from segue.configuration.starter_yaml import comment, flow, scalar
from segue.profiles.schema import AttributeType

_MERGE_TAGS = (
    ("FNAME", "first_name", "first_name"),
    ("LNAME", "last_name", "last_name"),
    ("PHONE", "phone", "{attribute: phone, type: phone}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """The text of the file, and what a person still has to do, one sentence each."""

    text: str
    to_do: tuple[str, ...]


def starter(tables: Sequence[StarterTable], *, time_zone: str = "UTC") -> Starter:
    """Return a starter file for these tables; without any, one with an example to fill in."""
    if not tables:
        return Starter(text=_EMPTY, to_do=("Declare your data sources and profiles in the file.",))
    made = guess(tables)
    lines = [
        *_head(time_zone),
        *_sources(tables),
        *_profiles(made),
        *_related(made.related),
        *_segments(made),
        *_CONNECTIONS,
        *_exports(made),
    ]
    return Starter(
        text="\n".join(lines) + "\n",
        to_do=(*_to_do(made), *_left_out(made, tables)),
    )


def _head(time_zone: str) -> Iterator[str]:
    yield "# Segue: which people, in which segments, reach which Mailchimp audience."
    yield "# `segue check` reads this file; `segue plan` shows what a run would do; nothing is sent before `segue run`."
    yield "version: 1"
    yield f'time_zone: {time_zone}    # for "within the last N days" and for timestamps without a zone'
    yield "home: .segue    # folder for snapshots, the ledger and reports"
    yield ""


def _sources(tables: Sequence[StarterTable]) -> Iterator[str]:
    yield "sources:"
    for table in tables:
        settings: dict[str, object] = {"type": table.type, **dict(table.settings)}
        yield f"  {table.name}: {flow(settings)}"
    yield ""


def _profiles(made: Guess) -> Iterator[str]:
    key = _key(made.key)
    yield "profiles:"
    yield f"  source: {made.profiles.name}"
    yield f"  key: {flow(key) if key else scalar(made.key.name)}    # unique for each person"
    if made.profiles.key is None and made.newest:
        yield f"  winner: {{newest_by: {made.newest.name}}}    # of several rows with one key"
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


def _related(related: Sequence[RelatedGuess]) -> Iterator[str]:
    if not related:
        yield from comment("related:    # tables with many rows per person: orders, visits, …")
        yield ""
        return
    yield "related:    # many rows per person, found by the profile's key"
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


def _segments(made: Guess) -> Iterator[str]:
    yield "segments:"
    yield "  everybody:"
    yield "    label: Everybody"
    yield f"    rules: {{attribute: {made.attributes[0].name}, is_blank: false}}"
    text = next((a.name for a in made.attributes if a.type is AttributeType.TEXT), None)
    if text:
        yield from comment(
            "example:",
            "  label: Example",
            f"  rules: {{attribute: {text}, any_of: [one, another], ignore_case: true}}",
            indent="  ",
        )
    if made.related:
        name = made.related[0].table.name
        yield from comment(
            f"with_{name}:", f"  rules: {{related: {name}, count: true, at_least: 3}}", indent="  "
        )
    yield ""


_CONNECTIONS = (
    "connections:",
    "  main:",
    "    type: mailchimp",
    "    label: Mailchimp",
    "    api_key: {env: MAILCHIMP_API_KEY}    # the name of a variable, never the key itself",
    "    # base_url: http://127.0.0.1:8765/3.0    # to try everything on `segue sandbox --port 8765` first",
    "",
)


def _exports(made: Guess) -> Iterator[str]:
    yield "# Take the signs # away when you know the audience ID and the consent."
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
        lines.append("      blanks: keep    # leave what Mailchimp holds; clear: empty it")
        lines.append("      fields:")
        lines.extend(f"        {tag}: {written}" for tag, written in matched)
    lines.append("    segments: [everybody]")
    if made.newest:
        lines.append(
            f"    winner: {{newest_by: {made.newest.name}}}    # of several people with one address"
        )
    consent = (
        f"{{attribute: {made.consent.name}}}"
        if made.consent
        else (
            '{attested_by: "Name, role", attested_on: 2026-01-31, statement: "All have asked for it."}'
        )
    )
    lines.append(f"    consent: {consent}")
    lines.append("    # new_contacts: pending    # Mailchimp asks new people to confirm first")
    yield from comment(*lines)


def _to_do(made: Guess) -> Iterator[str]:
    if made.email is None:
        yield "No column with e-mail addresses was found: declare an attribute with `type: email`."
    yield f"Check that `{made.key.name}` is unique for each person in `{made.profiles.name}`."
    yield "Set the environment variable MAILCHIMP_API_KEY, or start `segue sandbox` and set `base_url`."
    yield "Complete the section `exports` and run `segue check`."


def _left_out(made: Guess, tables: Sequence[StarterTable]) -> Iterator[str]:
    """Name what the file does not use."""
    related = [guessed.table for guessed in made.related]
    joined = {link.other_table for guessed in made.related for _, link in guessed.joins}
    for table in tables:
        if table is made.profiles or table in related:
            secret = ", ".join(f"`{column}`" for column in secret_columns(table))
            if secret:
                yield f"Left out of `{table.name}`, because it looks like a secret: {secret}."
        elif table.name not in joined:
            yield (
                f"`{table.name}` is declared, but nothing reads it: no column links it to"
                f" `{made.profiles.name}`. Declare a join or a related table, or take it out."
            )


_EMPTY = """\
# Segue: which people, in which segments, reach which Mailchimp audience.
# No data was found here: take the signs # away and name your own files, tables and columns.
# The reference is docs/reference/configuration.md.
version: 1
# time_zone: Europe/Paris
# sources:
#   customers: {type: csv, path: data/customers.csv}
# profiles:
#   source: customers
#   key: id
#   attributes:
#     email: {column: email, type: email}
#     first_name: {column: first_name, personal: true}
#     opted_in: {column: opted_in, type: boolean}
# segments:
#   everybody:
#     label: Everybody
#     rules: {attribute: email, is_blank: false}
# connections:
#   main: {type: mailchimp, api_key: {env: MAILCHIMP_API_KEY}}
# exports:
#   newsletter:
#     connection: main
#     audience: "0123456789"
#     match: {email: email, fields: {FNAME: first_name}}
#     segments: [everybody]
#     consent: {attribute: opted_in}
#     # new_contacts: pending    # Mailchimp asks new people to confirm first
"""
