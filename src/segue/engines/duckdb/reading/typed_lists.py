"""Read several values of one cell: parted by a separator, a JSON array, or an array as PostgreSQL writes it. Expressions only."""

from __future__ import annotations

import re

from segue.core.emails import TRIMMED
from segue.engines.duckdb.quoting import literal
from segue.profiles.schema import LIST_MARK

_ELEMENT = r'"(?:[^"\\]|\\.)*"|[^,"]+'
"""One element between the braces of an array. Source: PostgreSQL's documentation, §8.15.6."""

_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_QUOTED_LIST = rf"\[\s*(?:{_QUOTED})(?:\s*,\s*(?:{_QUOTED}))*\s*,?\s*\]"
"""A list as Python writes it, which tables of data science hold: `['vip', "no-mail"]`."""


class _Row:
    """Parts that may be quoted as those of a row are: `"vip","tea, green"`. So Mailchimp itself writes tags.

    Elsewhere it writes a backslash before a separator inside a part (`Tea\\, green, Cups`).
    """

    def __init__(self, separator: str) -> None:
        self._sign = re.escape(separator)
        self._part = f'"(?:[^"]|"")*"|[^"{self._sign}]+'
        self._escaped = "\\" + separator
        self._whole = rf"(?s)\s*(?:{self._part})?\s*(?:{self._sign}\s*(?:{self._part})?\s*)*"

    def cases(self, text: str) -> str:
        """Return the branches that read such texts; a text with other quotes is none."""
        return (
            f" WHEN contains({text}, '\"') AND regexp_full_match({text}, {literal(self._whole)}) THEN {self._parts(text)}"
            f" WHEN contains({text}, {literal(self._escaped)}) THEN {self._unescaped(text)}"
        )

    def _parts(self, text: str) -> str:
        """Return the parts without their quotes."""
        bare = "replace(substr(trim(p), 2, length(trim(p)) - 2), '\"\"', '\"')"
        return (
            f"list_transform(regexp_extract_all({text}, {literal(self._part)}),"
            f" lambda p: CASE WHEN starts_with(trim(p), '\"') THEN {bare} ELSE p END)"
        )

    def _unescaped(self, text: str) -> str:
        """Return the parts of a text in which a backslash stands before some separators."""
        part = literal(rf"(?s)(?:\\.|[^{self._sign}])+")
        escaped = literal(rf"\\({self._sign})")
        bare = f"regexp_replace(p, {escaped}, '\\1', 'g')"
        return f"list_transform(regexp_extract_all({text}, {part}), lambda p: {bare})"


def parted(text: str, separator: str) -> str:
    """Return the parts of a text, which may be blank."""
    json = f"coalesce(json_type(CASE WHEN json_valid({text}) THEN {text} END), '')"
    return (
        f"CASE WHEN starts_with({text}, '[') AND {json} = 'ARRAY' THEN from_json({text}, '[\"VARCHAR\"]')"
        f" WHEN {text} = '{{}}' THEN []::VARCHAR[]"
        f" WHEN starts_with({text}, '[') AND regexp_full_match({text}, {literal(_QUOTED_LIST)}) THEN {_unquoted(text)}"
        f" WHEN regexp_full_match({text}, '[{{].*[}}]') AND {json} = '' THEN {_elements(text)}"
        f"{_Row(separator).cases(text) if len(separator) == 1 else ''}"
        f" ELSE string_split({text}, {literal(separator)}) END"
    )


def usual(text: str, separator: str, slow: str) -> str:
    """Read clean text that is no array on a short way, which is a tenth of the long one; `slow` reads the rest."""
    simple = _marked(
        f"list_transform(string_split({text}, {literal(separator)}), lambda p: trim(p))"
    )
    rare = f"left({text}, 1) IN ('[', '{{') OR contains({text}, '\"') OR contains({text}, '\\')"
    return f"CASE WHEN {rare} THEN {slow} ELSE {simple} END"


def joined(parts: str, evened: str) -> str:
    """Return different parts that are not blank, in their order, between marks; NULL when there is none.

    `evened` is the expression of one part, `p`, with plain blanks and without signs that nobody sees.
    """
    return _marked(
        f"list_transform({parts}, lambda p: trim(nfc_normalize({evened}), {literal(TRIMMED)}))"
    )


def _marked(parts: str) -> str:
    # A lambda, so that the parts are made once, not once more for each of them.
    mark = literal(LIST_MARK)
    found = f"list_filter({parts}, lambda p: p <> '')"
    first = "list_filter(x, lambda p, i: list_position(x, p) = i)"
    text = f"list_transform([{found}], lambda x: array_to_string({first}, {mark}))[1]"
    return f"nullif({mark} || {text} || {mark}, {literal(LIST_MARK * 2)})"


def _elements(text: str) -> str:
    """Return the elements of PostgreSQL's `{one,"two, three",NULL}`; NULL becomes blank."""
    inner = f"substr({text}, 2, length({text}) - 2)"
    bare = r"regexp_replace(substr(p, 2, length(p) - 2), '\\(.)', '\1', 'g')"
    return (
        f"list_transform(regexp_extract_all({inner}, {literal(_ELEMENT)}),"
        f" lambda p: CASE WHEN starts_with(p, '\"') THEN {bare} WHEN p = 'NULL' THEN '' ELSE p END)"
    )


def _unquoted(text: str) -> str:
    """Return the elements of a list as Python writes it."""
    bare = r"regexp_replace(substr(p, 2, length(p) - 2), '\\(.)', '\1', 'g')"
    return f"list_transform(regexp_extract_all({text}, {literal(_QUOTED)}), lambda p: {bare})"
