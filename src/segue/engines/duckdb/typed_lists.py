"""Read several values of one cell: parted by a separator, or a JSON array. Expressions only."""

from __future__ import annotations

from segue.core.emails import TRIMMED
from segue.engines.duckdb.quoting import literal
from segue.profiles.schema import LIST_MARK


def parted(text: str, separator: str) -> str:
    """Return the parts of a text, which may be blank."""
    return (
        f"CASE WHEN starts_with({text}, '[') AND coalesce(json_type(CASE WHEN json_valid({text}) THEN {text} END) = 'ARRAY', false)"
        f" THEN from_json({text}, '[\"VARCHAR\"]')"
        f" ELSE string_split({text}, {literal(separator)}) END"
    )


def joined(parts: str, control: str) -> str:
    """Return different parts that are not blank, in their order, between marks; NULL when there is none."""
    cleaned = (
        f"list_filter(list_transform({parts}, lambda p: trim(nfc_normalize("
        f"regexp_replace(p, {literal(control)}, '', 'g')), {literal(TRIMMED)})), lambda p: p <> '')"
    )
    found = f"list_filter({cleaned}, lambda p, i: list_position({cleaned}, p) = i)"
    return f"nullif({literal(LIST_MARK)} || array_to_string({found}, {literal(LIST_MARK)}) || {literal(LIST_MARK)}, {literal(LIST_MARK * 2)})"
