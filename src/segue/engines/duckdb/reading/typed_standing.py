"""When the text of a column stands as it is read: the usual form of its type, and nothing that needs a second look.

What stands has no problem and is not rounded, and its value is one short expression. Expressions only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from segue.core import texts
from segue.engines.duckdb.quoting import literal
from segue.engines.duckdb.reading import typed_booleans, typed_numbers, typed_times
from segue.profiles.schema import Attribute, AttributeType

_LETTERS = "\u00c0-\u00c2\u00c4-\u02ff"
CLEAN = f"[!-&(-~{_LETTERS}]([ -~{_LETTERS}]*[!-~{_LETTERS}])?"
"""Text that needs no cleaning: trimmed, printable, letters that NFC leaves alone, no apostrophe at its beginning, no Ã.

Ã (0xc3) is a letter of Portuguese capitals, and the first half of every accent that was read in the wrong encoding.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The condition under which a text that is not NULL stands as it is read, and its value then."""

    condition: str
    value: str


def standing(attribute: Attribute, text: str) -> Standing | None:
    """Return when a text stands as an attribute reads it; None where no condition is simple enough."""
    match attribute.type:
        case AttributeType.TEXT:
            said = is_one_of(text, (*texts.PLACEHOLDERS, *texts.DOUBTFUL))
            return Standing(condition=f"{is_clean(text)} AND NOT {said}", value=text)
        case AttributeType.INTEGER:
            return _of_form(text, typed_numbers.WHOLE, f"TRY_CAST({text} AS BIGINT)")
        case AttributeType.DECIMAL:
            return _decimal(attribute, text)
        case AttributeType.BOOLEAN:
            value = typed_booleans.usual(attribute, text)
            return Standing(condition=f"({value}) IS NOT NULL", value=value) if value else None
        case AttributeType.DATE | AttributeType.TIMESTAMP | AttributeType.BIRTHDAY:
            return None if attribute.formats else _time(attribute, text)
        case AttributeType.EMAIL | AttributeType.LIST:
            return None


def is_clean(text: str) -> str:
    """Return the condition that a text needs no cleaning."""
    return f"regexp_full_match({text}, {literal(CLEAN)})"


def is_one_of(text: str, words: Sequence[str]) -> str:
    """Return the condition that a text is one of these words, with or without blanks at its ends."""
    # Comparisons, which cost a tenth of a list or a pattern; DuckDB makes a join of every IN of several words.
    same = " OR ".join(f"{text} = {literal(word)}" for word in words)
    listed = ", ".join(literal(word) for word in words)
    is_wide = f"(starts_with({text}, ' ') OR ends_with({text}, ' '))"
    return f"({same} OR {is_wide} AND list_position([{listed}], trim({text})) > 0)"


def written(attribute: Attribute) -> typed_times.Written:
    """Return how an attribute declares its times to be written."""
    return typed_times.Written(
        formats=attribute.formats,
        zone=attribute.written_in or attribute.time_zone,
        day_zone=attribute.time_zone,
        two_digits_from=attribute.two_digit_years_from,
    )


def _decimal(attribute: Attribute, text: str) -> Standing | None:
    """Read a number that has no more digits than are kept."""
    whole, scale, mark = 18 - attribute.scale, attribute.scale, re.escape(attribute.decimal_mark)
    if not whole:
        return None
    digits = f"({mark}[0-9]{{1,{scale}}})?" if scale else ""
    value = typed_numbers.pointed_decimal(attribute, text)
    return _of_form(text, f"-?[0-9]{{1,{whole}}}{digits}", value)


def _time(attribute: Attribute, text: str) -> Standing:
    if attribute.type is AttributeType.BIRTHDAY:
        return _of_form(text, typed_times.USUAL_BIRTHDAY, text)
    value = typed_times.usual_date(text)
    if attribute.type is AttributeType.TIMESTAMP:
        value = typed_times.usual_instant(text, written(attribute))
    found = _of_form(text, typed_times.USUAL, value)
    return Standing(condition=f"{found.condition} AND ({value}) IS NOT NULL", value=value)


def _of_form(text: str, form: str, value: str) -> Standing:
    return Standing(condition=f"regexp_full_match({text}, {literal(form)})", value=value)
