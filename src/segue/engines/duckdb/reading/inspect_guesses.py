"""Guess from names and a sample of values what a table holds: types, key, names, addresses, relationships. No reading."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from segue.core.emails import canonical
from segue.core.folding import folded
from segue.engines.duckdb.reading.inspect_forms import (
    Guessed,
    ambiguous_number,
    guessed_form,
    if_read,
    is_ambiguous,
)
from segue.engines.duckdb.reading.typed_booleans import FALSE_WORDS, TRUE_WORDS
from segue.profiles.found import FoundRelationship
from segue.profiles.schema import AttributeType

Values = Sequence[str | None]

_FORMS: tuple[tuple[AttributeType, str], ...] = (
    (AttributeType.INTEGER, r"[+-]?(0|[1-9][0-9]{0,17})"),  # 01234 is a postcode, not a number
    (AttributeType.DECIMAL, r"[+-]?[0-9]{1,15}(\.[0-9]+)?"),
    (AttributeType.DATE, r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}([T ]00:00(:00(\.0+)?)?)?"),
    (
        AttributeType.TIMESTAMP,
        r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
        r" ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)?)?",
    ),
)
_PAIRS = [{"o", "n"}, {"j", "n"}, {"s", "n"}, {"v", "f"}]
_PAIRED_WORDS = frozenset("ojsv")
_DIGITS = frozenset(("0", "1", "-1", "0.0", "1.0"))
_TICK = "x"
"""What stands in a column of nothing else and blanks; declared, so that whoever reads the proposal sees what it means."""
_WHOLE_WORDS = frozenset((*TRUE_WORDS, *FALSE_WORDS)) - _PAIRED_WORDS - _DIGITS
_QUESTION = re.compile(
    r"opt|consent|newsletter|subscri|accept|agree|is_|has_|active|vip|permission|gdpr|rgpd|einwillig",
    re.IGNORECASE,
)
_PHONE_NAME = re.compile(
    r"phone|t[eé]l[eé]ph|telef|mobil|whatsapp|(?<![a-z])(t[eé]l|sms|gsm|handy|cell|portable)(?![a-z])|(?<![a-z])fax",
    re.IGNORECASE,
)
_IN_ZONE = re.compile(
    r"(?<![A-Za-z])(?:UTC|GMT|utc|gmt)(?: ?([+-]) ?0?([0-9]{1,2})(?::?00)?)?(?![A-Za-z0-9])"
)
"""A zone in a column's name, as in `Created (UTC)` and `Created At (UTC+1)`."""
_ZONES = {
    **dict.fromkeys(("PT", "PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("ET", "EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Paris"),
}
_NO_KEY = re.compile(r"(paid|valid|void|grid)$", re.IGNORECASE)
"""Words that end like `id` and are none."""
_MOSTLY = 0.8
_KEY_ENDINGS = ("id", "number", "nummer", "key")
_SHORT_NAME = 6
"""Names up to this length end others by chance: `nom` ends `prenom`."""


def guessed(name: str, values: Values, *, is_written: bool = False) -> Guessed:
    """Return the narrowest type that every sampled value fits, with the options that it needs; TEXT when there is no value.

    `is_written`: somebody wrote the values as texts, so that a point may be a thousands mark.
    """
    found = _by_values(name, values, is_written=is_written)
    zone = _zone_of(name) if found.type is AttributeType.TIMESTAMP else ""
    return replace(found, options={**found.options, "written_in": zone}) if zone else found


def _zone_of(name: str) -> str:
    """Return the zone that a column's name says its times are written in, '' when it says none."""
    if (said := _IN_ZONE.search(name)) is not None:
        sign, hours = said.groups()
        # In the names of zones, hours are counted westwards: UTC+1 is Etc/GMT-1.
        return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if int(hours or 0) else "UTC"
    return next((_ZONES[one] for one in re.findall(r"\(([A-Z]{2,4})\)", name) if one in _ZONES), "")


def _by_values(name: str, values: Values, *, is_written: bool) -> Guessed:
    written = [value.strip() for value in values if value is not None and value.strip()]
    if not written:
        return Guessed(type=AttributeType.TEXT)
    if _is_address_column(name, written):
        return Guessed(type=AttributeType.EMAIL)
    if _is_yes_or_no(name, {value.lower() for value in written}):
        return Guessed(type=AttributeType.BOOLEAN)
    if {value.lower() for value in written} == {_TICK}:
        return Guessed(type=AttributeType.BOOLEAN, options={"true_values": [_TICK]})
    for kind, form in _FORMS:
        if all(re.fullmatch(form, value) for value in written):
            if kind is AttributeType.DECIMAL and is_written and is_ambiguous(written):
                return ambiguous_number()
            return if_read(Guessed(type=_as_written(name, kind, written)), written)
    return guessed_form(name, written)


def _is_yes_or_no(name: str, words: set[str]) -> bool:
    """Tell whether words answer a question: whole ones, letters in pairs or as ticks, digits where the name asks."""
    if words <= _WHOLE_WORDS | _PAIRED_WORDS:
        return not words & _PAIRED_WORDS or bool(words & _WHOLE_WORDS) or words in _PAIRS
    return words <= _DIGITS and _QUESTION.search(name) is not None


def guessed_key(
    table: str,
    columns: Mapping[str, Values],
    declared: str | None,
    *,
    addresses: Sequence[str] = (),
) -> str | None:
    """Return the declared primary key, else a column named like one whose sampled values are all there and differ.

    A list without such a column is keyed by the first of its columns of `addresses` that fits.
    """
    if declared is not None:
        return declared
    singular = bare(table).removesuffix("s")
    wanted = ("id", f"{singular}id", f"{bare(table)}id", "key", f"{singular}key", "code")
    by_name = {bare(name): name for name in columns}
    likely = [by_name[name] for name in wanted if name in by_name]
    first = next(iter(columns), None)
    if first is not None and bare(first).endswith("id") and not _NO_KEY.search(bare(first)):
        likely.append(first)
    likely += [
        name
        for name in columns
        if bare(name).endswith(_KEY_ENDINGS)
        and not (_NO_KEY.search(bare(name)) or _PHONE_NAME.search(name))
    ]
    return next((name for name in (*likely, *addresses) if _is_unique(columns[name])), None)


def guessed_name(columns: Sequence[str], known: frozenset[str]) -> str | None:
    """Return the first column whose name is one of the `known` folded names, or ends with a long one of them."""
    exact = next((name for name in columns if bare(name) in known), None)
    longer = tuple(name for name in known if len(name) > _SHORT_NAME)
    return exact or next((name for name in columns if bare(name).endswith(longer)), None)


def guessed_relationships(
    table: str,
    columns: Sequence[str],
    *,
    keys: Mapping[str, str],
    addresses: Collection[str] = (),
) -> tuple[FoundRelationship, ...]:
    """Return the columns that are named like another table's key; `keys` maps each table to its key column.

    A column of `addresses` may be the key of its own table too: one table of people may stand beside another.
    """
    found = [
        FoundRelationship(column=column, other_table=other, other_column=key, declared=False)
        for column in columns
        for other, key in keys.items()
        if other != table
        and _means(column, other, key)
        and (column != keys.get(table) or column in addresses)
    ]
    return tuple(found)


def is_key_of(column: str, table: str) -> bool:
    """Tell whether a column is named like the key of a table: `film_id` of `film` or `films`."""
    return bare(column) in (f"{bare(table)}id", f"{bare(table).removesuffix('s')}id")


def bare(name: str) -> str:
    """Return a name without case, accents, blanks, dashes and underscores."""
    return re.sub(r"[\W_]", "", folded(name))


def _means(column: str, other: str, key: str) -> bool:
    column_name, key_name, table = bare(column), bare(key), bare(other)
    if column_name == key_name:
        return column_name not in ("id", "key", "code")
    return column_name in (f"{table}{key_name}", f"{table.removesuffix('s')}{key_name}")


def _is_address_column(name: str, written: Sequence[str]) -> bool:
    valid = sum(canonical(value).address is not None for value in written)
    needed = 0.2 if "mail" in name.casefold() else _MOSTLY
    return valid >= needed * len(written) and valid > 0


def _as_written(name: str, kind: AttributeType, written: Sequence[str]) -> AttributeType:
    """Keep codes such as 01000 and telephone numbers as text though they read as numbers: +33… would lose its sign."""
    if kind not in (AttributeType.INTEGER, AttributeType.DECIMAL):
        return kind
    if _PHONE_NAME.search(name) or any(re.match(r"[+-]?0[0-9]|\+[0-9]{7}", v) for v in written):
        return AttributeType.TEXT
    return kind


def _is_unique(values: Values) -> bool:
    filled = [value for value in values if value]
    return len(filled) == len(values) == len(set(filled))
