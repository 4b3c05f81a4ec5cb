"""Read several values of one cell: parted by a separator, a JSON array, or an array as PostgreSQL writes it. Expressions only."""

from __future__ import annotations

from segue.core.emails import TRIMMED
from segue.engines.duckdb.quoting import literal
from segue.profiles.schema import LIST_MARK

_ELEMENT = r'"(?:[^"\\]|\\.)*"|[^,"]+'
"""One element between the braces of an array. Source: PostgreSQL's documentation, §8.15.6."""


def parted(text: str, separator: str) -> str:
    """Return the parts of a text, which may be blank."""
    json = f"coalesce(json_type(CASE WHEN json_valid({text}) THEN {text} END), '')"
    return (
        f"CASE WHEN starts_with({text}, '[') AND {json} = 'ARRAY' THEN from_json({text}, '[\"VARCHAR\"]')"
        f" WHEN {text} = '{{}}' THEN []::VARCHAR[]"
        f" WHEN regexp_full_match({text}, '[{{].*[}}]') AND {json} = '' THEN {_elements(text)}"
        f" ELSE string_split({text}, {literal(separator)}) END"
    )


def joined(parts: str, control: str) -> str:
    """Return different parts that are not blank, in their order, between marks; NULL when there is none."""
    cleaned = (
        f"list_filter(list_transform({parts}, lambda p: trim(nfc_normalize("
        f"regexp_replace(p, {literal(control)}, '', 'g')), {literal(TRIMMED)})), lambda p: p <> '')"
    )
    mark = literal(LIST_MARK)
    found = f"list_filter({cleaned}, lambda p, i: list_position({cleaned}, p) = i)"
    return f"nullif({mark} || array_to_string({found}, {mark}) || {mark}, {literal(LIST_MARK * 2)})"


def _elements(text: str) -> str:
    """Return the elements of PostgreSQL's `{one,"two, three",NULL}`; NULL becomes blank."""
    inner = f"substr({text}, 2, length({text}) - 2)"
    bare = r"regexp_replace(substr(p, 2, length(p) - 2), '\\(.)', '\1', 'g')"
    return (
        f"list_transform(regexp_extract_all({inner}, {literal(_ELEMENT)}),"
        f" lambda p: CASE WHEN starts_with(p, '\"') THEN {bare} WHEN p = 'NULL' THEN '' ELSE p END)"
    )
